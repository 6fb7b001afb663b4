//! A filter becomes SQL.
//!
//! Each condition can be said in two ways: as a **probe**, true or false for the row `i` of `contact_index` at hand, and, if an index knows its
//! contacts, as a **drive**, the set of their ids. Which one a query takes is decided where it is asked: pages walk and probe, sets are driven by
//! their most selective condition.
//!
//! Logic stays two-valued: a probe may be NULL where it means false, for it stands under AND and OR only. Every negation is at a condition
//! (`Nnf`), and there `IS NOT TRUE` makes it true or false.

mod columns;
mod drive;
mod probe;

use super::search;
use crate::catalogue::AccountCatalogue;
use crate::{Engine, sql};
use columns::Columns;
pub(super) use columns::stands_in;
pub(super) use drive::{implies_presence, knows_all};
use rapport_contract::AccountId;
use rapport_filter::checked::Nnf;
use sea_orm::Value;
use std::collections::BTreeSet;

/// Values of a list that are bound one by one.
const FEW: usize = 8;

/// Where a probe stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// In a walk that asks row after row and stops early.
    Walk,
    /// In a statement that finds all of a set: the engine may turn questions of each row into joins.
    Set,
}

/// How the contacts of a drive are found, from the cheapest way to the dearest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Found {
    /// In one range of an index, which counts them without reading a row.
    InIndex,
    /// By the trigrams of a text, or by characters that are words, of which there can be many.
    ByTrigrams,
    /// By reading all search keys: a text too short to have trigrams.
    ByReading,
}

/// SQL in the making: its values, and the columns of `contact_index` that it looks at.
pub(super) struct Compiler<'a> {
    engine: Engine,
    catalogue: &'a AccountCatalogue,
    around: Around,
    values: Vec<Value>,
    used: BTreeSet<String>,
    found: Found,
}

impl<'a> Compiler<'a> {
    /// The account is `$1`.
    pub(super) fn new(
        engine: Engine,
        catalogue: &'a AccountCatalogue,
        account: AccountId,
        around: Around,
    ) -> Self {
        Self {
            engine,
            catalogue,
            around,
            values: vec![account.as_i64().into()],
            used: BTreeSet::new(),
            found: Found::InIndex,
        }
    }

    pub(super) const fn engine(&self) -> Engine {
        self.engine
    }

    /// How the dearest of the drives so far finds its contacts.
    pub(super) const fn found(&self) -> Found {
        self.found
    }

    /// The values, in the order of their places.
    pub(super) fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// The columns of `contact_index` that the probes so far look at, beside `id`.
    pub(super) fn used(&self) -> impl Iterator<Item = &str> {
        self.used.iter().map(String::as_str)
    }

    /// The place of a new value.
    pub(super) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// That a text is one of these.
    fn one_of(&mut self, expression: &str, texts: &[&str]) -> String {
        if let Some(condition) = self.one_of_few(expression, texts.iter().copied()) {
            return condition;
        }
        self.values.push(sql::json(texts));
        let texts = self.engine.texts(self.values.len());
        format!("{expression} IN ({texts})")
    }

    /// That a number is one of these.
    fn one_of_numbers(&mut self, expression: &str, numbers: &[i64]) -> String {
        if let Some(condition) = self.one_of_few(expression, numbers.iter().copied()) {
            return condition;
        }
        self.values.push(sql::json(numbers));
        let numbers = self.engine.numbers(self.values.len());
        format!("{expression} IN ({numbers})")
    }

    /// A few values are a value each: of those the planners know how many rows have them, of a list that is one value nothing.
    fn one_of_few<V: Into<Value>>(
        &mut self,
        expression: &str,
        values: impl ExactSizeIterator<Item = V>,
    ) -> Option<String> {
        match values.len() {
            0 => None,
            1 => {
                let places: Vec<_> = values.map(|value| self.bind(value)).collect();
                Some(format!("{expression} = {}", places.concat()))
            }
            2..=FEW => {
                let places: Vec<_> = values.map(|value| self.bind(value)).collect();
                Some(format!("{expression} IN ({})", places.join(", ")))
            }
            _ => None,
        }
    }

    /// A column of the row `i`.
    fn column(&mut self, name: &str) -> String {
        self.used.insert(name.to_owned());
        format!("i.{name}")
    }

    /// Whether the filter holds for the row `i`.
    pub(super) fn probe(&mut self, filter: &Nnf) -> String {
        match filter {
            Nnf::All(children) if children.is_empty() => "TRUE".to_owned(),
            Nnf::Any(children) if children.is_empty() => "FALSE".to_owned(),
            Nnf::All(children) => {
                let children: Vec<_> = children.iter().map(|child| self.probe(child)).collect();
                joined(&children, " AND ")
            }
            Nnf::Any(children) => {
                let children: Vec<_> = children.iter().map(|child| self.probe(child)).collect();
                joined(&children, " OR ")
            }
            Nnf::Test(test) => {
                let holds = self.test(test);
                if test.negated {
                    format!("({holds}) IS NOT TRUE")
                } else {
                    format!("({holds})")
                }
            }
        }
    }

    /// Whether the row `i` has every word.
    pub(super) fn probe_words(&mut self, words: &[String]) -> String {
        let apart = self.apart();
        search::probe(self.engine, words, apart, &mut self.values)
    }

    /// Where the values of fields stand.
    fn columns(&self) -> Columns<'a> {
        Columns {
            catalogue: self.catalogue,
            engine: self.engine,
        }
    }
}

/// Conditions in a row, in groups of groups: each operator of a flat row of five hundred would be a level of its own, and SQLite takes a
/// thousand levels in all.
pub(super) fn joined(conditions: &[String], operator: &str) -> String {
    const GROUP: usize = 16;
    match conditions {
        [] => "TRUE".to_owned(),
        [one] => one.clone(),
        some if some.len() <= GROUP => format!("({})", some.join(operator)),
        many => {
            let groups: Vec<_> = many
                .chunks(GROUP)
                .map(|group| joined(group, operator))
                .collect();
            joined(&groups, operator)
        }
    }
}

/// A pattern of LIKE for a text: what stands before and after it, and every character of it for itself.
fn pattern(before: &str, text: &str, after: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("{before}{escaped}{after}")
}

/// The least text that is greater than every text that begins with `prefix`, by code points; none when there is no such text.
fn beyond(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        let next = match last {
            '\u{d7ff}' => Some('\u{e000}'),
            other => char::from_u32(other as u32 + 1),
        };
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_a_prefix() {
        assert_eq!(beyond("ab").as_deref(), Some("ac"));
        assert_eq!(beyond("a\u{10ffff}").as_deref(), Some("b"));
        assert_eq!(beyond("\u{d7ff}").as_deref(), Some("\u{e000}"));
        assert_eq!(beyond("\u{10ffff}"), None);
    }

    #[test]
    fn rows_of_conditions_are_not_deep() {
        let many: Vec<String> = (0..500).map(|n| n.to_string()).collect();
        let sql = joined(&many, " AND ");
        let mut depth = 0_usize;
        let mut deepest = 0;
        for c in sql.chars() {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            deepest = deepest.max(depth);
        }
        assert_eq!(deepest, 3);
        assert_eq!(sql.matches("AND").count(), 499);
    }

    #[test]
    fn patterns_are_escaped() {
        assert_eq!(pattern("%", r"100%_\", "%"), r"%100\%\_\\%");
    }
}
