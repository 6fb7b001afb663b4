//! The properties of a card that an import has a use for.

use super::header::Header;
use super::params::Params;

/// A property by its name. All others are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Name {
    Begin,
    End,
    Version,
    Agent,
    Full,
    Names,
    Email,
    Telephone,
    Organisation,
    Title,
    Role,
    Address,
    Language,
    Uid,
    Birthday,
    Note,
    Url,
    Categories,
    Revision,
    /// What Apple's programs call a group's property: `item1.X-ABLabel:WhatsApp`.
    Label,
}

const NAMES: [(&str, Name); 20] = [
    ("BEGIN", Name::Begin),
    ("END", Name::End),
    ("VERSION", Name::Version),
    ("AGENT", Name::Agent),
    ("FN", Name::Full),
    ("N", Name::Names),
    ("EMAIL", Name::Email),
    ("TEL", Name::Telephone),
    ("ORG", Name::Organisation),
    ("TITLE", Name::Title),
    ("ROLE", Name::Role),
    ("ADR", Name::Address),
    ("LANG", Name::Language),
    ("UID", Name::Uid),
    ("BDAY", Name::Birthday),
    ("NOTE", Name::Note),
    ("URL", Name::Url),
    ("CATEGORIES", Name::Categories),
    ("REV", Name::Revision),
    ("X-ABLABEL", Name::Label),
];

impl Name {
    pub(super) fn of(header: &Header<'_>) -> Option<Self> {
        let found = NAMES.iter().find(|(name, _)| header.is(name));
        found.map(|(_, name)| *name)
    }
}

/// A property as it stands in a card, its lines joined.
#[derive(Debug, Clone)]
pub(super) struct Property {
    pub(super) name: Name,
    pub(super) params: Params,
    /// Still encoded as the parameters say.
    pub(super) value: Vec<u8>,
    pub(super) line: u64,
}
