//! What evaluators are tested with, so that all of them answer the same: an account's fields, random contacts, random
//! filters whose values are drawn from them, and literal cases.
//!
//! Behind the feature `sample`. Nothing here is random twice: the same seed gives the same contacts and filters.

pub mod cases;
mod filters;
mod population;
mod random;
mod words;
mod zone;

pub use filters::Sampler;
pub use population::population;
pub use random::Random;
pub use zone::{SampleContext, Zone};

use crate::catalogue::{Catalogue, Choice, CustomDefinition, CustomType};

/// The instant at which all of this happens: 2026-03-31T08:30:00Z, two days after the clock changed in Madrid and five
/// before it does in Santiago.
pub const NOW: i64 = 1_774_945_800_000;

/// How many segments the account has.
pub const SEGMENTS: u32 = 5;

/// The countries that the contacts live in.
const COUNTRIES: [&str; 8] = ["CL", "CN", "DE", "EG", "ES", "MX", "PE", "US"];

/// The fields of the account.
pub fn catalogue() -> Catalogue {
    Catalogue::new(
        COUNTRIES.into_iter().map(Choice::new).collect(),
        segments(),
        custom(),
    )
}

/// The manual segments.
pub fn segments() -> Vec<Choice> {
    (1..=SEGMENTS)
        .map(|number| Choice::labelled(segment(number), format!("Segment {number}")))
        .collect()
}

/// The custom attributes: two of each type, of which the second is not indexed.
pub fn custom() -> Vec<CustomDefinition> {
    let list = |keys: &[&str]| {
        CustomType::List(
            keys.iter()
                .map(|key| Choice::labelled(*key, key.to_uppercase()))
                .collect(),
        )
    };
    [
        ("note", CustomType::Text, true),
        ("motto", CustomType::Text, false),
        ("score", CustomType::Number, true),
        ("debt", CustomType::Number, false),
        ("renewal", CustomType::Date, true),
        ("birthday", CustomType::Date, false),
        ("vip", CustomType::YesNo, true),
        ("newsletter", CustomType::YesNo, false),
        ("plan", list(&["basic", "pro", "pro2", "pro_plus"]), true),
        ("tier", list(&["basic", "pro", "pro2", "pro_plus"]), false),
        ("website", CustomType::Link, true),
        ("profile", CustomType::Link, false),
    ]
    .into_iter()
    .map(|(key, kind, indexed)| CustomDefinition {
        key: key.to_owned(),
        label: key.to_uppercase(),
        kind,
        indexed,
    })
    .collect()
}

/// The id of the contact with this number, as the wire writes ids: a prefix and 13 digits of Crockford's base32.
pub fn contact(number: u32) -> String {
    id("ct", number)
}

/// The id of the segment with this number.
pub fn segment(number: u32) -> String {
    id("sg", number)
}

fn id(prefix: &str, number: u32) -> String {
    const ALPHABET: [char; 32] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h',
        'j', 'k', 'm', 'n', 'p', 'q', 'r', 's', 't', 'v', 'w', 'x', 'y', 'z',
    ];
    let number = u64::from(number);
    let digits = (0..13)
        .rev()
        .map(|place| ALPHABET[((number >> (place * 5)) & 31) as usize]);
    format!("{prefix}_{}", String::from_iter(digits))
}

/// The full name as a contact's two parts compose it: first, a space, last; where both are only Han, Hangul or kana, last
/// and first without a space.
fn full_name(first: Option<&str>, last: Option<&str>) -> Option<String> {
    let east_asian = |text: &str| {
        text.chars()
            .all(|c| matches!(c, '\u{3041}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'))
    };
    match (first, last) {
        (Some(first), Some(last)) if east_asian(first) && east_asian(last) => {
            Some(format!("{last}{first}"))
        }
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
        (one, other) => one.or(other).map(str::to_owned),
    }
}
