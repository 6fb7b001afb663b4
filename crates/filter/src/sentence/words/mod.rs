//! What each language has to say.

mod en;
mod es;
mod zh;

pub(super) use en::En;
pub(super) use es::Es;
pub(super) use zh::Zh;

use super::condition::Clause;
use super::join::Piece;
use super::number::Signs;
use super::tree::Group;
use crate::checked::Field;
use chrono::NaiveDate;

/// What is said of something that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// The field or the choice is no more.
    Gone,
    /// The value is none of the field's.
    Invalid,
    /// The range ends before it begins.
    Reversed,
    /// The value is missing.
    NoValue,
    /// The field is not named.
    NoField,
    /// The operator is not named.
    NoOperator,
    /// There is no such operator.
    UnknownOperator,
    /// The field's type does not know the operator.
    Impossible,
    /// There is more than belongs there.
    Unreadable,
}

#[cfg(test)]
impl Mark {
    pub(super) const ALL: [Self; 9] = [
        Self::Gone,
        Self::Invalid,
        Self::Reversed,
        Self::NoValue,
        Self::NoField,
        Self::NoOperator,
        Self::UnknownOperator,
        Self::Impossible,
        Self::Unreadable,
    ];
}

/// The quotation marks of a language, and those within them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quotes {
    pub(super) open: char,
    pub(super) close: char,
    pub(super) inner_open: char,
    pub(super) inner_close: char,
}

/// “ ”, and ‘ ’ within.
const CURVED: Quotes = Quotes {
    open: '“',
    close: '”',
    inner_open: '‘',
    inner_close: '’',
};

/// A language. Its terms are those of the app.
pub(super) trait Words: Sync {
    /// What a field is called that people of the account cannot rename; nothing for a custom attribute.
    fn field(&self, field: &Field) -> Option<&'static str>;

    /// What a choice of a built-in field is called, of those that are the product's own.
    fn choice(&self, field: &Field, key: &str) -> Option<&'static str>;

    /// Yes or no, as a value.
    fn yes_no(&self, value: bool) -> &'static str;

    /// A condition.
    fn clause(&self, clause: &Clause) -> Piece;

    /// At least two parts, joined; groups among them stand in brackets already.
    fn joined(&self, group: Group, pieces: &[Piece]) -> String;

    /// The negation of what stands in brackets.
    fn not(&self, bracketed: &str) -> String;

    /// The whole sentence where nothing is asked.
    fn everybody(&self) -> &'static str;

    /// The whole sentence where nobody can match.
    fn nobody(&self) -> &'static str;

    /// The same beside other conditions.
    fn everybody_matches(&self) -> &'static str;

    /// The same beside other conditions.
    fn nobody_matches(&self) -> &'static str;

    /// What stands for a part that is no filter.
    fn unreadable(&self) -> &'static str;

    /// So many conditions, at least one, that are not said.
    fn more_conditions(&self, count: usize) -> String;

    /// What is said of something that is broken.
    fn mark(&self, mark: Mark) -> &'static str;

    /// The text in brackets.
    fn bracketed(&self, text: &str) -> String;

    /// The text, followed by a note in brackets.
    fn noted(&self, text: &str, note: &str) -> String;

    /// The quotation marks.
    fn quotes(&self) -> Quotes;

    /// Whether words stand in a name that join or negate in this language.
    fn has_connectives(&self, name: &str) -> bool;

    /// How numbers are written.
    fn signs(&self) -> Signs;

    /// A day.
    fn day(&self, day: NaiveDate) -> String;
}

/// Whether one of the words, in whatever case, stands in the name.
fn has_word(name: &str, words: &[&str]) -> bool {
    name.split_whitespace()
        .any(|word| words.contains(&word.to_lowercase().as_str()))
}
