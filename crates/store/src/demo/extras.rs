//! What only some of the made-up contacts have: further addresses, identities on channels, consent, a block.

use super::addresses;
use super::dice::{Dice, unique};
use super::names::{FullName, People};
use super::places::Place;
use rapport_contract::contact::{
    Addresses, ChannelKind, Consent, ConsentChange, ContactExtras, ContactFields, IdentityKind,
    NewIdentity, Source, Verified,
};

/// How many in a hundred of those who have an e-mail address have two, and how many three.
const EMAIL_SHARES: (u64, u64) = (4, 1);
/// How many in a hundred of those who have a phone number have two, and how many three.
const PHONE_SHARES: (u64, u64) = (3, 1);
/// How many in a hundred of those who have a phone number and came another way write on WhatsApp as well.
const WHATSAPP_SHARE: u64 = 15;
/// How many in a hundred allowed e-mails, and how many refused them.
const CONSENT_SHARES: (u64, u64) = (25, 3);
/// How many in a thousand are blocked.
const BLOCKED_IN_THOUSAND: u64 = 4;

/// What contact `n` of the seed has beside its fields.
pub(super) fn any(
    seed: u64,
    n: u64,
    name: &FullName,
    people: People,
    place: &Place,
    fields: &ContactFields,
    source: Source,
) -> ContactExtras {
    // Dice of its own, so that the rest of the contact stays what it was.
    let mut dice = Dice::new(unique(seed, 40), n);
    let mut several = |(two, three): (u64, u64)| match dice.below(100) {
        roll if roll < three => 2,
        roll if roll < three + two => 1,
        _ => 0,
    };
    let (emails, phones) = (several(EMAIL_SHARES), several(PHONE_SHARES));
    let emails = fields.email.clone().filter(|_| emails > 0).map(|first| {
        let more = (0..emails)
            .filter_map(|which| addresses::other_email(&mut dice, n, name, people, which));
        Addresses::of(first, more.collect::<Vec<_>>())
    });
    let phones = fields.phone.clone().filter(|_| phones > 0).map(|first| {
        let more = (0..phones).filter_map(|which| addresses::other_phone(seed, n, place, which));
        Addresses::of(first, more)
    });
    let identities = identities(&mut dice, seed, n, fields, source);
    let (granted, refused) = CONSENT_SHARES;
    let consent = match dice.below(100) {
        roll if roll < granted => Some(Consent::Granted),
        roll if roll < granted + refused => Some(Consent::Refused),
        _ => None,
    };
    let consent = consent.filter(|_| fields.email.is_some());
    ContactExtras {
        emails,
        phones,
        identities: (!identities.is_empty()).then_some(identities),
        consent: ConsentChange {
            forget_all: false,
            answers: consent
                .map(|consent| (ChannelKind::Email, Some(consent)))
                .into_iter()
                .collect(),
        },
        blocked: (dice.below(1_000) < BLOCKED_IN_THOUSAND).then_some(true),
    }
}

/// As which the channels know the contact: those who came by one, and some who write on WhatsApp too.
fn identities(
    dice: &mut Dice,
    seed: u64,
    n: u64,
    fields: &ContactFields,
    source: Source,
) -> Vec<NewIdentity> {
    let secret = unique(unique(seed, 41), n);
    let whatsapp = source == Source::Whatsapp || dice.percent(WHATSAPP_SHARE);
    let mut identities = Vec::new();
    let mut add = |kind, external_id: String, verified| {
        identities.push(NewIdentity {
            kind,
            external_id,
            verified: Some(verified),
        });
    };
    if let Some(phone) = fields.phone.as_ref().filter(|_| whatsapp) {
        let digits = phone.as_str().trim_start_matches('+').to_owned();
        add(IdentityKind::Whatsapp, digits, Verified::Provider);
    }
    match source {
        Source::Wechat => add(
            IdentityKind::Wechat,
            format!("o{secret:027x}"),
            Verified::Provider,
        ),
        Source::LiveChat => add(
            IdentityKind::LiveChat,
            format!("visitor-{secret:016x}"),
            Verified::None,
        ),
        _ => {}
    }
    identities
}
