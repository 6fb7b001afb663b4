//! Charsets: how the bytes of a value become text.
//!
//! Every value is looked at on its own: files are put together from cards of several programs, and version 2.1 names the charset value
//! by value. What is right UTF-8 is UTF-8; for the rest the whole file decides, as one value is too short to tell by.

use crate::csv::encoding::{WINDOW, is_mostly_utf_8, legacy};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use rapport_contract::country::Country;

/// What is known of the values of a file that are not ASCII.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    /// How many are UTF-8.
    right: u64,
    /// How many are something else.
    others: u64,
    /// The first of those.
    bytes: Vec<u8>,
}

/// How a file's values are decoded that do not name their charset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Charsets {
    /// Of values that are not UTF-8.
    legacy: &'static Encoding,
    /// Of most values.
    usual: &'static Encoding,
    /// Whether a value that is UTF-8 is so by chance: hardly any is.
    is_all_legacy: bool,
}

/// What a value says of its charset.
enum Declared {
    Nothing,
    Utf8,
    Other(&'static Encoding),
    Unknown,
}

impl Declared {
    fn new(label: Option<&str>) -> Self {
        let Some(label) = label else {
            return Self::Nothing;
        };
        match Encoding::for_label(label.as_bytes()) {
            Some(encoding) if encoding == UTF_8 => Self::Utf8,
            // Its bytes would not have lines to read.
            Some(encoding) if [UTF_16LE, UTF_16BE].contains(&encoding) => Self::Nothing,
            Some(encoding) if encoding != REPLACEMENT => Self::Other(encoding),
            _ => Self::Unknown,
        }
    }
}

impl Evidence {
    /// Takes a value into account; `label` is the charset that it names.
    pub(super) fn add(&mut self, bytes: &[u8], label: Option<&str>) {
        if bytes.is_ascii() || matches!(Declared::new(label), Declared::Other(_)) {
            return;
        }
        if is_mostly_utf_8(bytes) {
            self.right += 1;
            return;
        }
        self.others += 1;
        let free = WINDOW.saturating_sub(self.bytes.len());
        self.bytes
            .extend_from_slice(bytes.get(..free).unwrap_or(bytes));
        self.bytes.push(b'\n');
    }

    /// What is to be made of it. `country` settles close calls between legacy encodings.
    pub(super) fn charsets(&self, country: Option<Country>) -> Charsets {
        if self.others == 0 {
            return Charsets::default();
        }
        let legacy = legacy(&self.bytes, true, country);
        Charsets {
            legacy,
            usual: if self.others > self.right {
                legacy
            } else {
                UTF_8
            },
            is_all_legacy: self.others > self.right.saturating_mul(10),
        }
    }
}

impl Default for Charsets {
    fn default() -> Self {
        Self {
            legacy: WINDOWS_1252,
            usual: UTF_8,
            is_all_legacy: false,
        }
    }
}

impl Charsets {
    /// The encoding of most values.
    pub(super) fn usual(&self) -> &'static Encoding {
        self.usual
    }

    /// The text of a value that names this charset, and whether all of it could be read.
    pub(super) fn decode(&self, bytes: &[u8], label: Option<&str>) -> (String, bool) {
        let declared = Declared::new(label);
        if let Declared::Other(encoding) = declared
            && !bytes.is_ascii()
        {
            let (text, is_broken) = encoding.decode_without_bom_handling(bytes);
            return match std::str::from_utf8(bytes) {
                Ok(text) if is_broken => (text.to_owned(), true),
                _ => (text.into_owned(), !is_broken),
            };
        }
        let may_be_utf_8 = !self.is_all_legacy || matches!(declared, Declared::Utf8);
        if bytes.is_ascii() || (may_be_utf_8 && is_mostly_utf_8(bytes)) {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let is_right = std::str::from_utf8(bytes).is_ok();
            return (text, is_right);
        }
        let (text, is_broken) = self.legacy.decode_without_bom_handling(bytes);
        let is_known = !matches!(declared, Declared::Unknown);
        (text.into_owned(), is_known && !is_broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::GBK;

    fn evidence(values: &[&[u8]]) -> Charsets {
        let mut evidence = Evidence::default();
        for value in values {
            evidence.add(value, None);
        }
        evidence.charsets(None)
    }

    #[test]
    fn values_name_their_charsets() {
        let charsets = Charsets::default();
        for (label, bytes, expected) in [
            ("GBK", &b"\xd5\xc5\xc8\xfd"[..], "张三"),
            ("gb2312", b"\xd5\xc5\xc8\xfd", "张三"),
            ("Windows-1252", b"Jos\xe9", "José"),
            ("ISO-8859-1", b"Jos\xe9", "José"),
            ("UTF-8", "José".as_bytes(), "José"),
            ("UTF8", "José".as_bytes(), "José"),
            // What it says is not so.
            ("UTF-8", b"Jos\xe9", "José"),
            ("UTF-16", "José".as_bytes(), "José"),
            ("X-NONE", "José".as_bytes(), "José"),
            ("X-NONE", b"Jose", "Jose"),
        ] {
            let (text, is_right) = charsets.decode(bytes, Some(label));
            assert_eq!((text.as_str(), is_right), (expected, true), "{label}");
        }
        assert_eq!(
            charsets.decode(b"Jos\xe9", Some("X-NONE")),
            ("José".to_owned(), false)
        );
        assert_eq!(
            charsets.decode("张三".as_bytes().split_last().unwrap().1, Some("UTF-8")),
            ("张\u{fffd}".to_owned(), false)
        );
    }

    #[test]
    fn the_file_decides_for_values_that_do_not() {
        let names = ["张三", "李娜", "王小明", "上海市", "北京公司"];
        let bytes: Vec<Vec<u8>> = names.map(|name| GBK.encode(name).0.into_owned()).into();
        let values: Vec<&[u8]> = bytes.iter().map(Vec::as_slice).collect();
        let charsets = evidence(&values);
        assert_eq!(charsets.usual(), GBK);
        for (value, name) in values.iter().zip(names) {
            assert_eq!(charsets.decode(value, None), (name.to_owned(), true));
        }
        // GBK that is UTF-8 by chance: in a file without any UTF-8 it is GBK.
        let (chance, ..) = GBK.encode("模");
        assert_eq!(std::str::from_utf8(&chance), Ok("\u{123}"));
        assert_eq!(charsets.decode(&chance, None).0, "模");
        assert_eq!(charsets.decode(&chance, Some("UTF-8")).0, "\u{123}");

        // In a file of both, each is read as what it is.
        let mixed: Vec<&[u8]> = names
            .iter()
            .map(|name| name.as_bytes())
            .chain(values)
            .collect();
        let charsets = evidence(&mixed);
        for (value, name) in mixed.iter().zip(names.into_iter().chain(names)) {
            assert_eq!(charsets.decode(value, None), (name.to_owned(), true));
        }
        assert_eq!(evidence(&[b"Ana", "José".as_bytes()]).usual(), UTF_8);
        assert_eq!(evidence(&[b"Jos\xe9"]).decode(b"Jos\xe9", None).0, "José");
    }
}
