//! Contacts: the people that an account knows.

mod column;
mod draft;
mod list;
mod name;

pub use column::{COLUMNS_MAX, Column};
pub use draft::{
    ContactChange, ContactDraft, ContactFields, ContactPatch, NewContact, ReadPhone, check_email,
};
pub use list::{ContactQuery, ContactSearch, CountQuery, Sort, SortKey, UnknownSort};
pub use name::{full_name, shown_name};

use crate::country::Country;
use crate::custom_attribute::CustomValues;
use crate::language::LanguageTag;
use crate::phone::PhoneNumber;
use crate::{ContactId, Instant};
use serde::{Deserialize, Serialize};

/// Longest name, company, city and identifier, in characters.
pub const LINE_MAX: usize = 255;

/// How a contact first arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Source {
    /// A form on a website.
    Form,
    /// A website's chat.
    LiveChat,
    /// WhatsApp.
    Whatsapp,
    /// WeChat.
    Wechat,
    /// SMS.
    Sms,
    /// E-mail.
    Email,
    /// A file.
    Import,
    /// Typed in by a person of the account.
    Manual,
    /// Another system.
    Api,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 9] = [
        Self::Form,
        Self::LiveChat,
        Self::Whatsapp,
        Self::Wechat,
        Self::Sms,
        Self::Email,
        Self::Import,
        Self::Manual,
        Self::Api,
    ];

    /// The source as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::LiveChat => "live_chat",
            Self::Whatsapp => "whatsapp",
            Self::Wechat => "wechat",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Import => "import",
            Self::Manual => "manual",
            Self::Api => "api",
        }
    }

    /// The source with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == name)
    }
}

/// A kind of channel on which a contact could be reached, whatever is configured or consented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ChannelKind {
    /// E-mail: the contact has an address.
    Email,
    /// SMS: the contact has a phone number.
    Sms,
}

/// Who says that an address belongs to the contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Verified {
    /// Nobody: it is a claim.
    #[default]
    None,
    /// The channel's provider.
    Provider,
    /// A website that signed the contact's identity.
    Hmac,
    /// Somebody of the account vouches for it.
    Person,
}

impl Verified {
    /// Every way, the weakest first.
    pub const ALL: [Self; 4] = [Self::None, Self::Provider, Self::Hmac, Self::Person];

    /// The way as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Provider => "provider",
            Self::Hmac => "hmac",
            Self::Person => "person",
        }
    }

    /// The way with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == name)
    }
}

/// One of a contact's e-mail addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactEmail {
    /// The address as it was written.
    pub address: String,
    /// Whether it is the contact's first choice.
    pub primary: bool,
    /// Who says that it belongs to the contact.
    pub verified: Verified,
}

/// One of a contact's phone numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactPhone {
    /// The number in E.164.
    pub number: PhoneNumber,
    /// Whether it is the contact's first choice.
    pub primary: bool,
    /// Who says that it belongs to the contact.
    pub verified: Verified,
}

/// A contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contact {
    /// The contact's id.
    pub id: ContactId,
    /// How the contact is shown: see [`shown_name`].
    pub name: String,
    /// First name; holds a full name that nobody has split.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// The primary e-mail address.
    pub email: Option<String>,
    /// All addresses, the primary first.
    pub emails: Vec<ContactEmail>,
    /// The primary phone number.
    pub phone: Option<PhoneNumber>,
    /// All numbers, the primary first.
    pub phones: Vec<ContactPhone>,
    /// The id that another system knows the contact by.
    pub identifier: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Country.
    pub country: Option<Country>,
    /// Language.
    pub language: Option<LanguageTag>,
    /// How the contact first arrived.
    pub source: Source,
    /// Where the contact could be reached.
    pub channels: Vec<ChannelKind>,
    /// The values of the account's custom attributes; those without a value are left out.
    pub custom: CustomValues,
    /// When the account first knew the contact.
    pub created_at: Instant,
    /// When the contact was last changed.
    pub updated_at: Instant,
    /// When the contact last did something, or null.
    pub last_activity_at: Option<Instant>,
    /// Counts the changes; what `ETag` says.
    pub version: i64,
}
