#![doc = include_str!("../README.md")]

pub mod search;
pub mod text;
