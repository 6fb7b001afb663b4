//! Plausible contacts, any number of them: for a first look, for a demonstration, and for measuring.
//!
//! Contact `n` of a seed is computed from the two numbers alone, so a million of them need no more memory than one, and whoever
//! asks again gets the same. Names, cities and companies are of the kinds that meet in one account: mostly Spanish and English,
//! some Chinese, a few of eleven other languages. No e-mail can arrive anywhere: every domain ends in `.example`, which RFC 2606
//! keeps free for ever. The phone numbers are made up too, but of ranges in use, so somebody may have them.

mod addresses;
mod attributes;
mod companies;
mod dice;
mod extras;
mod fill;
mod names;
mod places;
mod segments;
#[cfg(test)]
mod tests;

pub use fill::{fill, fill_in};

use dice::Dice;
use names::People;
use places::Place;
use rapport_contract::Instant;
use rapport_contract::contact::{ContactFields, NewContact, Source};

/// How many in a hundred have an e-mail address.
const EMAIL_SHARE: u64 = 95;
/// How many in a hundred have a phone number.
const PHONE_SHARE: u64 = 80;
/// How many in a hundred have a company.
const COMPANY_SHARE: u64 = 70;
/// How many in a hundred are known to another system.
const IDENTIFIER_SHARE: u64 = 30;
/// How many in a hundred have done something since they are known.
const ACTIVITY_SHARE: u64 = 60;
/// How many in a hundred have a last name apart from the first.
const LAST_NAME_SHARE: u64 = 97;
/// How many in a hundred have a city.
const CITY_SHARE: u64 = 92;
/// How many in a hundred have a language.
const LANGUAGE_SHARE: u64 = 95;

/// How long the account has been meeting people: three years, in milliseconds.
const HISTORY_MILLIS: u64 = 3 * 365 * 24 * 60 * 60 * 1000;

/// The sources and how many contacts in a hundred come from each.
const SOURCES: [(Source, u64); 9] = [
    (Source::Form, 24),
    (Source::Whatsapp, 20),
    (Source::Import, 16),
    (Source::Email, 13),
    (Source::LiveChat, 10),
    (Source::Manual, 7),
    (Source::Sms, 4),
    (Source::Api, 4),
    (Source::Wechat, 2),
];

/// How many Chinese contacts in a hundred come from WeChat.
const WECHAT_SHARE: u64 = 45;

/// Contact `n` of the seed: the same for the same arguments, always with a first name.
///
/// Two contacts of one seed never have the same e-mail address or identifier, nor the same phone number as long as `n` stays below
/// the numbers of their country (15 million and more in the large ones, see `places.tsv`). Contacts of two seeds hardly
/// ever do. `created_at` lies in the three years before `now`, more often near it; `last_activity_at` between the two.
pub fn contact(seed: u64, n: u64, now: Instant) -> NewContact {
    let mut dice = Dice::new(seed, n);
    let place = places::any(&mut dice);
    let people = people(&mut dice, place);
    let name = names::any(&mut dice, people);
    let has_last_name = dice.percent(LAST_NAME_SHARE);
    let company = dice
        .percent(COMPANY_SHARE)
        .then(|| companies::any(&mut dice, people));
    let email = dice
        .percent(EMAIL_SHARE)
        .then(|| addresses::email(&mut dice, n, &name, people, company.as_ref()))
        .flatten();
    let phone = dice
        .percent(PHONE_SHARE)
        .then(|| addresses::phone(seed, n, place))
        .flatten();
    let identifier = dice
        .percent(IDENTIFIER_SHARE)
        .then(|| addresses::identifier(seed, n));
    let city = dice
        .percent(CITY_SHARE)
        .then(|| place.city(&mut dice))
        .flatten();
    let language = dice
        .percent(LANGUAGE_SHARE)
        .then(|| dice.early(&place.languages).cloned())
        .flatten();
    let source = source(&mut dice, people);
    let age = dice.small(HISTORY_MILLIS);
    let created_at = before(now, age);
    let last_activity_at = dice
        .percent(ACTIVITY_SHARE)
        .then(|| before(now, dice.small(age + 1)));
    let fields = ContactFields {
        first_name: Some(name.first.shown.to_owned()),
        last_name: has_last_name.then(|| name.last.shown.to_owned()),
        email,
        phone,
        identifier,
        company: company.map(|company| company.shown),
        city,
        country: Some(place.country),
        language,
    };
    NewContact {
        custom: attributes::values(seed, n, people, now),
        extras: extras::any(seed, n, &name, people, place, &fields, source),
        fields,
        source,
        created_at: Some(created_at),
        last_activity_at,
    }
}

/// Most people have a name of their country; everywhere some have come from elsewhere.
fn people(dice: &mut Dice, place: &Place) -> People {
    match dice.below(100) {
        0..88 => place.people,
        88..94 => People::Spanish,
        94..98 => People::English,
        _ => People::Chinese,
    }
}

fn source(dice: &mut Dice, people: People) -> Source {
    if people == People::Chinese && dice.percent(WECHAT_SHARE) {
        return Source::Wechat;
    }
    let mut roll = dice.below(100);
    for (source, share) in SOURCES {
        if roll < share {
            return source;
        }
        roll -= share;
    }
    Source::Manual
}

fn before(now: Instant, millis: u64) -> Instant {
    Instant::from_unix_millis(now.unix_millis().saturating_sub_unsigned(millis))
}
