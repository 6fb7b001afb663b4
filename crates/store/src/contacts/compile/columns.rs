//! Where the values of a field stand.

use crate::Engine;
use crate::catalogue::AccountCatalogue;
use rapport_filter::checked::Field;

/// Where the values of a field stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A normalised text: its key in a column, the whole of a longer one in `more`.
    Text { column: String, name: String },
    /// A value that stands in a column as it is.
    Plain { column: String },
    /// A value that stands in `more` alone.
    More { name: String },
    /// All e-mail addresses: the primary one in the index, the others in their own table.
    Emails,
    /// All phone numbers.
    Phones,
    /// Kinds of channels, as bits.
    Channels,
    /// Memberships.
    Segments,
    /// The contact's own id.
    Id,
    /// Nowhere: the attribute is gone. A checked filter does not ask for it, unless it was deleted in this very moment.
    Nowhere,
}

/// Tells where the values of fields stand.
#[derive(Clone, Copy)]
pub(super) struct Columns<'a> {
    pub(super) catalogue: &'a AccountCatalogue,
    pub(super) engine: Engine,
}

impl Columns<'_> {
    pub(super) fn of(self, field: &Field) -> Place {
        let text = |name: &str| Place::Text {
            column: format!("{name}_key"),
            name: name.to_owned(),
        };
        let plain = |column: &str| Place::Plain {
            column: column.to_owned(),
        };
        match field {
            Field::Name => text("name"),
            Field::FirstName => text("first_name"),
            Field::LastName => text("last_name"),
            Field::Company => text("company"),
            Field::City => text("city"),
            Field::Email => Place::Emails,
            Field::Phone => Place::Phones,
            Field::Identifier => plain("identifier"),
            Field::Country => plain("country"),
            Field::Language => plain("language"),
            Field::Source => plain("source"),
            Field::Channel => Place::Channels,
            Field::Segment => Place::Segments,
            Field::Blocked => plain("blocked"),
            Field::CreatedAt => plain("created_at"),
            Field::UpdatedAt => plain("updated_at"),
            Field::LastActivityAt => plain("last_activity_at"),
            Field::Id => Place::Id,
            Field::Custom(key) => self.custom(key),
        }
    }

    fn custom(self, key: &str) -> Place {
        use rapport_contract::custom_attribute::AttributeType::{
            Date, Link, List, Number, Text, YesNo,
        };
        let Some(attribute) = self.catalogue.attributes.get(key) else {
            return Place::Nowhere;
        };
        let name = format!("custom.{key}");
        match (attribute.slot, attribute.kind) {
            (None, _) => Place::More { name },
            (Some(slot), Text | Link) => Place::Text {
                column: slot.column().to_owned(),
                name,
            },
            (Some(slot), Number | Date | YesNo | List) => Place::Plain {
                column: slot.column().to_owned(),
            },
        }
    }

    /// The value of a name in `more`, as a text. Names are those of fields, and of attributes whose keys are plain.
    pub(super) fn more_text(self, more: &str, name: &str) -> String {
        match self.engine {
            Engine::Postgres => format!("({more} ->> '{name}') COLLATE \"C\""),
            Engine::Sqlite => format!("({more} ->> '$.\"{name}\"')"),
        }
    }

    /// The value of a name in `more`, as a number.
    pub(super) fn more_number(self, more: &str, name: &str) -> String {
        match self.engine {
            Engine::Postgres => format!("CAST({more} -> '{name}' AS DOUBLE PRECISION)"),
            Engine::Sqlite => format!("({more} ->> '$.\"{name}\"')"),
        }
    }

    /// The value of a name in `more`, as true or false.
    pub(super) fn more_yes_no(self, more: &str, name: &str) -> String {
        match self.engine {
            Engine::Postgres => format!("CAST({more} -> '{name}' AS BOOLEAN)"),
            Engine::Sqlite => format!("({more} ->> '$.\"{name}\"')"),
        }
    }
}

/// Whether this column of `contact_index` has a value for whoever has one in the field.
pub(crate) fn stands_in(field: &Field, column: &str) -> bool {
    match field {
        Field::Name => column == "name_key",
        Field::Company => column == "company_key",
        Field::City => column == "city_key",
        Field::Email => column == "email_key",
        Field::Phone => column == "phone_num",
        Field::Country => column == "country_rank",
        Field::LastActivityAt => column == "last_activity_at",
        _ => false,
    }
}
