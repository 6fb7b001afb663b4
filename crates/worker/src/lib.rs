#![doc = include_str!("../README.md")]

pub mod csv;
mod import;
mod run;

pub use run::{Worker, run};
