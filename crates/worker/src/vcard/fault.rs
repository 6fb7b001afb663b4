//! What can be wrong with a card.

use crate::csv::cells::shorten;
use rapport_contract::import::Severity;

/// Longest text that a fault quotes, in characters.
const QUOTED_MAX: usize = 200;

/// What is wrong with a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardFaultCode {
    /// The file ends inside the card: it was cut off.
    CutOff,
    /// Another card begins before this one has ended.
    NoEnd,
    /// There is an end of a card, and no beginning before it.
    NoBegin,
    /// There is more in the card than any contact has, its pictures, sounds and keys not counted.
    TooLong,
    /// A line is not a name, a colon and a value; it was left out.
    UnreadableLine,
    /// A value is in an encoding that is not known or not the one that it says; what could not be read is U+FFFD.
    UnreadableCharset,
    /// There are more e-mails or phones than columns for them; the last were left out.
    TooManyValues,
}

impl CardFaultCode {
    /// Every code.
    pub const ALL: [Self; 7] = [
        Self::CutOff,
        Self::NoEnd,
        Self::NoBegin,
        Self::TooLong,
        Self::UnreadableLine,
        Self::UnreadableCharset,
        Self::TooManyValues,
    ];

    /// The code as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CutOff => "cut_off",
            Self::NoEnd => "no_end",
            Self::NoBegin => "no_begin",
            Self::TooLong => "too_long",
            Self::UnreadableLine => "unreadable_line",
            Self::UnreadableCharset => "unreadable_charset",
            Self::TooManyValues => "too_many_values",
        }
    }

    /// Whether the card is lost, or only a part of it.
    pub const fn severity(self) -> Severity {
        match self {
            Self::CutOff | Self::NoEnd | Self::NoBegin | Self::TooLong => Severity::Rejected,
            Self::UnreadableLine | Self::UnreadableCharset | Self::TooManyValues => {
                Severity::Warning
            }
        }
    }
}

/// One thing that is wrong with a card, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardFault {
    /// What is wrong.
    pub code: CardFaultCode,
    /// The line of the file at which it shows, counted from 1; of a card that was cut off, the file's last.
    pub line: u64,
    /// What it is about, as it stands in the file or as far as it could be read, shortened to 200 characters: the value, or the line.
    pub value: Option<String>,
}

/// What is wrong with a card so far: of each kind, the first place is enough.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<CardFault>);

impl Faults {
    pub(super) fn add(&mut self, code: CardFaultCode, line: u64, value: Option<&str>) {
        if self.0.iter().all(|fault| fault.code != code) {
            self.0.push(CardFault {
                code,
                line,
                value: value.map(|value| shorten(value.trim(), QUOTED_MAX)),
            });
        }
    }

    /// All of them in the order of the file.
    pub(super) fn into_vec(self) -> Vec<CardFault> {
        let mut faults = self.0;
        faults.sort_by_key(|fault| fault.line);
        faults
    }
}
