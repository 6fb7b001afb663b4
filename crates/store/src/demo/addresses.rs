//! E-mail addresses, phone numbers and identifiers that belong to one contact alone.

use super::companies::Company;
use super::dice::{Dice, unique};
use super::names::{FullName, People};
use super::places::Place;
use rapport_contract::email::EmailAddress;
use rapport_contract::phone::PhoneNumber;

/// Where people have their mail; the first ones more often. Reserved names: nothing that is sent there arrives.
const PROVIDERS: [&str; 8] = [
    "gmail.example",
    "outlook.example",
    "hotmail.example",
    "gmail.example",
    "yahoo.example",
    "icloud.example",
    "correo.example",
    "uni.example",
];
const CHINESE_PROVIDERS: [&str; 5] = [
    "qq.example",
    "163.example",
    "gmail.example",
    "126.example",
    "outlook.example",
];

/// How many in a hundred of those who have a company use its address.
const COMPANY_ADDRESS_SHARE: u64 = 45;

/// A prime that divides no range of ours, so that multiplying by it goes through a whole range before it repeats.
const PRIME: u64 = 2_654_435_761;

/// An address that tells the name, with a number behind it that no other contact of the seed has.
pub(super) fn email(
    dice: &mut Dice,
    n: u64,
    name: &FullName,
    people: People,
    company: Option<&Company>,
) -> Option<EmailAddress> {
    let (first, last) = (name.first.plain.as_str(), name.last.plain.as_str());
    let initial = first.get(..1).unwrap_or_default();
    let number = number(n);
    let domain = match company {
        Some(company) if dice.percent(COMPANY_ADDRESS_SHARE) => company.domain(),
        _ => provider(dice, people)?.to_owned(),
    };
    let text = match dice.below(8) {
        0..3 => format!("{first}.{last}{number}@{domain}"),
        3..5 => format!("{first}{last}{number}@{domain}"),
        5 => format!("{initial}{last}{number}@{domain}"),
        6 => format!("{first}_{number}@{domain}"),
        _ => format!("{last}.{first}{number}@{domain}"),
    };
    EmailAddress::parse(&text).ok()
}

/// The contact's second or third address, which is nobody's first: there is a hyphen before the number or behind it.
pub(super) fn other_email(
    dice: &mut Dice,
    n: u64,
    name: &FullName,
    people: People,
    which: u64,
) -> Option<EmailAddress> {
    let number = number(n);
    let domain = provider(dice, people)?;
    let text = match which {
        0 => format!("{}-{number}@{domain}", name.first.plain),
        _ => format!("{number}-{}@{domain}", name.last.plain),
    };
    EmailAddress::parse(&text).ok()
}

fn provider(dice: &mut Dice, people: People) -> Option<&'static str> {
    let providers: &[&str] = match people {
        People::Chinese => &CHINESE_PROVIDERS,
        _ => &PROVIDERS,
    };
    dice.early(providers).copied()
}

/// A number of two digits or more that no other `n` below 10¹⁸ has: small for a small `n`, in no order that is seen.
fn number(n: u64) -> u64 {
    let shifted = n.saturating_add(10);
    let from = 10_u64.pow(shifted.ilog10());
    let moved = u128::from(shifted - from) * u128::from(PRIME) % (u128::from(from) * 9);
    u64::try_from(moved).map_or(n, |moved| from.saturating_add(moved))
}

/// A number of the place's plan.
pub(super) fn phone(seed: u64, n: u64, place: &Place) -> Option<PhoneNumber> {
    let each = 10_u64.pow(place.phone_digits);
    let range = each * place.phone_prefixes.len() as u64;
    let at = u128::from(n % range) * u128::from(PRIME) + u128::from(unique(seed, 0));
    let at = u64::try_from(at % u128::from(range)).ok()?;
    let prefix = place.phone_prefixes.get(usize::try_from(at / each).ok()?)?;
    let width = place.phone_digits as usize;
    PhoneNumber::from_e164(&format!("+{prefix}{:0width$}", at % each)).ok()
}

/// The contact's second or third number, far from the first ones of as many contacts as half of the place's numbers.
pub(super) fn other_phone(seed: u64, n: u64, place: &Place, which: u64) -> Option<PhoneNumber> {
    let range = 10_u64.pow(place.phone_digits) * place.phone_prefixes.len() as u64;
    phone(seed, n.wrapping_add(range / 2 + which * (range / 4)), place)
}

/// What another system calls the contact.
pub(super) fn identifier(seed: u64, n: u64) -> String {
    format!("crm-{:016x}", unique(seed, n))
}
