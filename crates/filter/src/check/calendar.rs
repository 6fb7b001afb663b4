//! Days, and going back and forth on the calendar.

use super::Context;
use crate::tree::Unit;
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// The years that the calendar has: those that `YYYY-MM-DD` can write, and no year 0.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;
/// The instants from the first to the last millisecond of those years in UTC.
const INSTANTS: std::ops::RangeInclusive<i64> = -62_135_596_800_000..=253_402_300_799_999;
const HOUR: i64 = 3_600_000;

/// A distance on the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Distance {
    pub(super) count: u32,
    pub(super) unit: Unit,
}

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Back,
    Forth,
}

/// The day that `YYYY-MM-DD` names.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shaped {
        return None;
    }
    let day: NaiveDate = text.parse().ok()?;
    YEARS.contains(&day.year()).then_some(day)
}

/// The instant, in Unix milliseconds, that a text of RFC 3339 names; what is finer is cut off.
pub(crate) fn instant(text: &str) -> Option<i64> {
    let millis = DateTime::parse_from_rfc3339(text).ok()?.timestamp_millis();
    INSTANTS.contains(&millis).then_some(millis)
}

/// The day before; nothing before the calendar's first.
pub(super) fn day_before(day: NaiveDate) -> Option<NaiveDate> {
    day.pred_opt().filter(|day| YEARS.contains(&day.year()))
}

/// The day after; nothing after the calendar's last.
pub(super) fn day_after(day: NaiveDate) -> Option<NaiveDate> {
    day.succ_opt().filter(|day| YEARS.contains(&day.year()))
}

/// The first instant of a day in the account's time zone.
pub(super) fn start_of_day(context: &dyn Context, day: NaiveDate) -> i64 {
    context.instant(day.and_time(NaiveTime::MIN))
}

/// The first instant after a day in the account's time zone.
pub(super) fn end_of_day(context: &dyn Context, day: NaiveDate) -> i64 {
    start_of_day(context, day.succ_opt().unwrap_or(day))
}

/// The instant so far from now; nothing beyond the calendar's end.
pub(super) fn moment_from_now(context: &dyn Context, distance: Distance, way: Way) -> Option<i64> {
    let now = context.now();
    let millis = match distance.unit {
        Unit::Hour => {
            let far = i64::from(distance.count) * HOUR;
            match way {
                Way::Back => now.checked_sub(far)?,
                Way::Forth => now.checked_add(far)?,
            }
        }
        _ => context.instant(moved(context.local(now), distance, way)?),
    };
    INSTANTS.contains(&millis).then_some(millis)
}

/// The day so far from today; nothing beyond the calendar's end.
pub(super) fn day_from_today(
    context: &dyn Context,
    distance: Distance,
    way: Way,
) -> Option<NaiveDate> {
    moved(today(context).and_time(NaiveTime::MIN), distance, way).map(|time| time.date())
}

/// Today in the account's time zone.
pub(super) fn today(context: &dyn Context) -> NaiveDate {
    context.local(context.now()).date()
}

/// The same time of the day, so far away; the day of the month is clamped to those that the month has.
fn moved(time: NaiveDateTime, distance: Distance, way: Way) -> Option<NaiveDateTime> {
    let Distance { count, unit } = distance;
    let step = match unit {
        Unit::Hour => Step::Time(TimeDelta::hours(i64::from(count))),
        Unit::Day => Step::Time(TimeDelta::days(i64::from(count))),
        Unit::Week => Step::Time(TimeDelta::weeks(i64::from(count))),
        Unit::Month => Step::Months(Months::new(count)),
        Unit::Year => Step::Months(Months::new(count.saturating_mul(12))),
    };
    let moved = match (step, way) {
        (Step::Time(time_delta), Way::Back) => time.checked_sub_signed(time_delta),
        (Step::Time(time_delta), Way::Forth) => time.checked_add_signed(time_delta),
        (Step::Months(months), Way::Back) => time.checked_sub_months(months),
        (Step::Months(months), Way::Forth) => time.checked_add_months(months),
    };
    moved.filter(|time| YEARS.contains(&time.year()))
}

/// A distance as `chrono` adds it to a local date and time, which knows no gaps.
enum Step {
    Time(TimeDelta),
    Months(Months),
}
