//! Custom attributes: typed fields of contacts that an account defined, and their values.
//!
//! The values of a contact stand in `contacts.custom`, a JSON object by key, where those of deleted attributes stay until they are gone for
//! good. For lists they are copied into `contact_index`: each into the slot of its attribute, or into `more` when it has none.

mod attributes;
mod change;
mod define;
mod delete;
mod slot;
mod usage;
mod values;
mod walk;

pub use attributes::{Attribute, Attributes, definitions};
pub use change::update;
pub use define::{create, get, list};
pub use delete::{delete, forget_deleted, restore};
pub use slot::Slot;
pub use usage::usage;
pub(crate) use walk::is_walking;
pub use walk::{Errand, begin_walk, end_walk, walk};

pub(crate) use values::{apply, combined, differences, fill, separated, shown};
