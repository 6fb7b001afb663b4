//! Time zones where days begin and end at odd hours, as tables, and what a filter is checked with there.

use super::NOW;
use crate::check::Context;
use chrono::{DateTime, NaiveDateTime, TimeDelta};

/// A time zone whose changes of the clock in 2024 to 2028 are known; before and after, the offset stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// The clock never changes.
    Utc,
    /// In spring 02:00 becomes 03:00; in autumn 03:00 becomes 02:00.
    Madrid,
    /// In September there is no midnight, 00:00 becomes 01:00; in April the hour before midnight comes twice.
    Santiago,
    /// In April there is no midnight, 00:00 becomes 01:00; in October the hour before midnight comes twice.
    Cairo,
}

/// When the offset changes, in Unix seconds, and the seconds east of Greenwich from then on.
type Change = (i64, i64);

impl Zone {
    /// Every zone here.
    pub const ALL: [Self; 4] = [Self::Utc, Self::Madrid, Self::Santiago, Self::Cairo];

    /// Its name in the IANA database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utc => "UTC",
            Self::Madrid => "Europe/Madrid",
            Self::Santiago => "America/Santiago",
            Self::Cairo => "Africa/Cairo",
        }
    }

    /// The instants at which the clock changes, in Unix milliseconds.
    pub fn changes(self) -> impl Iterator<Item = i64> {
        self.table().iter().skip(1).map(|(second, _)| second * 1000)
    }

    /// Beginning with the offset before the first change.
    const fn table(self) -> &'static [Change] {
        match self {
            Self::Utc => &[(i64::MIN, 0)],
            Self::Madrid => &[
                (i64::MIN, 3_600),
                (1_711_846_800, 7_200),
                (1_729_990_800, 3_600),
                (1_743_296_400, 7_200),
                (1_761_440_400, 3_600),
                (1_774_746_000, 7_200),
                (1_792_890_000, 3_600),
                (1_806_195_600, 7_200),
                (1_824_944_400, 3_600),
                (1_837_645_200, 7_200),
                (1_856_394_000, 3_600),
            ],
            Self::Santiago => &[
                (i64::MIN, -10_800),
                (1_712_458_800, -14_400),
                (1_725_768_000, -10_800),
                (1_743_908_400, -14_400),
                (1_757_217_600, -10_800),
                (1_775_358_000, -14_400),
                (1_788_667_200, -10_800),
                (1_806_807_600, -14_400),
                (1_820_116_800, -10_800),
                (1_838_257_200, -14_400),
                (1_851_566_400, -10_800),
            ],
            Self::Cairo => &[
                (i64::MIN, 7_200),
                (1_714_082_400, 10_800),
                (1_730_408_400, 7_200),
                (1_745_532_000, 10_800),
                (1_761_858_000, 7_200),
                (1_776_981_600, 10_800),
                (1_793_307_600, 7_200),
                (1_809_036_000, 10_800),
                (1_824_757_200, 7_200),
                (1_840_485_600, 10_800),
                (1_856_206_800, 7_200),
            ],
        }
    }

    /// Seconds east of Greenwich.
    fn offset(self, millis: i64) -> i64 {
        let second = millis.div_euclid(1000);
        self.table()
            .iter()
            .rev()
            .find(|(from, _)| *from <= second)
            .map_or(0, |(_, offset)| *offset)
    }
}

/// A context in one of these zones at [`NOW`], whose people write ten digits for a number of Mexico.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleContext(pub Zone);

impl Context for SampleContext {
    fn now(&self) -> i64 {
        NOW
    }

    fn local(&self, millis: i64) -> NaiveDateTime {
        let utc = DateTime::from_timestamp_millis(millis).unwrap_or_default();
        utc.naive_utc() + TimeDelta::seconds(self.0.offset(millis))
    }

    fn instant(&self, local: NaiveDateTime) -> i64 {
        let local = local.and_utc().timestamp_millis();
        let mut before = None;
        for (from, offset) in self.0.table() {
            let start = from.saturating_mul(1000);
            if let Some(before) = before {
                // A time that the clock had before the change; it comes first where it comes twice.
                let instant = local - before * 1000;
                if instant < start {
                    return instant;
                }
                if local - offset * 1000 < start {
                    return start;
                }
            }
            before = Some(*offset);
        }
        local - before.unwrap_or(0) * 1000
    }

    /// Spaces and `( ) - . /` are passed over. With `+` or `00` before it the number is international; ten digits are a
    /// number of Mexico; all else is read as if `+` stood before.
    fn phone(&self, text: &str) -> Result<String, String> {
        let plain: String = text.chars().filter(|c| !" ()-./".contains(*c)).collect();
        let international = plain.strip_prefix('+').or_else(|| plain.strip_prefix("00"));
        let digits = match international {
            Some(digits) => digits.to_owned(),
            None if plain.len() == 10 => format!("52{plain}"),
            None => plain,
        };
        let shaped = (4..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if shaped {
            Ok(format!("+{digits}"))
        } else {
            Err("expected a phone number, with its country code or one of Mexico".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{NaiveDate, Offset, TimeZone};

    #[test]
    fn the_tables_are_those_of_the_iana_database() {
        let from = DateTime::parse_from_rfc3339("2024-02-01T00:00:00Z").unwrap();
        let hours = 24 * (366 + 365 * 3 + 330);
        for zone in Zone::ALL {
            let tz: chrono_tz::Tz = zone.name().parse().unwrap();
            for hour in 0..hours {
                let millis = from.timestamp_millis() + hour * 3_600_000;
                let real = tz.timestamp_millis_opt(millis).unwrap();
                let offset = real.offset().fix().local_minus_utc();
                assert_eq!(zone.offset(millis), i64::from(offset), "{zone:?} {real}");
                assert_eq!(SampleContext(zone).local(millis), real.naive_local());
            }
        }
    }

    #[test]
    fn local_times_have_their_first_instant() {
        let start = NaiveDate::from_ymd_opt(2024, 2, 1).unwrap();
        for zone in Zone::ALL {
            let tz: chrono_tz::Tz = zone.name().parse().unwrap();
            for half_hour in 0..(48 * 365 * 4) {
                let local =
                    start.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(30 * half_hour);
                let mut there = local;
                let real = loop {
                    match tz.from_local_datetime(&there).earliest() {
                        Some(instant) => break instant.timestamp_millis(),
                        None => there += TimeDelta::minutes(30),
                    }
                };
                // Steps of half an hour find the end of a gap, for all of these begin and end at one.
                assert_eq!(SampleContext(zone).instant(local), real, "{zone:?} {local}");
            }
        }
    }
}
