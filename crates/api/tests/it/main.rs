//! The API over a socket, through the typed client, on both engines: every test runs on a fresh SQLite file and on a fresh PostgreSQL
//! database, and ends with the doctor's check that everything computed is what the truth says.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at what it does not expect"
)]

mod access;
mod addresses;
mod api_keys;
mod bulk;
mod claims;
mod conflicts;
mod contacts;
mod crash;
mod custom_attributes;
mod custom_values;
mod duplicates;
mod erase;
mod events;
mod export;
mod filters;
mod first_run;
mod history;
mod idempotency;
mod import_trouble;
mod imports;
mod invitations;
mod isolation;
mod limits;
mod list;
mod many;
mod members;
mod merge;
mod notes;
mod openapi;
mod operations;
mod problems;
mod saved_filters;
mod search;
mod secrets;
mod segments;
mod server;
mod sessions;
mod tags;
mod tickets;
mod upsert;
mod wire;
