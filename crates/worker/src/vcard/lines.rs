//! The lines of a file: joined where they were folded (RFC 6350, section 3.2), and without what nobody will look at.

use super::line::Line;
use super::quoted_printable::ends_inside_a_character;
use super::source::Source;
use std::io::{self, Read};

/// What a line of a new property looks like even where the line before says that it goes on.
const MARKS: [&[u8]; 2] = [b"BEGIN:VCARD", b"END:VCARD"];
/// The bytes of the longer one.
const MARK_MAX: usize = 11;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Joins the lines of a file. CR, LF and CRLF end a line, mixed as they may be.
///
/// Lines are joined byte by byte, before anything is decoded: old phones fold in the middle of a character.
pub(super) struct Lines<R> {
    source: Source<R>,
    /// The number of the line that is being read.
    number: u64,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(file: R) -> Self {
        Self {
            source: Source::new(file),
            number: 1,
        }
    }

    pub(super) fn source(&self) -> &Source<R> {
        &self.source
    }

    /// The number of the line that will be read next; at the end of the file, the last line's.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Reads the next line that is not empty into `line`, holding no more than `room` bytes of it. False: there is none.
    pub(super) fn read(&mut self, line: &mut Line, room: usize) -> io::Result<bool> {
        if !self.pass_over_space()? {
            return Ok(false);
        }
        line.begin(self.number);
        loop {
            self.read_one(line, room)?;
            if !self.end_line()? {
                break;
            }
            let next = self.source.peek(MARK_MAX)?;
            let is_indented = matches!(next.first(), Some(b' ' | b'\t'));
            let is_mark = MARKS.into_iter().any(|mark| {
                next.get(..mark.len())
                    .is_some_and(|beginning| beginning.eq_ignore_ascii_case(mark))
            });
            if line.breaks_softly() && !next.is_empty() && !is_mark {
                let is_tab = next.first() == Some(&b'\t');
                line.join_softly();
                if is_tab || (is_indented && ends_inside_a_character(line.value())) {
                    self.source.consume(1);
                }
            } else if is_indented {
                self.source.consume(1);
            } else {
                break;
            }
        }
        line.finish();
        Ok(true)
    }

    /// Goes to the next byte that is none of white space. False: there is none.
    fn pass_over_space(&mut self) -> io::Result<bool> {
        loop {
            let next = self.source.peek(BYTE_ORDER_MARK.len())?;
            // Files that were put together have one in the middle.
            if next.starts_with(BYTE_ORDER_MARK) {
                self.source.consume(BYTE_ORDER_MARK.len());
                continue;
            }
            match next.first() {
                None => return Ok(false),
                Some(b'\r' | b'\n') => {
                    self.end_line()?;
                }
                Some(b' ' | b'\t') => self.source.consume(1),
                Some(_) => return Ok(true),
            }
        }
    }

    /// Reads up to the end of a line of the file.
    fn read_one(&mut self, line: &mut Line, room: usize) -> io::Result<()> {
        loop {
            let pending = self.source.pending()?;
            let end = pending.iter().position(|byte| is_line_end(*byte));
            let length = end.unwrap_or(pending.len());
            line.push(pending.get(..length).unwrap_or_default(), room);
            let is_whole = end.is_some() || pending.is_empty();
            self.source.consume(length);
            if is_whole {
                return Ok(());
            }
        }
    }

    /// Passes over a line end. False: the file is at its end.
    fn end_line(&mut self) -> io::Result<bool> {
        let length = match self.source.peek(2)? {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return Ok(false),
        };
        self.source.consume(length);
        self.number += 1;
        Ok(true)
    }
}

fn is_line_end(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

#[cfg(test)]
mod tests {
    use super::super::line::Kind;
    use super::super::property::Name;
    use super::*;

    const ROOM: usize = 1024 * 1024;

    /// Number, kind, name and value of every line.
    fn lines(text: &[u8]) -> Vec<(u64, Kind, String, String)> {
        let (mut lines, mut line, mut all) = (Lines::new(text), Line::default(), Vec::new());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        while lines.read(&mut line, ROOM).unwrap() {
            let name = text(line.header().name);
            all.push((line.number, line.kind, name, text(line.value())));
        }
        all
    }

    fn values(text: &[u8]) -> Vec<String> {
        lines(text).into_iter().map(|(.., value)| value).collect()
    }

    #[test]
    fn lines_end_in_every_way_and_are_counted() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["FN:a", "", "NOTE:b", " c", "\td", "UID:e", ""].join(end);
            let found = lines(text.as_bytes());
            assert_eq!(
                found
                    .iter()
                    .map(|(number, _, _, value)| (*number, value.as_str()))
                    .collect::<Vec<_>>(),
                [(1, "a"), (3, "bcd"), (6, "e")],
                "{end:?}"
            );
        }
        assert_eq!(values(b"FN:a\r\nFN:b\nFN:c\rFN:d"), ["a", "b", "c", "d"]);
        assert_eq!(lines(b"\r\n \t\n"), []);
    }

    #[test]
    fn folds_cut_characters_and_names() {
        assert_eq!(values(b"FN:\xe5\xbc\r\n \xa0\n\t\xe4\n \xb8\x89"), ["张三"]);
        assert_eq!(values(b"F\n N:Ana\n  B"), ["Ana B"]);
        assert_eq!(values(b"NOTE:a\n \n b\n\nFN:c"), ["ab", "c"]);
        assert_eq!(values(b"  FN:a\n\xef\xbb\xbf\xef\xbb\xbfFN:b"), ["a", "b"]);
    }

    #[test]
    fn soft_breaks_are_joined() {
        let text = |rest: &str| format!("NOTE;ENCODING=QUOTED-PRINTABLE:{rest}").into_bytes();
        for (rest, expected) in [
            ("a=\r\nb=\r\nc\r\nFN:d", &["abc", "d"][..]),
            ("a=\n b", &["a b"]),
            ("a=\n\tb", &["ab"]),
            ("=E5=\n =BC=\n =A0", &["=E5=BC=A0"]),
            // What looks like a property is more of the note.
            ("a=\nFN:b", &["aFN:b"]),
            // Not behind an equals sign that ends the value, or was the last thing before a cut.
            ("a=\nEND:VCARD", &["a=", "VCARD"]),
            ("a=\nbegin:vcard\n", &["a=", "vcard"]),
            ("a=\n", &["a="]),
            ("a=", &["a="]),
        ] {
            assert_eq!(values(&text(rest)), expected, "{rest:?}");
        }
        // Only where the value is quoted-printable.
        assert_eq!(values(b"NOTE:a=\nFN:b"), ["a=", "b"]);
        // In a property that is not held, too.
        let found = lines(b"LABEL;QUOTED-PRINTABLE:1 St=\nTEL:1=\nx\nFN:a");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].1, Kind::Passed);
        assert_eq!((found[1].0, found[1].3.as_str()), (4, "a"));
    }

    #[test]
    fn what_is_not_needed_is_not_held() {
        for (text, kind) in [
            ("PHOTO;ENCODING=b:AAAA\n AAAA", Kind::Binary),
            ("photo:data:image/png;base64,AAAA", Kind::Binary),
            ("item1.LOGO;VALUE=uri:http://x", Kind::Binary),
            ("X-PICTURE;BASE64:AAAA", Kind::Binary),
            ("X-PICTURE:DATA:x", Kind::Binary),
            ("X-OTHER:AAAA", Kind::Passed),
            ("LABEL:1 St", Kind::Passed),
            ("no property", Kind::Unreadable),
            ("no property: none", Kind::Unreadable),
            (":none", Kind::Unreadable),
        ] {
            let found = lines(format!("{text}\nFN:a").as_bytes());
            assert_eq!(found.len(), 2, "{text}");
            assert_eq!((found[0].1, found[0].3.as_str()), (kind, ""), "{text}");
            assert_eq!(found[1].1, Kind::Held(Name::Full));
        }
    }

    #[test]
    fn what_is_held_is_bounded() {
        let long = "x".repeat(3 * ROOM);
        for (text, kind, size) in [
            (format!("NOTE:{long}"), Kind::TooLong, 3 * ROOM + 5),
            (format!("X-A:{long}"), Kind::Passed, 3 * ROOM + 4),
            (format!("X-A;B=\"{long}"), Kind::Unreadable, 3 * ROOM + 7),
            (long.clone(), Kind::Unreadable, 3 * ROOM),
            (format!("PHOTO:{long}"), Kind::Binary, 5),
            (format!("PHOTO:{}", "xy\n ".repeat(ROOM)), Kind::Binary, 5),
        ] {
            let file = format!("{text}\nFN:a");
            let (mut lines, mut line) = (Lines::new(file.as_bytes()), Line::default());
            assert!(lines.read(&mut line, ROOM).unwrap());
            assert_eq!(line.kind, kind);
            assert!(line.size.abs_diff(size) < 10, "{} is not {size}", line.size);
            assert!(line.bytes.len() <= 8 * 1024);
            assert!(lines.read(&mut line, ROOM).unwrap());
            assert_eq!(line.value(), b"a");
        }
    }
}
