//! Days and instants in words.

use super::words::Words;
use crate::check::{day, instant};
use chrono::{DateTime, Offset, Timelike};

/// The day that `YYYY-MM-DD` names, in words.
pub(super) fn said_day(words: &dyn Words, text: &str) -> Option<String> {
    day(text).map(|day| words.day(day))
}

/// The instant that a text of RFC 3339 names, in words: at the offset at which it is written, with as much of the second as there
/// is. `31 Jan 2027 10:00 UTC+1`.
pub(super) fn said_instant(words: &dyn Words, text: &str) -> Option<String> {
    instant(text)?;
    let instant = DateTime::parse_from_rfc3339(text).ok()?;
    let time = instant.time();
    // A leap second is written as 60.
    let second = time.second() + time.nanosecond() / 1_000_000_000;
    let millis = time.nanosecond() % 1_000_000_000 / 1_000_000;
    let mut clock = format!("{:02}:{:02}", time.hour(), time.minute());
    if second > 0 || millis > 0 {
        clock.push_str(&format!(":{second:02}"));
    }
    if millis > 0 {
        clock.push_str(&format!("{}{millis:03}", words.signs().decimal));
    }
    let minutes = instant.offset().fix().local_minus_utc() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let offset = match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    };
    let day = words.day(instant.date_naive());
    Some(format!("{day} {clock} {offset}"))
}

#[cfg(test)]
mod tests {
    use super::super::words::{En, Es, Zh};
    use super::*;

    #[test]
    fn days_are_written_as_in_the_language() {
        for (text, en, es, zh) in [
            ("2026-11-20", "20 Nov 2026", "20 nov 2026", "2026年11月20日"),
            ("2027-09-01", "1 Sep 2027", "1 sept 2027", "2027年9月1日"),
            ("0001-01-01", "1 Jan 1", "1 ene 1", "1年1月1日"),
        ] {
            assert_eq!(said_day(&En, text).as_deref(), Some(en));
            assert_eq!(said_day(&Es, text).as_deref(), Some(es));
            assert_eq!(said_day(&Zh, text).as_deref(), Some(zh));
        }
        assert_eq!(said_day(&En, "2027-02-29"), None);
    }

    #[test]
    fn instants_keep_their_offset() {
        for (text, expected) in [
            ("2027-01-31T10:00:00+01:00", "31 Jan 2027 10:00 UTC+1"),
            ("2027-01-31t09:05:07z", "31 Jan 2027 09:05:07 UTC"),
            (
                "2027-01-31T23:00:00.250-03:00",
                "31 Jan 2027 23:00:00.250 UTC-3",
            ),
            ("2027-01-31T10:00:00+05:30", "31 Jan 2027 10:00 UTC+5:30"),
            ("2027-01-31T10:00:00-00:30", "31 Jan 2027 10:00 UTC-0:30"),
            ("2016-12-31T23:59:60Z", "31 Dec 2016 23:59:60 UTC"),
        ] {
            assert_eq!(said_instant(&En, text).as_deref(), Some(expected));
        }
        let millis = said_instant(&Es, "2027-01-31T10:00:00.5Z");
        assert_eq!(millis.as_deref(), Some("31 ene 2027 10:00:00,500 UTC"));
        let zh = said_instant(&Zh, "2027-01-31T10:00:00Z");
        assert_eq!(zh.as_deref(), Some("2027年1月31日 10:00 UTC"));
        for text in [
            "2027-01-31",
            "2027-01-31T10:00:00",
            "0001-01-01T00:00:00+01:00",
        ] {
            assert_eq!(said_instant(&En, text), None, "{text}");
        }
    }
}
