//! Numbers, times and names as people write them: asked of the browser, which knows every language and time zone.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;

use js_sys::{Array, Function, Intl, Object, Reflect};
use rapport_contract::Instant;
use rapport_contract::country::Country;
use rapport_contract::language::Language;
use wasm_bindgen::{JsCast, JsValue};

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Form {
    Number,
    Percent,
    /// Day and month, in the current year.
    Day,
    /// Day, month and year.
    Date,
    /// Everything, for whoever wants to know exactly.
    Exact,
}

thread_local! {
    /// Making a formatter costs far more than using one.
    static FORMATTERS: RefCell<HashMap<(Language, Form), (JsValue, Function)>> = RefCell::default();
    static RELATIVE: RefCell<HashMap<Language, Intl::RelativeTimeFormat>> = RefCell::default();
}

/// A tag for Intl: the browser's own where it is of the shown language (`es-MX` writes other dates than `es`).
fn tag(language: Language) -> String {
    let own = browser_tags()
        .into_iter()
        .find(|tag| Language::from_tag(tag) == Some(language));
    own.unwrap_or_else(|| language.as_str().to_owned())
}

fn browser_tags() -> Vec<String> {
    leptos::prelude::window()
        .navigator()
        .languages()
        .iter()
        .filter_map(|tag| tag.as_string())
        .collect()
}

fn options(pairs: &[(&str, &str)]) -> Object {
    let object = Object::new();
    for (key, value) in pairs {
        let _ = Reflect::set(&object, &(*key).into(), &(*value).into());
    }
    object
}

fn format(language: Language, form: Form, value: &JsValue) -> String {
    let text = FORMATTERS.with_borrow_mut(|formatters| {
        let (this, format) = formatters
            .entry((language, form))
            .or_insert_with(|| formatter(language, form));
        format.call1(this, value)
    });
    text.ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

fn formatter(language: Language, form: Form) -> (JsValue, Function) {
    let tags = Array::of1(&tag(language).into());
    let date = |pairs: &[(&str, &str)]| {
        let format = Intl::DateTimeFormat::new(&tags, &options(pairs));
        let function = format.format();
        (format.into(), function)
    };
    let number = |pairs: &[(&str, &str)]| {
        let format = Intl::NumberFormat::new(&tags, &options(pairs));
        let function = format.format();
        (format.into(), function)
    };
    match form {
        Form::Number => number(&[]),
        Form::Percent => number(&[("style", "percent")]),
        Form::Day => date(&[("month", "short"), ("day", "numeric")]),
        Form::Date => date(&[("dateStyle", "medium")]),
        Form::Exact => date(&[("dateStyle", "full"), ("timeStyle", "long")]),
    }
}

/// A number with its separators.
pub(crate) fn number(language: Language, value: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "nobody counts beyond 2^53")]
    format(language, Form::Number, &JsValue::from_f64(value as f64))
}

/// A share of 0 to 1 as a percentage.
pub(crate) fn percent(language: Language, share: f64) -> String {
    format(language, Form::Percent, &JsValue::from_f64(share))
}

/// The day, and the year too if it is not this one.
pub(crate) fn day(language: Language, instant: Instant) -> String {
    let date = date(instant);
    let this_year = js_sys::Date::new_0().get_full_year() == date.get_full_year();
    format(
        language,
        if this_year { Form::Day } else { Form::Date },
        &date,
    )
}

/// Day and time to the second with the time zone.
pub(crate) fn exact(language: Language, instant: Instant) -> String {
    format(language, Form::Exact, &date(instant))
}

/// How long ago, up to a week; then the day. Nothing for less than a minute: that has words of its own.
pub(crate) fn ago(language: Language, instant: Instant, now: f64) -> Option<String> {
    const MINUTE: f64 = 60.0;
    const HOUR: f64 = 60.0 * MINUTE;
    const DAY: f64 = 24.0 * HOUR;
    let seconds = (millis(instant) - now) / 1000.0;
    let past = -seconds;
    if past.abs() < MINUTE {
        return None;
    }
    let (value, unit) = if past.abs() < HOUR {
        (seconds / MINUTE, "minute")
    } else if past.abs() < DAY {
        (seconds / HOUR, "hour")
    } else if past.abs() < 7.0 * DAY {
        (seconds / DAY, "day")
    } else {
        return Some(day(language, instant));
    };
    Some(RELATIVE.with_borrow_mut(|formats| {
        let format = formats.entry(language).or_insert_with(|| {
            let tags = Array::of1(&tag(language).into());
            let style = options(&[("style", "short"), ("numeric", "always")]);
            Intl::RelativeTimeFormat::new(&tags, &style)
        });
        String::from(format.format(value.trunc(), unit))
    }))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of the years 1 to 9999 are below 2^53"
)]
fn millis(instant: Instant) -> f64 {
    instant.unix_millis() as f64
}

fn date(instant: Instant) -> js_sys::Date {
    js_sys::Date::new(&JsValue::from_f64(millis(instant)))
}

/// How texts of a language sort.
pub(crate) fn comparing(language: Language) -> impl Fn(&str, &str) -> Ordering {
    let tags = Array::of1(&tag(language).into());
    let compare = Intl::Collator::new(&tags, &Object::new()).compare();
    move |one, other| {
        let order = compare.call2(&JsValue::UNDEFINED, &one.into(), &other.into());
        order
            .ok()
            .and_then(|order| order.as_f64())
            .unwrap_or(0.0)
            .total_cmp(&0.0)
    }
}

/// The time zone of this computer.
pub(crate) fn browser_time_zone() -> String {
    let format = Intl::DateTimeFormat::new(&Array::new(), &Object::new());
    Reflect::get(&format.resolved_options(), &"timeZone".into())
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_else(|| "UTC".to_owned())
}

/// Every time zone that the browser knows.
pub(crate) fn time_zones() -> Vec<String> {
    let zones = Reflect::get(&js_sys::global(), &"Intl".into())
        .and_then(|intl| Reflect::get(&intl, &"supportedValuesOf".into()))
        .and_then(|function| function.dyn_into::<Function>())
        .and_then(|function| function.call1(&JsValue::UNDEFINED, &"timeZone".into()));
    let mut zones: Vec<String> = match zones {
        Ok(zones) => Array::from(&zones)
            .iter()
            .filter_map(|zone| zone.as_string())
            .collect(),
        Err(_) => vec![browser_time_zone()],
    };
    if !zones.iter().any(|zone| zone == "UTC") {
        zones.push("UTC".to_owned());
    }
    zones
}

/// The country that the browser's languages speak of (`es-MX`: Mexico), if one does; else that of the time zone where a
/// city tells it.
pub(crate) fn browser_country() -> Option<Country> {
    let of_tag = |tag: &String| {
        tag.split('-')
            .skip(1)
            .find(|part| part.len() == 2)
            .and_then(|code| Country::from_code(code).ok())
    };
    browser_tags().iter().find_map(of_tag)
}
