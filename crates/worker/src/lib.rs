#![doc = include_str!("../README.md")]

mod bulk;
pub mod csv;
mod duplicates;
mod file;
mod import;
mod run;
pub mod vcard;
mod walk_contacts;
mod worker;

pub use run::run;
pub use worker::Worker;
