//! Chinese, in simplified characters.

use super::super::condition::{Asked, Clause, Comparison, List, Part, Span, Subject, When};
use super::super::join::Piece;
use super::super::number::{Signs, count};
use super::super::tree::Group;
use super::{CURVED, Mark, Quotes, Words};
use crate::checked::Field;
use crate::tree::Unit;
use chrono::{Datelike, NaiveDate};

const SIGNS: Signs = Signs {
    group: ',',
    decimal: '.',
    grouped_from: 4,
};

/// Chinese.
#[derive(Debug)]
pub(in super::super) struct Zh;

impl Words for Zh {
    fn field(&self, field: &Field) -> Option<&'static str> {
        Some(match field {
            Field::Name => "姓名",
            Field::FirstName => "名字",
            Field::LastName => "姓氏",
            Field::Company => "公司",
            Field::City => "城市",
            Field::Email => "邮箱",
            Field::Phone => "电话",
            Field::Identifier => "标识符",
            Field::Country => "国家或地区",
            Field::Language => "语言",
            Field::Source => "来源",
            Field::Channel => "渠道",
            Field::Segment => "分组",
            Field::Blocked => "已屏蔽",
            Field::CreatedAt => "创建时间",
            Field::UpdatedAt => "更新时间",
            Field::LastActivityAt => "最近活动",
            Field::Id => "ID",
            Field::Custom(_) => return None,
        })
    }

    fn choice(&self, field: &Field, key: &str) -> Option<&'static str> {
        match (field, key) {
            (Field::Source | Field::Channel, "form") => Some("表单"),
            (Field::Source | Field::Channel, "live_chat") => Some("在线聊天"),
            (Field::Source | Field::Channel, "whatsapp") => Some("WhatsApp"),
            (Field::Source | Field::Channel, "wechat") => Some("微信"),
            (Field::Source | Field::Channel, "sms") => Some("短信"),
            (Field::Source | Field::Channel, "email") => Some("邮件"),
            (Field::Source, "import") => Some("导入"),
            (Field::Source, "manual") => Some("手动添加"),
            (Field::Source, "api") => Some("API"),
            _ => None,
        }
    }

    fn yes_no(&self, value: bool) -> &'static str {
        if value { "“是”" } else { "“否”" }
    }

    fn clause(&self, clause: &Clause) -> Piece {
        let Clause {
            subject: Subject { name, field },
            asked,
            negated,
            marks: _,
        } = clause;
        let phrase = phrase(asked, *negated);
        let text = match (field, asked) {
            // None of its values, which are several.
            (Some(Field::Email | Field::Phone), Asked::Is(_) | Asked::Part(..)) if *negated => {
                spaced(&["所有", name, "都", &phrase])
            }
            (Some(Field::Blocked), Asked::YesNo(blocked)) if blocked == negated => {
                "未屏蔽".to_owned()
            }
            (Some(Field::Blocked), Asked::YesNo(_)) => "已屏蔽".to_owned(),
            _ => spaced(&[name, &phrase]),
        };
        Piece::plain(text, false)
    }

    fn joined(&self, group: Group, pieces: &[Piece]) -> String {
        let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
        match (group, texts.as_slice()) {
            (Group::All, [first @ .., last]) => spaced(&[&first.join("，"), "，并且", last]),
            (Group::Any, [first, rest @ ..]) => {
                let mut text = (*first).to_owned();
                for next in rest {
                    text = spaced(&[&text, "，或者", next]);
                }
                text
            }
            (_, []) => String::new(),
        }
    }

    fn not(&self, bracketed: &str) -> String {
        format!("不满足{bracketed}")
    }

    fn everybody(&self) -> &'static str {
        "所有联系人"
    }

    fn nobody(&self) -> &'static str {
        "没有任何联系人"
    }

    fn everybody_matches(&self) -> &'static str {
        "所有联系人都符合"
    }

    fn nobody_matches(&self) -> &'static str {
        "没有联系人符合"
    }

    fn unreadable(&self) -> &'static str {
        "无法读取的部分"
    }

    fn more_conditions(&self, number: usize) -> String {
        format!("另外 {} 个条件", count(SIGNS, number))
    }

    fn mark(&self, mark: Mark) -> &'static str {
        match mark {
            Mark::Gone => "已不存在",
            Mark::Invalid => "无效",
            Mark::Reversed => "第一个值大于第二个值",
            Mark::NoValue => "没有值",
            Mark::NoField => "没有字段",
            Mark::NoOperator => "没有运算符",
            Mark::UnknownOperator => "未知的运算符",
            Mark::Impossible => "该字段不支持",
            Mark::Unreadable => "含有无法读取的部分",
        }
    }

    fn bracketed(&self, text: &str) -> String {
        format!("（{text}）")
    }

    fn noted(&self, text: &str, note: &str) -> String {
        format!("{text}（{note}）")
    }

    fn quotes(&self) -> Quotes {
        CURVED
    }

    fn has_connectives(&self, name: &str) -> bool {
        name.contains(['或', '和', '且', '与', '及', '不', '是', '都'])
    }

    fn signs(&self) -> Signs {
        SIGNS
    }

    fn day(&self, day: NaiveDate) -> String {
        format!("{}年{}月{}日", day.year(), day.month(), day.day())
    }
}

fn phrase(asked: &Asked, negated: bool) -> String {
    let is = if negated { "不是" } else { "是" };
    let not = if negated { "不" } else { "" };
    match asked {
        Asked::Missing if negated => "已设置".to_owned(),
        Asked::Missing => "未设置".to_owned(),
        Asked::Is(list) if negated => spaced(&["不是", &none(list)]),
        Asked::Is(list) => spaced(&["是", &or(list)]),
        Asked::Includes(list) if negated => spaced(&["不包含", &none(list)]),
        Asked::Includes(list) => spaced(&["包含", &or(list)]),
        Asked::IncludesAll(list) => {
            let verb = match (list.shown.as_slice(), negated) {
                ([_, _, ..], true) => "并未同时包含",
                ([_, _, ..], false) => "同时包含",
                (_, true) => "不包含",
                (_, false) => "包含",
            };
            spaced(&[verb, &and(list)])
        }
        Asked::Part(Part::Contains, text) => spaced(&[not, "包含", text]),
        Asked::Part(Part::StartsWith, text) => spaced(&[not, "以", text, "开头"]),
        Asked::Part(Part::EndsWith, text) => spaced(&[not, "以", text, "结尾"]),
        Asked::Number(comparison, number) => {
            let verb = match (comparison, negated) {
                (Comparison::Equal, false) => "等于",
                (Comparison::Equal, true) => "不等于",
                (Comparison::Above, false) => "大于",
                (Comparison::Above, true) => "不大于",
                (Comparison::AtLeast, false) => "至少为",
                (Comparison::AtLeast, true) => "并非至少为",
                (Comparison::Below, false) => "小于",
                (Comparison::Below, true) => "不小于",
                (Comparison::AtMost, false) => "最多为",
                (Comparison::AtMost, true) => "并非最多为",
            };
            spaced(&[verb, number])
        }
        Asked::Within(from, to) => spaced(&[not, "在", from, "至", to, "之间"]),
        Asked::Time(when) => match when {
            When::On(day) => spaced(&[is, day]),
            When::Before(day) => spaced(&[not, "早于", day]),
            When::After(day) => spaced(&[not, "晚于", day]),
            When::Between(from, to) => spaced(&[not, "在", from, "至", to, "之间"]),
            When::Last(span) => spaced(&[not, "在最近", &length(span), "内"]),
            When::Next(span) => spaced(&[not, "在未来", &length(span), "内"]),
        },
        Asked::YesNo(value) => spaced(&[not, "为", Zh.yes_no(*value)]),
        Asked::Unknown(op, list) if list.shown.is_empty() => op.clone(),
        Asked::Unknown(op, list) => spaced(&[op, &and(list)]),
    }
}

fn length(span: &Span) -> String {
    let (number, unit) = match span {
        Span::Of(number, unit) => (*number, *unit),
        Span::Broken(text) => return text.clone(),
    };
    let unit = match unit {
        Unit::Hour => "小时",
        Unit::Day => "天",
        Unit::Week => "周",
        Unit::Month => "个月",
        Unit::Year => "年",
    };
    spaced(&[&count(SIGNS, number as usize), unit])
}

/// `甲、乙或丙`.
fn or(list: &List) -> String {
    list_of(list, "或", "之一")
}

/// `甲、乙和丙`.
fn and(list: &List) -> String {
    list_of(list, "和", "")
}

fn list_of(list: &List, conjunction: &str, after_more: &str) -> String {
    let List { shown, more } = list;
    match (shown.as_slice(), *more) {
        (shown, 1..) => {
            let more = count(SIGNS, *more);
            let shown = shown.join("、");
            spaced(&[&shown, conjunction, "其他", &more, "项", after_more])
        }
        ([first @ .., last], 0) if !first.is_empty() => {
            spaced(&[&first.join("、"), conjunction, last])
        }
        (shown, 0) => shown.concat(),
    }
}

/// After a negation: `甲、乙中的任何一个`, and one alone as it is.
fn none(list: &List) -> String {
    let List { shown, more } = list;
    match (shown.as_slice(), *more) {
        (shown, 1..) => {
            let more = count(SIGNS, *more);
            let shown = shown.join("、");
            spaced(&[&shown, "及其他", &more, "项中的任何一个"])
        }
        ([_, _, ..], 0) => spaced(&[&shown.join("、"), "中的任何一个"]),
        (shown, 0) => shown.concat(),
    }
}

/// The parts after one another, with a space where a Chinese character meets a Latin letter or a digit, as everywhere in the app.
fn spaced(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        let seam = (text.chars().next_back(), part.chars().next());
        if let (Some(before), Some(after)) = seam
            && ((is_han(before) && is_latin(after)) || (is_latin(before) && is_han(after)))
        {
            text.push(' ');
        }
        text.push_str(part);
    }
    text
}

const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

/// Whether it is a digit, a sign before one, or a letter of the scripts that are written with spaces between words.
fn is_latin(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '-' | '+') || (c.is_alphabetic() && c < '\u{1100}')
}
