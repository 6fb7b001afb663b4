//! What makes a custom attribute and what changes it: as it is sent, and as it is understood.

use super::{AttributeType, Choice};

/// An attribute to make, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttribute {
    /// What it is called in filters and imports.
    pub key: String,
    /// How it is shown.
    pub label: String,
    /// What its values are.
    pub kind: AttributeType,
    /// What can be chosen, in order; empty unless it is a list.
    pub choices: Vec<Choice>,
    /// What it is for.
    pub description: Option<String>,
}
