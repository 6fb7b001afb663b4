//! Literal cases: a filter, and who matches it. Expected by hand from the meaning of the language, not from an evaluator,
//! for evaluators that agree could still share a mistake.

mod choices;
mod contacts;
mod groups;
mod numbers;
mod texts;
mod times;

pub use contacts::contacts;

use super::{Zone, contact};
use crate::raw::Raw;

/// A filter over [`contacts`], and who matches.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// What it is about.
    pub what: &'static str,
    /// The time zone that it is checked in, at [`NOW`](super::NOW).
    pub zone: Zone,
    /// The filter, as JSON.
    pub filter: String,
    /// The numbers of the contacts that match, ascending.
    pub matches: Vec<u32>,
}

impl Case {
    fn new(what: &'static str, filter: impl Into<String>, matches: impl Into<Vec<u32>>) -> Self {
        Self {
            what,
            zone: Zone::Madrid,
            filter: filter.into(),
            matches: matches.into(),
        }
    }

    fn at(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// The filter, read. All of them are JSON; what is not is an error, not a panic.
    pub fn raw(&self) -> serde_json::Result<Raw> {
        serde_json::from_str(&self.filter)
    }

    /// The ids of the contacts that match, ascending.
    pub fn ids(&self) -> Vec<String> {
        self.matches.iter().copied().map(contact).collect()
    }

    /// The same about the custom attributes that are not indexed, where it asks about one that is.
    fn twin(&self) -> Option<Self> {
        let mut filter = self.filter.clone();
        for (one, other) in TWINS {
            filter = filter.replace(&format!("custom.{one}\""), &format!("custom.{other}\""));
        }
        (filter != self.filter).then(|| Self {
            filter,
            ..self.clone()
        })
    }
}

/// Custom attributes of one type, with the same values in each of [`contacts`]: an indexed one, and one that is not.
const TWINS: [(&str, &str); 6] = [
    ("note", "motto"),
    ("score", "debt"),
    ("renewal", "birthday"),
    ("vip", "newsletter"),
    ("plan", "tier"),
    ("website", "profile"),
];

/// Every case. Those about custom attributes come twice: for an indexed attribute, and for one that is not.
pub fn cases() -> Vec<Case> {
    let mut cases = texts::cases();
    cases.extend(choices::cases());
    cases.extend(numbers::cases());
    cases.extend(times::cases());
    cases.extend(groups::cases());
    let twins: Vec<Case> = cases.iter().filter_map(Case::twin).collect();
    cases.extend(twins);
    cases
}

/// How many contacts there are.
const CONTACTS: u32 = 11;

/// Everyone but these.
fn all_but(numbers: impl AsRef<[u32]>) -> Vec<u32> {
    (1..=CONTACTS)
        .filter(|number| !numbers.as_ref().contains(number))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{SampleContext, catalogue};
    use super::*;
    use crate::check::check;
    use crate::evaluate::matches;
    use std::collections::BTreeSet;

    #[test]
    fn every_case_matches_whom_it_says() {
        let contacts = contacts();
        let catalogue = catalogue();
        let mut wrong = Vec::new();
        for case in cases() {
            let raw = case
                .raw()
                .unwrap_or_else(|error| panic!("{}: {error}", case.filter));
            let filter = check(&raw, &catalogue, &SampleContext(case.zone), "")
                .unwrap_or_else(|faults| panic!("{}: {}", case.filter, faults[0]));
            let found: Vec<String> = contacts
                .iter()
                .filter(|facts| matches(&filter, facts))
                .map(|facts| facts.id.clone())
                .collect();
            if found != case.ids() {
                wrong.push(format!(
                    "{}: {}\n  expected {:?}\n  found {found:?}",
                    case.what,
                    case.filter,
                    case.ids()
                ));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn every_operator_of_every_type_has_a_case() {
        let cases = cases();
        assert!(cases.len() >= 40, "{}", cases.len());
        let mut missing = BTreeSet::new();
        let mut asked = BTreeSet::new();
        for field in catalogue().fields() {
            for op in field.operators() {
                let operator = format!("{:?} {op}", field.kind());
                let condition = format!(r#""field": "{}", "op": "{op}""#, field.key());
                if cases.iter().any(|case| case.filter.contains(&condition)) {
                    asked.insert(operator);
                } else {
                    missing.insert(operator);
                }
            }
        }
        let missing: BTreeSet<_> = missing.difference(&asked).collect();
        assert_eq!(missing, BTreeSet::new());
    }
}
