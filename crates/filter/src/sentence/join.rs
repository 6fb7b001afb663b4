//! Joining conditions to a sentence whose groups cannot be misread: within one pair of brackets there is only one kind of
//! conjunction between conditions, and what separates conditions is stronger than what separates the values within them.

use super::condition::{Asked, List};
use super::tree::{Group, Tree};
use super::words::Words;

/// A part of the sentence.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Whether it begins with a small letter that is a capital at the beginning of the sentence.
    pub(super) small: bool,
    pub(super) inner: Inner,
}

/// What is joined within a part, outside brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Inner {
    /// Nothing.
    Plain,
    /// Values, with a conjunction.
    Conjunction,
    /// Values, with commas too.
    Commas,
}

impl Piece {
    /// A part without anything joined in it.
    pub(super) fn plain(text: impl Into<String>, small: bool) -> Self {
        Self {
            text: text.into(),
            small,
            inner: Inner::Plain,
        }
    }
}

/// The most that is joined within one of these parts.
pub(super) fn most(pieces: &[Piece]) -> Inner {
    let inner = pieces.iter().map(|piece| piece.inner).max();
    inner.unwrap_or(Inner::Plain)
}

/// The whole sentence.
pub(super) fn whole(words: &dyn Words, tree: &Tree) -> String {
    let piece = match tree {
        Tree::Everybody => Piece::plain(words.everybody(), true),
        Tree::Nobody => Piece::plain(words.nobody(), true),
        other => piece(words, other),
    };
    if piece.small {
        capitalised(&piece.text)
    } else {
        piece.text
    }
}

fn piece(words: &dyn Words, tree: &Tree) -> Piece {
    match tree {
        Tree::Clause(clause) => {
            let mut piece = words.clause(clause);
            piece.inner = inner(&clause.asked);
            for mark in &clause.marks {
                piece.text = words.noted(&piece.text, words.mark(*mark));
            }
            piece
        }
        Tree::Group(group, children) => {
            let pieces: Vec<Piece> = children.iter().map(|child| part(words, child)).collect();
            Piece {
                text: words.joined(*group, &pieces),
                small: pieces.first().is_some_and(|first| first.small),
                inner: Inner::Commas,
            }
        }
        Tree::Not(child) => {
            let inner = words.bracketed(&piece(words, child).text);
            Piece::plain(words.not(&inner), true)
        }
        Tree::Everybody => Piece::plain(words.everybody_matches(), true),
        Tree::Nobody => Piece::plain(words.nobody_matches(), true),
        Tree::Unreadable => Piece::plain(words.unreadable(), true),
        Tree::More(count) => Piece::plain(words.more_conditions(*count), true),
        Tree::Marked(tree, mark) => {
            let piece = part(words, tree);
            Piece {
                text: words.noted(&piece.text, words.mark(*mark)),
                ..piece
            }
        }
    }
}

/// A part beside others: a group in brackets.
fn part(words: &dyn Words, tree: &Tree) -> Piece {
    let piece = piece(words, tree);
    match tree {
        Tree::Group(Group::All | Group::Any, _) => Piece {
            text: words.bracketed(&piece.text),
            inner: Inner::Plain,
            ..piece
        },
        _ => piece,
    }
}

fn inner(asked: &Asked) -> Inner {
    match asked {
        Asked::Is(list)
        | Asked::Includes(list)
        | Asked::IncludesAll(list)
        | Asked::Unknown(_, list) => match list {
            List { shown, more: 0 } if shown.len() < 2 => Inner::Plain,
            List { shown, more: 0 } if shown.len() == 2 => Inner::Conjunction,
            List { .. } => Inner::Commas,
        },
        Asked::Within(..) | Asked::Time(super::condition::When::Between(..)) => Inner::Conjunction,
        Asked::Missing | Asked::Part(..) | Asked::Number(..) | Asked::Time(_) | Asked::YesNo(_) => {
            Inner::Plain
        }
    }
}

/// The text with its first letter as a capital.
fn capitalised(text: &str) -> String {
    let Some((place, letter)) = text.char_indices().find(|(_, c)| c.is_alphabetic()) else {
        return text.to_owned();
    };
    let (before, rest) = text.split_at(place);
    let rest = rest.get(letter.len_utf8()..).unwrap_or_default();
    format!("{before}{}{rest}", letter.to_uppercase())
}
