//! The cells of a row.

use super::columns::{BETWEEN, Layout, Part};
use crate::Error;
use crate::contacts::reach::Shown;
use crate::contacts::read::read_kind;
use rapport_contract::contact::{ChannelKind, Column, shown_name};
use rapport_contract::custom_attribute::AttributeType;
use rapport_contract::{ContactId, Instant};
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, Visitor,
};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{self, Write as _};

/// A cell of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    /// There is no value.
    Missing,
    /// A text that somebody wrote.
    Text(&'a str),
    /// A number, a date, an instant, a phone number, true or false: it is what it looks like.
    Plain(&'a str),
}

/// A row of an export.
#[derive(Debug)]
pub struct Row<'r> {
    layout: &'r Layout,
    parts: Vec<&'r str>,
}

/// What stands between the values of a cell with several.
const SEVERAL: &str = "; ";

impl<'r> Row<'r> {
    pub(super) fn read(layout: &'r Layout, line: &'r str) -> Result<Self, Error> {
        let mut parts = Vec::with_capacity(layout.len());
        parts.extend(line.split(BETWEEN));
        if parts.len() != layout.len() {
            return Err(Error::Corrupt(format!(
                "a contact with a control character in one of its texts: {} parts instead of {}",
                parts.len(),
                layout.len()
            )));
        }
        Ok(Self { layout, parts })
    }

    /// Gives every cell to `take`, in the order of the columns.
    ///
    /// # Errors
    /// When the contact cannot be read.
    pub fn cells(&self, mut take: impl FnMut(Cell<'_>)) -> Result<(), Error> {
        let (custom, shown) = (self.custom()?, self.shown()?);
        let (mut scratch, mut place) = (String::new(), 0);
        for column in self.layout.columns() {
            scratch.clear();
            match column {
                Column::Id => {
                    write(&mut scratch, ContactId::from_i64(self.number(Part::Id)?));
                    take(Cell::Plain(&scratch));
                }
                Column::Name => take(text(&self.name(&shown)?)),
                Column::FirstName => take(text(self.part(Part::FirstName))),
                Column::LastName => take(text(self.part(Part::LastName))),
                Column::Email => take(text(shown.emails().next().unwrap_or_default())),
                Column::Emails => {
                    join(&mut scratch, shown.emails());
                    take(text(&scratch));
                }
                Column::Phone => {
                    let phone = self.part(Part::Phone);
                    if phone.is_empty() {
                        take(Cell::Missing);
                    } else {
                        write(&mut scratch, format_args!("+{phone}"));
                        take(Cell::Plain(&scratch));
                    }
                }
                Column::Phones => {
                    join(&mut scratch, shown.phones());
                    take(text(&scratch));
                }
                Column::Identifier => take(text(self.part(Part::Identifier))),
                Column::Company => take(text(self.part(Part::Company))),
                Column::City => take(text(self.part(Part::City))),
                Column::Country => take(text(self.part(Part::Country))),
                Column::Language => take(text(self.part(Part::Language))),
                Column::Source => take(text(self.part(Part::Source))),
                Column::Channels => {
                    let bits = self.number(Part::Channels)?;
                    let known = ChannelKind::ALL.into_iter().enumerate();
                    let channels = known.filter(|(place, _)| bits >> place & 1 == 1);
                    join(&mut scratch, channels.map(|(_, channel)| channel.as_str()));
                    take(text(&scratch));
                }
                Column::Blocked => take(Cell::Plain(self.part(Part::Blocked))),
                Column::Segments => {
                    self.segments(&mut scratch)?;
                    take(text(&scratch));
                }
                Column::CreatedAt => take(self.instant(Part::CreatedAt, &mut scratch)?),
                Column::UpdatedAt => take(self.instant(Part::UpdatedAt, &mut scratch)?),
                Column::LastActivityAt => take(self.instant(Part::LastActivityAt, &mut scratch)?),
                Column::Custom(_) => {
                    if let Some(Some(held)) = custom.get(place) {
                        take(self.custom_cell(place, held, &mut scratch));
                    } else {
                        take(Cell::Missing);
                    }
                    place += 1;
                }
            }
        }
        Ok(())
    }

    fn part(&self, part: Part) -> &'r str {
        let place = self.layout.place(part);
        place
            .and_then(|place| self.parts.get(place).copied())
            .unwrap_or_default()
    }

    fn number(&self, part: Part) -> Result<i64, Error> {
        let text = self.part(part);
        text.parse()
            .map_err(|_| Error::Corrupt(format!("{part:?} {text:?}")))
    }

    fn instant<'s>(&self, part: Part, scratch: &'s mut String) -> Result<Cell<'s>, Error> {
        if self.part(part).is_empty() {
            return Ok(Cell::Missing);
        }
        write(scratch, Instant::from_unix_millis(self.number(part)?));
        Ok(Cell::Plain(scratch))
    }

    /// How the contact is reached, if a column shows anything of it.
    fn shown(&self) -> Result<Shown<'r>, Error> {
        match self.part(Part::Reach) {
            "" => Ok(Shown::default()),
            text => Shown::read(text),
        }
    }

    fn name(&self, shown: &Shown<'_>) -> Result<String, Error> {
        let known = |part| Some(self.part(part)).filter(|text| !text.is_empty());
        let phone = known(Part::Phone).map(|digits| format!("+{digits}"));
        let identity = match shown.identity() {
            Some((kind, id)) => Some((read_kind(kind)?, id)),
            None => None,
        };
        Ok(shown_name(
            known(Part::FirstName),
            known(Part::LastName),
            shown.emails().next(),
            phone.as_deref(),
            known(Part::Identifier),
            identity,
            ContactId::from_i64(self.number(Part::Id)?),
        ))
    }

    /// The names of the contact's segments, the oldest segment first; those that are deleted are not among them.
    fn segments(&self, names: &mut String) -> Result<(), Error> {
        let text = self.part(Part::Segments);
        if text.is_empty() {
            return Ok(());
        }
        let mut ids = text
            .split(',')
            .map(str::parse)
            .collect::<Result<Vec<i64>, _>>()
            .map_err(|_| Error::Corrupt(format!("segments {text:?}")))?;
        ids.sort_unstable();
        let known = &self.layout.catalogue.segments;
        join(
            names,
            ids.iter()
                .filter_map(|id| Some(known.get(id)?.name.as_str())),
        );
        Ok(())
    }

    /// The values of the custom attributes that are columns, in their order.
    fn custom(&self) -> Result<Vec<Option<Held<'r>>>, Error> {
        let wanted = &self.layout.custom;
        let text = self.part(Part::Custom);
        let mut held = Vec::new();
        if wanted.is_empty() || text == "{}" {
            return Ok(held);
        }
        held.resize_with(wanted.len(), || None);
        let mut reader = serde_json::Deserializer::from_str(text);
        let into = Wanted {
            wanted,
            held: &mut held,
        };
        into.deserialize(&mut reader)
            .map_err(|error| Error::Corrupt(format!("custom values: {error}")))?;
        Ok(held)
    }

    fn custom_cell<'s>(
        &'s self,
        place: usize,
        held: &'s Held<'r>,
        scratch: &'s mut String,
    ) -> Cell<'s> {
        let attribute = self.layout.attribute(place);
        match held {
            Held::Text(value) => {
                match attribute.and_then(|attribute| attribute.replaced_choice(value)) {
                    Some(Some(choice)) => text(choice),
                    Some(None) => Cell::Missing,
                    None if attribute.is_some_and(|one| one.kind == AttributeType::Date) => {
                        Cell::Plain(value)
                    }
                    None => text(value),
                }
            }
            Held::Number(number) => {
                write(scratch, number);
                Cell::Plain(scratch)
            }
            Held::YesNo(yes) => Cell::Plain(if *yes { "true" } else { "false" }),
        }
    }
}

fn text(text: &str) -> Cell<'_> {
    if text.is_empty() {
        Cell::Missing
    } else {
        Cell::Text(text)
    }
}

fn write(scratch: &mut String, value: impl fmt::Display) {
    // Writing into memory cannot fail.
    let _ = write!(scratch, "{value}");
}

fn join<'t>(joined: &mut String, texts: impl Iterator<Item = &'t str>) {
    for text in texts {
        if !joined.is_empty() {
            joined.push_str(SEVERAL);
        }
        joined.push_str(text);
    }
}

/// A value of a custom attribute as it is stored.
#[derive(Debug)]
enum Held<'a> {
    Text(Cow<'a, str>),
    Number(serde_json::Number),
    YesNo(bool),
}

impl<'de> Deserialize<'de> for Held<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;
        impl<'de> Visitor<'de> for Value {
            type Value = Held<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a number, true or false")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Held<'de>, E> {
                Ok(Held::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Held<'de>, E> {
                Ok(Held::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_bool<E>(self, yes: bool) -> Result<Held<'de>, E> {
                Ok(Held::YesNo(yes))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Held<'de>, E> {
                Ok(Held::Number(number.into()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Held<'de>, E> {
                Ok(Held::Number(number.into()))
            }

            fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Held<'de>, E> {
                serde_json::Number::from_f64(number)
                    .map(Held::Number)
                    .ok_or_else(|| E::custom("a number that is not finite"))
            }
        }
        deserializer.deserialize_any(Value)
    }
}

/// Reads the wanted values of an object and passes over the others.
struct Wanted<'w, 'h, 'de> {
    wanted: &'w HashMap<String, usize>,
    held: &'h mut Vec<Option<Held<'de>>>,
}

impl<'de> DeserializeSeed<'de> for Wanted<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Wanted<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        // Keys are plain: nothing in them is ever escaped.
        while let Some(key) = map.next_key::<&'de str>()? {
            match self.wanted.get(key) {
                Some(place) => {
                    let value = map.next_value()?;
                    let slot = self.held.get_mut(*place);
                    *slot.ok_or_else(|| A::Error::custom("no such place"))? = Some(value);
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}
