#![doc = include_str!("../README.md")]

pub mod accounts;
pub mod activities;
pub mod actor;
pub mod api_keys;
pub mod bulk;
pub mod caller;
pub mod catalogue;
mod connect;
pub mod contacts;
mod cursor;
pub mod custom_attributes;
mod deferred;
pub mod demo;
pub mod doctor;
pub mod duplicates;
mod entity;
mod error;
pub mod events;
pub mod idempotency;
mod ids;
pub mod imports;
mod insert;
pub mod invitations;
pub mod jobs;
pub mod members;
mod node;
pub mod notes;
pub mod phones;
pub mod saved_filters;
pub mod segments;
pub mod sessions;
mod sql;
pub mod tickets;
pub mod users;
mod version;
mod viewer;
mod write;

/// For how long deletions and merges can be taken back: 30 days.
const RESTORABLE_SECONDS: i64 = 30 * 24 * 3600;

pub use actor::{Actor, Who};
pub use caller::Caller;
pub use connect::{Engine, OpenError, Options, Store};
pub use cursor::Paging;
pub use error::Error;
pub use ids::Ids;
pub use viewer::Viewer;
pub use write::Write;

#[cfg(test)]
#[path = "../tests/fresh/mod.rs"]
mod fresh;
