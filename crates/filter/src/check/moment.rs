//! What a day or an instant is compared with.

use super::calendar::{self, Distance, Way};
use super::place::Place;
use super::value::RELATIVE;
use super::{COUNT_MAX, Check, FaultCode};
use crate::checked::{DateRange, MomentRange};
use crate::op::Op;
use crate::raw::Raw;
use crate::tree::Unit;
use chrono::NaiveDate;

const DAY: &str = "a day such as \"2027-01-31\"";
const DAY_OR_INSTANT: &str =
    "a day such as \"2027-01-31\" or an instant such as \"2027-01-31T10:00:00+01:00\"";

/// What a moment is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    /// A day in the account's time zone.
    Day(NaiveDate),
    /// Unix milliseconds.
    Instant(i64),
}

impl Check<'_> {
    pub(super) fn date_range(&mut self, op: Op, raw: &Raw, place: &Place) -> Option<DateRange> {
        let (from, to) = match op {
            Op::Between => {
                let (from, to) = self.range(raw, DAY, place, Self::day)?;
                if from > to {
                    self.reversed(place);
                    return None;
                }
                (Some(from), Some(to))
            }
            Op::InLast => {
                let distance = self.distance(raw, &Unit::ALL[1..], place)?;
                (
                    calendar::day_from_today(self.context, distance, Way::Back),
                    Some(calendar::today(self.context)),
                )
            }
            Op::InNext => {
                let distance = self.distance(raw, &Unit::ALL[1..], place)?;
                (
                    Some(calendar::today(self.context)),
                    calendar::day_from_today(self.context, distance, Way::Forth),
                )
            }
            Op::Before => {
                let day = self.day(raw, place)?;
                match calendar::day_before(day) {
                    Some(last) => (None, Some(last)),
                    None => return Some(DateRange::NONE),
                }
            }
            Op::After => {
                let day = self.day(raw, place)?;
                match calendar::day_after(day) {
                    Some(first) => (Some(first), None),
                    None => return Some(DateRange::NONE),
                }
            }
            _ => {
                let day = self.day(raw, place)?;
                (Some(day), Some(day))
            }
        };
        Some(DateRange { from, to })
    }

    pub(super) fn moment_range(&mut self, op: Op, raw: &Raw, place: &Place) -> Option<MomentRange> {
        let (from, to) = match op {
            Op::Between => {
                let (from, to) = self.range(raw, DAY_OR_INSTANT, place, Self::when)?;
                if self.is_reversed(from, to) {
                    self.reversed(place);
                    return None;
                }
                (Some(self.start(from)), Some(self.end(to)))
            }
            Op::InLast => {
                let distance = self.distance(raw, &Unit::ALL, place)?;
                (
                    calendar::moment_from_now(self.context, distance, Way::Back),
                    Some(after(self.context.now())),
                )
            }
            Op::InNext => {
                let distance = self.distance(raw, &Unit::ALL, place)?;
                (
                    Some(self.context.now()),
                    calendar::moment_from_now(self.context, distance, Way::Forth).map(after),
                )
            }
            Op::Before => (
                None,
                Some(self.when(raw, place).map(|when| self.start(when))?),
            ),
            Op::After => (
                Some(self.when(raw, place).map(|when| self.end(when))?),
                None,
            ),
            _ => {
                let when = self.when(raw, place)?;
                (Some(self.start(when)), Some(self.end(when)))
            }
        };
        Some(MomentRange { from, to })
    }

    /// The first instant of what was named.
    fn start(&self, when: When) -> i64 {
        match when {
            When::Day(day) => calendar::start_of_day(self.context, day),
            When::Instant(millis) => millis,
        }
    }

    /// The first instant after what was named.
    fn end(&self, when: When) -> i64 {
        match when {
            When::Day(day) => calendar::end_of_day(self.context, day),
            When::Instant(millis) => after(millis),
        }
    }

    /// Days are compared as days: one that a time zone skipped is no reversed range, but one that holds no instant.
    fn is_reversed(&self, from: When, to: When) -> bool {
        match (from, to) {
            (When::Day(from), When::Day(to)) => from > to,
            (from, to) => self.start(from) >= self.end(to),
        }
    }

    fn when(&mut self, raw: &Raw, place: &Place) -> Option<When> {
        let text = self.text(raw, DAY_OR_INSTANT, place)?;
        let when = calendar::day(text)
            .map(When::Day)
            .or_else(|| calendar::instant(text).map(When::Instant));
        if when.is_none() {
            let detail = format!("expected {DAY_OR_INSTANT}, in the years 1 to 9999");
            self.fault(place, FaultCode::InvalidDate, detail);
        }
        when
    }

    fn day(&mut self, raw: &Raw, place: &Place) -> Option<NaiveDate> {
        let text = self.text(raw, DAY, place)?;
        let day = calendar::day(text);
        if day.is_none() {
            if calendar::instant(text).is_some() {
                let detail = format!("expected {DAY}, without a time");
                self.fault(place, FaultCode::NotAllowed, detail);
            } else {
                let detail = format!("expected {DAY}, in the years 1 to 9999");
                self.fault(place, FaultCode::InvalidDate, detail);
            }
        }
        day
    }

    /// `{"count": n, "unit": "day"}`, in one of these units.
    fn distance(&mut self, raw: &Raw, units: &[Unit], place: &Place) -> Option<Distance> {
        let entries = self.object(raw, &["count", "unit"], RELATIVE, place)?;
        let count = self.count(entries, place);
        let unit = self.unit(entries, units, place);
        Some(Distance {
            count: count?,
            unit: unit?,
        })
    }

    fn count(&mut self, entries: &[(String, Raw)], place: &Place) -> Option<u32> {
        let what = format!("a whole number from 1 to {COUNT_MAX}");
        let raw = self.required(entries, "count", &what, place)?;
        let place = place.key("count");
        let Some(number) = whole(raw) else {
            self.wrong_type(&what, raw, &place);
            return None;
        };
        let count = u32::try_from(number)
            .ok()
            .filter(|count| (1..=COUNT_MAX).contains(count));
        if count.is_none() {
            self.fault(&place, FaultCode::OutOfRange, format!("expected {what}"));
        }
        count
    }

    fn unit(&mut self, entries: &[(String, Raw)], units: &[Unit], place: &Place) -> Option<Unit> {
        let names: Vec<&str> = units.iter().copied().map(Unit::as_str).collect();
        let what = format!("one of the units {}", names.join(", "));
        let raw = self.required(entries, "unit", &what, place)?;
        let place = place.key("unit");
        let Raw::Text(name) = raw else {
            self.wrong_type(&what, raw, &place);
            return None;
        };
        let Some(unit) = Unit::from_name(name) else {
            self.fault(&place, FaultCode::UnknownValue, format!("expected {what}"));
            return None;
        };
        if !units.contains(&unit) {
            let detail = format!("a day has no hours to compare; expected {what}");
            self.fault(&place, FaultCode::NotAllowed, detail);
            return None;
        }
        Some(unit)
    }
}

/// The next millisecond.
const fn after(millis: i64) -> i64 {
    millis.saturating_add(1)
}

/// A whole number, also where it is written `30.0`; one that no `i64` holds is as good as the greatest.
pub(crate) fn whole(raw: &Raw) -> Option<i64> {
    let Raw::Number(number) = raw else {
        return None;
    };
    number.as_i64().or_else(|| {
        let number = number.as_f64()?;
        // The cast is cut at the bounds of an `i64`, far beyond those of a count.
        (number.fract() == 0.0).then_some(number as i64)
    })
}
