//! Random contacts.

use super::random::Random;
use super::zone::Zone;
use super::{COUNTRIES, NOW, SEGMENTS, contact, full_name, segment, words};
use crate::catalogue::{CHANNELS, SOURCES};
use crate::facts::{Facts, Value};
use chrono::{Days, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

const DAY: i64 = 86_400_000;

/// So many contacts, with the ids of the numbers from 1 on. Every one could be stored: e-mails, phones and identifiers are
/// unique, texts are trimmed and within their lengths, and channels are those that the rest gives.
pub fn population(seed: u64, contacts: u32) -> Vec<Facts> {
    let mut random = Random::new(seed);
    let mut taken = BTreeSet::new();
    (1..=contacts)
        .map(|number| one(&mut random, number, &mut taken))
        .collect()
}

fn one(random: &mut Random, number: u32, taken: &mut BTreeSet<String>) -> Facts {
    let first_name = line(random, 75, words::FIRST_NAMES);
    let last_name = line(random, 65, words::LAST_NAMES);
    let emails: Vec<String> = (0..several(random))
        .map(|place| email(random, number, place))
        .collect();
    let phones = phones(random, taken);
    let created_at = instant(random);
    Facts {
        id: contact(number),
        name: full_name(first_name.as_deref(), last_name.as_deref()),
        first_name,
        last_name,
        company: line(random, 70, words::COMPANIES),
        city: line(random, 80, words::CITIES),
        identifier: random.percent(45).then(|| identifier(random, number)),
        country: random
            .percent(80)
            .then(|| random.word(&COUNTRIES).to_owned()),
        language: random
            .percent(75)
            .then(|| random.word(words::LANGUAGES).to_owned()),
        source: random.word(&SOURCES).to_owned(),
        channels: channels(random, &emails, &phones),
        segments: (1..=SEGMENTS)
            .filter(|number| random.percent(60 / *number as usize))
            .map(segment)
            .collect(),
        blocked: random.percent(25),
        created_at,
        updated_at: created_at.max(instant(random)),
        last_activity_at: random.percent(70).then(|| instant(random)),
        custom: custom(random),
        emails,
        phones,
    }
}

/// 0 to 3, most often 1.
const fn several(random: &mut Random) -> usize {
    match random.below(10) {
        0 | 1 => 0,
        2..=6 => 1,
        7 | 8 => 2,
        _ => 3,
    }
}

/// One of the words; now and then a text so long that its key is cut, and that differs from others behind the cut alone.
fn line(random: &mut Random, percent: usize, words: &[&str]) -> Option<String> {
    if !random.percent(percent) {
        return None;
    }
    if random.percent(6) {
        return Some(long(random, 255));
    }
    Some(random.word(words).to_owned())
}

/// 201 to `max` characters, of which the first 200 are often those of another.
fn long(random: &mut Random, max: usize) -> String {
    let c = random.word(&["x", "É", "ガ"]);
    let same = random.between(198, 201) as usize;
    let mut text = c.repeat(same);
    text.push_str(random.word(&["end", "END", "ênd", "other", "100%", "ガ"]));
    let extra = random.between(0, max as i64 - 210) as usize;
    if random.percent(50) {
        text.push_str(&"y".repeat(extra));
    }
    while text.chars().count() < 201 {
        text.push('z');
    }
    text.chars().take(max).collect()
}

fn email(random: &mut Random, number: u32, place: usize) -> String {
    let local = random.word(words::LOCAL_PARTS);
    let domain = random.word(words::DOMAINS);
    format!("{local}.{number}.{place}@{domain}")
}

fn phones(random: &mut Random, taken: &mut BTreeSet<String>) -> Vec<String> {
    let mut phones = Vec::new();
    for _ in 0..several(random) {
        let prefix = random.word(&["+52", "+5255", "+34", "+1", "+49", "+86138", "+7"]);
        let length = random.between(4, 8);
        let digits: String = (0..length)
            .map(|_| random.word(&["0", "1", "2", "5", "9"]))
            .collect();
        let phone = format!("{prefix}{digits}");
        if taken.insert(phone.clone()) {
            phones.push(phone);
        }
    }
    phones
}

/// Unique by its number; now and then as long as it may be.
fn identifier(random: &mut Random, number: u32) -> String {
    let word = random.word(&[
        "A-",
        "a-",
        "á-",
        "a\u{301}-",
        "ID ",
        "100%_",
        "\\",
        "ガ",
        "0",
    ]);
    let mut identifier = format!("{word}{number}");
    if random.percent(10) {
        let missing = 255 - identifier.chars().count();
        identifier.push_str(&"x".repeat(missing));
    }
    identifier
}

fn channels(random: &mut Random, emails: &[String], phones: &[String]) -> Vec<String> {
    CHANNELS
        .into_iter()
        .filter(|kind| match *kind {
            "email" => !emails.is_empty(),
            "sms" => !phones.is_empty(),
            _ => random.percent(30),
        })
        .map(str::to_owned)
        .collect()
}

/// Where a day or a window begins or ends, or just beside; or anywhere in four years.
fn instant(random: &mut Random) -> i64 {
    let beside = random.between(-1, 1);
    match random.below(4) {
        0 => {
            let zone = random.pick(&Zone::ALL).copied().unwrap_or(Zone::Utc);
            let changes: Vec<i64> = zone.changes().collect();
            let change = random.pick(&changes).copied().unwrap_or(NOW);
            // The beginnings and ends of the day around the change, and the change itself.
            change + random.between(-30, 30) * DAY / 24 + beside
        }
        1 => NOW + random.between(-40, 40) * DAY + random.between(-1, 1) * DAY / 24 + beside,
        2 => NOW + random.between(-4, 4) * DAY / 24 + beside,
        _ => NOW + random.between(-2 * 365 * DAY, 2 * 365 * DAY),
    }
}

fn custom(random: &mut Random) -> BTreeMap<String, Value> {
    let mut custom = BTreeMap::new();
    for definition in super::custom() {
        if !random.percent(65) {
            continue;
        }
        use crate::catalogue::CustomType;
        let value = match definition.kind {
            CustomType::Text => Value::Text(free(random)),
            CustomType::Link => Value::Link(random.word(words::LINKS).to_owned()),
            CustomType::Number => Value::Number(number(random)),
            CustomType::Date => Value::Date(day(random)),
            CustomType::YesNo => Value::YesNo(random.percent(50)),
            CustomType::List(choices) => match random.pick(&choices) {
                Some(choice) => Value::Choice(choice.key.clone()),
                None => continue,
            },
        };
        custom.insert(definition.key, value);
    }
    custom
}

/// A free text, trimmed and not empty: some pieces, or up to 4,000 characters.
fn free(random: &mut Random) -> String {
    if random.percent(5) {
        return long(random, 4_000);
    }
    let pieces: String = (0..=random.below(4))
        .map(|_| random.word(words::PIECES))
        .collect();
    match pieces.trim() {
        "" => "a".to_owned(),
        text => text.to_owned(),
    }
}

fn number(random: &mut Random) -> f64 {
    const SPECIAL: [f64; 13] = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.1,
        0.3,
        -2.5,
        900.0,
        1e15,
        9_007_199_254_740_993.0,
        1e300,
        -1e300,
        5e-324,
    ];
    if random.percent(40) {
        return random.pick(&SPECIAL).copied().unwrap_or_default();
    }
    random.between(-20, 1000) as f64 / 2.0
}

fn day(random: &mut Random) -> NaiveDate {
    let today = NaiveDate::from_ymd_opt(2026, 3, 31).unwrap_or_default();
    match random.below(5) {
        0 => NaiveDate::from_ymd_opt(2024, 2, 29).unwrap_or(today),
        1 => random
            .pick(&[
                NaiveDate::from_ymd_opt(1, 1, 1),
                NaiveDate::from_ymd_opt(1969, 12, 31),
                NaiveDate::from_ymd_opt(9999, 12, 31),
            ])
            .copied()
            .flatten()
            .unwrap_or(today),
        _ => {
            let days = Days::new(random.below(80) as u64);
            let moved = if random.percent(50) {
                today.checked_add_days(days)
            } else {
                today.checked_sub_days(days)
            };
            moved.unwrap_or(today)
        }
    }
}
