//! Contacts that are likely the same person: for one contact, before it is made or after, and for a whole account.

mod alike;
mod one;
mod search;
mod stored;

pub use one::{of_contact, of_draft};
pub use search::{Found, begin, end, forget_own, groups, keep};
pub use stored::list;
