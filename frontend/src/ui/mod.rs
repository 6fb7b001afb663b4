//! The pieces that pages are made of. They know nothing of contacts or settings.

mod alert;
mod avatar;
mod button;
mod choice;
mod copy;
mod dialog;
mod failure;
mod form;
mod icon;
mod input;
mod load;
mod moment;
mod toast;

pub(crate) use alert::{Alert, Tone};
pub(crate) use avatar::Avatar;
pub(crate) use button::{Button, IconButton};
pub(crate) use choice::{CountryField, LanguageField, SelectField, TimeZoneField, country_choices};
pub(crate) use copy::CopyField;
pub(crate) use dialog::{Dialog, DialogControl};
pub(crate) use failure::Failure;
pub(crate) use form::{
    Field, Form, FormFault, country, email, new_password, optional_line, required, required_line,
};
pub(crate) use icon::{Icon, Logo, Symbol};
pub(crate) use input::{Input, PasswordInput};
pub(crate) use load::{Load, Loaded};
pub(crate) use moment::Moment;
pub(crate) use toast::{Toaster, Toasts, use_toasts};

use std::cell::Cell;

thread_local! {
    static LAST_ID: Cell<u32> = const { Cell::new(0) };
}

/// An id that no other element of the page has: labels and descriptions refer by ids.
pub(crate) fn unique_id(what: &str) -> String {
    let id = LAST_ID.get() + 1;
    LAST_ID.set(id);
    format!("{what}-{id}")
}
