//! How a contact can be reached: kinds of channels, identities on them, and what the contact consented to.

use crate::{IdentityId, Patch};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::Verified;

/// A kind of channel on which a contact could be reached, whatever is configured or consented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ChannelKind {
    /// E-mail: the contact has an address.
    Email,
    /// SMS: the contact has a phone number.
    Sms,
    /// The chat of a website: the contact has an identity there.
    LiveChat,
    /// WhatsApp: the contact has an identity there.
    Whatsapp,
    /// WeChat: the contact has an identity there.
    Wechat,
}

impl ChannelKind {
    /// Every kind, in the order in which a contact's `channels` stand.
    pub const ALL: [Self; 5] = [
        Self::Email,
        Self::Sms,
        Self::LiveChat,
        Self::Whatsapp,
        Self::Wechat,
    ];

    /// The kind as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::LiveChat => "live_chat",
            Self::Whatsapp => "whatsapp",
            Self::Wechat => "wechat",
        }
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// A kind of channel that knows people by an id of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum IdentityKind {
    /// The chat of a website.
    LiveChat,
    /// WhatsApp.
    Whatsapp,
    /// WeChat.
    Wechat,
}

impl IdentityKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::LiveChat, Self::Whatsapp, Self::Wechat];

    /// The kind as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        self.channel().as_str()
    }

    /// The kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The kind of channel on which the contact can be reached by it.
    pub const fn channel(self) -> ChannelKind {
        match self {
            Self::LiveChat => ChannelKind::LiveChat,
            Self::Whatsapp => ChannelKind::Whatsapp,
            Self::Wechat => ChannelKind::Wechat,
        }
    }

    /// What it is called before the end of an id, for a contact that nothing else is known of.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::LiveChat => "Live chat",
            Self::Whatsapp => "WhatsApp",
            Self::Wechat => "WeChat",
        }
    }
}

/// How a contact is known on a kind of channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ContactIdentity {
    /// The identity's id.
    pub id: IdentityId,
    /// The kind of channel.
    pub kind: IdentityKind,
    /// The id that the channel knows the contact by, exact; unique in the account among those of the kind.
    pub external_id: String,
    /// Who says that it belongs to the contact.
    pub verified: Verified,
}

/// What a contact said to being written to on a kind of channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Consent {
    /// Allowed.
    Granted,
    /// Refused.
    Refused,
}

impl Consent {
    /// The answer as it stands on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Refused => "refused",
        }
    }

    /// The answer with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Granted, Self::Refused]
            .into_iter()
            .find(|consent| consent.as_str() == name)
    }
}

/// What a contact said to being written to, as it is sent: kinds of channels that are absent stay, null forgets what was said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentPatch {
    /// By e-mail.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Consent>))]
    pub email: Patch<Consent>,
    /// By SMS.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Consent>))]
    pub sms: Patch<Consent>,
    /// In the chat of a website.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Consent>))]
    pub live_chat: Patch<Consent>,
    /// On WhatsApp.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Consent>))]
    pub whatsapp: Patch<Consent>,
    /// On WeChat.
    #[serde(skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Consent>))]
    pub wechat: Patch<Consent>,
}

impl ConsentPatch {
    /// By kind of channel: the answer, or that it is forgotten.
    pub(super) fn answers(&self) -> BTreeMap<ChannelKind, Option<Consent>> {
        let Self {
            email,
            sms,
            live_chat,
            whatsapp,
            wechat,
        } = self;
        let all = [
            (ChannelKind::Email, email),
            (ChannelKind::Sms, sms),
            (ChannelKind::LiveChat, live_chat),
            (ChannelKind::Whatsapp, whatsapp),
            (ChannelKind::Wechat, wechat),
        ];
        all.into_iter()
            .filter(|(_, said)| !said.is_absent())
            .map(|(kind, said)| (kind, said.apply(None)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_in_rust_and_on_the_wire() {
        for kind in ChannelKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(ChannelKind::from_name(kind.as_str()), Some(kind));
        }
        for kind in IdentityKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(IdentityKind::from_name(kind.as_str()), Some(kind));
        }
        for consent in [Consent::Granted, Consent::Refused] {
            assert_eq!(serde_json::to_value(consent).unwrap(), consent.as_str());
            assert_eq!(Consent::from_name(consent.as_str()), Some(consent));
        }
    }
}
