#![doc = include_str!("../README.md")]

pub mod csv;
mod import;
mod run;
mod worker;

pub use run::run;
pub use worker::Worker;
