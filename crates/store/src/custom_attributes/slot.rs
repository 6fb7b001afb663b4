//! Slots: the columns of `contact_index` that hold values of custom attributes.

use crate::Error;
use crate::entity::contact_index;
use rapport_contract::custom_attribute::AttributeType;

/// Slots of each type.
pub(crate) const EACH: usize = 8;

const TEXTS: [&str; EACH] = [
    "text_1", "text_2", "text_3", "text_4", "text_5", "text_6", "text_7", "text_8",
];
const NUMBERS: [&str; EACH] = [
    "number_1", "number_2", "number_3", "number_4", "number_5", "number_6", "number_7", "number_8",
];
const DATES: [&str; EACH] = [
    "date_1", "date_2", "date_3", "date_4", "date_5", "date_6", "date_7", "date_8",
];
const YES_NOS: [&str; EACH] = [
    "yes_no_1", "yes_no_2", "yes_no_3", "yes_no_4", "yes_no_5", "yes_no_6", "yes_no_7", "yes_no_8",
];

/// A column of `contact_index` that holds the values of one custom attribute. Each has an index of the rows that have a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Slot {
    columns: &'static [&'static str; EACH],
    place: usize,
}

impl Slot {
    /// The slots for values of this type, in the order in which they are given: texts, links and choices share theirs.
    pub(crate) fn of(kind: AttributeType) -> impl Iterator<Item = Self> {
        let columns = match kind {
            AttributeType::Text | AttributeType::List | AttributeType::Link => &TEXTS,
            AttributeType::Number => &NUMBERS,
            AttributeType::Date => &DATES,
            AttributeType::YesNo => &YES_NOS,
        };
        (0..EACH).map(move |place| Self { columns, place })
    }

    /// The slot with this column.
    pub(crate) fn read(column: &str) -> Result<Self, Error> {
        [&TEXTS, &NUMBERS, &DATES, &YES_NOS]
            .into_iter()
            .find_map(|columns| {
                let place = columns.iter().position(|known| *known == column)?;
                Some(Self { columns, place })
            })
            .ok_or_else(|| Error::Corrupt(format!("slot {column:?}")))
    }

    /// The column in `contact_index`; its index is `contact_index_` and this.
    pub fn column(self) -> &'static str {
        self.columns.get(self.place).copied().unwrap_or_default()
    }

    /// Writes a value into the row, if it is of the slot's type.
    pub(super) fn put(self, row: &mut contact_index::Model, value: SlotValue) {
        fn set<T>(slots: [&mut Option<T>; EACH], place: usize, value: T) {
            if let Some(slot) = slots.into_iter().nth(place) {
                *slot = Some(value);
            }
        }
        let is = |columns: &'static [&'static str; EACH]| std::ptr::eq(self.columns, columns);
        match value {
            SlotValue::Text(text) if is(&TEXTS) => set(texts(row), self.place, text),
            SlotValue::Text(date) if is(&DATES) => set(dates(row), self.place, date),
            SlotValue::Number(number) if is(&NUMBERS) => set(numbers(row), self.place, number),
            SlotValue::YesNo(yes) if is(&YES_NOS) => set(yes_nos(row), self.place, yes),
            SlotValue::Text(_) | SlotValue::Number(_) | SlotValue::YesNo(_) => {}
        }
    }
}

/// What a slot holds.
pub(super) enum SlotValue {
    /// The key of a text, of a choice, or a day.
    Text(String),
    Number(f64),
    YesNo(bool),
}

fn texts(row: &mut contact_index::Model) -> [&mut Option<String>; EACH] {
    [
        &mut row.text_1,
        &mut row.text_2,
        &mut row.text_3,
        &mut row.text_4,
        &mut row.text_5,
        &mut row.text_6,
        &mut row.text_7,
        &mut row.text_8,
    ]
}

fn numbers(row: &mut contact_index::Model) -> [&mut Option<f64>; EACH] {
    [
        &mut row.number_1,
        &mut row.number_2,
        &mut row.number_3,
        &mut row.number_4,
        &mut row.number_5,
        &mut row.number_6,
        &mut row.number_7,
        &mut row.number_8,
    ]
}

fn dates(row: &mut contact_index::Model) -> [&mut Option<String>; EACH] {
    [
        &mut row.date_1,
        &mut row.date_2,
        &mut row.date_3,
        &mut row.date_4,
        &mut row.date_5,
        &mut row.date_6,
        &mut row.date_7,
        &mut row.date_8,
    ]
}

fn yes_nos(row: &mut contact_index::Model) -> [&mut Option<bool>; EACH] {
    [
        &mut row.yes_no_1,
        &mut row.yes_no_2,
        &mut row.yes_no_3,
        &mut row.yes_no_4,
        &mut row.yes_no_5,
        &mut row.yes_no_6,
        &mut row.yes_no_7,
        &mut row.yes_no_8,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_and_written() {
        for kind in AttributeType::ALL {
            for slot in Slot::of(kind) {
                assert_eq!(Slot::read(slot.column()).ok(), Some(slot));
            }
        }
        assert!(Slot::read("text_9").is_err() && Slot::read("").is_err());
    }
}
