use super::*;
use crate::checked::{Bound, ChoiceTest, Field, NumberRange, PhoneTest, TextTest};

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn texts_are_normalised_and_come_once() {
    for (op, value, expected) in [
        ("eq", "\"José\"", TextTest::AnyOf(strings(&["jose"]))),
        (
            "any_of",
            r#"["Straße", "STRASSE", " b ", "a"]"#,
            TextTest::AnyOf(strings(&["strasse", "b", "a"])),
        ),
        (
            "contains",
            "\" 100% \"",
            TextTest::Contains("100%".to_owned()),
        ),
        ("starts_with", "\"Á\"", TextTest::StartsWith("a".to_owned())),
        (
            "ends_with",
            "\"_\\\\\"",
            TextTest::EndsWith("_\\".to_owned()),
        ),
    ] {
        for field in ["city", "email", "custom.note", "custom.website"] {
            assert_eq!(
                predicate(field, op, value),
                Predicate::Text(expected.clone())
            );
        }
    }
    assert_eq!(
        predicate("identifier", "any_of", r#"["José", "JOSÉ ", " ", "José"]"#),
        Predicate::Text(TextTest::AnyOf(strings(&["José", "JOSÉ ", " "])))
    );
    assert_eq!(
        predicate("identifier", "contains", "\"\\u0301\""),
        Predicate::Text(TextTest::Contains("\u{301}".to_owned()))
    );
}

#[test]
fn negative_operators_negate_their_positive() {
    for (field, negative, positive, value) in [
        ("city", "not_eq", "eq", "\"x\""),
        ("city", "none_of", "any_of", "[\"x\"]"),
        ("city", "not_contains", "contains", "\"x\""),
        ("city", "is_not_empty", "is_empty", "null"),
        ("phone", "not_contains", "contains", "\"55\""),
        (
            "created_at",
            "not_in_last",
            "in_last",
            r#"{"count": 1, "unit": "day"}"#,
        ),
        ("custom.score", "not_eq", "eq", "1"),
    ] {
        let negative = test(field, negative, value, Zone::Madrid);
        let positive = test(field, positive, value, Zone::Madrid);
        assert!(negative.negated && !positive.negated);
        assert_eq!(negative.predicate, positive.predicate);
        assert_eq!(negative.field, positive.field);
    }
}

#[test]
fn a_value_of_null_is_no_value() {
    for filter in [
        r#"{"field": "custom.note", "op": "is_empty", "value": null}"#,
        r#"{"op": "is_empty", "field": "custom.note"}"#,
    ] {
        let expected = Test {
            field: Field::Custom("note".to_owned()),
            negated: false,
            predicate: Predicate::Missing,
        };
        assert_eq!(checked(filter, Zone::Utc), Ok(Checked::Test(expected)));
    }
}

#[test]
fn choices_are_canonical_and_come_once() {
    let any_of = |keys| Predicate::Choice(ChoiceTest::AnyOf(strings(keys)));
    assert_eq!(predicate("country", "eq", "\"mx\""), any_of(&["MX"]));
    assert_eq!(
        predicate("country", "any_of", r#"["es", "MX", "Es"]"#),
        any_of(&["ES", "MX"])
    );
    assert_eq!(
        predicate("language", "any_of", r#"["ES_mx", "es-MX", "tlh"]"#),
        any_of(&["es-MX", "tlh"])
    );
    assert_eq!(
        predicate("custom.plan", "eq", "\"pro2\""),
        any_of(&["pro2"])
    );
    assert_eq!(predicate("channel", "eq", "\"sms\""), any_of(&["sms"]));
    assert_eq!(
        predicate("channel", "all_of", r#"["sms", "email", "sms"]"#),
        Predicate::Choice(ChoiceTest::AllOf(strings(&["sms", "email"])))
    );
    assert_eq!(
        predicate(
            "id",
            "any_of",
            r#"["ct_0000000000001", "CT", "ct_0000000000001"]"#
        ),
        any_of(&["ct_0000000000001", "CT"])
    );
}

#[test]
fn phones_are_read_by_the_account() {
    let equals = |number: &str| Predicate::Phone(PhoneTest::Equals(number.to_owned()));
    assert_eq!(
        predicate("phone", "eq", "\" 55 1234-5678 \""),
        equals("+525512345678")
    );
    assert_eq!(
        predicate("phone", "eq", "\"0034 600 111 222\""),
        equals("+34600111222")
    );
    // The account's country cannot read it: as if + stood before.
    assert_eq!(
        predicate("phone", "eq", "\"34600111222\""),
        equals("+34600111222")
    );
    assert_eq!(
        predicate("phone", "starts_with", "\"+52 (55)\""),
        Predicate::Phone(PhoneTest::StartsWith("5255".to_owned()))
    );
    assert_eq!(
        predicate("phone", "contains", "\"+00 55\""),
        Predicate::Phone(PhoneTest::Contains("0055".to_owned()))
    );
}

#[test]
fn numbers_are_ranges() {
    let bound = |value, inclusive| Some(Bound { value, inclusive });
    for (op, value, lower, upper) in [
        ("eq", "2", bound(2.0, true), bound(2.0, true)),
        ("eq", "-0.0", bound(0.0, true), bound(0.0, true)),
        ("gt", "2", bound(2.0, false), None),
        ("gte", "2.5e0", bound(2.5, true), None),
        ("lt", "-2", None, bound(-2.0, false)),
        ("lte", "1e300", None, bound(1e300, true)),
        (
            "between",
            r#"{"to": 2, "from": -1}"#,
            bound(-1.0, true),
            bound(2.0, true),
        ),
        (
            "between",
            r#"{"from": 0, "to": -0.0}"#,
            bound(0.0, true),
            bound(0.0, true),
        ),
        (
            "eq",
            "18446744073709551615",
            bound(18_446_744_073_709_551_615.0, true),
            bound(18_446_744_073_709_551_615.0, true),
        ),
    ] {
        let expected = NumberRange { lower, upper };
        assert_eq!(
            predicate("custom.score", op, value),
            Predicate::Number(expected),
            "{op} {value}"
        );
    }
    let Predicate::Number(range) = predicate("custom.score", "gt", "-0.0") else {
        panic!("a number");
    };
    assert!(range.lower.unwrap().value.is_sign_positive());
}

#[test]
fn yes_and_no() {
    assert_eq!(predicate("blocked", "eq", "true"), Predicate::YesNo(true));
    assert_eq!(
        predicate("custom.vip", "not_eq", "false"),
        Predicate::YesNo(false)
    );
}

#[test]
fn groups_stay_as_they_were_written() {
    let filter = r#"{"all": [{"any": []}, {"not": {"all": [{"field": "city", "op": "eq", "value": "a"}, {"field": "name", "op": "is_empty"}]}}]}"#;
    let checked = checked(filter, Zone::Utc).unwrap();
    let Checked::All(children) = &checked else {
        panic!("{checked:?}")
    };
    assert_eq!(children[0], Checked::Any(Vec::new()));
    assert!(matches!(&children[1], Checked::Not(child) if matches!(**child, Checked::All(_))));
    let fields: Vec<&Field> = checked.tests().map(|test| &test.field).collect();
    assert_eq!(fields, [&Field::City, &Field::Name]);
}
