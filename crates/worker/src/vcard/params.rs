//! What the parameters of a property say.

use super::header::{Header, unquoted, values};

/// How a value's bytes are written in ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Encoding {
    #[default]
    Plain,
    QuotedPrintable,
    Base64,
}

/// What the parameters say, as far as an import has a use for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Params {
    /// Ties the property to a label.
    pub(super) group: Option<String>,
    pub(super) encoding: Encoding,
    pub(super) charset: Option<String>,
    /// 1, the most, to 100; version 3.0 and before know only "preferred", which is 1.
    pub(super) preference: Option<u8>,
    pub(super) kinds: Kinds,
    /// The country's code beside an address (RFC 8605).
    pub(super) country: Option<String>,
    /// The year that stands for none in a birthday of Apple's programs.
    pub(super) no_year: Option<String>,
}

/// What a phone, an e-mail or an address is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Kinds {
    pub(super) work: bool,
    pub(super) home: bool,
    pub(super) mobile: bool,
    pub(super) voice: bool,
    pub(super) fax: bool,
    /// A pager, or another machine that nobody is at.
    pub(super) machine: bool,
}

impl Params {
    pub(super) fn new(header: &Header<'_>) -> Self {
        let mut params = Self {
            group: header.group.map(|group| text(group).to_ascii_lowercase()),
            ..Self::default()
        };
        if header.is_quoted_printable() {
            params.encoding = Encoding::QuotedPrintable;
        } else if header.is_base64() {
            params.encoding = Encoding::Base64;
        }
        for (name, value) in header.params() {
            let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
            if is("TYPE") {
                values(value).for_each(|kind| params.add_type(&text(kind)));
            } else if is("PREF") {
                let number = text(unquoted(value)).parse::<u8>().unwrap_or(1);
                params.prefer(number.clamp(1, 100));
            } else if is("CHARSET") {
                params.charset = Some(text(unquoted(value)));
            } else if is("CC") {
                params.country = Some(text(unquoted(value)));
            } else if is("X-APPLE-OMIT-YEAR") {
                params.no_year = Some(text(unquoted(value)));
            }
        }
        params
    }

    fn add_type(&mut self, kind: &str) {
        if kind.eq_ignore_ascii_case("PREF") {
            self.prefer(1);
        }
        self.kinds.add(kind);
    }

    fn prefer(&mut self, number: u8) {
        self.preference = Some(self.preference.map_or(number, |before| before.min(number)));
    }

    /// The order of the preferred before the others: 101 where nothing is said.
    pub(super) fn rank(&self) -> u8 {
        self.preference.unwrap_or(101)
    }
}

impl Kinds {
    fn add(&mut self, kind: &str) {
        let is = |names: &[&str]| names.iter().any(|name| kind.eq_ignore_ascii_case(name));
        self.work |= is(&["WORK"]);
        self.home |= is(&["HOME"]);
        self.mobile |= is(&["CELL", "MOBILE", "CELLULAR", "IPHONE", "APPLEWATCH"]);
        self.voice |= is(&["VOICE"]);
        self.fax |= kind.to_ascii_uppercase().contains("FAX");
        self.machine |= is(&["PAGER", "MODEM", "BBS", "TELEX", "TLX", "X400", "TEXTPHONE"]);
    }

    /// Takes a label's words into account, which people and programs write: `_$!<WorkFAX>!$_`, `Móvil`, `手机`.
    pub(super) fn add_label(&mut self, label: &str) {
        let label = label.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| label.contains(word));
        self.mobile |= has(&[
            "mobile", "cell", "iphone", "whatsapp", "móvil", "movil", "celular", "手机", "手機",
            "行動", "移动",
        ]);
        self.fax |= has(&["fax", "传真", "傳真"]);
        self.machine |= has(&["pager"]);
    }

    /// Whether nobody can be reached there. A fax that is a telephone too is none such; of a pager, Outlook says the same without
    /// meaning it.
    pub(super) fn is_machine(self) -> bool {
        self.machine || (self.fax && !self.mobile && !self.voice)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(header: &str) -> Params {
        Params::new(&Header::new(header.as_bytes()))
    }

    #[test]
    fn preferences_of_every_version() {
        for (header, expected) in [
            ("TEL", None),
            ("TEL;PREF=3", Some(3)),
            ("TEL;PREF=\"7\"", Some(7)),
            ("TEL;PREF=0", Some(1)),
            ("TEL;PREF=200", Some(100)),
            ("TEL;PREF=yes", Some(1)),
            ("TEL;PREF", Some(1)),
            ("TEL;TYPE=CELL,pref", Some(1)),
            ("TEL;type=CELL;type=pref;PREF=5", Some(1)),
        ] {
            assert_eq!(params(header).preference, expected, "{header}");
        }
    }

    #[test]
    fn kinds_of_every_version() {
        let kinds = params("TEL;TYPE=\"cell,voice\";type=WORK").kinds;
        assert!(kinds.mobile && kinds.voice && kinds.work && !kinds.is_machine());
        assert!(params("TEL;HOME;FAX").kinds.is_machine());
        assert!(params("TEL;TYPE=homefax").kinds.is_machine());
        assert!(!params("TEL;TYPE=fax,voice").kinds.is_machine());
        assert!(params("TEL;PAGER;VOICE").kinds.is_machine());
        let mut labelled = Kinds::default();
        labelled.add_label("_$!<WorkFAX>!$_");
        assert!(labelled.is_machine());
        labelled.add_label("手机");
        assert!(labelled.mobile);
    }

    #[test]
    fn the_rest_is_read_as_it_stands() {
        let read = params("Item1.ADR;CC=MX;CHARSET=\"GBK\";ENCODING=B;X-UNKNOWN=1");
        assert_eq!(read.group.as_deref(), Some("item1"));
        assert_eq!(read.country.as_deref(), Some("MX"));
        assert_eq!(read.charset.as_deref(), Some("GBK"));
        assert_eq!(read.encoding, Encoding::Base64);
    }
}
