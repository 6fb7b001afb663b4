//! One contact out of two, and two out of one: without a database.

use crate::Error;
use crate::contacts::addresses::promote;
use crate::contacts::read::Loaded;
use crate::custom_attributes;
use crate::entity::contacts;
use rapport_contract::contact::Consent;
use rapport_contract::merge::MergeField;

/// The survivor with everything of both: of what a contact has one of, its own value, or the other's where it has none or that one is to be taken.
/// Whoever is blocked stays so, a refusal outweighs a consent, and the contact is known since the earlier of the two.
pub(super) fn combined(
    survivor: &Loaded,
    other: &Loaded,
    take: &[MergeField],
) -> Result<Loaded, Error> {
    let takes = |field: MergeField| take.contains(&field);
    let mut after = survivor.clone();
    let (row, own, theirs) = (&mut after.contact, &survivor.contact, &other.contact);
    let has_name = |row: &contacts::Model| row.first_name.is_some() || row.last_name.is_some();
    if has_name(theirs) && (takes(MergeField::Name) || !has_name(own)) {
        row.first_name.clone_from(&theirs.first_name);
        row.last_name.clone_from(&theirs.last_name);
    }
    let one = |own: &Option<String>, theirs: &Option<String>, field: MergeField| {
        if takes(field) && theirs.is_some() {
            theirs.clone()
        } else {
            own.clone().or_else(|| theirs.clone())
        }
    };
    row.identifier = one(&own.identifier, &theirs.identifier, MergeField::Identifier);
    row.company = one(&own.company, &theirs.company, MergeField::Company);
    row.city = one(&own.city, &theirs.city, MergeField::City);
    row.country = one(&own.country, &theirs.country, MergeField::Country);
    row.language = one(&own.language, &theirs.language, MergeField::Language);
    row.created_at = own.created_at.min(theirs.created_at);
    row.last_activity_at = own.last_activity_at.max(theirs.last_activity_at);
    row.blocked = own.blocked || theirs.blocked;
    let taken = |key: &str| takes(MergeField::Custom(key.to_owned()));
    row.custom = custom_attributes::combined(&own.custom, &theirs.custom, taken)?;

    let id = row.id;
    let take_email = takes(MergeField::Email) && !other.emails.is_empty();
    for mine in after.emails.iter_mut().filter(|_| take_email) {
        mine.is_primary = false;
    }
    after
        .emails
        .extend(other.emails.iter().cloned().map(|mut row| {
            row.contact_id = id;
            row.is_primary &= take_email;
            row
        }));
    promote(&mut after.emails);
    let take_phone = takes(MergeField::Phone) && !other.phones.is_empty();
    for mine in after.phones.iter_mut().filter(|_| take_phone) {
        mine.is_primary = false;
    }
    after
        .phones
        .extend(other.phones.iter().cloned().map(|mut row| {
            row.contact_id = id;
            row.is_primary &= take_phone;
            row
        }));
    promote(&mut after.phones);
    let identities = other.identities.iter().cloned();
    after.identities.extend(identities.map(|mut row| {
        row.contact_id = id;
        row
    }));
    for said in &other.consents {
        let own = after
            .consents
            .iter_mut()
            .find(|own| own.channel == said.channel);
        match own {
            Some(own) if said.state == Consent::Refused.as_str() && own.state != said.state => {
                own.state.clone_from(&said.state);
                own.at = said.at;
            }
            Some(_) => {}
            None => {
                let mut said = said.clone();
                said.contact_id = id;
                after.consents.push(said);
            }
        }
    }
    after.segments.extend(&other.segments);
    after.segments.sort_unstable();
    after.segments.dedup();
    after.sort();
    Ok(after)
}

/// The survivor without what the merge gave it: `now` is what it has become, `before` and `after` what it was around the merge, `other` who came into
/// it. What was changed since the merge stays.
pub(super) fn separated(
    now: &Loaded,
    before: &Loaded,
    after: &Loaded,
    other: &Loaded,
) -> Result<Loaded, Error> {
    fn back<T: PartialEq + Clone>(now: &T, before: &T, after: &T) -> T {
        if now == after {
            before.clone()
        } else {
            now.clone()
        }
    }
    let mut left = now.clone();
    let (n, b, a) = (&now.contact, &before.contact, &after.contact);
    let row = &mut left.contact;
    let names = |row: &contacts::Model| (row.first_name.clone(), row.last_name.clone());
    (row.first_name, row.last_name) = back(&names(n), &names(b), &names(a));
    row.identifier = back(&n.identifier, &b.identifier, &a.identifier);
    row.company = back(&n.company, &b.company, &a.company);
    row.city = back(&n.city, &b.city, &a.city);
    row.country = back(&n.country, &b.country, &a.country);
    row.language = back(&n.language, &b.language, &a.language);
    row.created_at = back(&n.created_at, &b.created_at, &a.created_at);
    row.last_activity_at = back(
        &n.last_activity_at,
        &b.last_activity_at,
        &a.last_activity_at,
    );
    row.blocked = back(&n.blocked, &b.blocked, &a.blocked);
    row.custom = custom_attributes::separated(&n.custom, &b.custom, &a.custom)?;

    let theirs = |id: &str| other.emails.iter().any(|row| row.email_id == id);
    left.emails.retain(|row| !theirs(&row.email_id));
    let was = before.emails.iter().find(|row| row.is_primary);
    let has_primary = left.emails.iter().any(|row| row.is_primary);
    for row in left.emails.iter_mut().filter(|_| !has_primary) {
        row.is_primary = was.is_some_and(|was| was.email_id == row.email_id);
    }
    promote(&mut left.emails);
    let theirs = |number: &str| other.phones.iter().any(|row| row.number == number);
    left.phones.retain(|row| !theirs(&row.number));
    let was = before.phones.iter().find(|row| row.is_primary);
    let has_primary = left.phones.iter().any(|row| row.is_primary);
    for row in left.phones.iter_mut().filter(|_| !has_primary) {
        row.is_primary = was.is_some_and(|was| was.number == row.number);
    }
    promote(&mut left.phones);
    let theirs = |id: i64| other.identities.iter().any(|row| row.id == id);
    left.identities.retain(|row| !theirs(row.id));
    let said = |loaded: &Loaded, channel: &str| {
        let row = loaded.consents.iter().find(|row| row.channel == channel);
        row.cloned()
    };
    let channels = now
        .consents
        .iter()
        .chain(&before.consents)
        .map(|row| &row.channel);
    let mut channels: Vec<_> = channels.cloned().collect();
    channels.sort_unstable();
    channels.dedup();
    left.consents = channels
        .iter()
        .filter_map(|channel| {
            back(
                &said(now, channel),
                &said(before, channel),
                &said(after, channel),
            )
        })
        .collect();
    let given = |id: &i64| after.segments.contains(id) && !before.segments.contains(id);
    left.segments.retain(|id| !given(id));
    left.sort();
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contacts::agreement::loaded;
    use proptest::prelude::*;
    use rapport_contract::AccountId;
    use rapport_filter::sample;

    /// Random contacts with every kind of value; no two have the same address.
    fn people(seed: u64) -> Vec<Loaded> {
        let facts = sample::population(seed, 40);
        let mut people: Vec<Loaded> = facts
            .iter()
            .map(|facts| loaded(AccountId::from_i64(1), facts))
            .collect();
        for (place, one) in people.iter_mut().enumerate() {
            for row in &mut one.emails {
                row.email_id = format!("{place} {}", row.email_id);
            }
            for row in &mut one.phones {
                row.number = format!("{}{place:03}", row.number);
            }
            one.sort();
        }
        people
    }

    fn fields() -> Vec<MergeField> {
        let custom = sample::custom()
            .into_iter()
            .map(|one| MergeField::Custom(one.key));
        let built_in = [
            MergeField::Name,
            MergeField::Email,
            MergeField::Phone,
            MergeField::Identifier,
            MergeField::Company,
            MergeField::City,
            MergeField::Country,
            MergeField::Language,
        ];
        built_in.into_iter().chain(custom).collect()
    }

    fn keys(loaded: &Loaded) -> Vec<String> {
        let emails = loaded.emails.iter().map(|row| row.email_id.clone());
        let phones = loaded.phones.iter().map(|row| row.number.clone());
        let identities = loaded.identities.iter().map(|row| row.id.to_string());
        let segments = loaded.segments.iter().map(|id| format!("s{id}"));
        emails
            .chain(phones)
            .chain(identities)
            .chain(segments)
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn nothing_is_lost_and_all_of_it_can_be_taken_apart(seed: u64, taken in prop::collection::vec(any::<bool>(), 40)) {
            let people = people(seed);
            let take: Vec<_> = fields().into_iter().zip(&taken).filter(|(_, is)| **is).map(|(field, _)| field).collect();
            for pair in people.windows(2) {
                let (one, other) = (&pair[0], &pair[1]);
                let both = combined(one, other, &take).unwrap();
                let has = keys(&both);
                for key in keys(one).into_iter().chain(keys(other)) {
                    prop_assert!(has.contains(&key), "{key} of {has:?}");
                }
                for (list, primaries) in [
                    (both.emails.len(), both.emails.iter().filter(|row| row.is_primary).count()),
                    (both.phones.len(), both.phones.iter().filter(|row| row.is_primary).count()),
                ] {
                    prop_assert_eq!(primaries, usize::from(list > 0));
                }
                prop_assert_eq!(both.contact.blocked, one.contact.blocked || other.contact.blocked);
                let left = separated(&both, one, &both, other).unwrap();
                prop_assert_eq!(&left, one);
            }
        }
    }
}
