use super::*;
use crate::check::{CONDITIONS_MAX, COUNT_MAX, DEPTH_MAX, LIST_MAX, TEXT_MAX, VALUES_MAX};
use FaultCode::{OutOfRange, TooDeep, TooLong, TooMany};

const CONDITION: &str = r#"{"field": "city", "op": "is_empty"}"#;

fn group(key: &str, items: &[String]) -> String {
    format!(r#"{{"{key}": [{}]}}"#, items.join(","))
}

fn is_accepted(filter: &str) {
    if let Err(faults) = checked(filter, Zone::Utc) {
        panic!("{}", faults[0]);
    }
}

#[test]
fn ten_groups_within_each_other_and_no_more() {
    assert_eq!(DEPTH_MAX, 10);
    let nested = |depth: usize, open: &str, close: &str| {
        open.repeat(depth) + CONDITION + &close.repeat(depth)
    };
    for (open, close, step) in [
        ("{\"all\": [", "]}", "/all/0"),
        ("{\"any\": [", "]}", "/any/0"),
        ("{\"not\": ", "}", "/not"),
    ] {
        is_accepted(&nested(10, open, close));
        assert_eq!(
            faults(&nested(11, open, close)),
            [(step.repeat(10), TooDeep)]
        );
        // Below it nothing is read, however deep it goes.
        assert_eq!(faults(&nested(60, open, close)).len(), 1);
    }
    // Each branch that is too deep is reported.
    let deep = nested(10, "{\"not\": ", "}");
    let place = |index: usize| format!("/all/{index}{}", "/not".repeat(9));
    assert_eq!(
        faults(&group("all", &[deep.clone(), CONDITION.to_owned(), deep])),
        [(place(0), TooDeep), (place(2), TooDeep)]
    );
}

#[test]
fn five_hundred_conditions_and_no_more() {
    assert_eq!(CONDITIONS_MAX, 500);
    let conditions = |count| vec![CONDITION.to_owned(); count];
    is_accepted(&group("all", &conditions(500)));
    assert_eq!(
        faults(&group("all", &conditions(501))),
        [("/all/500".to_owned(), TooMany)]
    );
    assert_eq!(
        faults(&group("any", &conditions(5_000))),
        [("/any/500".to_owned(), TooMany)]
    );
    let halves = |second| {
        let first = group("any", &conditions(250));
        group("all", &[first, group("any", &conditions(second))])
    };
    is_accepted(&halves(250));
    assert_eq!(
        faults(&halves(251)),
        [("/all/1/any/250".to_owned(), TooMany)]
    );
    // A group of nothing counts as a condition: without it there would be no end of them.
    let empty = |count| vec!["{\"any\": []}".to_owned(); count];
    is_accepted(&group("all", &empty(500)));
    assert_eq!(
        faults(&group("all", &empty(501))),
        [("/all/500".to_owned(), TooMany)]
    );
}

#[test]
fn a_thousand_values_in_a_list_and_five_thousand_in_all() {
    assert_eq!((LIST_MAX, VALUES_MAX), (1_000, 5_000));
    let list = |count: usize| {
        let values: Vec<String> = (0..count).map(|number| format!("\"v{number}\"")).collect();
        format!(
            r#"{{"field": "city", "op": "any_of", "value": [{}]}}"#,
            values.join(",")
        )
    };
    is_accepted(&list(1_000));
    assert_eq!(faults(&list(1_001)), [("/value".to_owned(), TooMany)]);

    let mut lists = vec![list(1_000); 5];
    is_accepted(&group("all", &lists));
    lists.push(CONDITION.to_owned());
    is_accepted(&group("all", &lists));
    for more in [
        list(1),
        r#"{"field": "city", "op": "eq", "value": "x"}"#.to_owned(),
        r#"{"field": "custom.score", "op": "between", "value": {"from": 1, "to": 2}}"#.to_owned(),
        r#"{"field": "custom.vip", "op": "eq", "value": true}"#.to_owned(),
        r#"{"field": "created_at", "op": "in_last", "value": {"count": 1, "unit": "day"}}"#
            .to_owned(),
    ] {
        lists.push(more);
        // Once, where the bound is passed.
        assert_eq!(
            faults(&group("all", &lists)),
            [("/all/6/value".to_owned(), TooMany)]
        );
    }
    // A range is two values, a relative date one.
    let room = |count, last: &str| {
        let mut lists = vec![list(1_000); 4];
        lists.push(list(count));
        lists.push(last.to_owned());
        group("any", &lists)
    };
    let range = r#"{"field": "custom.score", "op": "between", "value": {"from": 1, "to": 2}}"#;
    is_accepted(&room(998, range));
    assert_eq!(faults(&room(999, range)).len(), 1);
    let relative =
        r#"{"field": "created_at", "op": "in_next", "value": {"count": 1, "unit": "day"}}"#;
    is_accepted(&room(999, relative));
    assert_eq!(faults(&room(1_000, relative)).len(), 1);
    // The same value twice counts twice.
    let same = format!(
        r#"{{"field": "country", "op": "any_of", "value": [{}]}}"#,
        vec!["\"MX\""; 1_001].join(",")
    );
    assert_eq!(faults(&same), [("/value".to_owned(), TooMany)]);
}

#[test]
fn a_thousand_characters_in_a_text() {
    assert_eq!(TEXT_MAX, 1_000);
    for (field, op) in [
        ("city", "contains"),
        ("identifier", "eq"),
        ("custom.note", "starts_with"),
        ("phone", "contains"),
    ] {
        let condition =
            |text: &str| format!(r#"{{"field": "{field}", "op": "{op}", "value": "{text}"}}"#);
        is_accepted(&condition(&"5".repeat(1_000)));
        assert_eq!(
            faults(&condition(&"5".repeat(1_001))),
            [("/value".to_owned(), TooLong)]
        );
    }
    // Characters, not bytes, and as they were sent.
    let condition = |text: &str| format!(r#"{{"field": "city", "op": "eq", "value": "{text}"}}"#);
    is_accepted(&condition(&"ﷺ".repeat(1_000)));
    assert_eq!(faults(&condition(&"😀".repeat(1_001)))[0].1, TooLong);
    for field in [
        "country",
        "custom.renewal",
        "created_at",
        "segment",
        "language",
    ] {
        let condition = format!(
            r#"{{"field": "{field}", "op": "eq", "value": "{}"}}"#,
            "x".repeat(100_000)
        );
        assert_eq!(faults(&condition), [("/value".to_owned(), TooLong)]);
    }
}

#[test]
fn one_to_ten_thousand_in_a_relative_date() {
    assert_eq!(COUNT_MAX, 10_000);
    for unit in ["hour", "day", "week", "month", "year"] {
        let condition = |count: &str| {
            format!(
                r#"{{"field": "created_at", "op": "in_last", "value": {{"count": {count}, "unit": "{unit}"}}}}"#
            )
        };
        for count in ["1", "10000", "30.0"] {
            is_accepted(&condition(count));
        }
        for count in [
            "0",
            "10001",
            "-5",
            "18446744073709551615",
            "-9223372036854775808",
            "-1e300",
        ] {
            assert_eq!(
                faults(&condition(count)),
                [("/value/count".to_owned(), OutOfRange)]
            );
        }
    }
}
