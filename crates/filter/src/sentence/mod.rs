//! A filter in plain words, so that the app, the activities of a contact and the audit log say the same.
//!
//! The sentence tells what a filter says, not how it was clicked together: a negation goes into the condition it stands at
//! where every operator has words for its negation, and groups of one kind within each other are one group. Beyond that nothing
//! is turned around, and two filters that mean different things get different sentences (as far as values are shown whole).

mod condition;
mod join;
mod language;
mod number;
mod outside;
mod time;
mod tree;
mod value;
mod words;

#[cfg(test)]
mod tests;

pub use language::Language;

use crate::catalogue::Catalogue;
use crate::raw::Raw;

/// Values of a list that are said; the others are counted.
const VALUES_SHOWN: usize = 5;
/// Conditions that are said; the others are counted.
const CONDITIONS_SHOWN: usize = 50;
/// Characters of a text from outside that are said; an ellipsis stands for the rest.
const TEXT_SHOWN: usize = 60;

/// Says a filter in plain words: `Country is Mexico or Spain, and (Plan is Pro or City is not “Lima”)`.
///
/// `filter` is a filter as it is stored, checked or not; a [`Node`](crate::tree::Node) becomes one by `Raw::from`. Fields and
/// choices are called as `catalogue` labels them. Those that it leaves without a label are asked of `name_of_choice`, which is
/// given the key of the field and of the choice (`country`, `MX`; `language`, `es-MX`) and answers in `language`, or not at all:
/// then the key itself is said. The choices of `source` and `channel` need no answer.
///
/// There is a sentence for every filter. What is broken is said as far as it can be read, followed by a note in brackets:
/// `“custom.plan” (no longer exists) is “pro”`. A choice that is gone may still be named by `name_of_choice`. A phone number is not
/// read here, for that takes the account's country: one that cannot be read is said as it stands.
///
/// Relative dates stay relative, and an instant is said at the offset from UTC at which it was written. The sentence is one
/// line without a full stop, to stand alone or within another one. Texts from outside stand in the quotation marks of the
/// language, which they cannot close; of long texts, long lists and long filters the beginning is said, and how much follows.
///
/// ```
/// use rapport_filter::catalogue::{Catalogue, Choice};
/// use rapport_filter::sentence::{Language, sentence};
///
/// let catalogue = Catalogue::new(vec![Choice::new("MX")], vec![], vec![]);
/// let filter = serde_json::json!({"all": [
///     {"field": "country", "op": "eq", "value": "MX"},
///     {"not": {"field": "city", "op": "starts_with", "value": "San"}},
/// ]});
/// let name = |_: &str, code: &str| (code == "MX").then(|| "Mexico".to_owned());
/// assert_eq!(
///     sentence(&filter.into(), &catalogue, Language::En, &name),
///     "Country is Mexico and City does not start with “San”"
/// );
/// ```
pub fn sentence(
    filter: &Raw,
    catalogue: &Catalogue,
    language: Language,
    name_of_choice: &dyn Fn(&str, &str) -> Option<String>,
) -> String {
    let mut speaker = Speaker {
        catalogue,
        words: language.words(),
        name_of_choice,
        left: CONDITIONS_SHOWN,
    };
    let tree = speaker.read(filter);
    join::whole(speaker.words, &tree)
}

/// What is known while a filter is read.
struct Speaker<'a> {
    catalogue: &'a Catalogue,
    words: &'static dyn words::Words,
    name_of_choice: &'a dyn Fn(&str, &str) -> Option<String>,
    /// Conditions that can still be said.
    left: usize,
}
