//! The contacts of the literal cases.

use super::super::{contact, full_name, segment};
use super::{CONTACTS, TWINS};
use crate::facts::{Facts, Value};
use chrono::{DateTime, NaiveDate};

/// Everyone that the cases are about, with the ids of the numbers from 1 on.
pub fn contacts() -> Vec<Facts> {
    let mut contacts = vec![
        Facts {
            company: text("Straße GmbH"),
            city: text("Lima"),
            identifier: text("A-1"),
            country: text("MX"),
            language: text("es-MX"),
            emails: texts(&["ana@gmail.com"]),
            phones: texts(&["+525512345678"]),
            channels: texts(&["email", "sms", "whatsapp"]),
            segments: segments(&[1, 2]),
            created_at: at("2026-03-28T22:59:59.999Z"),
            // Now.
            last_activity_at: Some(at("2026-03-31T08:30:00.000Z")),
            ..named("Ana", "Núñez", "whatsapp")
        }
        .with("note", Value::Text("100% done".to_owned()))
        .with("score", Value::Number(10.0))
        .with("renewal", day("2026-03-31"))
        .with("vip", Value::YesNo(true))
        .with("plan", Value::Choice("pro".to_owned()))
        .with("website", Value::Link("https://example.com/Año".to_owned())),
        // Next to nothing is known.
        Facts {
            identifier: text("a-1"),
            created_at: at("2026-03-28T23:00:00.000Z"),
            ..named("", "", "api")
        },
        Facts {
            company: text("strasse gmbh"),
            city: text("lima"),
            country: text("CN"),
            language: text("zh-Hans-CN"),
            phones: texts(&["+8613812345678", "+34600111222"]),
            channels: texts(&["sms", "wechat"]),
            segments: segments(&[2]),
            blocked: true,
            created_at: at("2026-03-29T21:59:59.999Z"),
            // A millisecond after now.
            last_activity_at: Some(at("2026-03-31T08:30:00.001Z")),
            ..named("小明", "王", "wechat")
        }
        .with("note", Value::Text("1000 done".to_owned()))
        .with("score", Value::Number(0.0))
        .with("renewal", day("2026-02-28"))
        .with("vip", Value::YesNo(false))
        .with("plan", Value::Choice("pro2".to_owned()))
        .with("website", Value::Link("https://EXAMPLE.com/ano".to_owned())),
        Facts {
            city: text("ガ"),
            country: text("ES"),
            language: text("es"),
            emails: texts(&["x@work.example", "Y@GMAIL.com"]),
            channels: texts(&["email"]),
            created_at: at("2026-03-29T22:00:00.000Z"),
            // A month before now in Madrid.
            last_activity_at: Some(at("2026-02-28T09:30:00.000Z")),
            ..named("José", "", "form")
        }
        .with("note", Value::Text("100 done".to_owned()))
        .with("score", Value::Number(2.5))
        .with("renewal", day("2026-02-27"))
        .with("plan", Value::Choice("basic".to_owned()))
        .with("website", Value::Link("http://example.com/".to_owned())),
        Facts {
            city: text("カ"),
            country: text("ES"),
            language: text("es-419"),
            emails: texts(&["josé@work.example"]),
            channels: texts(&["email", "live_chat"]),
            segments: segments(&[1, 3]),
            created_at: at("2026-01-15T12:00:00.000Z"),
            last_activity_at: Some(at("2026-02-28T09:29:59.999Z")),
            ..named("JOSE", "y", "import")
        }
        .with("note", Value::Text("straße".to_owned()))
        .with("score", Value::Number(-0.0))
        .with("renewal", day("2026-03-01"))
        .with("vip", Value::YesNo(true))
        .with("plan", Value::Choice("pro_plus".to_owned())),
        Facts {
            company: text("a_b"),
            city: text("ISTANBUL"),
            country: text("US"),
            language: text("en-US"),
            phones: texts(&["+5215512345678"]),
            channels: texts(&["sms"]),
            created_at: at("2026-09-06T03:59:59.999Z"),
            last_activity_at: Some(at("2026-03-30T08:30:00.000Z")),
            ..named("O'Neil", "", "manual")
        }
        .with("note", Value::Text("a\\b".to_owned()))
        .with("score", Value::Number(1e300))
        .with("renewal", day("2026-04-30"))
        .with("vip", Value::YesNo(false))
        .with("plan", Value::Choice("pro".to_owned())),
        Facts {
            company: text("axb"),
            city: text("İstanbul"),
            country: text("DE"),
            language: text("de"),
            phones: texts(&["+905551234567", "+49301234567"]),
            channels: texts(&["sms"]),
            // The first instant of the day without midnight in Santiago.
            created_at: at("2026-09-06T04:00:00.000Z"),
            // Three days before now in Madrid, where the clock changed meanwhile.
            last_activity_at: Some(at("2026-03-28T09:30:00.000Z")),
            ..named("", "Şahin", "sms")
        }
        .with("note", Value::Text("axb".to_owned()))
        .with("score", Value::Number(9_007_199_254_740_992.0))
        .with("renewal", day("2026-05-01")),
        Facts {
            company: text("100%"),
            city: text("القاهرة"),
            country: text("EG"),
            language: text("ar"),
            channels: texts(&["live_chat"]),
            segments: segments(&[1, 2, 3]),
            created_at: at("2026-09-07T02:59:59.999Z"),
            last_activity_at: Some(at("2026-03-28T09:29:59.999Z")),
            ..named("نُور", "", "live_chat")
        }
        .with("note", Value::Text("%".to_owned()))
        .with("renewal", day("2024-02-29")),
        // Two that are the same in the first 200 characters.
        Facts {
            company: Some("x".repeat(200) + "one"),
            city: text("東京都"),
            identifier: text("á-1"),
            emails: texts(&["long_name@example.org"]),
            channels: texts(&["email"]),
            created_at: at("2026-09-07T03:00:00.000Z"),
            // A month after now in Madrid.
            last_activity_at: Some(at("2026-04-30T08:30:00.000Z")),
            ..named("Long", "", "email")
        }
        .with("note", Value::Text("y".repeat(999) + "end"))
        .with("score", Value::Number(0.1)),
        Facts {
            company: Some("x".repeat(200) + "two"),
            city: text("東京"),
            blocked: true,
            created_at: at("2025-06-01T00:00:00.000Z"),
            last_activity_at: Some(at("2026-04-30T08:30:00.001Z")),
            ..named("Long", "", "email")
        }
        .with("note", Value::Text("y".repeat(3_990) + "END")),
        // A city of nothing but an accent: nothing is left of it to compare with.
        Facts {
            city: text("\u{301}"),
            created_at: at("2024-01-01T00:00:00.000Z"),
            ..named("Mark", "", "api")
        },
    ];
    for (number, facts) in (1..=CONTACTS).zip(&mut contacts) {
        facts.id = contact(number);
        facts.updated_at = at("2026-10-01T00:00:00.000Z") + i64::from(number);
    }
    contacts
}

/// A contact with these names; an empty one is missing.
fn named(first: &str, last: &str, source: &str) -> Facts {
    let first_name = text(first);
    let last_name = text(last);
    Facts {
        name: full_name(first_name.as_deref(), last_name.as_deref()),
        first_name,
        last_name,
        source: source.to_owned(),
        ..Facts::default()
    }
}

impl Facts {
    /// The contact with this value of a custom attribute and of its twin.
    fn with(mut self, key: &str, value: Value) -> Self {
        for (one, other) in TWINS {
            if one == key {
                self.custom.insert(other.to_owned(), value.clone());
            }
        }
        self.custom.insert(key.to_owned(), value);
        self
    }
}

fn text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn segments(numbers: &[u32]) -> Vec<String> {
    numbers.iter().copied().map(segment).collect()
}

fn at(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text)
        .unwrap_or_default()
        .timestamp_millis()
}

fn day(text: &str) -> Value {
    Value::Date(text.parse().unwrap_or(NaiveDate::MIN))
}
