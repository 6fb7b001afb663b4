//! Segments: named groups of contacts that were put there by hand.

mod counts;
mod definitions;
mod forget;
mod members;

pub use counts::counts;
pub use definitions::{create, delete, get, list, restore, update};
pub use forget::forget_deleted;
pub use members::{Turn, change_members, change_one};
pub(crate) use members::{change_live, hold};
