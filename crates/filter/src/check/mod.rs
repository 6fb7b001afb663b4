//! Reading a filter: what it means in this account and now, or everything that is wrong with it.

mod calendar;
mod context;
mod fault;
mod keys;
mod moment;
mod phone;
mod place;
mod tree;
mod value;

#[cfg(test)]
pub(crate) mod tests;

pub use context::Context;
pub use fault::{Fault, FaultCode};

pub(crate) use calendar::{day, instant};
pub(crate) use keys::get;
pub(crate) use moment::whole;
pub(crate) use phone::{digits, digits_of_beginning};

use crate::catalogue::Catalogue;
use crate::checked::Checked;
use crate::raw::Raw;
use place::Place;

/// Groups within each other: a group counts one level, a condition none.
pub const DEPTH_MAX: usize = 10;
/// Conditions of one filter; a group without children counts as one.
pub const CONDITIONS_MAX: usize = 500;
/// Values of one list.
pub const LIST_MAX: usize = 1_000;
/// Values of one filter: each of a list, both of a range.
pub const VALUES_MAX: usize = 5_000;
/// Characters of a text value, as it was sent.
pub const TEXT_MAX: usize = 1_000;
/// Count of a relative date.
pub const COUNT_MAX: u32 = 10_000;
/// Faults that are reported; whoever makes more reads no more.
pub const FAULTS_MAX: usize = 100;

/// Reads a filter as this account means it, or gives everything that is wrong with it, in the order of the document, at
/// most [`FAULTS_MAX`] faults.
///
/// `pointer` is the JSON pointer of `raw` in the document that was sent: `/filter` in a body, empty where the filter is the
/// whole document. After too many conditions nothing more is read, nor below a group that is too deep.
pub fn check(
    raw: &Raw,
    catalogue: &Catalogue,
    context: &dyn Context,
    pointer: &str,
) -> Result<Checked, Vec<Fault>> {
    let mut check = Check {
        catalogue,
        context,
        faults: Vec::new(),
        conditions: 0,
        values: 0,
        stopped: false,
    };
    let checked = check.node(raw, &Place::root(pointer), 0);
    match checked {
        Some(checked) if check.faults.is_empty() => Ok(checked),
        _ => Err(check.faults),
    }
}

/// What is known while a filter is read. Whoever gives `None` has added a fault, or reading was stopped by one.
struct Check<'a> {
    catalogue: &'a Catalogue,
    context: &'a dyn Context,
    faults: Vec<Fault>,
    /// Conditions so far.
    conditions: usize,
    /// Values so far.
    values: usize,
    /// Whether nothing more is to be read.
    stopped: bool,
}

impl Check<'_> {
    fn fault(&mut self, place: &Place, code: FaultCode, detail: impl Into<String>) {
        self.faults.push(Fault {
            pointer: place.to_string(),
            code,
            detail: detail.into(),
        });
        if self.faults.len() >= FAULTS_MAX {
            self.stopped = true;
        }
    }
}
