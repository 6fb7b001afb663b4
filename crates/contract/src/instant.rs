//! Points in time: Unix milliseconds inside, RFC 3339 in UTC with milliseconds on the wire.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant(i64);

/// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59.999Z: what RFC 3339 can write.
const RANGE: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;

/// Why a text is not an instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected an instant such as 2027-01-31T10:00:00Z")]
pub struct InvalidInstant;

impl Instant {
    /// The instant with so many milliseconds since the epoch; those beyond the years 1 to 9999 are cut there.
    pub fn from_unix_millis(millis: i64) -> Self {
        Self(millis.clamp(*RANGE.start(), *RANGE.end()))
    }

    /// Milliseconds since the epoch, as the database holds them.
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    /// This instant moved by so many seconds, forwards or back.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_unix_millis(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// Milliseconds from `earlier` to this instant; negative when it is later.
    pub const fn millis_since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = DateTime::<Utc>::from_timestamp_millis(self.0).unwrap_or_default();
        f.write_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Instant {
    type Err = InvalidInstant;

    fn from_str(text: &str) -> Result<Self, InvalidInstant> {
        let millis = DateTime::parse_from_rfc3339(text)
            .map_err(|_| InvalidInstant)?
            .timestamp_millis();
        if RANGE.contains(&millis) {
            Ok(Self(millis))
        } else {
            Err(InvalidInstant)
        }
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

crate::schema::text_schema!(
    Instant,
    format = "date-time",
    example = "2026-11-20T08:15:30.123Z"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_has_milliseconds_and_utc() {
        let instant: Instant = "2027-01-31T10:00:00+01:00".parse().unwrap();
        assert_eq!(instant.to_string(), "2027-01-31T09:00:00.000Z");
        assert_eq!(instant.to_string().parse::<Instant>().unwrap(), instant);
        assert!("yesterday".parse::<Instant>().is_err());
    }
}
