//! Values: from the bytes of a property to its text or its parts.

use super::charset::Charsets;
use super::fault::{CardFaultCode, Faults};
use super::params::Encoding;
use super::property::{Name, Property};
use super::quoted_printable;
use super::text::{Version, one_line, split, unescape};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::borrow::Cow;

/// Base64 with its padding or without.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The bytes of a value's text.
pub(super) fn bytes(property: &Property) -> Cow<'_, [u8]> {
    match property.params.encoding {
        Encoding::Plain => Cow::Borrowed(&property.value),
        Encoding::QuotedPrintable => Cow::Owned(quoted_printable::decode(&property.value)),
        Encoding::Base64 => {
            let mut value = property.value.clone();
            value.retain(|byte| !byte.is_ascii_whitespace());
            match BASE64.decode(&value) {
                Ok(bytes) => Cow::Owned(bytes),
                // Not what it says.
                Err(_) => Cow::Borrowed(&property.value),
            }
        }
    }
}

/// Reads the values of one card.
pub(super) struct Values<'a> {
    pub(super) properties: &'a [Property],
    pub(super) version: Version,
    pub(super) charsets: &'a Charsets,
    pub(super) faults: &'a mut Faults,
}

impl<'a> Values<'a> {
    /// The properties of this name: the preferred first, then in the order of the file.
    pub(super) fn named(&self, name: Name) -> Vec<&'a Property> {
        let mut found: Vec<&Property> = self
            .properties
            .iter()
            .filter(|property| property.name == name)
            .collect();
        found.sort_by_key(|property| property.params.rank());
        found
    }

    /// What stands in a property, on one line.
    pub(super) fn line(&mut self, property: &Property) -> String {
        one_line(&self.plain(property))
    }

    /// The line of the first property of this name that has something in it; else nothing.
    pub(super) fn first_line(&mut self, name: Name) -> String {
        let properties = self.named(name);
        let mut lines = properties.into_iter().map(|property| self.line(property));
        lines.find(|line| !line.is_empty()).unwrap_or_default()
    }

    /// What stands in a property, without backslashes.
    pub(super) fn plain(&mut self, property: &Property) -> String {
        let version = self.version;
        unescape(&self.text(property), version)
    }

    /// What stands in a property, with its backslashes.
    pub(super) fn text(&mut self, property: &Property) -> String {
        self.decode(property, &bytes(property))
    }

    /// The parts of a property with semicolons between them, with their backslashes.
    pub(super) fn parts(&mut self, property: &Property) -> Vec<String> {
        // A semicolon that is quoted-printable belongs to its part, unless all of them are.
        if property.params.encoding == Encoding::QuotedPrintable && property.value.contains(&b';') {
            let parts = quoted_parts(&property.value);
            return parts
                .iter()
                .map(|part| self.decode(property, part))
                .collect();
        }
        let text = self.text(property);
        split(&text, ';').map(str::to_owned).collect()
    }

    fn decode(&mut self, property: &Property, bytes: &[u8]) -> String {
        let label = property.params.charset.as_deref();
        let (text, is_right) = self.charsets.decode(bytes, label);
        if !is_right {
            self.faults.add(
                CardFaultCode::UnreadableCharset,
                property.line,
                Some(&one_line(&text)),
            );
        }
        text
    }
}

/// The parts of a quoted-printable text, decoded. A backslash before a semicolon may be quoted-printable or not.
fn quoted_parts(value: &[u8]) -> Vec<Vec<u8>> {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for piece in value.split(|byte| *byte == b';') {
        let piece = quoted_printable::decode(piece);
        match parts.last_mut() {
            Some(before) if ends_in_an_escape(before) => {
                before.push(b';');
                before.extend(piece);
            }
            _ => parts.push(piece),
        }
    }
    parts
}

fn ends_in_an_escape(part: &[u8]) -> bool {
    let slashes = part.iter().rev().take_while(|byte| **byte == b'\\');
    slashes.count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::super::params::Params;
    use super::*;

    #[test]
    fn quoted_parts_keep_their_own_semicolons() {
        let parts = |value: &str| -> Vec<String> {
            let parts = quoted_parts(value.as_bytes());
            parts
                .into_iter()
                .map(|part| String::from_utf8(part).unwrap())
                .collect()
        };
        assert_eq!(parts("=E5=BC=A0;=E4=B8=89;;"), ["张", "三", "", ""]);
        assert_eq!(parts("a=3Bb;c"), ["a;b", "c"]);
        assert_eq!(
            parts("a=5C;b;c\\;d;e=5C=5C;f"),
            ["a\\;b", "c\\;d", "e\\\\", "f"]
        );
    }

    #[test]
    fn base64_is_decoded_when_it_is_some() {
        let property = |value: &str| Property {
            name: Name::Note,
            params: Params {
                encoding: Encoding::Base64,
                ..Params::default()
            },
            value: value.as_bytes().to_vec(),
            line: 1,
        };
        for (value, expected) in [
            ("Sm9zw6k=", "José"),
            ("Sm9zw6k", "José"),
            ("Sm9z w6k=", "José"),
            ("José!", "José!"),
        ] {
            assert_eq!(*bytes(&property(value)), *expected.as_bytes(), "{value}");
        }
    }
}
