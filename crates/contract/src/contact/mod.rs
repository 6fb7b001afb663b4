//! Contacts: the people that an account knows.

mod address;
mod channel;
mod column;
mod draft;
mod export;
mod fields;
mod key;
mod list;
mod name;
mod patch;

pub use address::{
    ADDRESSES_MAX, Addresses, ContactEmail, ContactPhone, EmailDraft, Given, IdentityDraft,
    NewIdentity, PhoneDraft, Verified, Vouched,
};
pub use channel::{ChannelKind, Consent, ConsentPatch, ContactIdentity, IdentityKind};
pub use column::{COLUMNS_MAX, Column};
pub use draft::{ContactDraft, ReadPhone, check_email};
pub use export::{ContactExport, ContactExportQuery};
pub use fields::{ConsentChange, ContactChange, ContactExtras, ContactFields, NewContact};
pub use key::{ContactKey, KeyKind};
pub use list::{ContactQuery, ContactSearch, CountQuery, Sort, SortKey, UnknownSort};
pub use name::{full_name, shown_name};
pub use patch::ContactPatch;

use crate::country::Country;
use crate::custom_attribute::CustomValues;
use crate::language::LanguageTag;
use crate::phone::PhoneNumber;
use crate::segment::SegmentTag;
use crate::{ContactId, Instant};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// All addresses: the primary, then the others as they were added, those of one moment by their text.
    pub emails: Vec<ContactEmail>,
    /// The primary phone number.
    pub phone: Option<PhoneNumber>,
    /// All numbers: the primary, then the others as they were added, those of one moment by their text.
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
    /// Where the contact could be reached, in this order: `email` with an address, `sms` with a number, `live_chat`, `whatsapp` and `wechat` with
    /// an identity of that kind.
    pub channels: Vec<ChannelKind>,
    /// How the contact is known on channels, the oldest first.
    pub identities: Vec<ContactIdentity>,
    /// What the contact allowed or refused, by kind of channel; of a kind that is not there nobody knows.
    pub consent: BTreeMap<ChannelKind, Consent>,
    /// Whether the account does not want to hear from the contact.
    pub blocked: bool,
    /// The values of the account's custom attributes; those without a value are left out.
    pub custom: CustomValues,
    /// The segments that the contact was put into, the oldest segment first.
    pub segments: Vec<SegmentTag>,
    /// When the account first knew the contact.
    pub created_at: Instant,
    /// When the contact was last changed.
    pub updated_at: Instant,
    /// When the contact last did something, or null.
    pub last_activity_at: Option<Instant>,
    /// Counts the changes; what `ETag` says.
    pub version: i64,
}
