use super::*;
use crate::check::Context;
use crate::checked::{DateRange, MomentRange};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

/// A context of the IANA database.
struct Real {
    zone: Tz,
    now: i64,
}

impl Real {
    fn new(zone: Tz, now: &str) -> Self {
        Self { zone, now: at(now) }
    }

    fn test(&self, field: &str, op: &str, value: &str) -> Predicate {
        let filter = format!(r#"{{"field": "{field}", "op": "{op}", "value": {value}}}"#);
        match check(&read(&filter), &catalogue(), self, "") {
            Ok(Checked::Test(test)) => test.predicate,
            other => panic!("{filter}: {other:?}"),
        }
    }

    /// The instants of a condition on `created_at`.
    fn moment(&self, op: &str, value: &str) -> (Option<String>, Option<String>) {
        match self.test("created_at", op, value) {
            Predicate::Moment(MomentRange { from, to }) => (from.map(written), to.map(written)),
            other => panic!("{other:?}"),
        }
    }

    /// The days of a condition on a date.
    fn date(&self, op: &str, value: &str) -> (Option<String>, Option<String>) {
        match self.test("custom.renewal", op, value) {
            Predicate::Date(DateRange { from, to }) => (
                from.map(|day| day.to_string()),
                to.map(|day| day.to_string()),
            ),
            other => panic!("{other:?}"),
        }
    }
}

impl Context for Real {
    fn now(&self) -> i64 {
        self.now
    }

    fn local(&self, millis: i64) -> NaiveDateTime {
        self.zone
            .timestamp_millis_opt(millis)
            .unwrap()
            .naive_local()
    }

    fn instant(&self, local: NaiveDateTime) -> i64 {
        if let Some(instant) = self.zone.from_local_datetime(&local).earliest() {
            return instant.timestamp_millis();
        }
        // The gaps here are whole minutes long and begin at one.
        let mut later = local.with_second(0).unwrap().with_nanosecond(0).unwrap();
        loop {
            later += TimeDelta::minutes(1);
            if let Some(instant) = self.zone.from_local_datetime(&later).earliest() {
                return instant.timestamp_millis();
            }
        }
    }

    fn phone(&self, _: &str) -> Result<String, String> {
        Err("expected no phone number here".to_owned())
    }
}

use chrono::Timelike;

fn at(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text)
        .unwrap()
        .timestamp_millis()
}

fn written(millis: i64) -> String {
    let utc = DateTime::from_timestamp_millis(millis).unwrap();
    utc.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

fn ends(from: &str, to: &str) -> (Option<String>, Option<String>) {
    let end = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    (end(from), end(to))
}

const MADRID: Tz = chrono_tz::Europe::Madrid;
const SANTIAGO: Tz = chrono_tz::America::Santiago;
const CAIRO: Tz = chrono_tz::Africa::Cairo;
const HAVANA: Tz = chrono_tz::America::Havana;
const APIA: Tz = chrono_tz::Pacific::Apia;

#[test]
fn a_day_is_a_day_of_the_account() {
    let noon = "2026-06-01T12:00:00Z";
    for (zone, day, from, to) in [
        (
            MADRID,
            "2027-01-31",
            "2027-01-30T23:00:00.000Z",
            "2027-01-31T23:00:00.000Z",
        ),
        // 23 hours, 25 hours.
        (
            MADRID,
            "2026-03-29",
            "2026-03-28T23:00:00.000Z",
            "2026-03-29T22:00:00.000Z",
        ),
        (
            MADRID,
            "2026-10-25",
            "2026-10-24T22:00:00.000Z",
            "2026-10-25T23:00:00.000Z",
        ),
        // No midnight: the day starts at one o'clock.
        (
            SANTIAGO,
            "2026-09-06",
            "2026-09-06T04:00:00.000Z",
            "2026-09-07T03:00:00.000Z",
        ),
        (
            SANTIAGO,
            "2026-09-05",
            "2026-09-05T04:00:00.000Z",
            "2026-09-06T04:00:00.000Z",
        ),
        (
            CAIRO,
            "2026-04-24",
            "2026-04-23T22:00:00.000Z",
            "2026-04-24T21:00:00.000Z",
        ),
        // The hour before midnight twice belongs to the day before.
        (
            SANTIAGO,
            "2026-04-04",
            "2026-04-04T03:00:00.000Z",
            "2026-04-05T04:00:00.000Z",
        ),
        // Midnight twice: the day starts at the first.
        (
            HAVANA,
            "2026-11-01",
            "2026-11-01T04:00:00.000Z",
            "2026-11-02T05:00:00.000Z",
        ),
        // A day that was skipped has no instant.
        (
            APIA,
            "2011-12-30",
            "2011-12-30T10:00:00.000Z",
            "2011-12-30T10:00:00.000Z",
        ),
        (
            MADRID,
            "9999-12-31",
            "9999-12-30T23:00:00.000Z",
            "9999-12-31T23:00:00.000Z",
        ),
    ] {
        let context = Real::new(zone, noon);
        let value = format!("\"{day}\"");
        assert_eq!(context.moment("eq", &value), ends(from, to), "{zone} {day}");
        assert_eq!(context.moment("not_eq", &value), ends(from, to));
        assert_eq!(context.moment("before", &value), ends("", from));
        assert_eq!(context.moment("after", &value), ends(to, ""));
        let range = format!(r#"{{"from": "{day}", "to": "{day}"}}"#);
        assert_eq!(context.moment("between", &range), ends(from, to));
    }
}

#[test]
fn an_instant_is_an_instant_everywhere() {
    for zone in [MADRID, SANTIAGO] {
        let context = Real::new(zone, "2026-06-01T12:00:00Z");
        let value = "\"2027-01-31T10:00:00+01:00\"";
        let (this, next) = ("2027-01-31T09:00:00.000Z", "2027-01-31T09:00:00.001Z");
        assert_eq!(context.moment("eq", value), ends(this, next));
        assert_eq!(context.moment("before", value), ends("", this));
        assert_eq!(context.moment("after", value), ends(next, ""));
        let range = r#"{"from": "2027-01-31T09:00:00Z", "to": "2027-01-31T09:00:00.000Z"}"#;
        assert_eq!(context.moment("between", range), ends(this, next));
        // To the millisecond.
        assert_eq!(
            context.moment("eq", "\"2027-01-31T09:00:00.0009Z\""),
            ends(this, next)
        );
    }
    let context = Real::new(MADRID, "2026-06-01T12:00:00Z");
    let range = r#"{"from": "2027-01-31", "to": "2027-01-31T09:00:00Z"}"#;
    assert_eq!(
        context.moment("between", range),
        ends("2027-01-30T23:00:00.000Z", "2027-01-31T09:00:00.001Z")
    );
    let range = r#"{"from": "2027-01-31", "to": "2027-01-30T23:00:00Z"}"#;
    assert_eq!(
        context.moment("between", range),
        ends("2027-01-30T23:00:00.000Z", "2027-01-30T23:00:00.001Z")
    );
}

#[test]
fn windows_go_back_and_forth_on_the_calendar() {
    let relative = |count: u32, unit: &str| format!(r#"{{"count": {count}, "unit": "{unit}"}}"#);
    for (zone, now, count, unit, back, forth) in [
        // 31 March less a month is the last of February, and a month on the last of April.
        (
            MADRID,
            "2026-03-31T08:30:00Z",
            1,
            "month",
            "2026-02-28T09:30:00.000Z",
            "2026-04-30T08:30:00.000Z",
        ),
        (
            MADRID,
            "2028-03-31T08:30:00Z",
            1,
            "month",
            "2028-02-29T09:30:00.000Z",
            "2028-04-30T08:30:00.000Z",
        ),
        (
            MADRID,
            "2028-02-29T08:30:00Z",
            1,
            "year",
            "2027-02-28T08:30:00.000Z",
            "2029-02-28T08:30:00.000Z",
        ),
        (
            MADRID,
            "2028-02-29T08:30:00Z",
            4,
            "year",
            "2024-02-29T08:30:00.000Z",
            "2032-02-29T08:30:00.000Z",
        ),
        // The same local time, whatever the clock did between.
        (
            MADRID,
            "2026-03-29T10:00:00.123Z",
            1,
            "day",
            "2026-03-28T11:00:00.123Z",
            "2026-03-30T10:00:00.123Z",
        ),
        (
            MADRID,
            "2026-03-29T10:00:00Z",
            1,
            "week",
            "2026-03-22T11:00:00.000Z",
            "2026-04-05T10:00:00.000Z",
        ),
        (
            MADRID,
            "2026-03-29T10:00:00Z",
            24,
            "hour",
            "2026-03-28T10:00:00.000Z",
            "2026-03-30T10:00:00.000Z",
        ),
        // 02:30 did not exist on the 29th: the first instant after the gap.
        (
            MADRID,
            "2026-03-30T00:30:00Z",
            1,
            "day",
            "2026-03-29T01:00:00.000Z",
            "2026-03-31T00:30:00.000Z",
        ),
        // 02:30 came twice on 25 October: the first of them.
        (
            MADRID,
            "2026-10-26T01:30:00Z",
            1,
            "day",
            "2026-10-25T00:30:00.000Z",
            "2026-10-27T01:30:00.000Z",
        ),
        // 00:30 did not exist on 6 September in Santiago.
        (
            SANTIAGO,
            "2026-10-06T03:30:00Z",
            1,
            "month",
            "2026-09-06T04:00:00.000Z",
            "2026-11-06T03:30:00.000Z",
        ),
    ] {
        let context = Real::new(zone, now);
        let now = written(at(now));
        let after = |text: &str| written(at(text) + 1);
        let value = relative(count, unit);
        assert_eq!(
            context.moment("in_last", &value),
            ends(back, &after(&now)),
            "{zone} {now} {value}"
        );
        assert_eq!(
            context.moment("not_in_last", &value),
            ends(back, &after(&now))
        );
        assert_eq!(
            context.moment("in_next", &value),
            ends(&now, &after(forth)),
            "{zone} {now} {value}"
        );
    }
}

#[test]
fn windows_of_days_include_both_ends() {
    let relative = |count: u32, unit: &str| format!(r#"{{"count": {count}, "unit": "{unit}"}}"#);
    for (zone, now, count, unit, back, today, forth) in [
        (
            MADRID,
            "2027-01-31T12:00:00Z",
            30,
            "day",
            "2027-01-01",
            "2027-01-31",
            "2027-03-02",
        ),
        (
            MADRID,
            "2027-01-31T12:00:00Z",
            1,
            "month",
            "2026-12-31",
            "2027-01-31",
            "2027-02-28",
        ),
        (
            MADRID,
            "2027-01-31T12:00:00Z",
            2,
            "week",
            "2027-01-17",
            "2027-01-31",
            "2027-02-14",
        ),
        (
            MADRID,
            "2028-02-29T12:00:00Z",
            1,
            "year",
            "2027-02-28",
            "2028-02-29",
            "2029-02-28",
        ),
        // Today is that of the account.
        (
            MADRID,
            "2027-01-31T23:30:00Z",
            1,
            "day",
            "2027-01-31",
            "2027-02-01",
            "2027-02-02",
        ),
        (
            SANTIAGO,
            "2027-01-31T02:30:00Z",
            1,
            "day",
            "2027-01-29",
            "2027-01-30",
            "2027-01-31",
        ),
    ] {
        let context = Real::new(zone, now);
        let value = relative(count, unit);
        assert_eq!(
            context.date("in_last", &value),
            ends(back, today),
            "{now} {value}"
        );
        assert_eq!(context.date("not_in_last", &value), ends(back, today));
        assert_eq!(
            context.date("in_next", &value),
            ends(today, forth),
            "{now} {value}"
        );
    }
}

#[test]
fn windows_end_with_the_calendar() {
    let context = Real::new(MADRID, "2027-01-31T12:00:00Z");
    let (now, after) = ("2027-01-31T12:00:00.000Z", "2027-01-31T12:00:00.001Z");
    for (count, unit) in [(10_000, "year"), (7_973, "year"), (2_027, "year")] {
        let value = format!(r#"{{"count": {count}, "unit": "{unit}"}}"#);
        assert_eq!(context.moment("in_last", &value), ends("", after));
        assert_eq!(context.date("in_last", &value), ends("", "2027-01-31"));
    }
    for (count, unit) in [(10_000, "year"), (7_973, "year")] {
        let value = format!(r#"{{"count": {count}, "unit": "{unit}"}}"#);
        assert_eq!(context.moment("in_next", &value), ends(now, ""));
        assert_eq!(context.date("in_next", &value), ends("2027-01-31", ""));
    }
    let value = r#"{"count": 7972, "unit": "year"}"#;
    assert_eq!(
        context.moment("in_next", value),
        ends(now, "9999-01-31T12:00:00.001Z")
    );
    assert_eq!(
        context.date("in_next", value),
        ends("2027-01-31", "9999-01-31")
    );
    let value = r#"{"count": 2026, "unit": "year"}"#;
    assert_eq!(
        context.date("in_last", value),
        ends("0001-01-31", "2027-01-31")
    );
    for unit in ["hour", "day", "week", "month"] {
        let value = format!(r#"{{"count": 10000, "unit": "{unit}"}}"#);
        let (from, _) = context.moment("in_last", &value);
        assert!(from.is_some());
    }
    // What the time zone adds does not carry a window over the end of what RFC 3339 can write.
    let late = Real::new(SANTIAGO, "9999-12-31T22:00:00Z");
    let value = r#"{"count": 3, "unit": "hour"}"#;
    assert_eq!(
        late.moment("in_next", value),
        ends("9999-12-31T22:00:00.000Z", "")
    );
}

#[test]
fn days_are_ranges_of_days() {
    let context = Real::new(MADRID, "2027-01-31T12:00:00Z");
    let day = "\"2024-02-29\"";
    assert_eq!(context.date("eq", day), ends("2024-02-29", "2024-02-29"));
    assert_eq!(context.date("before", day), ends("", "2024-02-28"));
    assert_eq!(context.date("after", day), ends("2024-03-01", ""));
    assert_eq!(
        context.date("between", r#"{"from": "0001-01-01", "to": "9999-12-31"}"#),
        ends("0001-01-01", "9999-12-31")
    );
    for (op, day) in [("before", "\"0001-01-01\""), ("after", "\"9999-12-31\"")] {
        let Predicate::Date(range) = context.test("custom.renewal", op, day) else {
            panic!("a date");
        };
        for day in [
            NaiveDate::from_ymd_opt(1, 1, 1),
            NaiveDate::from_ymd_opt(9999, 12, 31),
        ] {
            assert!(!range.contains(day.unwrap()));
        }
        // Both ends can be written as text, whoever compares texts.
        assert_eq!(range.from.unwrap().to_string().len(), 10);
        assert_eq!(range.to.unwrap().to_string().len(), 10);
    }
}

#[test]
fn a_window_has_its_ends_and_not_more() {
    let context = Real::new(MADRID, "2026-03-31T08:30:00Z");
    let Predicate::Moment(range) =
        context.test("created_at", "in_last", r#"{"count": 1, "unit": "hour"}"#)
    else {
        panic!("a moment");
    };
    for (instant, within) in [
        ("2026-03-31T07:29:59.999Z", false),
        ("2026-03-31T07:30:00.000Z", true),
        ("2026-03-31T08:30:00.000Z", true),
        ("2026-03-31T08:30:00.001Z", false),
    ] {
        assert_eq!(range.contains(at(instant)), within, "{instant}");
    }
}
