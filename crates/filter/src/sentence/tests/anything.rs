//! Whatever stands in a document, or in the names that an account gives: there is a sentence, and it is well formed.

use super::laws::{is_well_formed, of_sample, says_broken};
use super::*;
use crate::check::{FaultCode, check};
use crate::op::Op;
use crate::sample::{self, SampleContext, Zone};
use crate::tree::Node;
use proptest::prelude::*;

/// Texts in which what could break a sentence is frequent.
fn texts() -> impl Strategy<Value = String> {
    let hard = prop::sample::select(
        "()（）[]“”‘’«»\"'、，,;；: \n\r\t\0\u{85}\u{2028}\u{202e}\u{2066}\u{200d}\u{301}…或和且不是oyeaAÁß👩家"
            .chars()
            .collect::<Vec<_>>(),
    );
    let words = prop::sample::select(vec![" and ", " or ", " not ", " y ", " o ", " ni ", "或者"]);
    let part = prop_oneof![
        hard.prop_map(String::from),
        words.prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
        prop::char::range(' ', '~').prop_map(String::from),
    ];
    prop::collection::vec(part, 0..90).prop_map(|parts| parts.concat())
}

/// JSON that is sometimes nearly a filter.
fn documents() -> impl Strategy<Value = Raw> {
    let keys = [
        "all", "any", "not", "field", "op", "value", "from", "to", "count", "unit", "x",
    ];
    let known = [
        "city",
        "email",
        "phone",
        "country",
        "language",
        "segment",
        "created_at",
        "custom.score",
        "custom.renewal",
        "custom.vip",
        "custom.plan",
        "custom.gone",
        "MX",
        "sg_1",
        "day",
        "hour",
        "2026-11-20",
        "2026-11-20T10:00:00Z",
        "pro",
    ];
    let ops: Vec<&str> = Op::ALL.iter().map(|op| op.as_str()).collect();
    let text = prop_oneof![
        prop::sample::select(known.to_vec()).prop_map(str::to_owned),
        prop::sample::select(ops.clone()).prop_map(str::to_owned),
        texts(),
    ];
    let leaf = prop_oneof![
        Just(Raw::Null),
        any::<bool>().prop_map(Raw::Bool),
        any::<i64>().prop_map(|number| Raw::Number(number.into())),
        any::<f64>().prop_map(|number| Raw::from(serde_json::Value::from(number))),
        text.prop_map(Raw::Text),
    ];
    let fields = prop::sample::select(known[..12].to_vec());
    leaf.prop_recursive(6, 60, 6, move |inner| {
        let list = prop::collection::vec(inner.clone(), 0..9).prop_map(Raw::List);
        let group = (prop::sample::select(vec!["all", "any"]), list.clone());
        let ops = prop::sample::select(ops.clone());
        let condition = (fields.clone(), ops, inner.clone());
        let entry = (prop::sample::select(keys.to_vec()), inner.clone());
        prop_oneof![
            list,
            group.prop_map(|entry| object(vec![entry])),
            inner.prop_map(|child| object(vec![("not", child)])),
            condition.prop_map(|(field, op, value)| object(vec![
                ("field", Raw::Text(field.to_owned())),
                ("op", Raw::Text(op.to_owned())),
                ("value", value),
            ])),
            prop::collection::vec(entry, 0..4).prop_map(object),
        ]
    })
}

fn object(entries: Vec<(&str, Raw)>) -> Raw {
    let entries = entries.into_iter();
    Raw::Object(
        entries
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

proptest! {
    #[test]
    fn whatever_it_is_there_is_a_sentence(raw in documents()) {
        let checked = check(&raw, &sample::catalogue(), &SampleContext(Zone::Madrid), "");
        // What takes the account's country or time zone to be known.
        let unknowable = |code: FaultCode| matches!(code, FaultCode::InvalidPhone | FaultCode::Reversed);
        for language in Language::ALL {
            let sentence = of_sample(&raw, language);
            if let Err(wrong) = is_well_formed(&sentence, language) {
                prop_assert!(false, "{}", wrong);
            }
            match &checked {
                Ok(_) => prop_assert!(!says_broken(&sentence, language), "{}", sentence),
                Err(faults) if faults.iter().all(|fault| unknowable(fault.code)) => {}
                Err(faults) => prop_assert!(says_broken(&sentence, language), "{}\n{:?}", sentence, faults),
            }
        }
    }

    #[test]
    fn texts_from_outside_are_only_text(label in texts(), choice in texts(), name in texts(), value in texts()) {
        let custom = |key: &str, kind| CustomDefinition {
            key: key.to_owned(),
            label: label.clone(),
            kind,
            indexed: true,
        };
        let catalogue = Catalogue::new(
            vec![Choice::new("MX")],
            vec![Choice::labelled("sg_1", choice.clone())],
            vec![
                custom("note", CustomType::Text),
                custom("list", CustomType::List(vec![Choice::labelled("one", choice.clone()), Choice::new("two")])),
            ],
        );
        let filter = Raw::from(Node::Any(vec![
            Node::condition("custom.note", Op::Eq, value.clone()),
            Node::All(vec![
                Node::condition("custom.list", Op::NoneOf, vec!["one", "two", &value]),
                Node::condition("country", Op::Eq, "MX"),
                Node::condition("language", Op::AnyOf, vec!["es", "zh"]),
            ]),
            Node::condition("segment", Op::AllOf, vec!["sg_1", &value]).negated(),
            Node::condition(value.clone(), Op::Contains, value.clone()),
        ]));
        for language in Language::ALL {
            let sentence = sentence(&filter, &catalogue, language, &|_, _| Some(name.clone()));
            if let Err(wrong) = is_well_formed(&sentence, language) {
                prop_assert!(false, "{}", wrong);
            }
        }
    }
}
