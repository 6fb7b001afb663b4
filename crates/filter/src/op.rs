//! The operators of a condition.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)+) => {
        /// What a condition asks of its field. Which types know which operator: [`FieldType::operators`].
        ///
        /// [`FieldType::operators`]: crate::catalogue::FieldType::operators
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Op { $($(#[$doc])* $name,)+ }

        impl Op {
            /// Every operator.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The operator as it stands on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

operators! {
    /// The same; on several values: one of them is.
    Eq = "eq";
    /// The negation of `eq`.
    NotEq = "not_eq";
    /// One of those listed.
    AnyOf = "any_of";
    /// The negation of `any_of`.
    NoneOf = "none_of";
    /// Every one of those listed is there.
    AllOf = "all_of";
    /// A part of the text.
    Contains = "contains";
    /// The negation of `contains`.
    NotContains = "not_contains";
    /// The beginning of the text.
    StartsWith = "starts_with";
    /// The end of the text.
    EndsWith = "ends_with";
    /// Greater.
    Gt = "gt";
    /// Greater or the same.
    Gte = "gte";
    /// Less.
    Lt = "lt";
    /// Less or the same.
    Lte = "lte";
    /// From one to the other, both included.
    Between = "between";
    /// Earlier.
    Before = "before";
    /// Later.
    After = "after";
    /// From so long ago until now.
    InLast = "in_last";
    /// The negation of `in_last`.
    NotInLast = "not_in_last";
    /// From now for so long.
    InNext = "in_next";
    /// There is no value.
    IsEmpty = "is_empty";
    /// The negation of `is_empty`.
    IsNotEmpty = "is_not_empty";
}

/// The shape of the value that an operator takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operand {
    /// None: the value is left out, or `null`.
    Nothing,
    /// One value of the field's type.
    One,
    /// A list of at least one.
    List,
    /// `{"from": a, "to": b}`, both included.
    Range,
    /// `{"count": n, "unit": "day"}`.
    Relative,
}

impl Op {
    /// The operator with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|op| op.as_str() == name)
    }

    /// The operator that this one is or negates, and whether it negates it.
    pub const fn positive(self) -> (Self, bool) {
        match self {
            Self::NotEq => (Self::Eq, true),
            Self::NoneOf => (Self::AnyOf, true),
            Self::NotContains => (Self::Contains, true),
            Self::NotInLast => (Self::InLast, true),
            Self::IsNotEmpty => (Self::IsEmpty, true),
            positive => (positive, false),
        }
    }

    /// The shape of its value.
    pub const fn operand(self) -> Operand {
        match self {
            Self::IsEmpty | Self::IsNotEmpty => Operand::Nothing,
            Self::AnyOf | Self::NoneOf | Self::AllOf => Operand::List,
            Self::Between => Operand::Range,
            Self::InLast | Self::NotInLast | Self::InNext => Operand::Relative,
            Self::Eq
            | Self::NotEq
            | Self::Contains
            | Self::NotContains
            | Self::StartsWith
            | Self::EndsWith
            | Self::Gt
            | Self::Gte
            | Self::Lt
            | Self::Lte
            | Self::Before
            | Self::After => Operand::One,
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operator_is_the_same_in_rust_and_on_the_wire() {
        for op in Op::ALL {
            assert_eq!(serde_json::to_value(op).unwrap(), op.as_str());
            assert_eq!(Op::from_name(op.as_str()), Some(*op));
            let (positive, _) = op.positive();
            assert_eq!(positive.positive(), (positive, false));
            assert_eq!(positive.operand(), op.operand());
        }
        assert_eq!(Op::from_name("Eq"), None);
    }
}
