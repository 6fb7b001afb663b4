use super::*;
use crate::catalogue::Catalogue;
use crate::check::FAULTS_MAX;
use FaultCode::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A filter, and its faults: where, and which.
pub(crate) const FAULTS: &[(&str, &[(&str, FaultCode)])] = &[
    // What is no node.
    ("null", &[("", WrongType)]),
    ("[]", &[("", WrongType)]),
    ("\"city\"", &[("", WrongType)]),
    ("{}", &[("", Required)]),
    (r#"{"and": []}"#, &[("/and", UnknownKey)]),
    (r#"{"ALL": []}"#, &[("/ALL", UnknownKey)]),
    (r#"{"all": {}}"#, &[("/all", WrongType)]),
    (r#"{"any": null}"#, &[("/any", WrongType)]),
    (r#"{"not": []}"#, &[("/not", WrongType)]),
    (r#"{"not": {}}"#, &[("/not", Required)]),
    (
        r#"{"all": [1, {"all": []}, "x"]}"#,
        &[("/all/0", WrongType), ("/all/2", WrongType)],
    ),
    // Keys that are too many.
    (r#"{"all": [], "any": []}"#, &[("/any", NotTogether)]),
    (
        r#"{"not": {"all": []}, "op": "eq"}"#,
        &[("/op", NotTogether)],
    ),
    (
        r#"{"field": "city", "all": []}"#,
        &[("/field", NotTogether)],
    ),
    (r#"{"all": [], "glue": "or"}"#, &[("/glue", UnknownKey)]),
    (r#"{"all": [], "all": []}"#, &[("/all", RepeatedKey)]),
    (
        r#"{"all": [], "all": [], "all": [], "x": 1, "x": 2}"#,
        &[
            ("/all", RepeatedKey),
            ("/x", RepeatedKey),
            ("/x", UnknownKey),
            ("/x", UnknownKey),
        ],
    ),
    (
        r#"{"field": "city", "op": "is_empty", "op": "eq"}"#,
        &[("/op", RepeatedKey)],
    ),
    (
        r#"{"field": "city", "op": "is_empty", "a/b~c": 1, "": 2}"#,
        &[("/a~1b~0c", UnknownKey), ("/", UnknownKey)],
    ),
    // Keys that are missing, at their place.
    (r#"{"field": "city"}"#, &[("/op", Required)]),
    (r#"{"op": "eq", "value": "x"}"#, &[("/field", Required)]),
    (
        r#"{"value": 1}"#,
        &[("/field", Required), ("/op", Required)],
    ),
    (r#"{"field": "city", "op": "eq"}"#, &[("/value", Required)]),
    (
        r#"{"all": [{"any": [{"field": "city", "op": "any_of"}]}]}"#,
        &[("/all/0/any/0/value", Required)],
    ),
    // Fields and operators.
    (
        r#"{"field": "town", "op": "eq", "value": 1}"#,
        &[("/field", UnknownField)],
    ),
    (
        r#"{"field": "City", "op": "eq", "value": "x"}"#,
        &[("/field", UnknownField)],
    ),
    (
        r#"{"field": "custom.gone", "op": "like", "value": "x"}"#,
        &[("/field", UnknownField), ("/op", UnknownOperator)],
    ),
    (
        r#"{"field": "custom.", "op": "eq", "value": "x"}"#,
        &[("/field", UnknownField)],
    ),
    (
        r#"{"field": "note", "op": "eq", "value": "x"}"#,
        &[("/field", UnknownField)],
    ),
    (
        r#"{"field": ["city"], "op": 1, "value": "x"}"#,
        &[("/field", WrongType), ("/op", WrongType)],
    ),
    (
        r#"{"field": "city", "op": "gt", "value": "x"}"#,
        &[("/op", UnknownOperator)],
    ),
    (
        r#"{"field": "country", "op": "all_of", "value": ["MX"]}"#,
        &[("/op", UnknownOperator)],
    ),
    (
        r#"{"field": "id", "op": "eq", "value": "ct_0000000000001"}"#,
        &[("/op", UnknownOperator)],
    ),
    (
        r#"{"field": "id", "op": "is_empty"}"#,
        &[("/op", UnknownOperator)],
    ),
    // A value where there is none.
    (
        r#"{"field": "city", "op": "is_empty", "value": false}"#,
        &[("/value", NotAllowed)],
    ),
    (
        r#"{"field": "city", "op": "is_not_empty", "value": "x"}"#,
        &[("/value", NotAllowed)],
    ),
    // Texts.
    (
        r#"{"field": "city", "op": "eq", "value": null}"#,
        &[("/value", WrongType)],
    ),
    (
        r#"{"field": "city", "op": "eq", "value": 5}"#,
        &[("/value", WrongType)],
    ),
    (
        r#"{"field": "city", "op": "eq", "value": ["Lima"]}"#,
        &[("/value", WrongType)],
    ),
    (
        r#"{"field": "city", "op": "any_of", "value": "Lima"}"#,
        &[("/value", WrongType)],
    ),
    (
        r#"{"field": "city", "op": "any_of", "value": []}"#,
        &[("/value", Empty)],
    ),
    (
        r#"{"field": "city", "op": "none_of", "value": ["a", 1, "", "\u0000"]}"#,
        &[
            ("/value/1", WrongType),
            ("/value/2", Empty),
            ("/value/3", InvalidCharacter),
        ],
    ),
    (
        r#"{"field": "city", "op": "contains", "value": ""}"#,
        &[("/value", Empty)],
    ),
    (
        r#"{"field": "city", "op": "contains", "value": " \u0301\u00a0"}"#,
        &[("/value", Empty)],
    ),
    (
        r#"{"field": "custom.note", "op": "starts_with", "value": "a\u0000b"}"#,
        &[("/value", InvalidCharacter)],
    ),
    (
        r#"{"field": "identifier", "op": "eq", "value": ""}"#,
        &[("/value", Empty)],
    ),
    // Phones.
    (
        r#"{"field": "phone", "op": "eq", "value": "12"}"#,
        &[("/value", InvalidPhone)],
    ),
    (
        r#"{"field": "phone", "op": "contains", "value": "+ ()"}"#,
        &[("/value", InvalidPhone)],
    ),
    (
        r#"{"field": "phone", "op": "starts_with", "value": "00"}"#,
        &[("/value", InvalidPhone)],
    ),
    (
        r#"{"field": "phone", "op": "not_contains", "value": 55}"#,
        &[("/value", WrongType)],
    ),
    (
        r#"{"field": "phone", "op": "any_of", "value": ["5512345678"]}"#,
        &[("/op", UnknownOperator)],
    ),
    // Choices.
    (
        r#"{"field": "country", "op": "eq", "value": "XX"}"#,
        &[("/value", UnknownValue)],
    ),
    (
        r#"{"field": "country", "op": "any_of", "value": ["MX", "México", null]}"#,
        &[("/value/1", UnknownValue), ("/value/2", WrongType)],
    ),
    (
        r#"{"field": "language", "op": "eq", "value": "Spanish"}"#,
        &[("/value", InvalidLanguage)],
    ),
    (
        r#"{"field": "source", "op": "eq", "value": "Email"}"#,
        &[("/value", UnknownValue)],
    ),
    (
        r#"{"field": "channel", "op": "all_of", "value": ["email", "fax"]}"#,
        &[("/value/1", UnknownValue)],
    ),
    (
        r#"{"field": "segment", "op": "any_of", "value": ["sg_0000000000001", "sg_zzz"]}"#,
        &[("/value/1", UnknownValue)],
    ),
    (
        r#"{"field": "custom.plan", "op": "eq", "value": "PRO"}"#,
        &[("/value", UnknownValue)],
    ),
    (
        r#"{"field": "custom.plan", "op": "eq", "value": ""}"#,
        &[("/value", Empty)],
    ),
    (
        r#"{"field": "id", "op": "any_of", "value": [1]}"#,
        &[("/value/0", WrongType)],
    ),
    // Numbers, yes and no.
    (
        r#"{"field": "custom.score", "op": "eq", "value": "5"}"#,
        &[("/value", WrongType)],
    ),
    (
        r#"{"field": "custom.score", "op": "between", "value": {"from": 2, "to": 1}}"#,
        &[("/value", Reversed)],
    ),
    (
        r#"{"field": "custom.score", "op": "between", "value": {"from": "2", "till": 1}}"#,
        &[
            ("/value/till", UnknownKey),
            ("/value/from", WrongType),
            ("/value/to", Required),
        ],
    ),
    (
        r#"{"field": "custom.score", "op": "between", "value": {"from": 1, "to": 2, "to": 3}}"#,
        &[("/value/to", RepeatedKey)],
    ),
    (
        r#"{"field": "custom.score", "op": "between", "value": [1, 2]}"#,
        &[("/value", WrongType)],
    ),
    (
        r#"{"field": "custom.vip", "op": "eq", "value": "true"}"#,
        &[("/value", WrongType)],
    ),
    (
        r#"{"field": "blocked", "op": "not_eq", "value": 1}"#,
        &[("/value", WrongType)],
    ),
    // Days and instants.
    (
        r#"{"field": "custom.renewal", "op": "eq", "value": "2027-02-29"}"#,
        &[("/value", InvalidDate)],
    ),
    (
        r#"{"field": "custom.renewal", "op": "eq", "value": "31/01/2027"}"#,
        &[("/value", InvalidDate)],
    ),
    (
        r#"{"field": "custom.renewal", "op": "eq", "value": "2027-1-31"}"#,
        &[("/value", InvalidDate)],
    ),
    (
        r#"{"field": "custom.renewal", "op": "eq", "value": "0000-01-01"}"#,
        &[("/value", InvalidDate)],
    ),
    (
        r#"{"field": "custom.renewal", "op": "before", "value": "2027-01-31T10:00:00Z"}"#,
        &[("/value", NotAllowed)],
    ),
    (
        r#"{"field": "custom.renewal", "op": "after", "value": 20270131}"#,
        &[("/value", WrongType)],
    ),
    (
        r#"{"field": "custom.renewal", "op": "between", "value": {"from": "2027-01-02", "to": "2027-01-01"}}"#,
        &[("/value", Reversed)],
    ),
    (
        r#"{"field": "custom.renewal", "op": "between", "value": {"from": "2027-01-02T00:00:00Z", "to": ""}}"#,
        &[("/value/from", NotAllowed), ("/value/to", Empty)],
    ),
    (
        r#"{"field": "created_at", "op": "eq", "value": "2027-01-31T10:00:00"}"#,
        &[("/value", InvalidDate)],
    ),
    (
        r#"{"field": "created_at", "op": "eq", "value": "+12027-01-31T10:00:00Z"}"#,
        &[("/value", InvalidDate)],
    ),
    (
        r#"{"field": "created_at", "op": "eq", "value": "0001-01-01T00:59:59.999+01:00"}"#,
        &[("/value", InvalidDate)],
    ),
    (
        r#"{"field": "created_at", "op": "eq", "value": "9999-12-31T23:00:00-01:00"}"#,
        &[("/value", InvalidDate)],
    ),
    // The day begins in Madrid as the instant ends.
    (
        r#"{"field": "created_at", "op": "between", "value": {"from": "2027-01-02", "to": "2027-01-01T22:59:59.999Z"}}"#,
        &[("/value", Reversed)],
    ),
    (
        r#"{"field": "created_at", "op": "after", "value": "today"}"#,
        &[("/value", InvalidDate)],
    ),
    (
        r#"{"field": "created_at", "op": "between", "value": {"from": "2027-01-02", "to": "2027-01-01T00:00:00Z"}}"#,
        &[("/value", Reversed)],
    ),
    (
        r#"{"field": "created_at", "op": "between", "value": {"from": "2027-01-02T00:00:00.001Z", "to": "2027-01-02T00:00:00Z"}}"#,
        &[("/value", Reversed)],
    ),
    // Relative dates.
    (
        r#"{"field": "created_at", "op": "in_last", "value": 30}"#,
        &[("/value", WrongType)],
    ),
    (
        r#"{"field": "created_at", "op": "in_last", "value": {"count": 0, "unit": "day"}}"#,
        &[("/value/count", OutOfRange)],
    ),
    (
        r#"{"field": "created_at", "op": "not_in_last", "value": {"count": -1, "unit": "days"}}"#,
        &[("/value/count", OutOfRange), ("/value/unit", UnknownValue)],
    ),
    (
        r#"{"field": "created_at", "op": "in_next", "value": {"count": 1e99, "unit": "day"}}"#,
        &[("/value/count", OutOfRange)],
    ),
    (
        r#"{"field": "created_at", "op": "in_last", "value": {"count": 1.5, "unit": null}}"#,
        &[("/value/count", WrongType), ("/value/unit", WrongType)],
    ),
    (
        r#"{"field": "created_at", "op": "in_last", "value": {"count": "3", "unit": "day", "ago": true}}"#,
        &[("/value/ago", UnknownKey), ("/value/count", WrongType)],
    ),
    (
        r#"{"field": "created_at", "op": "in_last", "value": {}}"#,
        &[("/value/count", Required), ("/value/unit", Required)],
    ),
    (
        r#"{"field": "custom.renewal", "op": "in_last", "value": {"count": 24, "unit": "hour"}}"#,
        &[("/value/unit", NotAllowed)],
    ),
    // Faults in several places, in the order of the document.
    (
        r#"{"all": [{"any": [{"field": "city", "op": "eq", "value": 1}, {"field": "x", "op": "eq", "value": 1}]}, {"not": {"field": "country", "op": "eq", "value": "ZZ"}}, {"none": []}]}"#,
        &[
            ("/all/0/any/0/value", WrongType),
            ("/all/0/any/1/field", UnknownField),
            ("/all/1/not/value", UnknownValue),
            ("/all/2/none", UnknownKey),
        ],
    ),
];

#[test]
fn every_fault_is_named_at_its_place() {
    for (filter, expected) in FAULTS {
        let expected: Vec<(String, FaultCode)> = expected
            .iter()
            .map(|(pointer, code)| ((*pointer).to_owned(), *code))
            .collect();
        assert_eq!(faults(filter), expected, "{filter}");
    }
}

#[test]
fn every_code_can_come() {
    let seen: BTreeSet<FaultCode> = FAULTS
        .iter()
        .flat_map(|(_, faults)| faults.iter().map(|(_, code)| *code))
        // These have tests of their own, at the bounds.
        .chain([TooDeep, TooMany, TooLong])
        .collect();
    assert_eq!(seen, FaultCode::ALL.iter().copied().collect());
    for code in FaultCode::ALL {
        assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
    }
}

#[test]
fn a_fault_says_what_would_have_been_accepted() {
    let detail = |filter: &str| checked(filter, Zone::Madrid).unwrap_err()[0].detail.clone();
    for (filter, expected) in [
        (
            r#"{"field": "custom.plan", "op": "eq", "value": "gold"}"#,
            "expected one of the choices basic, pro, pro2, pro_plus; \"gold\" is none of them",
        ),
        (
            r#"{"field": "custom.vip", "op": "contains", "value": "x"}"#,
            "expected one of the operators eq, not_eq, is_empty, is_not_empty for custom.vip; \"contains\" is none of them",
        ),
        (
            r#"{"field": "custom.gone", "op": "is_empty"}"#,
            "expected the key of a custom attribute of this account; \"gone\" does not exist or was deleted",
        ),
        (
            r#"{"field": "segment", "op": "eq", "value": "sg_0000000000009"}"#,
            "expected the id of a segment of this account; \"sg_0000000000009\" does not exist or was deleted",
        ),
        (
            r#"{"field": "custom.renewal", "op": "eq", "value": "2027-01-31T10:00:00Z"}"#,
            "expected a day such as \"2027-01-31\", without a time",
        ),
        (
            r#"{"field": "created_at", "op": "in_last", "value": {"count": 10001, "unit": "day"}}"#,
            "expected a whole number from 1 to 10000",
        ),
        (
            r#"{"field": "city", "op": "eq", "value": {"a": 1}}"#,
            "expected a text, not an object",
        ),
        (
            r#"{"field": "phone", "op": "eq", "value": "x"}"#,
            "expected a phone number, with its country code or one of Mexico",
        ),
    ] {
        assert_eq!(detail(filter), expected);
    }
    let unknown = detail(r#"{"field": "town", "op": "is_empty"}"#);
    assert!(
        unknown.starts_with("expected one of name, first_name,"),
        "{unknown}"
    );
    assert!(unknown.ends_with("\"town\" is no field"), "{unknown}");
    // What was sent is quoted with care: its beginning, and nothing that changes the line.
    let long = detail(&format!(
        r#"{{"field": "x\n\u202e{}", "op": "is_empty"}}"#,
        "y".repeat(1_000_000)
    ));
    assert!(
        long.len() < 400 && long.contains("x\\n\\u{202e}yyy") && !long.contains('\n'),
        "{long}"
    );
}

#[test]
fn a_pointer_begins_where_the_filter_stands() {
    let raw = read(r#"{"all": [{"not": 1}]}"#);
    for (pointer, expected) in [
        ("", "/all/0/not"),
        ("/filter", "/filter/all/0/not"),
        ("/select/filter", "/select/filter/all/0/not"),
    ] {
        let faults = check(&raw, &catalogue(), &SampleContext(Zone::Utc), pointer).unwrap_err();
        assert_eq!(faults[0].pointer, expected);
    }
}

#[test]
fn what_was_deleted_is_a_fault() {
    let none = Catalogue::new(Vec::new(), Vec::new(), Vec::new());
    let context = SampleContext(Zone::Utc);
    for (filter, code) in [
        (
            r#"{"field": "custom.plan", "op": "not_eq", "value": "pro"}"#,
            UnknownField,
        ),
        (
            r#"{"field": "custom.plan", "op": "is_empty"}"#,
            UnknownField,
        ),
        (
            r#"{"field": "segment", "op": "none_of", "value": ["sg_0000000000001"]}"#,
            UnknownValue,
        ),
    ] {
        assert!(check(&read(filter), &catalogue(), &context, "").is_ok());
        let faults = check(&read(filter), &none, &context, "").unwrap_err();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].code, code);
    }
}

#[test]
fn at_most_a_hundred_faults_are_reported() {
    let many =
        |count: usize, item: &str| format!(r#"{{"all": [{}]}}"#, vec![item; count].join(","));
    let wrong = "{\"field\": \"city\", \"op\": \"eq\", \"value\": 1}";
    assert_eq!(faults(&many(99, wrong)).len(), 99);
    assert_eq!(faults(&many(100, wrong)).len(), FAULTS_MAX);
    assert_eq!(faults(&many(400, wrong)).len(), FAULTS_MAX);
    assert_eq!(faults(&many(200_000, "1")).len(), FAULTS_MAX);
    let list = format!(
        r#"{{"field": "city", "op": "any_of", "value": [{}]}}"#,
        vec!["1"; 1000].join(",")
    );
    assert_eq!(faults(&list).len(), FAULTS_MAX);
    for entry in ["\"a\": 1", "\"all\": [], \"all\": []"] {
        let keys: Vec<String> = (0..1000).map(|key| format!("\"{key}\": 1")).collect();
        let object = format!("{{{entry}, {}}}", keys.join(","));
        assert_eq!(faults(&object).len(), FAULTS_MAX);
    }
}

/// Anything that may stand in a request, most of it nearly a filter.
fn documents() -> impl Strategy<Value = Raw> {
    let words = prop::sample::select(vec![
        "all",
        "any",
        "not",
        "field",
        "op",
        "value",
        "from",
        "to",
        "count",
        "unit",
        "city",
        "phone",
        "country",
        "custom.score",
        "custom.renewal",
        "created_at",
        "blocked",
        "eq",
        "between",
        "in_last",
        "any_of",
        "is_empty",
        "day",
        "MX",
        "2027-01-31",
        "x",
        "",
    ]);
    let leaf = prop_oneof![
        4 => words.clone().prop_map(|word| Raw::Text(word.to_owned())),
        1 => any::<String>().prop_map(Raw::Text),
        1 => any::<f64>().prop_map(|number| serde_json::json!(number).into()),
        1 => any::<bool>().prop_map(Raw::Bool),
        1 => Just(Raw::Null),
    ];
    let field = prop::sample::select(vec![
        "city",
        "phone",
        "country",
        "custom.score",
        "custom.renewal",
        "created_at",
        "blocked",
        "id",
    ]);
    let op = prop::sample::select(crate::op::Op::ALL.to_vec());
    leaf.prop_recursive(6, 60, 5, move |inner| {
        let condition =
            (field.clone(), op.clone(), inner.clone()).prop_map(|(field, op, value)| {
                Raw::Object(vec![
                    ("field".to_owned(), Raw::Text(field.to_owned())),
                    ("op".to_owned(), Raw::Text(op.as_str().to_owned())),
                    ("value".to_owned(), value),
                ])
            });
        let key = words.clone().prop_map(str::to_owned);
        prop_oneof![
            condition,
            prop::collection::vec(inner.clone(), 0..4).prop_map(Raw::List),
            prop::collection::vec((key, inner), 0..4).prop_map(Raw::Object),
        ]
    })
}

/// The value at a JSON pointer, or whether its parent is there: a missing key is named at its place.
fn stands_in(pointer: &str, raw: &Raw) -> bool {
    let mut here = vec![raw];
    let mut steps = pointer.split('/').skip(1).peekable();
    while let Some(step) = steps.next() {
        let step = step.replace("~1", "/").replace("~0", "~");
        let below: Vec<&Raw> = here
            .iter()
            .flat_map(|value| match value {
                Raw::List(items) => step
                    .parse()
                    .ok()
                    .and_then(|place: usize| items.get(place))
                    .into_iter()
                    .collect(),
                Raw::Object(entries) => entries
                    .iter()
                    .filter(|(key, _)| *key == step)
                    .map(|(_, value)| value)
                    .collect::<Vec<_>>(),
                _ => Vec::new(),
            })
            .collect();
        if below.is_empty() {
            return steps.peek().is_none()
                && here.iter().any(|value| matches!(value, Raw::Object(_)));
        }
        here = below;
    }
    true
}

proptest! {
    #[test]
    fn every_document_is_a_filter_or_has_faults_in_it(raw in documents()) {
        if let Err(faults) = check(&raw, &catalogue(), &SampleContext(Zone::Cairo), "") {
            prop_assert!((1..=FAULTS_MAX).contains(&faults.len()));
            for fault in faults {
                prop_assert!(stands_in(&fault.pointer, &raw), "{fault}");
            }
        }
    }
}
