//! A card as it was read: its properties, not decoded yet.

use super::binaries::is_base64_line;
use super::cards::CARD_MAX;
use super::fault::{CardFaultCode, Faults};
use super::line::{Kind, Line};
use super::params::Params;
use super::property::{Name, Property};
use super::text::Version;

/// What a line counts for at least, so that no card is a million of empty ones.
const LINE_MIN: usize = 64;

/// A card as far as it was read.
#[derive(Debug)]
pub(super) struct RawCard {
    /// Where it begins.
    pub(super) line: u64,
    pub(super) version: Version,
    pub(super) properties: Vec<Property>,
    pub(super) faults: Faults,
    size: usize,
    /// Whether the line before was a picture, a sound or a key.
    is_behind_binary: bool,
}

impl RawCard {
    pub(super) fn new(line: u64) -> Self {
        Self {
            line,
            version: Version::default(),
            properties: Vec::new(),
            faults: Faults::default(),
            size: 0,
            is_behind_binary: false,
        }
    }

    /// Bytes that it may still hold.
    pub(super) fn room(&self) -> usize {
        CARD_MAX.saturating_sub(self.size)
    }

    /// Takes a line that is neither its beginning nor its end.
    pub(super) fn take(&mut self, line: &Line) {
        let is_behind_binary = std::mem::replace(
            &mut self.is_behind_binary,
            matches!(line.kind, Kind::Binary),
        );
        if is_behind_binary && line.kind == Kind::Unreadable && is_base64_line(&line.bytes) {
            self.is_behind_binary = true;
            return;
        }
        let had_room = self.room() > 0;
        self.size = self.size.saturating_add(line.size.max(LINE_MIN));
        if self.size > CARD_MAX {
            self.faults.add(CardFaultCode::TooLong, line.number, None);
        }
        match line.kind {
            Kind::Held(Name::Version) => self.version = Version::parse(line.value()),
            Kind::Held(name) if had_room => self.properties.push(Property {
                name,
                params: Params::new(&line.header()),
                value: line.value().to_vec(),
                line: line.number,
            }),
            Kind::Unreadable => {
                let text = String::from_utf8_lossy(&line.bytes);
                self.faults
                    .add(CardFaultCode::UnreadableLine, line.number, Some(&text));
            }
            Kind::TooLong => self.faults.add(CardFaultCode::TooLong, line.number, None),
            Kind::Held(_) | Kind::Passed | Kind::Binary | Kind::Open => {}
        }
    }

    /// Bytes that it has room for.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        let values = self.properties.iter().map(|one| one.value.capacity());
        self.properties.capacity() * size_of::<Property>() + values.sum::<usize>()
    }
}
