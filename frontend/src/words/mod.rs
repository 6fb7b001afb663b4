//! Sentences for what the wire says in codes. Every match is exhaustive: a new code does not compile until it has words.

mod contact;
mod fault;
mod import;
mod problem;
mod role;

pub(crate) use contact::{column_name, source_name};
pub(crate) use fault::fault_text;
pub(crate) use import::{
    delimiter_text, field_name, import_fault_text, import_state_text, row_problem_text,
};
pub(crate) use problem::{error_text, request_id};
pub(crate) use role::{role_may, role_name};
