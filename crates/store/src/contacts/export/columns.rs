//! Which columns an export has, and what has to be read for them.

use super::row::Row;
use super::snapshot::Reading;
use crate::catalogue::AccountCatalogue;
use crate::custom_attributes::Attribute;
use crate::{Engine, Error};
use rapport_contract::contact::Column;
use rapport_contract::custom_attribute::Definitions;
use std::collections::HashMap;
use std::sync::Arc;

/// The columns of an export that asks for none: what says who a contact is, what an import understands, and everything that the account
/// defined.
pub(super) fn usual(definitions: &Definitions) -> Vec<Column> {
    let mut columns = vec![
        Column::Id,
        Column::FirstName,
        Column::LastName,
        Column::Email,
        Column::Phone,
        Column::Identifier,
        Column::Company,
        Column::City,
        Column::Country,
        Column::Language,
        Column::Source,
        Column::Blocked,
        Column::Segments,
        Column::CreatedAt,
        Column::UpdatedAt,
        Column::LastActivityAt,
    ];
    let custom = definitions
        .iter()
        .map(|one| Column::Custom(one.key.clone()));
    columns.extend(custom);
    columns
}

/// The columns of a saved filter; none when it says none. Those of attributes that are gone have nothing to show.
pub(super) fn of_saved(names: &[String], definitions: &Definitions) -> Option<Vec<Column>> {
    let columns: Vec<_> = names
        .iter()
        .filter_map(|name| Column::from_name(name, definitions))
        .collect();
    (!columns.is_empty()).then_some(columns)
}

/// What is read of a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Id,
    FirstName,
    LastName,
    Phone,
    /// The e-mails, phones and identities: [`Shown`](crate::contacts::reach::Shown).
    Reach,
    Identifier,
    Company,
    City,
    Country,
    Language,
    Source,
    Channels,
    Blocked,
    Segments,
    CreatedAt,
    UpdatedAt,
    LastActivityAt,
    Custom,
}

impl Part {
    /// What a column is made of.
    fn of(column: &Column) -> &'static [Self] {
        match column {
            Column::Id => &[Self::Id],
            Column::Name => &[
                Self::Id,
                Self::FirstName,
                Self::LastName,
                Self::Phone,
                Self::Identifier,
                Self::Reach,
            ],
            Column::FirstName => &[Self::FirstName],
            Column::LastName => &[Self::LastName],
            Column::Email | Column::Emails | Column::Phones => &[Self::Reach],
            Column::Phone => &[Self::Phone],
            Column::Identifier => &[Self::Identifier],
            Column::Company => &[Self::Company],
            Column::City => &[Self::City],
            Column::Country => &[Self::Country],
            Column::Language => &[Self::Language],
            Column::Source => &[Self::Source],
            Column::Channels => &[Self::Channels],
            Column::Blocked => &[Self::Blocked],
            Column::Segments => &[Self::Segments],
            Column::CreatedAt => &[Self::CreatedAt],
            Column::UpdatedAt => &[Self::UpdatedAt],
            Column::LastActivityAt => &[Self::LastActivityAt],
            Column::Custom(_) => &[Self::Custom],
        }
    }

    /// Its SQL, on the row `i` of `contact_index` and `c` of `contacts`; NULL when it is missing.
    fn sql(self, engine: Engine, reading: Reading) -> String {
        match self {
            Self::Id => "i.id".to_owned(),
            Self::FirstName => "c.first_name".to_owned(),
            Self::LastName => "c.last_name".to_owned(),
            Self::Reach => "c.reach".to_owned(),
            Self::Phone => "i.phone_num".to_owned(),
            Self::Identifier => "c.identifier".to_owned(),
            Self::Company => "c.company".to_owned(),
            Self::City => "c.city".to_owned(),
            Self::Country => "c.country".to_owned(),
            Self::Language => "c.language".to_owned(),
            Self::Source => "c.source".to_owned(),
            Self::Channels => "i.channels".to_owned(),
            Self::Blocked => "CASE WHEN c.blocked THEN 'true' ELSE 'false' END".to_owned(),
            Self::CreatedAt => "c.created_at".to_owned(),
            Self::UpdatedAt => "c.updated_at".to_owned(),
            Self::LastActivityAt => "c.last_activity_at".to_owned(),
            Self::Custom => "c.custom".to_owned(),
            Self::Segments => match reading {
                Reading::Short => format!(
                    "(SELECT {SEGMENTS} FROM segment_members m{} WHERE m.account_id = $1 AND m.contact_id = i.id)",
                    engine.indexed_by("segment_members_contact")
                ),
                Reading::Long => "members.segments".to_owned(),
            },
        }
    }

    /// Whether it stands elsewhere than in `contacts`.
    const fn is_beside(self) -> bool {
        matches!(
            self,
            Self::Id | Self::Phone | Self::Channels | Self::Segments
        )
    }
}

/// The ids of a contact's segments in `segment_members m`, in any order.
const SEGMENTS: &str = "string_agg(CAST(m.segment_id AS TEXT), ',')";

/// What stands between the parts of a line. No text of a contact has control characters: every door refuses them.
pub(super) const BETWEEN: char = '\u{1f}';

/// The columns, and the line of text that each contact is read as.
#[derive(Debug)]
pub(super) struct Layout {
    columns: Vec<Column>,
    parts: Vec<Part>,
    /// The custom attributes that are columns, in their order.
    attributes: Vec<Attribute>,
    /// Their places by their keys.
    pub(super) custom: HashMap<String, usize>,
    pub(super) catalogue: Arc<AccountCatalogue>,
}

impl Layout {
    pub(super) fn new(columns: Vec<Column>, catalogue: Arc<AccountCatalogue>) -> Self {
        let mut parts = Vec::new();
        for part in columns.iter().flat_map(Part::of) {
            if !parts.contains(part) {
                parts.push(*part);
            }
        }
        let attributes: Vec<Attribute> = columns
            .iter()
            .filter_map(|column| match column {
                Column::Custom(key) => catalogue.attributes.get(key).cloned(),
                _ => None,
            })
            .collect();
        let keys = attributes.iter().map(|attribute| attribute.key.clone());
        Self {
            custom: keys.zip(0..).collect(),
            attributes,
            columns,
            parts,
            catalogue,
        }
    }

    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The custom attribute at this place among those that are columns.
    pub(super) fn attribute(&self, place: usize) -> Option<&Attribute> {
        self.attributes.get(place)
    }

    /// How many parts a line has.
    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    /// Where a part stands in a line.
    pub(super) fn place(&self, part: Part) -> Option<usize> {
        self.parts.iter().position(|known| *known == part)
    }

    /// The line of a contact: one text, which both engines hand over faster than a row of many values.
    pub(super) fn line(&self, engine: Engine, reading: Reading) -> String {
        let between = format!(", {}, ", engine.character(31));
        let parts: Vec<_> = self
            .parts
            .iter()
            .map(|part| part.sql(engine, reading))
            .collect();
        // Both take NULL for an empty text here; an empty text cannot be stored.
        format!("concat({})", parts.join(&between))
    }

    /// The tables that are read beside `contact_index`.
    pub(super) fn joins(&self, reading: Reading) -> String {
        let mut joins = String::new();
        if self.reads_contacts() {
            joins.push_str(" CROSS JOIN contacts c");
        }
        if reading == Reading::Long && self.parts.contains(&Part::Segments) {
            joins.push_str(&format!(
                " LEFT JOIN (SELECT m.contact_id, {SEGMENTS} AS segments FROM segment_members m WHERE m.account_id = $1 \
                 GROUP BY m.contact_id) AS members ON members.contact_id = i.id"
            ));
        }
        joins
    }

    /// How they belong together.
    pub(super) fn joined(&self) -> &'static str {
        if self.reads_contacts() {
            " AND c.account_id = $1 AND c.id = i.id"
        } else {
            ""
        }
    }

    fn reads_contacts(&self) -> bool {
        self.parts.iter().any(|part| !part.is_beside())
    }

    /// The row that a line is of.
    pub(super) fn row<'r>(&'r self, line: &'r str) -> Result<Row<'r>, Error> {
        Row::read(self, line)
    }
}
