#![doc = include_str!("../README.md")]

mod account;
mod api_keys;
mod auth;
mod bulk;
mod contacts;
mod custom_attributes;
mod download;
mod duplicates;
mod imports;
mod members;
mod merges;
mod notes;
mod request;
mod saved_filters;
mod segments;
mod tickets;
#[cfg(target_arch = "wasm32")]
mod upload;

pub use download::Download;
pub use request::{Client, ClientError, ETagged, Health};
