//! What is different between two states of a contact, as its timeline tells it.

use super::read::Loaded;
use crate::Error;
use crate::activities::FieldChange;
use crate::custom_attributes;
use crate::entity::identities;
use rapport_contract::Instant;
use rapport_contract::contact::{ChannelKind, Verified};

/// What is different, field by field; of what there is several of, the whole list. Segments tell of themselves.
pub(super) fn differences(before: &Loaded, after: &Loaded) -> Result<Vec<FieldChange>, Error> {
    let instant = |at: Option<i64>| at.map(|at| Instant::from_unix_millis(at).to_string());
    let blocked = |is: bool| Some(is.to_string());
    let (b, a) = (&before.contact, &after.contact);
    let mut fields = vec![
        ("first_name", b.first_name.clone(), a.first_name.clone()),
        ("last_name", b.last_name.clone(), a.last_name.clone()),
        ("email", emails(before), emails(after)),
        ("phone", phones(before), phones(after)),
        ("identifier", b.identifier.clone(), a.identifier.clone()),
        ("company", b.company.clone(), a.company.clone()),
        ("city", b.city.clone(), a.city.clone()),
        ("country", b.country.clone(), a.country.clone()),
        ("language", b.language.clone(), a.language.clone()),
        ("identities", identities(before), identities(after)),
        ("verified", verified(before), verified(after)),
        ("blocked", blocked(b.blocked), blocked(a.blocked)),
        (
            "last_activity_at",
            instant(b.last_activity_at),
            instant(a.last_activity_at),
        ),
    ];
    for kind in ChannelKind::ALL {
        let said = |loaded: &Loaded| {
            let mut rows = loaded.consents.iter();
            let row = rows.find(|row| row.channel == kind.as_str());
            row.map(|row| row.state.clone())
        };
        let field = match kind {
            ChannelKind::Email => "consent.email",
            ChannelKind::Sms => "consent.sms",
            ChannelKind::LiveChat => "consent.live_chat",
            ChannelKind::Whatsapp => "consent.whatsapp",
            ChannelKind::Wechat => "consent.wechat",
        };
        fields.push((field, said(before), said(after)));
    }
    let mut differences: Vec<_> = fields
        .into_iter()
        .filter(|(_, from, to)| from != to)
        .map(|(field, from, to)| FieldChange {
            field: field.to_owned(),
            from,
            to,
        })
        .collect();
    differences.extend(custom_attributes::differences(&b.custom, &a.custom)?);
    Ok(differences)
}

/// An identity in one text.
pub(super) fn identity_text(row: &identities::Model) -> String {
    format!("{}:{}", row.kind, row.external_id)
}

fn emails(loaded: &Loaded) -> Option<String> {
    list(loaded.emails.iter().map(|row| row.address.clone()))
}

fn phones(loaded: &Loaded) -> Option<String> {
    list(loaded.phones.iter().map(|row| row.number.clone()))
}

fn identities(loaded: &Loaded) -> Option<String> {
    list(loaded.identities.iter().map(identity_text))
}

/// Who vouches for what; claims are not among it.
fn verified(loaded: &Loaded) -> Option<String> {
    let told = |verified: &str, text: String| {
        (verified != Verified::None.as_str()).then(|| format!("{text} ({verified})"))
    };
    let emails = loaded.emails.iter();
    let emails = emails.filter_map(|row| told(&row.verified, row.address.clone()));
    let phones = loaded.phones.iter();
    let phones = phones.filter_map(|row| told(&row.verified, row.number.clone()));
    let identities = loaded.identities.iter();
    let identities = identities.filter_map(|row| told(&row.verified, identity_text(row)));
    list(emails.chain(phones).chain(identities))
}

fn list(values: impl Iterator<Item = String>) -> Option<String> {
    let values: Vec<_> = values.collect();
    (!values.is_empty()).then(|| values.join(", "))
}
