//! Custom attributes: typed fields of contacts that an account defined, and their values.
//!
//! The values of a contact stand in `contacts.custom`, a JSON object by key, where those of deleted attributes stay until they are gone for
//! good. For lists they are copied into `contact_index`: each into the slot of its attribute, or into `more` when it has none.

mod attributes;
mod define;
mod slot;
mod values;

pub use attributes::{Attribute, Attributes, definitions};
pub use define::create;
pub use slot::Slot;
pub(crate) use values::{apply, differences, fill, shown};
