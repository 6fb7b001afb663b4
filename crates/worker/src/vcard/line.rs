//! One line of a card while it is read, and what it turns out to be.

use super::binaries::is_binary;
use super::header::{HEADER_MAX, Header};
use super::property::Name;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    /// Its colon has not been read yet.
    #[default]
    Open,
    /// A property that is held whole.
    Held(Name),
    /// Another property; its value was passed over.
    Passed,
    /// A picture, a sound or a key; its value was passed over.
    Binary,
    /// A property that there was no room for; its value was passed over.
    TooLong,
    /// No property.
    Unreadable,
}

/// A line, joined.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// Where it begins, counted from 1.
    pub(super) number: u64,
    pub(super) kind: Kind,
    /// All of it, if it is held; the beginning of one that is no property; else what stands before the colon.
    pub(super) bytes: Vec<u8>,
    /// Where the header ends.
    colon: usize,
    /// Whether a quote is open in the header.
    is_quoted: bool,
    /// Its bytes in the file, those of a binary not counted.
    pub(super) size: usize,
    is_quoted_printable: bool,
    last: u8,
}

impl Line {
    /// Forgets everything; the next line begins here.
    pub(super) fn begin(&mut self, number: u64) {
        let mut bytes = std::mem::take(&mut self.bytes);
        bytes.clear();
        *self = Self {
            number,
            bytes,
            ..Self::default()
        };
    }

    /// What stands before the colon; of a line without one, nothing.
    pub(super) fn header(&self) -> Header<'_> {
        Header::new(self.bytes.get(..self.colon).unwrap_or_default())
    }

    /// What stands behind the colon; of a line that is not held, nothing.
    pub(super) fn value(&self) -> &[u8] {
        match self.kind {
            Kind::Held(_) => self.bytes.get(self.colon + 1..).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The line goes on with this, of which no more than `room` bytes in all are held.
    pub(super) fn push(&mut self, piece: &[u8], room: usize) {
        self.last = piece.last().copied().unwrap_or(self.last);
        match self.kind {
            Kind::Binary => {}
            Kind::Passed | Kind::TooLong | Kind::Unreadable => self.size += piece.len(),
            Kind::Held(_) => {
                self.size += piece.len();
                self.hold(piece, room);
            }
            Kind::Open => self.push_open(piece, room),
        }
    }

    fn push_open(&mut self, piece: &[u8], room: usize) {
        let free = HEADER_MAX.saturating_sub(self.bytes.len());
        let searched = piece.get(..free).unwrap_or(piece);
        let found = searched.iter().position(|byte| {
            self.is_quoted ^= *byte == b'"';
            *byte == b':' && !self.is_quoted
        });
        let Some(colon) = found else {
            self.size += piece.len();
            self.bytes.extend_from_slice(searched);
            return;
        };
        let (header, value) = piece.split_at(colon);
        self.size += header.len() + 1;
        self.bytes.extend_from_slice(header);
        self.find_kind(self.bytes.len(), value.get(1..).unwrap_or_default());
        if !matches!(self.kind, Kind::Binary) {
            self.size += value.len().saturating_sub(1);
        }
        if let Kind::Held(_) = self.kind {
            self.hold(value, room);
        }
    }

    fn hold(&mut self, piece: &[u8], room: usize) {
        // However full the card is, the line that ends it has to be known.
        if self.bytes.len() + piece.len() > room.max(HEADER_MAX) {
            self.kind = Kind::TooLong;
            self.bytes = self.bytes.get(..self.colon).unwrap_or_default().to_vec();
        } else {
            self.bytes.extend_from_slice(piece);
        }
    }

    /// The colon was found, and `value` is what stands behind it so far.
    fn find_kind(&mut self, colon: usize, value: &[u8]) {
        self.colon = colon;
        let header = self.header();
        let is_quoted_printable = header.is_quoted_printable();
        self.kind = match Name::of(&header) {
            Some(name) => Kind::Held(name),
            None if is_binary(&header, value) => Kind::Binary,
            None if header.is_named() => Kind::Passed,
            // A sentence with a colon.
            None => Kind::Unreadable,
        };
        self.is_quoted_printable = is_quoted_printable;
    }

    /// The line is at its end. A quote that was never closed hides no colon.
    pub(super) fn finish(&mut self) {
        if self.kind != Kind::Open {
            return;
        }
        match self.bytes.iter().position(|byte| *byte == b':') {
            Some(colon) if self.size == self.bytes.len() => {
                let value = self.bytes.split_off(colon);
                self.find_kind(colon, value.get(1..).unwrap_or_default());
                if let Kind::Held(_) = self.kind {
                    self.bytes.extend(value);
                }
            }
            _ => self.kind = Kind::Unreadable,
        }
    }

    /// Whether it goes on behind the line break, as quoted-printable does behind `=`.
    pub(super) fn breaks_softly(&self) -> bool {
        self.is_quoted_printable && self.last == b'='
    }

    /// Takes off the `=` of a soft line break.
    pub(super) fn join_softly(&mut self) {
        self.last = 0;
        if let Kind::Held(_) = self.kind
            && self.bytes.last() == Some(&b'=')
        {
            self.bytes.pop();
        }
    }
}
