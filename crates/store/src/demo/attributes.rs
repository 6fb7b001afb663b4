//! The custom attributes of the made-up account, and their values.

use super::dice::{Dice, unique};
use super::names::People;
use crate::custom_attributes::{self, Attributes};
use crate::{Actor, Error, Write};
use chrono::{DateTime, Days, NaiveDate};
use rapport_contract::Instant;
use rapport_contract::color::Color;
use rapport_contract::custom_attribute::{
    AttributeDraft, AttributeType, CheckedValues, Choice, CustomNumber, CustomValue, NewAttribute,
};

/// The choices of `plan`: key, label, colour, and how many contacts in a hundred have it.
const PLANS: [(&str, &str, Color, u64); 5] = [
    ("free", "Free", Color::Grey, 42),
    ("basic", "Basic", Color::Blue, 24),
    ("pro", "Pro", Color::Teal, 15),
    ("team", "Team", Color::Violet, 9),
    ("enterprise", "Enterprise", Color::Amber, 3),
];

/// How many in a hundred have a score.
const SCORE_SHARE: u64 = 90;
/// How many in a hundred have a day of renewal.
const RENEWAL_SHARE: u64 = 65;
/// The days of renewal lie so many days before and behind today: three years.
const RENEWAL_DAYS: u64 = 3 * 365;
/// How many in a hundred are said to be important, and how many are said not to be.
const VIP_SHARES: (u64, u64) = (4, 66);
/// How many in a hundred have a remark.
const REMARK_SHARE: u64 = 30;
/// How many remarks in a hundred are long.
const LONG_REMARK_SHARE: u64 = 2;

/// The attributes that the account gets.
pub(super) fn definitions() -> Vec<NewAttribute> {
    let attribute = |key: &str, label: &str, kind, description: &str| AttributeDraft {
        key: key.to_owned(),
        label: label.to_owned(),
        kind,
        choices: Vec::new(),
        description: Some(description.to_owned()),
    };
    let choices = PLANS.map(|(key, label, color, _)| Choice {
        key: key.to_owned(),
        label: label.to_owned(),
        color,
    });
    let drafts = [
        AttributeDraft {
            choices: choices.to_vec(),
            ..attribute("plan", "Plan", AttributeType::List, "What they pay for")
        },
        attribute(
            "score",
            "Score",
            AttributeType::Number,
            "0 to 1,000: how likely they are to buy",
        ),
        attribute(
            "renewal",
            "Renewal",
            AttributeType::Date,
            "When the contract ends unless it is renewed",
        ),
        attribute("vip", "VIP", AttributeType::YesNo, "Answer these first"),
        attribute(
            "remark",
            "Remark",
            AttributeType::Text,
            "What colleagues should know",
        ),
    ];
    // A test rules out that one of them is faulty.
    drafts
        .iter()
        .filter_map(|draft| draft.check().ok())
        .collect()
}

/// Defines them, if the account has no attributes yet. Gives what there are now.
pub(super) async fn define(w: &Write<'_>, actor: &Actor) -> Result<Attributes, Error> {
    let there = Attributes::load(&w.tx, actor.account).await?;
    if !there.all().is_empty() {
        return Ok(there);
    }
    for new in definitions() {
        custom_attributes::create(w, actor, &new).await?;
    }
    Attributes::load(&w.tx, actor.account).await
}

/// The values of contact `n` of the seed.
pub(super) fn values(seed: u64, n: u64, people: People, now: Instant) -> CheckedValues {
    // Dice of its own, so that the rest of the contact stays what it was.
    let mut dice = Dice::new(unique(seed, 1), n);
    let mut values = CheckedValues::new();
    let mut set = |key: &str, value: Option<CustomValue>| {
        if value.is_some() {
            values.insert(key.to_owned(), value);
        }
    };
    let plan = plan(&mut dice).map(|key| CustomValue::Choice(key.to_owned()));
    set("plan", plan);
    let has_score = dice.percent(SCORE_SHARE);
    let score = CustomNumber::new(dice.below(2_001) as f64 / 2.0).filter(|_| has_score);
    set("score", score.map(CustomValue::Number));
    let has_renewal = dice.percent(RENEWAL_SHARE);
    let renewal = renewal(&mut dice, now).filter(|_| has_renewal);
    set("renewal", renewal.map(CustomValue::Date));
    let (yes, no) = VIP_SHARES;
    let vip = match dice.below(100) {
        roll if roll < yes => Some(true),
        roll if roll < yes + no => Some(false),
        _ => None,
    };
    set("vip", vip.map(CustomValue::YesNo));
    if dice.percent(REMARK_SHARE) {
        set("remark", Some(CustomValue::Text(remark(&mut dice, people))));
    }
    values
}

fn plan(dice: &mut Dice) -> Option<&'static str> {
    let mut roll = dice.below(100);
    for (key, _, _, share) in PLANS {
        if roll < share {
            return Some(key);
        }
        roll -= share;
    }
    None
}

fn renewal(dice: &mut Dice, now: Instant) -> Option<NaiveDate> {
    let today = DateTime::from_timestamp_millis(now.unix_millis())?.date_naive();
    let first = today.checked_sub_days(Days::new(RENEWAL_DAYS / 2))?;
    first.checked_add_days(Days::new(dice.below(RENEWAL_DAYS)))
}

/// One sentence; now and then so many that they are longer than what lists sort by.
fn remark(dice: &mut Dice, people: People) -> String {
    let (parts, space) = match people {
        People::Chinese => (&CHINESE, ""),
        People::Spanish => (&SPANISH, " "),
        _ => (&ENGLISH, " "),
    };
    let sentences = if dice.percent(LONG_REMARK_SHARE) {
        8
    } else {
        1
    };
    let mut text = String::new();
    for _ in 0..sentences {
        if !text.is_empty() {
            text.push_str(space);
        }
        for part in parts {
            text.push_str(dice.pick(part).copied().unwrap_or_default());
        }
    }
    text
}

/// Who or when, what, and how it went.
const SPANISH: [[&str; 6]; 3] = [
    [
        "Llamó en marzo: ",
        "Visita del martes: ",
        "Por correo: ",
        "En la feria: ",
        "Según su socia: ",
        "Última reunión: ",
    ],
    [
        "pidió precios para dos sedes, ",
        "quiere cambiar de plan, ",
        "prefiere que le escribamos por la tarde, ",
        "preguntó por la beca, ",
        "tiene una queja abierta, ",
        "recomendó a una colega, ",
    ],
    [
        "quedó en avisar.",
        "muy amable.",
        "no hay prisa.",
        "volver a llamar en otoño.",
        "ya está resuelto.",
        "conviene insistir.",
    ],
];
const ENGLISH: [[&str; 6]; 3] = [
    [
        "Called in March: ",
        "Visit on Tuesday: ",
        "By e-mail: ",
        "At the fair: ",
        "A colleague says: ",
        "Last meeting: ",
    ],
    [
        "asked for prices for two offices, ",
        "wants to change the plan, ",
        "would rather be written to in the evening, ",
        "asked about the scholarship, ",
        "has a complaint open, ",
        "recommended us to a friend, ",
    ],
    [
        "will let us know.",
        "very kind.",
        "no hurry.",
        "call again in autumn.",
        "settled by now.",
        "worth another try.",
    ],
];
const CHINESE: [[&str; 6]; 3] = [
    [
        "三月来电：",
        "周二来访：",
        "邮件中提到：",
        "在展会上：",
        "同事说：",
        "上次会议：",
    ],
    [
        "询问两个校区的价格，",
        "想更换套餐，",
        "希望晚上联系，",
        "问了奖学金的事，",
        "有一个投诉尚未处理，",
        "推荐了一位朋友，",
    ],
    [
        "会再通知我们。",
        "非常客气。",
        "不着急。",
        "秋天再打电话。",
        "已经解决。",
        "值得再试一次。",
    ],
];
