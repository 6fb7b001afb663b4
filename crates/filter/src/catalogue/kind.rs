//! The types of fields, and what each can be asked.

use crate::op::Op;

/// The type of a field: which operators it knows, and what it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldType {
    /// A text, compared [normalised](crate::text::normalise).
    Text,
    /// A text, compared byte by byte.
    ExactText,
    /// A link, compared as a text.
    Link,
    /// Phone numbers.
    Phone,
    /// Choices, compared by their keys.
    Choice {
        /// Whether a contact can have several.
        many: bool,
    },
    /// A number.
    Number,
    /// A day.
    Date,
    /// An instant.
    Moment,
    /// Yes or no.
    YesNo,
    /// The contact's id.
    Id,
}

impl FieldType {
    /// The type as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::ExactText => "exact_text",
            Self::Link => "link",
            Self::Phone => "phone",
            Self::Choice { .. } => "choice",
            Self::Number => "number",
            Self::Date => "date",
            Self::Moment => "moment",
            Self::YesNo => "yes_no",
            Self::Id => "id",
        }
    }

    /// The operators of this type, in the order in which they are offered.
    pub const fn operators(self) -> &'static [Op] {
        match self {
            Self::Text | Self::ExactText | Self::Link => &[
                Op::Eq,
                Op::NotEq,
                Op::AnyOf,
                Op::NoneOf,
                Op::Contains,
                Op::NotContains,
                Op::StartsWith,
                Op::EndsWith,
                Op::IsEmpty,
                Op::IsNotEmpty,
            ],
            Self::Phone => &[
                Op::Eq,
                Op::NotEq,
                Op::StartsWith,
                Op::Contains,
                Op::NotContains,
                Op::IsEmpty,
                Op::IsNotEmpty,
            ],
            Self::Choice { many: false } => &[
                Op::Eq,
                Op::NotEq,
                Op::AnyOf,
                Op::NoneOf,
                Op::IsEmpty,
                Op::IsNotEmpty,
            ],
            Self::Choice { many: true } => &[
                Op::Eq,
                Op::NotEq,
                Op::AnyOf,
                Op::NoneOf,
                Op::AllOf,
                Op::IsEmpty,
                Op::IsNotEmpty,
            ],
            Self::Number => &[
                Op::Eq,
                Op::NotEq,
                Op::Gt,
                Op::Gte,
                Op::Lt,
                Op::Lte,
                Op::Between,
                Op::IsEmpty,
                Op::IsNotEmpty,
            ],
            Self::Date | Self::Moment => &[
                Op::Eq,
                Op::NotEq,
                Op::Before,
                Op::After,
                Op::Between,
                Op::InLast,
                Op::NotInLast,
                Op::InNext,
                Op::IsEmpty,
                Op::IsNotEmpty,
            ],
            Self::YesNo => &[Op::Eq, Op::NotEq, Op::IsEmpty, Op::IsNotEmpty],
            Self::Id => &[Op::AnyOf],
        }
    }
}
