#![doc = include_str!("../README.md")]

mod access;
mod account;
mod api_keys;
mod app;
mod app_files;
mod auth;
mod busy;
mod contacts;
mod custom_attributes;
#[expect(
    dead_code,
    reason = "tickets are made for the export; its route is to redeem them"
)]
mod download;
mod extract;
mod filter_fields;
mod health;
mod imports;
mod jobs;
mod limits;
mod links;
mod me;
mod members;
mod once;
mod openapi;
mod origin;
mod passwords;
mod problem;
mod rate;
mod reply;
mod request;
mod routes;
mod saved_filters;
mod segments;
mod setup;
mod state;
mod tags;
mod tickets;
mod tokens;
mod uses;

pub use app::app;
pub use app_files::{AppFiles, AppFilesError};
pub use openapi::openapi;
pub use passwords::hash_password;
pub use rate::RateLimits;
pub use state::{Clock, Config, State};
pub use tokens::{Keys, LinkSecret};
