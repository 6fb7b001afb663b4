//! The bits of `contact_index.channels` and `contact_index.flags`. What stands here is in databases.

use rapport_filter::catalogue::CHANNELS;

/// Where a row of `contact_index` is not the whole story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flag {
    /// There are more e-mail addresses than the primary one, or its key is cut.
    MoreEmails,
    /// There are more phone numbers than the primary one.
    MorePhones,
    /// The key of another text is cut; the whole of it stands in `more`.
    LongText,
}

impl Flag {
    pub(crate) const fn bit(self) -> i64 {
        match self {
            Self::MoreEmails => 1,
            Self::MorePhones => 2,
            Self::LongText => 4,
        }
    }
}

/// The bit of a kind of channel, by its name on the wire.
pub(crate) fn channel_bit(kind: &str) -> Option<i64> {
    CHANNELS
        .iter()
        .position(|known| *known == kind)
        .map(|place| 1 << place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_stay() {
        let bits = ["email", "sms", "live_chat", "whatsapp", "wechat", "fax"].map(channel_bit);
        assert_eq!(bits, [Some(1), Some(2), Some(4), Some(8), Some(16), None]);
    }
}
