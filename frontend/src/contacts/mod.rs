//! Contacts: the table, adding, importing, and the page of one.

mod add;
mod columns;
mod conflict;
mod fields;
mod import;
mod list;
mod page;
mod profile;
mod profile_field;
mod row;
mod rows;
mod table;
mod toolbar;

pub(crate) use import::{ImportDialog, Imports, use_imports};
pub(crate) use list::ContactList;
pub(crate) use page::ContactsPage;
pub(crate) use profile::ContactPage;
