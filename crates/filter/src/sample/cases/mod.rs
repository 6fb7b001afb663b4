//! Literal cases.
