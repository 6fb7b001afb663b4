//! What stands before a line's value: `item1.TEL;TYPE=cell,pref:`.

/// Bytes within which a line has to have its colon.
pub(super) const HEADER_MAX: usize = 8 * 1024;

/// A line's beginning up to its colon, split at it. Names and parameters are ASCII, in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header<'a> {
    /// What ties properties together: `item1`.
    pub(super) group: Option<&'a [u8]>,
    pub(super) name: &'a [u8],
    /// What stands behind the first semicolon.
    params: &'a [u8],
}

impl<'a> Header<'a> {
    pub(super) fn new(header: &'a [u8]) -> Self {
        let (names, params) = match header.iter().position(|byte| *byte == b';') {
            Some(end) => (
                header.get(..end).unwrap_or_default(),
                header.get(end + 1..).unwrap_or_default(),
            ),
            None => (header, &b""[..]),
        };
        let (group, name) = match names.iter().rposition(|byte| *byte == b'.') {
            Some(dot) => (names.get(..dot), names.get(dot + 1..).unwrap_or_default()),
            None => (None, names),
        };
        Self {
            group: group.map(<[u8]>::trim_ascii),
            name: name.trim_ascii(),
            params,
        }
    }

    /// Whether it can be a property's: its name has nothing but letters, digits, hyphens, and the underscores of some programs.
    pub(super) fn is_named(&self) -> bool {
        let belongs = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !self.name.is_empty() && self.name.iter().all(belongs)
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// The parameters with their values; one without a name, as version 2.1 has them, is a `TYPE` or an `ENCODING`.
    pub(super) fn params(&self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        split(self.params, b';').filter_map(|param| {
            let param = param.trim_ascii();
            if param.is_empty() {
                return None;
            }
            let Some(equals) = param.iter().position(|byte| *byte == b'=') else {
                return Some((bare(param), param));
            };
            let name = param.get(..equals).unwrap_or_default();
            let value = param.get(equals + 1..).unwrap_or_default();
            Some((name.trim_ascii(), value))
        })
    }

    /// Whether the value is quoted-printable.
    pub(super) fn is_quoted_printable(&self) -> bool {
        self.encodings()
            .any(|encoding| encoding.eq_ignore_ascii_case(b"QUOTED-PRINTABLE"))
    }

    /// Whether the value is Base64.
    pub(super) fn is_base64(&self) -> bool {
        self.encodings().any(is_base64)
    }

    fn encodings(&self) -> impl Iterator<Item = &'a [u8]> {
        self.params()
            .filter(|(name, _)| name.eq_ignore_ascii_case(b"ENCODING"))
            .map(|(_, value)| unquoted(value))
    }
}

fn is_base64(encoding: &[u8]) -> bool {
    encoding.eq_ignore_ascii_case(b"BASE64") || encoding.eq_ignore_ascii_case(b"B")
}

/// The name that version 2.1 allows to leave out.
fn bare(value: &[u8]) -> &'static [u8] {
    if is_base64(value) || value.eq_ignore_ascii_case(b"QUOTED-PRINTABLE") {
        b"ENCODING"
    } else {
        b"TYPE"
    }
}

/// The values of a parameter, without quotes. `TYPE="cell,pref"` is read as two values too: many programs mean two by it.
pub(super) fn values(param: &[u8]) -> impl Iterator<Item = &[u8]> {
    param
        .split(|byte| *byte == b',')
        .map(unquoted)
        .filter(|value| !value.is_empty())
}

/// A text without white space and quotes around it.
pub(super) fn unquoted(value: &[u8]) -> &[u8] {
    let is_outside = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'"';
    let start = value.iter().position(|byte| !is_outside(byte));
    let end = value.iter().rposition(|byte| !is_outside(byte));
    match (start, end) {
        (Some(start), Some(end)) => value.get(start..=end).unwrap_or_default(),
        _ => &[],
    }
}

/// The parts between separators that are not quoted.
fn split(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let mut quoted = false;
    text.split(move |byte| {
        quoted ^= *byte == b'"';
        *byte == separator && !quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(header: &str) -> Vec<(&str, &str)> {
        let text = |bytes| std::str::from_utf8(bytes).unwrap();
        Header::new(header.as_bytes())
            .params()
            .map(|(name, value)| (text(name), text(value)))
            .collect()
    }

    #[test]
    fn headers_have_a_group_a_name_and_parameters() {
        let header = Header::new(b"item1.TEL;type=CELL;type=pref");
        assert_eq!(header.group, Some(&b"item1"[..]));
        assert!(header.is("tel") && header.is_named());
        let header = Header::new(b"FN");
        assert_eq!((header.group, header.name), (None, &b"FN"[..]));
        for (line, is_named) in [
            ("X-ABLabel", true),
            ("X_QQ", true),
            (" N ", true),
            ("", false),
            ("a.", false),
            ("http", true),
            ("two words", false),
            ("Fa\u{e7}ade", false),
        ] {
            assert_eq!(Header::new(line.as_bytes()).is_named(), is_named, "{line}");
        }
    }

    #[test]
    fn parameters_are_read_in_every_version() {
        assert_eq!(
            params("TEL;CELL;PREF;QUOTED-PRINTABLE;b"),
            [
                ("TYPE", "CELL"),
                ("TYPE", "PREF"),
                ("ENCODING", "QUOTED-PRINTABLE"),
                ("ENCODING", "b")
            ]
        );
        assert_eq!(
            params("ADR;LABEL=\"1 St; A: b\";PREF=1; TYPE = work;;"),
            [
                ("LABEL", "\"1 St; A: b\""),
                ("PREF", "1"),
                ("TYPE", " work")
            ]
        );
        let parts: Vec<&[u8]> = values(b"\"cell,pref\", work,").collect();
        assert_eq!(parts, [&b"cell"[..], b"pref", b"work"]);
        assert!(Header::new(b"N;encoding=quoted-printable").is_quoted_printable());
        assert!(Header::new(b"N;Base64").is_base64());
        assert!(!Header::new(b"N;TYPE=base64").is_base64());
    }
}
