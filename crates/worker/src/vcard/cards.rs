//! The cards of a file, one after another.

use super::card::Card;
use super::charset::Charsets;
use super::fault::CardFaultCode;
use super::line::{Kind, Line};
use super::lines::Lines;
use super::property::Name;
use super::raw::RawCard;
use super::source::Source;
use super::text::Version;
use std::io::{self, Read};

/// Most data of a card, in bytes: its pictures, sounds and keys are not counted, and a line counts for at least 64.
pub const CARD_MAX: usize = 1024 * 1024;

/// Reads cards from a file's bytes, with the memory of one card without its pictures, sounds and keys.
///
/// Cards that cannot be used come too, with the fault that says why. The one error is that the bytes could not be had; nothing comes
/// behind it.
pub struct Cards<R> {
    raw: RawCards<R>,
    charsets: Charsets,
}

impl<R: Read> Cards<R> {
    pub(super) fn new(file: R, charsets: Charsets) -> Self {
        Self {
            raw: RawCards::new(file),
            charsets,
        }
    }

    /// Bytes of the file that were read so far: the progress, out of [`Survey::bytes`](super::Survey::bytes).
    pub fn bytes_read(&self) -> u64 {
        self.raw.source().bytes_read()
    }

    /// Passes over so many cards without decoding them, those that cannot be used counted: how an interrupted import goes on.
    pub fn pass_over(&mut self, cards: u64) -> io::Result<()> {
        for _ in 0..cards {
            if self.raw.read()?.is_none() {
                break;
            }
        }
        Ok(())
    }
}

impl<R: Read> Iterator for Cards<R> {
    type Item = io::Result<Card>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.raw.read() {
            Ok(card) => Some(Ok(Card::new(card?, &self.charsets))),
            Err(error) => Some(Err(error)),
        }
    }
}

/// Cuts a file into cards whose values are not decoded yet.
pub(super) struct RawCards<R> {
    lines: Lines<R>,
    line: Line,
    card: Option<RawCard>,
    /// What stands inside of the card that is being read.
    inner: Inner,
    seen: Seen,
    is_over: bool,
}

/// What a file has shown so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// White space at most.
    Nothing,
    /// Lines.
    Text,
    /// Zeros, which no text has.
    Binary,
}

/// Version 2.1 allows a card inside a card: the agent's, behind a line that has nothing but its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inner {
    None,
    Announced,
    Open,
}

impl<R: Read> RawCards<R> {
    pub(super) fn new(file: R) -> Self {
        Self {
            lines: Lines::new(file),
            line: Line::default(),
            card: None,
            inner: Inner::None,
            seen: Seen::Nothing,
            is_over: false,
        }
    }

    pub(super) fn source(&self) -> &Source<R> {
        self.lines.source()
    }

    pub(super) fn seen(&self) -> Seen {
        self.seen
    }

    /// The next card.
    pub(super) fn read(&mut self) -> io::Result<Option<RawCard>> {
        if self.is_over {
            return Ok(None);
        }
        let read = self.read_on();
        self.is_over = !matches!(read, Ok(Some(_)));
        read
    }

    fn read_on(&mut self) -> io::Result<Option<RawCard>> {
        loop {
            let room = self.card.as_ref().map_or(0, RawCard::room);
            if !self.lines.read(&mut self.line, room)? {
                let last = self.lines.number();
                return Ok(self.broken(CardFaultCode::CutOff, last));
            }
            if self.line.bytes.contains(&0) {
                self.seen = Seen::Binary;
            } else if self.seen == Seen::Nothing {
                self.seen = Seen::Text;
            }
            let announced = self.inner == Inner::Announced;
            if announced {
                self.inner = Inner::None;
            }
            match self.mark() {
                Some(Name::Begin) if announced => self.inner = Inner::Open,
                Some(Name::Begin) => {
                    let before = self.broken(CardFaultCode::NoEnd, self.line.number);
                    self.card = Some(RawCard::new(self.line.number));
                    if before.is_some() {
                        return Ok(before);
                    }
                }
                Some(Name::End) if self.inner == Inner::Open => self.inner = Inner::None,
                Some(Name::End) => {
                    if let Some(card) = self.card.take() {
                        return Ok(Some(card));
                    }
                    let mut lost = RawCard::new(self.line.number);
                    lost.faults
                        .add(CardFaultCode::NoBegin, self.line.number, None);
                    return Ok(Some(lost));
                }
                _ if self.inner == Inner::Open => {}
                _ => {
                    if let Some(card) = &mut self.card {
                        card.take(&self.line);
                        if card.version == Version::Old
                            && self.line.kind == Kind::Held(Name::Agent)
                            && self.line.value().trim_ascii().is_empty()
                        {
                            self.inner = Inner::Announced;
                        }
                    }
                }
            }
        }
    }

    /// Whether the line begins or ends a card.
    fn mark(&self) -> Option<Name> {
        match self.line.kind {
            Kind::Held(name @ (Name::Begin | Name::End))
                if self
                    .line
                    .value()
                    .trim_ascii()
                    .eq_ignore_ascii_case(b"VCARD") =>
            {
                Some(name)
            }
            _ => None,
        }
    }

    /// The card that is being read, which will not be whole.
    fn broken(&mut self, code: CardFaultCode, line: u64) -> Option<RawCard> {
        self.inner = Inner::None;
        let mut card = self.card.take()?;
        card.faults.add(code, line, None);
        Some(card)
    }

    /// Bytes that its buffers have room for.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.source().capacity()
            + self.line.bytes.capacity()
            + self.card.as_ref().map_or(0, RawCard::capacity)
    }
}

#[cfg(test)]
mod tests {
    use super::super::source::CHUNK;
    use super::*;

    /// A file that is made while it is read: this beginning, then this piece so many times, then this end.
    struct Made {
        parts: Vec<(Vec<u8>, usize)>,
        at: usize,
    }

    impl Made {
        fn new(beginning: &str, piece: &str, times: usize, end: &str) -> Self {
            Self {
                parts: vec![
                    (end.into(), 1),
                    (piece.into(), times),
                    (beginning.into(), 1),
                ],
                at: 0,
            }
        }
    }

    impl Read for Made {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some((piece, times)) = self.parts.last_mut() else {
                return Ok(0);
            };
            let read = (&piece[self.at..]).read(buffer)?;
            self.at += read;
            if self.at == piece.len() {
                self.at = 0;
                *times -= 1;
                if *times == 0 {
                    self.parts.pop();
                }
            }
            Ok(read)
        }
    }

    /// Names of the cards, codes of their faults, and the most that was held.
    fn read(file: impl Read) -> (Vec<(String, Vec<CardFaultCode>)>, usize) {
        let mut raw = RawCards::new(file);
        let (mut cards, mut most) = (Vec::new(), 0);
        while let Some(card) = raw.read().unwrap() {
            most = most.max(raw.capacity() + card.capacity());
            let card = Card::new(card, &Charsets::default());
            let codes = card.faults.iter().map(|fault| fault.code).collect();
            cards.push((card.record.get(0).unwrap().to_owned(), codes));
        }
        (cards, most)
    }

    const AFTER: &str = "\r\nTEL:1\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Eva\r\nEND:VCARD\r\n";
    const MB: usize = 1024 * 1024;

    #[test]
    fn photos_are_not_held() {
        let line = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRo";
        for (begin, piece, end) in [
            // Folded, as 3.0 says.
            ("PHOTO;ENCODING=b;TYPE=JPEG:", format!("{line}\r\n "), ""),
            // In one line, as some programs write it.
            ("PHOTO:data:image/jpeg;base64,", line.to_owned(), ""),
            // Not indented and ended by an empty line, as 2.1 allows.
            ("PHOTO;BASE64;JPEG:\r\n", format!("{line}\r\n"), "\r\n"),
            ("item1.LOGO;ENCODING=B:", format!("{line}\r\n\t"), "AA=="),
            ("X-WALLPAPER;ENCODING=BASE64:", format!("{line}\n "), ""),
        ] {
            let beginning = format!("BEGIN:VCARD\r\nFN:Ana\r\n{begin}");
            let times = 14 * MB / line.len();
            let made = Made::new(&beginning, &piece, times, &format!("{end}{AFTER}"));
            let (cards, most) = read(made);
            let expected = [("Ana".to_owned(), vec![]), ("Eva".to_owned(), vec![])];
            assert_eq!(cards, expected, "{begin}");
            // What is read at once, and once more of it at the seam of two chunks.
            assert!(most < 4 * CHUNK, "{begin} took {most} bytes");
        }
    }

    #[test]
    fn cards_are_bounded() {
        use CardFaultCode::{CutOff, TooLong, UnreadableLine};
        let eva = ("Eva".to_owned(), vec![]);
        for (begin, piece, end, faults) in [
            ("NOTE:", "more and more of it ", "", vec![TooLong]),
            ("NOTE:", "more\r\n ", "", vec![TooLong]),
            ("", "NOTE:more\r\n", "", vec![TooLong]),
            ("", "EMAIL:\r\n", "", vec![TooLong]),
            ("X-A:", "more and more of it ", "", vec![TooLong]),
            ("", "more of it\n", "", vec![UnreadableLine, TooLong]),
            (
                "NOTE;ENCODING=QUOTED-PRINTABLE:",
                "=E5=\r\n",
                "",
                vec![TooLong],
            ),
        ] {
            let beginning = format!("BEGIN:VCARD\r\nFN:Ana\r\n{begin}");
            let times = 6 * MB / piece.len();
            let (cards, most) = read(Made::new(
                &beginning,
                piece,
                times,
                &format!("{end}{AFTER}"),
            ));
            assert_eq!(cards, [("Ana".to_owned(), faults.clone()), eva.clone()]);
            assert!(most < 8 * MB, "{begin}{piece} took {most} bytes");

            let (cards, _) = read(Made::new(&beginning, piece, times, ""));
            let cut = [faults, vec![CutOff]].concat();
            assert_eq!(cards, [("Ana".to_owned(), cut)]);
        }
        // As much as is allowed.
        let beginning = "BEGIN:VCARD\r\nFN:Ana\r\nNOTE:";
        let (cards, _) = read(Made::new(beginning, "x", CARD_MAX - 1024, AFTER));
        assert_eq!(cards, [("Ana".to_owned(), vec![]), eva]);
    }

    #[test]
    fn an_error_is_the_last_that_comes() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("gone"))
            }
        }
        let file = "BEGIN:VCARD\nFN:Ana\nEND:VCARD\n".repeat(5000);
        let mut cards = Cards::new(file.as_bytes().chain(Broken), Charsets::default());
        let whole = cards.by_ref().take_while(Result::is_ok).count();
        assert!(whole > 1000);
        assert!(cards.next().is_none());
    }
}
