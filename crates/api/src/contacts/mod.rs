//! Contacts.

pub(crate) mod bulk;
pub(crate) mod list;
pub(crate) mod one;
