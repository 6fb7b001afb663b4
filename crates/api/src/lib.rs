#![doc = include_str!("../README.md")]

mod access;
mod account;
mod api_keys;
mod app;
mod app_files;
mod auth;
mod contacts;
mod extract;
mod filter_fields;
mod health;
mod imports;
mod limits;
mod links;
mod me;
mod members;
mod once;
mod openapi;
mod origin;
mod passwords;
mod problem;
mod reply;
mod request;
mod routes;
mod saved_filters;
mod segments;
mod setup;
mod state;
mod tokens;
mod uses;

pub use app::app;
pub use app_files::{AppFiles, AppFilesError};
pub use openapi::openapi;
pub use passwords::hash_password;
pub use state::{Clock, Config, State};
pub use tokens::{Keys, LinkSecret};
