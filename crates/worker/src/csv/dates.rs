//! Dates and times as exports and people write them.
//!
//! What starts with the year is understood alone (`2027-01-31`, `2027/1/31 10:00`, `2027年1月31日`, RFC 3339). Where day and
//! month could be swapped (`03/04/2027`), the column decides: one value with a day above 12 settles all. When none does,
//! nothing is guessed.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use rapport_contract::Instant;

/// Turns a time of the account's zone into an instant.
pub type ReadLocalTime<'a> = &'a (dyn Fn(NaiveDateTime) -> Instant + Sync);

/// Which of the two comes first where the year is last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    DayFirst,
    MonthFirst,
}

/// What the values of a column say about the order of day and month.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Evidence {
    day_first: bool,
    month_first: bool,
}

impl Evidence {
    /// Takes one more value into account.
    pub(super) fn add(&mut self, text: &str) {
        if let Some((Day::YearLast(first, second, _), _)) = day(text.trim()) {
            self.day_first |= first > 12 && second <= 12;
            self.month_first |= second > 12 && first <= 12;
        }
    }

    fn order(self) -> Option<Order> {
        match (self.day_first, self.month_first) {
            (true, false) => Some(Order::DayFirst),
            (false, true) => Some(Order::MonthFirst),
            // Nothing settles it, or values contradict each other.
            _ => None,
        }
    }
}

/// The instant that a value of a column with this evidence means; missing when it is not understood, or could mean two days.
///
/// A time without a zone, and the midnight of a day without a time, are of the account's zone.
pub(super) fn read(text: &str, evidence: Evidence, local: ReadLocalTime) -> Option<Instant> {
    let text = text.trim();
    if let Ok(instant) = text.parse() {
        return Some(instant);
    }
    let (day, rest) = day(text)?;
    let date = day.date(evidence)?;
    if !(1..=9999).contains(&chrono::Datelike::year(&date)) {
        return None;
    }
    let (time, zone) = time(rest)?;
    let moment = date.and_time(time);
    Some(match zone {
        None => local(moment),
        Some(zone) => {
            let utc = moment.checked_sub_offset(zone)?;
            Instant::from_unix_millis(utc.and_utc().timestamp_millis())
        }
    })
}

/// A day as it is written, where the last may need the column to be understood.
enum Day {
    Known(NaiveDate),
    /// First number, second number, year.
    YearLast(u32, u32, i32),
}

impl Day {
    fn date(self, evidence: Evidence) -> Option<NaiveDate> {
        let (first, second, year) = match self {
            Self::Known(date) => return Some(date),
            Self::YearLast(first, second, year) => (first, second, year),
        };
        let day_first = NaiveDate::from_ymd_opt(year, second, first);
        let month_first = NaiveDate::from_ymd_opt(year, first, second);
        match (day_first, month_first) {
            (Some(one), Some(other)) if one != other => match evidence.order()? {
                Order::DayFirst => Some(one),
                Order::MonthFirst => Some(other),
            },
            (one, other) => one.or(other),
        }
    }
}

/// The day that a text begins with, and what follows it.
fn day(text: &str) -> Option<(Day, &str)> {
    let (first, rest) = number(text)?;
    let (separator, rest) = character(rest)?;
    let (second, rest) = number(rest)?;
    let (again, rest) = character(rest)?;
    let (third, rest) = number(rest)?;
    let value = |digits: &str| digits.parse::<u32>().ok();
    let year = |digits: &str| {
        (digits.len() == 4)
            .then(|| digits.parse::<i32>().ok())
            .flatten()
    };
    if (separator, again) == ('年', '月') {
        let date = NaiveDate::from_ymd_opt(year(first)?, value(second)?, value(third)?)?;
        return Some((Day::Known(date), rest.strip_prefix('日')?));
    }
    if separator != again || !matches!(separator, '-' | '/' | '.') || second.len() > 2 {
        return None;
    }
    if let Some(year) = year(first) {
        let date = NaiveDate::from_ymd_opt(year, value(second)?, value(third)?)?;
        return (third.len() <= 2).then_some((Day::Known(date), rest));
    }
    let day = Day::YearLast(value(first)?, value(second)?, year(third)?);
    (first.len() <= 2).then_some((day, rest))
}

/// The time and the zone behind a day, midnight when there is none.
fn time(text: &str) -> Option<(NaiveTime, Option<FixedOffset>)> {
    let text = text.strip_prefix(['T', 't', ',']).unwrap_or(text).trim();
    if text.is_empty() {
        return Some((NaiveTime::MIN, None));
    }
    let (hour, rest) = number(text)?;
    let (minute, mut rest) = number(rest.strip_prefix(':')?)?;
    let (mut second, mut nanos) = (0, 0);
    if let Some(behind) = rest.strip_prefix(':') {
        let (digits, behind) = number(behind)?;
        second = digits.parse().ok()?;
        rest = behind;
        if let Some(behind) = rest.strip_prefix('.') {
            let (digits, behind) = number(behind)?;
            let nine: String = digits.chars().chain("000000000".chars()).take(9).collect();
            nanos = nine.parse().ok()?;
            rest = behind;
        }
    }
    let (half, rest) = half_of_day(rest.trim_start());
    let hour = match (hour.parse::<u32>().ok()?, half) {
        (hour, None) => hour,
        (hour @ 1..=12, Some(afternoon)) => hour % 12 + if afternoon { 12 } else { 0 },
        _ => return None,
    };
    if minute.len() != 2 {
        return None;
    }
    let time = NaiveTime::from_hms_nano_opt(hour, minute.parse().ok()?, second, nanos)?;
    let rest = rest.trim();
    let zone = if rest.is_empty() {
        None
    } else {
        Some(zone(rest)?)
    };
    Some((time, zone))
}

/// `AM`, `p. m.` and the like: whether it is the afternoon.
fn half_of_day(text: &str) -> (Option<bool>, &str) {
    let mut characters = text
        .char_indices()
        .filter(|(_, c)| !matches!(c, '.' | ' ' | '\u{a0}' | '\u{202f}'));
    let half = match characters.next() {
        Some((_, 'a' | 'A')) => false,
        Some((_, 'p' | 'P')) => true,
        _ => return (None, text),
    };
    match characters.next() {
        Some((place, 'm' | 'M')) => {
            let rest = text.get(place + 1..).unwrap_or_default();
            (Some(half), rest.strip_prefix('.').unwrap_or(rest))
        }
        _ => (None, text),
    }
}

/// `Z`, `UTC`, `GMT`, `+01:00`, `+0100`, `+01`.
fn zone(text: &str) -> Option<FixedOffset> {
    if ["z", "utc", "gmt"]
        .iter()
        .any(|name| text.eq_ignore_ascii_case(name))
    {
        return FixedOffset::east_opt(0);
    }
    let digits: String = text.get(1..)?.chars().filter(|c| *c != ':').collect();
    let full = if digits.len() == 2 {
        format!("{digits}00")
    } else {
        digits
    };
    // Chrono knows how offsets are written; the day is of no account.
    let moment = format!("2000-01-01T00:00:00{}{full}", text.get(..1)?);
    let moment = DateTime::parse_from_str(&moment, "%Y-%m-%dT%H:%M:%S%z").ok()?;
    Some(*moment.offset())
}

fn number(text: &str) -> Option<(&str, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

fn character(text: &str) -> Option<(char, &str)> {
    let c = text.chars().next()?;
    Some((c, text.get(c.len_utf8()..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An account one hour east of Greenwich.
    fn local(moment: NaiveDateTime) -> Instant {
        Instant::from_unix_millis(moment.and_utc().timestamp_millis() - 3_600_000)
    }

    fn reading(text: &str, column: &[&str]) -> Option<String> {
        let mut evidence = Evidence::default();
        for value in column {
            evidence.add(value);
        }
        read(text, evidence, &local).map(|instant| instant.to_string())
    }

    #[test]
    fn the_year_first_is_understood_alone() {
        for (text, expected) in [
            ("2027-01-31T10:00:00Z", "2027-01-31T10:00:00.000Z"),
            ("2027-01-31T10:00:00.125+02:00", "2027-01-31T08:00:00.125Z"),
            ("2027-01-31", "2027-01-30T23:00:00.000Z"),
            (" 2027-1-31 ", "2027-01-30T23:00:00.000Z"),
            ("2027/1/31", "2027-01-30T23:00:00.000Z"),
            ("2027.01.31", "2027-01-30T23:00:00.000Z"),
            ("2027年1月31日", "2027-01-30T23:00:00.000Z"),
            ("2027年1月31日 10:30", "2027-01-31T09:30:00.000Z"),
            ("2027-01-31 10:00", "2027-01-31T09:00:00.000Z"),
            ("2027-01-31 10:00:05", "2027-01-31T09:00:05.000Z"),
            ("2027-01-31T10:00:05.5", "2027-01-31T09:00:05.500Z"),
            ("2027-01-31 10:00:00 UTC", "2027-01-31T10:00:00.000Z"),
            ("2027-01-31 10:00:00 +0200", "2027-01-31T08:00:00.000Z"),
            ("2027-01-31 10:00:00-06:00", "2027-01-31T16:00:00.000Z"),
            ("2027-01-31 10:00:00 +08", "2027-01-31T02:00:00.000Z"),
            ("2027-01-31 1:05 PM", "2027-01-31T12:05:00.000Z"),
            ("2027-01-31 12:05 a. m.", "2027-01-30T23:05:00.000Z"),
        ] {
            assert_eq!(reading(text, &[]).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn the_column_decides_between_day_and_month() {
        let third_of_april = Some("2027-04-02T23:00:00.000Z".to_owned());
        let fourth_of_march = Some("2027-03-03T23:00:00.000Z".to_owned());
        for separator in ["/", "-", "."] {
            let text = format!("03{separator}04{separator}2027");
            assert_eq!(
                reading(&text, &["31/12/2026", "01/02/2027"]),
                third_of_april
            );
            assert_eq!(
                reading(&text, &["12/31/2026", "2027-01-01", "x"]),
                fourth_of_march
            );
            assert_eq!(reading(&text, &["01/02/2027", &text]), None);
            // One says this, another that: neither is taken.
            assert_eq!(reading(&text, &["31/12/2026", "12/31/2026"]), None);
        }
        assert_eq!(
            reading("3/4/2027 10:00", &["31/12/2026 23:59"]).as_deref(),
            Some("2027-04-03T09:00:00.000Z")
        );
        // These can mean one day only.
        assert_eq!(
            reading("05/05/2027", &[]).as_deref(),
            Some("2027-05-04T23:00:00.000Z")
        );
        assert_eq!(
            reading("31/12/2026", &["12/31/2026"]).as_deref(),
            Some("2026-12-30T23:00:00.000Z")
        );
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "2027",
            "1769857200",
            "44592",
            "2027-02-29",
            "2027-13-01",
            "31/13/2027",
            "0000-01-01",
            "12345-01-01",
            "01/02/27",
            "2027-01/31",
            "2027-01-31 25:00",
            "2027-01-31 10:0",
            "2027-01-31 13:00 PM",
            "2027-01-31 10:00 Madrid",
            "2027-01-31 10:00 +99:00",
            "2027-01-31x",
            "2027-01-311",
            "2027年1月31",
            "31日1月2027年",
            "99999999999999999999-1-1",
        ] {
            assert_eq!(reading(text, &["31/12/2026"]), None, "{text}");
        }
    }

    #[test]
    fn nothing_panics() {
        for text in [
            "1/",
            "/",
            "1/2/",
            "年",
            "2027年",
            "2027-01-31 é",
            "2027-01-31 1:00 é",
            "2027-01-31 1:00 +é",
        ] {
            assert_eq!(reading(text, &[text]), None);
        }
    }
}
