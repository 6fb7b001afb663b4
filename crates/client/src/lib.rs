#![doc = include_str!("../README.md")]

mod account;
mod auth;
mod contacts;
mod imports;
mod members;
mod request;

pub use request::{Client, ClientError, ETagged, Health};
