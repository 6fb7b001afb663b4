//! What holds for every sentence, and that two filters that mean different things are told apart.

use super::super::words::Mark;
use super::super::{CONDITIONS_SHOWN, TEXT_SHOWN, VALUES_SHOWN};
use super::*;
use crate::check::tests::faults::FAULTS;
use crate::check::{DEPTH_MAX, FaultCode};
use crate::op::Op;
use crate::sample::{self, Random, Sampler, population};
use crate::tree::Node;
use std::collections::HashMap;

/// The most characters of a sentence: of each condition a name, with its key, and the values; and its words, notes and brackets.
const CHARACTERS_MAX: usize = CONDITIONS_SHOWN * ((VALUES_SHOWN + 3) * (TEXT_SHOWN + 40) + 100);

/// One line of text whose quotation marks and brackets fit.
pub(super) fn is_well_formed(sentence: &str, language: Language) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{what}: {sentence:?}"));
    if sentence.is_empty() || sentence != sentence.trim() {
        return wrong("white space around");
    }
    if sentence.chars().count() > CHARACTERS_MAX {
        return wrong("too long");
    }
    let unwanted = |c: char| {
        c.is_control() || "\u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}".contains(c)
    };
    if sentence.contains(unwanted) {
        return wrong("a control character");
    }
    match outside_quotes(sentence, language) {
        None => wrong("quotation marks"),
        Some(rest) => {
            let mut open = Vec::new();
            for c in rest.chars() {
                match c {
                    '(' | '（' => open.push(c),
                    ')' if open.pop() == Some('(') => {}
                    '）' if open.pop() == Some('（') => {}
                    ')' | '）' => return wrong("brackets"),
                    _ => {}
                }
            }
            if open.is_empty() {
                Ok(())
            } else {
                wrong("brackets")
            }
        }
    }
}

/// The sentence without what stands in quotation marks, if these fit.
fn outside_quotes(sentence: &str, language: Language) -> Option<String> {
    let quotes = language.words().quotes();
    let mut rest = String::new();
    let mut within = false;
    for c in sentence.chars() {
        if c == quotes.open && !within {
            within = true;
        } else if c == quotes.close && within {
            within = false;
        } else if c == quotes.open || c == quotes.close {
            return None;
        } else if !within {
            rest.push(c);
        }
    }
    (!within).then_some(rest)
}

/// Whether the sentence says that something is broken.
pub(super) fn says_broken(sentence: &str, language: Language) -> bool {
    let rest = outside_quotes(sentence, language).unwrap();
    let words = language.words();
    Mark::ALL
        .iter()
        .any(|mark| rest.contains(&words.bracketed(words.mark(*mark))))
        || rest
            .to_lowercase()
            .contains(&words.unreadable().to_lowercase())
}

pub(super) fn of_sample(filter: &Raw, language: Language) -> String {
    sentence(filter, &sample::catalogue(), language, &|_, _| None)
}

#[test]
fn what_is_whole_is_not_called_broken() {
    let contacts = population(11, 80);
    let mut sampler = Sampler::new(11, &contacts);
    for place in 0..3_000 {
        let filter = Raw::from(if place % 2 == 0 {
            sampler.filter()
        } else {
            sampler.condition()
        });
        for language in Language::ALL {
            let sentence = of_sample(&filter, language);
            is_well_formed(&sentence, language).unwrap_or_else(|wrong| panic!("{wrong}"));
            assert!(!says_broken(&sentence, language), "{sentence}");
        }
    }
}

#[test]
fn what_is_broken_is_called_so() {
    for (filter, faults) in FAULTS {
        // Whether it is a number takes the account's country, and whether a day ends before an instant its time zone.
        let unknowable = match faults {
            [(_, FaultCode::InvalidPhone)] => filter.contains("\"12\""),
            [(_, FaultCode::Reversed)] => filter.contains(r#"-02", "to": "2027-01-01T"#),
            _ => false,
        };
        for language in Language::ALL {
            let sentence = of_sample(&read(filter), language);
            is_well_formed(&sentence, language).unwrap_or_else(|wrong| panic!("{wrong}"));
            assert_eq!(
                says_broken(&sentence, language),
                !unknowable,
                "{filter}\n{sentence}"
            );
        }
    }
}

#[test]
fn a_negation_is_said_as_the_negative_operator_is() {
    let contacts = population(12, 80);
    let mut sampler = Sampler::new(12, &contacts);
    for _ in 0..2_000 {
        let node = sampler.condition();
        let Node::Condition { field, op, value } = node.clone() else {
            continue;
        };
        let (positive, _) = op.positive();
        if field == "id" {
            continue;
        }
        let Some(negative) = Op::ALL.iter().find(|op| op.positive() == (positive, true)) else {
            continue;
        };
        let one = Node::condition(field.clone(), positive, value.clone()).negated();
        let other = Node::condition(field, *negative, value);
        for language in Language::ALL {
            let said = of_sample(&one.clone().into(), language);
            assert_eq!(said, of_sample(&other.clone().into(), language));
            assert_ne!(said, of_sample(&one.clone().negated().into(), language));
        }
    }
}

/// Conditions with and without conjunctions of their own.
fn atoms() -> Vec<Node> {
    vec![
        Node::condition("country", Op::AnyOf, vec!["MX", "ES"]),
        Node::condition("segment", Op::AllOf, vec!["sg_1", "sg_2", "sg_3"]),
        Node::between("custom.score", 5, 10),
        Node::condition("city", Op::Eq, "Lima"),
        Node::condition("email", Op::NotContains, "@gmail"),
    ]
}

/// For which of the truth values of the atoms, one bit each, the filter holds: one bit for each.
fn meaning(node: &Node, atoms: &[Node]) -> u32 {
    let everything = u32::MAX;
    match node {
        Node::All(children) => children
            .iter()
            .fold(everything, |all, child| all & meaning(child, atoms)),
        Node::Any(children) => children
            .iter()
            .fold(0, |any, child| any | meaning(child, atoms)),
        Node::Not(child) => !meaning(child, atoms),
        Node::Condition { .. } => {
            let place = atoms.iter().position(|atom| atom == node).unwrap();
            (0..32).fold(0, |bits, row| bits | ((row >> place & 1) << row))
        }
    }
}

/// What has been said, and what it meant.
#[derive(Default)]
struct Told(HashMap<String, (u32, Node)>);

impl Told {
    fn tell(&mut self, node: &Node, atoms: &[Node], language: Language) {
        let sentence = said(&node.clone().into(), language);
        is_well_formed(&sentence, language).unwrap_or_else(|wrong| panic!("{wrong}"));
        let meaning = meaning(node, atoms);
        let (before, other) = self
            .0
            .entry(sentence.clone())
            .or_insert_with(|| (meaning, node.clone()));
        assert_eq!(*before, meaning, "{sentence}\n{node:?}\n{other:?}");
    }
}

#[test]
fn small_filters_that_mean_different_things_are_told_apart() {
    let atoms = atoms();
    let mut nodes: Vec<Node> = atoms.iter().take(3).cloned().collect();
    nodes.extend([Node::All(vec![]), Node::Any(vec![])]);
    let wider = |nodes: &[Node]| {
        let mut wider: Vec<Node> = nodes.iter().cloned().map(Node::negated).collect();
        for one in nodes {
            for other in nodes {
                wider.push(Node::All(vec![one.clone(), other.clone()]));
                wider.push(Node::Any(vec![one.clone(), other.clone()]));
            }
        }
        wider
    };
    let first = wider(&nodes);
    nodes.extend(first);
    let second = wider(&nodes);
    nodes.extend(second);
    for language in Language::ALL {
        let mut told = Told::default();
        for node in &nodes {
            told.tell(node, &atoms, language);
        }
        assert!(told.0.len() > 1_000, "{}", told.0.len());
    }
}

#[test]
fn nested_filters_that_mean_different_things_are_told_apart() {
    fn node(random: &mut Random, atoms: &[Node], depth: usize) -> Node {
        let kind = random.below(10);
        if depth == 0 || kind < 3 {
            return random.pick(atoms).unwrap().clone();
        }
        if kind < 5 {
            return node(random, atoms, depth - 1).negated();
        }
        let count = [0, 1, 2, 2, 2, 3, 3, 4][random.below(8)];
        let children = (0..count).map(|_| node(random, atoms, depth - 1)).collect();
        if kind < 8 {
            Node::All(children)
        } else {
            Node::Any(children)
        }
    }
    let atoms = atoms();
    for language in Language::ALL {
        let mut random = Random::new(5);
        let mut told = Told::default();
        for _ in 0..15_000 {
            told.tell(&node(&mut random, &atoms, 4), &atoms, language);
        }
    }
}

#[test]
fn a_long_filter_is_said_in_part() {
    let city = |number: usize| Node::condition("city", Op::Eq, format!("{number}"));
    let many = |count: usize| Node::Any((1..=count).map(city).collect());
    let end = |node: Node| {
        in_all(&node.into()).map(|sentence| {
            let from = sentence.char_indices().rev().nth(80).unwrap().0;
            sentence[from..].to_owned()
        })
    };
    let [en, es, zh] = end(many(50));
    assert!(en.ends_with(", or City is “50”"), "{en}");
    assert!(es.ends_with(" o Ciudad es «50»"), "{es}");
    assert!(zh.ends_with("，或者城市是“50”"), "{zh}");
    let [en, es, zh] = end(many(51));
    assert!(en.ends_with(", or 1 more condition"), "{en}");
    assert!(es.ends_with(" o 1 condición más"), "{es}");
    assert!(zh.ends_with("，或者另外 1 个条件"), "{zh}");
    // Groups that are never reached are counted by their conditions, the empty ones as one.
    let rest = Node::All(vec![city(0), many(1_200).negated(), Node::Any(vec![])]);
    let [en, es, zh] = end(Node::Any(vec![many(50), rest]));
    assert!(en.ends_with(", or 1,202 more conditions"), "{en}");
    assert!(es.ends_with(" o 1202 condiciones más"), "{es}");
    assert!(zh.ends_with("，或者另外 1,202 个条件"), "{zh}");
    // A group that is reached and not finished keeps its own.
    let halves = Node::All(vec![many(49), many(3), many(3).negated()]);
    let [en, _, _] = end(halves);
    assert!(
        en.ends_with("(City is “1” or 2 more conditions), and 3 more conditions"),
        "{en}"
    );
}

#[test]
fn what_is_too_deep_ends() {
    let mut raw = read(r#"{"field": "city", "op": "eq", "value": "Lima"}"#);
    for depth in (2..).step_by(2).take(50) {
        let other = read(r#"{"field": "city", "op": "is_empty"}"#);
        raw = object("all", Raw::List(vec![raw, other]));
        raw = object("not", raw);
        for language in Language::ALL {
            let sentence = said(&raw, language);
            is_well_formed(&sentence, language).unwrap_or_else(|wrong| panic!("{wrong}"));
            let too_deep = depth > DEPTH_MAX;
            assert_eq!(says_broken(&sentence, language), too_deep, "{sentence}");
        }
    }
}

fn object(key: &str, value: Raw) -> Raw {
    Raw::Object(vec![(key.to_owned(), value)])
}
