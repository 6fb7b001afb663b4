//! The queries that are measured, with values that fit the generated contacts: see `crates/store/src/demo`.

use serde_json::{Value, json};

use super::day::Day;
use super::report::Target;

/// A query.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    /// `Q7, 5 %`
    pub(super) name: &'static str,
    /// What it asks, in words.
    pub(super) about: &'static str,
    /// As `POST /contacts/search` takes it.
    pub(super) search: Value,
    /// What its page shall reach; none where another target says it.
    pub(super) page: PageTarget,
}

/// Which row of the targets a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageTarget {
    Sorted,
    Filtered,
    OneWord,
    TwoWords,
    Characters,
    Adversarial,
}

impl PageTarget {
    /// In milliseconds, as `design` has it: PostgreSQL, SQLite.
    pub(super) fn targets(self) -> (Target, Target) {
        let same = |p50, p99| (Target::times(p50, p99), Target::times(p50, p99));
        match self {
            Self::Sorted => (Target::times(2.0, 6.0), Target::times(1.0, 4.0)),
            Self::Filtered => (Target::times(4.0, 10.0), Target::times(3.0, 8.0)),
            Self::OneWord => same(5.0, 30.0),
            Self::TwoWords => same(25.0, 60.0),
            Self::Characters => same(120.0, 250.0),
            Self::Adversarial => same(80.0, 160.0),
        }
    }
}

impl Shape {
    /// What `POST /contacts/count` takes.
    pub(super) fn count(&self) -> Value {
        let mut count = serde_json::Map::new();
        for key in ["filter", "q"] {
            if let Some(value) = self.search.get(key) {
                count.insert(key.to_owned(), value.clone());
            }
        }
        Value::Object(count)
    }
}

/// What the values are chosen by.
#[derive(Clone, Debug)]
pub(super) struct Data {
    /// When the contacts were generated.
    pub(super) made: Day,
    /// Today: relative dates are counted from it.
    pub(super) today: Day,
    /// The segments of 0.01 %, 5 % and 50 % of the contacts.
    pub(super) segments: [String; 3],
    /// The last eight digits of somebody's phone number.
    pub(super) digits: String,
}

/// The names of the segments of 0.01 %, 5 % and 50 %.
pub(super) const SEGMENTS: [&str; 3] = ["Board", "Current students", "Newsletter"];

/// The generated contacts came in so many days.
const HISTORY_DAYS: i64 = 3 * 365;

/// All of them.
pub(super) fn shapes(data: &Data) -> Vec<Shape> {
    let Data {
        made,
        today,
        segments: [small, middle, large],
        digits,
    } = data;
    let age = today.0 - made.0;
    let test =
        |field: &str, op: &str, value: Value| json!({"field": field, "op": op, "value": value});
    let mexico = || test("country", "eq", json!("MX"));
    let month = json!({"count": 30 + age, "unit": "day"});
    let within = json!({"from": made.iso(), "to": made.plus(30).iso()});
    let early = made.plus(30 - HISTORY_DAYS).iso();
    let shape = |name, page, about, search| Shape {
        name,
        about,
        search,
        page,
    };
    use PageTarget::{Adversarial, Characters, Filtered, OneWord, Sorted, TwoWords};
    vec![
        shape(
            "Q1",
            Sorted,
            "everybody, newest first",
            json!({"sort": "-created_at"}),
        ),
        shape("Q2", Sorted, "everybody, by name", json!({"sort": "name"})),
        shape(
            "Q3",
            Filtered,
            "country is Mexico (10 %), last activity first",
            json!({"filter": mexico(), "sort": "-last_activity_at"}),
        ),
        shape(
            "Q4",
            Filtered,
            "(Mexico and plan pro) or (score above 900 and active in 30 days), by name",
            json!({"sort": "name", "filter": {"any": [
                {"all": [mexico(), test("custom.plan", "eq", json!("pro"))]},
                {"all": [
                    test("custom.score", "gt", json!(900)),
                    test("last_activity_at", "in_last", month),
                ]},
            ]}}),
        ),
        shape(
            "Q5",
            Filtered,
            "name contains \"garci\", newest first",
            json!({"filter": test("name", "contains", json!("garci"))}),
        ),
        shape(
            "Q6",
            Filtered,
            "e-mail contains \"@gmail\", newest first",
            json!({"filter": test("email", "contains", json!("@gmail"))}),
        ),
        shape(
            "Q7, 0.01 %",
            Filtered,
            "in a segment of 0.01 %, by company",
            json!({"filter": test("segment", "eq", json!(small)), "sort": "company"}),
        ),
        shape(
            "Q7, 5 %",
            Filtered,
            "in a segment of 5 %, by company",
            json!({"filter": test("segment", "eq", json!(middle)), "sort": "company"}),
        ),
        shape(
            "Q7, 50 %",
            Filtered,
            "in a segment of 50 %, by company",
            json!({"filter": test("segment", "eq", json!(large)), "sort": "company"}),
        ),
        shape(
            "Q8",
            Filtered,
            "not in a segment of 5 %, and city is not Lima, by phone",
            json!({"sort": "phone", "filter": {"all": [
                test("segment", "none_of", json!([middle])),
                test("city", "not_eq", json!("Lima")),
            ]}}),
        ),
        shape(
            "Q9",
            Filtered,
            "renewal within a month (2 %), no remark (70 %), newest first",
            json!({"filter": {"all": [
                test("custom.renewal", "between", within),
                {"field": "custom.remark", "op": "is_empty"},
            ]}}),
        ),
        shape(
            "Q10, common word",
            OneWord,
            "search box: garcia",
            json!({"q": "garcia"}),
        ),
        shape(
            "Q10, rare number",
            OneWord,
            "search box: eight digits of one phone number",
            json!({"q": digits}),
        ),
        shape(
            "Q10, two words",
            TwoWords,
            "search box: maria garcia",
            json!({"q": "maria garcia"}),
        ),
        shape(
            "Q10, two characters",
            Characters,
            "search box: 建国, a first name",
            json!({"q": "建国"}),
        ),
        shape(
            "Q10, one character",
            Characters,
            "search box: 丁, a last name",
            json!({"q": "丁"}),
        ),
        shape(
            "Q11",
            Filtered,
            "(Mexico or Spain, or plan enterprise) and (VIP, or not in a segment of 50 %), by city",
            json!({"sort": "city", "filter": {"all": [
                {"any": [
                    test("country", "any_of", json!(["MX", "ES"])),
                    test("custom.plan", "eq", json!("enterprise")),
                ]},
                {"any": [
                    test("custom.vip", "eq", json!(true)),
                    {"not": test("segment", "eq", json!(large))},
                ]},
            ]}}),
        ),
        shape(
            "Adversarial",
            Adversarial,
            "created in the account's first 30 days (0.08 %), newest first",
            json!({"filter": test("created_at", "before", json!(early)), "sort": "-created_at"}),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_asks_for_the_same_contacts() {
        let data = Data {
            made: Day(20_000),
            today: Day(20_003),
            segments: ["sg_a", "sg_b", "sg_c"].map(str::to_owned),
            digits: "12345678".to_owned(),
        };
        for shape in shapes(&data) {
            let count = shape.count();
            for key in ["filter", "q"] {
                assert_eq!(count.get(key), shape.search.get(key), "{}", shape.name);
            }
            assert_eq!(count.get("sort"), None);
        }
        let q4 = &shapes(&data)[3].search;
        let count = q4.pointer("/filter/any/1/all/1/value/count");
        assert_eq!(count, Some(&json!(33)));
    }
}
