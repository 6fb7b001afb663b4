#![doc = include_str!("../README.md")]

pub mod catalogue;
pub mod check;
pub mod checked;
pub mod evaluate;
pub mod facts;
pub mod language;
pub mod op;
pub mod raw;
#[cfg(any(test, feature = "sample"))]
pub mod sample;
pub mod search;
pub mod sentence;
pub mod text;
pub mod tree;

pub use catalogue::Catalogue;
pub use check::{Context, Fault, FaultCode};
pub use checked::{Checked, Nnf};
pub use evaluate::matches;
pub use facts::Facts;
pub use op::Op;
pub use raw::Raw;
pub use tree::Node;
