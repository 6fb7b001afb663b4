use super::*;
use crate::{Actor, Options, Store, Who, accounts, doctor, phones};
use migrations::Migrator;
use rapport_contract::AttributeId;
use rapport_contract::account::NewAccount;
use rapport_contract::country::Country;
use rapport_contract::custom_attribute::{CustomAttribute, CustomValue, CustomValues, Definitions};
use rapport_contract::email::EmailAddress;
use rapport_contract::language::Language;
use rapport_contract::phone::PhoneNumber;
use rapport_contract::text::line;
use sea_orm::ConnectionTrait;
use sea_orm_migration::MigratorTrait;
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

const COUNT: u64 = 100_000;

fn now() -> Instant {
    Instant::from_unix_millis(1_801_389_600_000)
}

fn contacts(seed: u64) -> impl Iterator<Item = NewContact> {
    (0..COUNT).map(move |n| contact(seed, n, now()))
}

/// The share in a hundred.
fn share(of: impl Fn(&NewContact) -> bool) -> f64 {
    contacts(1).filter(of).count() as f64 * 100.0 / COUNT as f64
}

#[test]
fn the_same_numbers_give_the_same_contact() {
    let forwards: Vec<_> = (0..1000).map(|n| contact(7, n, now())).collect();
    let backwards: Vec<_> = (0..1000).rev().map(|n| contact(7, n, now())).collect();
    assert!(forwards.iter().eq(backwards.iter().rev()));
    let others = (0..1000).map(|n| contact(8, n, now()));
    let same = forwards.iter().zip(others).filter(|(a, b)| **a == *b);
    assert_eq!(same.count(), 0);
    // The ends of the numbers are contacts as well.
    for n in [u64::MAX, u64::MAX - 9, 10_u64.pow(19), 10_u64.pow(18) - 10] {
        assert!(contact(u64::MAX, n, now()).fields.identify_somebody());
    }
}

#[test]
fn addresses_and_identifiers_belong_to_one_contact() {
    for seed in [0, 1, u64::MAX] {
        let (mut emails, mut phones, mut identifiers) =
            (HashSet::new(), HashSet::new(), HashSet::new());
        for contact in contacts(seed) {
            let fields = contact.fields;
            if let Some(email) = fields.email {
                assert!(emails.insert(email.identity().to_owned()), "{email}");
            }
            if let Some(phone) = fields.phone {
                assert!(phones.insert(phone.as_str().to_owned()), "{phone}");
            }
            if let Some(identifier) = fields.identifier {
                assert!(identifiers.insert(identifier.clone()), "{identifier}");
            }
        }
        assert!(emails.len() > 90_000 && phones.len() > 75_000 && identifiers.len() > 25_000);
    }
}

#[test]
fn the_shares_are_those_that_were_asked_for() {
    let about = |found: f64, wanted: u64| {
        let wanted = wanted as f64;
        assert!((found - wanted).abs() < 1.0, "{found} %, wanted {wanted} %");
    };
    about(share(|c| c.fields.email.is_some()), EMAIL_SHARE);
    about(share(|c| c.fields.phone.is_some()), PHONE_SHARE);
    about(share(|c| c.fields.company.is_some()), COMPANY_SHARE);
    about(share(|c| c.fields.identifier.is_some()), IDENTIFIER_SHARE);
    about(share(|c| c.last_activity_at.is_some()), ACTIVITY_SHARE);
    about(share(|c| c.fields.last_name.is_some()), LAST_NAME_SHARE);
    about(share(|c| c.fields.city.is_some()), CITY_SHARE);
    about(share(|c| c.fields.language.is_some()), LANGUAGE_SHARE);
    let mexico = Country::from_code("MX").ok();
    about(share(|c| c.fields.country == mexico), 10);
}

#[test]
fn custom_values_have_the_shares_that_were_asked_for() {
    let about = |found: f64, wanted: f64| {
        assert!((found - wanted).abs() < 1.0, "{found} %, wanted {wanted} %");
    };
    let all: Vec<_> = contacts(1).collect();
    let share = |of: &dyn Fn(&NewContact) -> bool| {
        all.iter().filter(|contact| of(contact)).count() as f64 * 100.0 / COUNT as f64
    };
    let plan = |key: &str| Some(CustomValue::Choice(key.to_owned()));
    about(share(&|c| c.custom.get("plan") == Some(&plan("pro"))), 15.0);
    about(
        share(&|c| c.custom.get("plan") == Some(&plan("enterprise"))),
        3.0,
    );
    about(share(&|c| c.custom.contains_key("plan")), 93.0);
    about(
        share(&|c| c.custom.get("vip") == Some(&Some(CustomValue::YesNo(true)))),
        4.0,
    );
    about(share(&|c| c.custom.contains_key("remark")), 30.0);
    let score = |c: &NewContact| match c.custom.get("score") {
        Some(Some(CustomValue::Number(number))) => Some(number.get()),
        _ => None,
    };
    about(
        share(&|c| score(c).is_some_and(|score| (0.0..=1000.0).contains(&score))),
        90.0,
    );
    about(share(&|c| score(c).is_some_and(|score| score > 900.0)), 9.0);
    let (mut days, mut long) = (HashSet::new(), 0);
    let definitions: Definitions = attributes::definitions()
        .into_iter()
        .map(|new| CustomAttribute {
            id: AttributeId::from_i64(1),
            key: new.key.as_str().to_owned(),
            label: new.label,
            kind: new.kind,
            choices: new.choices,
            description: new.description,
            indexed: true,
            created_at: now(),
            updated_at: now(),
            version: 1,
        })
        .collect();
    assert_eq!(definitions.iter().count(), 5);
    for contact in &all {
        assert_eq!(definitions.recheck(&contact.custom), Ok(()));
        if let Some(Some(CustomValue::Date(date))) = contact.custom.get("renewal") {
            days.insert(*date);
        }
        if let Some(Some(CustomValue::Text(remark))) = contact.custom.get("remark") {
            let sent = CustomValues::from_iter([("remark", remark.as_str())]);
            let mut faults = Vec::new();
            let checked = definitions.check(&sent, &mut faults);
            assert_eq!(
                (checked["remark"].as_ref(), faults.len()),
                (contact.custom["remark"].as_ref(), 0)
            );
            long += u32::from(rapport_filter::text::normalise(remark).chars().count() > 200);
        }
    }
    assert_eq!(days.len(), 3 * 365);
    assert!((100..1_000).contains(&long), "{long}");
}

#[test]
fn a_few_have_more_than_one_address() {
    let about = |found: f64, wanted: f64| {
        assert!((found - wanted).abs() < 0.7, "{found} %, wanted {wanted} %");
    };
    about(
        share(|c| {
            c.extras
                .emails
                .as_ref()
                .is_some_and(|list| list.iter().len() == 2)
        }),
        3.8,
    );
    about(
        share(|c| {
            c.extras
                .emails
                .as_ref()
                .is_some_and(|list| list.iter().len() == 3)
        }),
        0.95,
    );
    about(share(|c| c.extras.phones.is_some()), 3.2);
    about(share(|c| c.extras.identities.is_some()), 39.7);
    about(share(|c| c.extras.blocked == Some(true)), 0.4);
    about(share(|c| !c.extras.consent.answers.is_empty()), 26.6);
    let (mut emails, mut phones, mut identities) = (HashSet::new(), HashSet::new(), HashSet::new());
    for contact in contacts(1) {
        let extras = &contact.extras;
        match &extras.emails {
            Some(list) => {
                assert_eq!(
                    list.iter().next().map(|one| &one.value),
                    contact.fields.email.as_ref()
                );
                for one in list.iter() {
                    assert!(
                        emails.insert(one.value.identity().to_owned()),
                        "{}",
                        one.value
                    );
                }
            }
            None => emails.extend(
                contact
                    .fields
                    .email
                    .iter()
                    .map(|one| one.identity().to_owned()),
            ),
        }
        match &extras.phones {
            Some(list) => {
                for one in list.iter() {
                    assert!(
                        phones.insert(one.value.as_str().to_owned()),
                        "{}",
                        one.value
                    );
                }
            }
            None => phones.extend(
                contact
                    .fields
                    .phone
                    .iter()
                    .map(|one| one.as_str().to_owned()),
            ),
        }
        for one in extras.identities.iter().flatten() {
            assert!(
                identities.insert((one.kind.as_str(), one.external_id.clone())),
                "{one:?}"
            );
        }
    }
}

#[test]
fn segments_are_of_every_size() {
    let mut sizes = [0_u64; segments::NAMES.len()];
    for n in 0..1_000_000 {
        for place in segments::places(1, n) {
            sizes[place] += 1;
        }
    }
    for (place, size) in sizes.into_iter().enumerate() {
        let wanted = segments::share(place) * 1_000_000.0;
        let off = (size as f64 - wanted).abs();
        assert!(
            off < 4.0 * wanted.sqrt(),
            "{place}: {size}, wanted {wanted}"
        );
    }
    assert!((60..140).contains(&sizes[0]), "{sizes:?}");
    let names: HashSet<_> = segments::NAMES.into_iter().collect();
    assert_eq!(names.len(), segments::NAMES.len());
}

#[test]
fn there_is_as_much_to_choose_from_as_was_asked_for() {
    let combinations: usize = People::ALL
        .iter()
        .map(|people| people.names().first.len() * people.names().last.len())
        .sum();
    assert!((19_000..24_000).contains(&combinations), "{combinations}");
    assert!(
        (19_000..22_000).contains(&companies::count()),
        "{}",
        companies::count()
    );
    assert_eq!(places::all().len(), 150);
    let codes: HashSet<_> = places::all().iter().map(|place| place.country).collect();
    assert_eq!(codes.len(), 150);

    let mut sources = HashMap::new();
    let (mut countries, mut cities) = (HashSet::new(), HashSet::new());
    let mut accented = 0;
    for contact in contacts(3) {
        *sources.entry(contact.source).or_insert(0) += 1;
        cities.insert((contact.fields.country, contact.fields.city.clone()));
        countries.insert(contact.fields.country);
        let name = contact.fields.first_name.unwrap_or_default();
        accented += u64::from(!name.is_ascii());
    }
    assert_eq!(sources.len(), Source::ALL.len());
    assert!(sources.values().max() > sources.values().min().map(|least| least * 3).as_ref());
    assert_eq!(countries.len(), 150);
    assert!((1_700..2_300).contains(&cities.len()), "{}", cities.len());
    assert!(accented > COUNT / 4, "{accented}");
}

#[test]
fn every_word_is_there_once_and_can_be_written_plainly() {
    for people in People::ALL {
        for list in [&people.names().first, &people.names().last] {
            let mut seen = HashSet::new();
            for name in list {
                assert!(!name.plain.is_empty(), "{name:?} of {people:?}");
                assert!(
                    seen.insert(name.shown),
                    "{name:?} of {people:?} is there twice"
                );
            }
        }
    }
}

#[test]
fn contacts_are_what_a_person_could_have_entered() {
    let start = now().unix_millis() - HISTORY_MILLIS as i64;
    let mut lately = 0;
    for contact in contacts(4) {
        let fields = &contact.fields;
        assert!(fields.identify_somebody());
        let texts = [
            &fields.first_name,
            &fields.last_name,
            &fields.company,
            &fields.city,
            &fields.identifier,
        ];
        for text in texts.into_iter().flatten() {
            assert_eq!(line(text, 255, "").unwrap().as_ref(), Some(text));
        }
        if let Some(email) = &fields.email {
            let again = EmailAddress::parse(email.as_str()).unwrap();
            assert_eq!(again.identity(), email.as_str());
            assert!(
                email.as_str().is_ascii() && email.as_str().ends_with(".example"),
                "{email}"
            );
        }
        if let Some(phone) = &fields.phone {
            assert_eq!(PhoneNumber::from_e164(phone.as_str()).as_ref(), Ok(phone));
        }
        let created = contact.created_at.unwrap();
        assert!(created <= now() && created.unix_millis() > start);
        lately += u64::from(now().millis_since(created) < (HISTORY_MILLIS / 2) as i64);
        if let Some(activity) = contact.last_activity_at {
            assert!(created <= activity && activity <= now());
        }
    }
    assert!(lately > COUNT * 65 / 100, "{lately} in the later half");
}

#[test]
fn phone_numbers_are_in_use_in_their_country() {
    let (mut all, mut unused) = (0, Vec::new());
    let mut examine = |phone: &PhoneNumber, country: Country| {
        let digits = phone.as_str().strip_prefix('+').unwrap();
        let place = places::all()
            .iter()
            .find(|place| place.country == country)
            .unwrap();
        assert!(
            place
                .phone_prefixes
                .iter()
                .any(|prefix| digits.starts_with(prefix))
        );
        all += 1;
        if !phones::read(phone.as_str(), country).unwrap().in_use {
            unused.push(format!("{country} {phone}"));
        }
    };
    for n in 0..1_000 {
        let fields = contact(5, n, now()).fields;
        if let (Some(phone), Some(country)) = (fields.phone, fields.country) {
            examine(&phone, country);
        }
    }
    // Small countries as well, in which few contacts are.
    for place in places::all() {
        for n in 0..5 {
            let phone = addresses::phone(6, n * 7919, place).unwrap();
            examine(&phone, place.country);
        }
    }
    assert!(all > 1_400, "{all}");
    assert!(
        unused.len() * 20 < all,
        "{} of {all}: {unused:?}",
        unused.len()
    );
}

async fn store(folder: &std::path::Path) -> Store {
    let options = Options {
        url: format!("sqlite://{}", folder.join("demo.db").display()),
        connections: 2,
        cache_mb: 16,
        process: "test".to_owned(),
    };
    let store = Store::open(&options).await.unwrap();
    Migrator::up(store.migration_connection(), None)
        .await
        .unwrap();
    store.prepare(now()).await.unwrap();
    store
}

#[tokio::test]
async fn an_account_is_filled_twice_and_nothing_is_wrong_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let account = store
        .write(now(), async |w| make_account(w).await)
        .await
        .unwrap();
    let told = Mutex::new(Vec::new());
    // The first 2,000 of the second time find their addresses taken.
    for count in [2_000, 5_200] {
        let made = fill(&store, now, account, 11, count, |made| {
            told.lock().unwrap().push(made)
        });
        assert_eq!(made.await.unwrap(), count);
    }
    let told = told.into_inner().unwrap();
    assert_eq!(told, [2_000, 5_000, 5_200]);
    let actor = Actor {
        account,
        who: Who::System,
    };
    let sample = store
        .write(now(), async |w| fill_in(w, &actor, 12, 700).await)
        .await;
    assert_eq!(sample.unwrap(), 700);

    assert_eq!(doctor::examine(&store).await.unwrap(), []);
    assert_eq!(rows(&store, "contacts").await, 7_900);
    // The second time, those of the first keep their addresses.
    let addresses = |seed: u64, count: u64| {
        let all = (0..count).map(|n| contact(seed, n, now()));
        all.map(|new| match &new.extras.emails {
            Some(list) => list.iter().len(),
            None => usize::from(new.fields.email.is_some()),
        })
        .sum::<usize>()
    };
    assert_eq!(
        rows(&store, "contact_emails").await,
        (addresses(11, 5_200) + addresses(12, 700)) as i64
    );
    let members = (0..5_200).flat_map(|n| segments::places(11, n)).count();
    let more = (0..2_000).flat_map(|n| segments::places(11, n)).count();
    let others = (0..700).flat_map(|n| segments::places(12, n)).count();
    assert_eq!(
        rows(&store, "segment_members").await,
        (members + more + others) as i64
    );
    assert_eq!(rows(&store, "segments").await, 20);
    assert_eq!(rows(&store, "custom_attributes").await, 5);
    assert_eq!(
        rows(
            &store,
            "contact_index WHERE flags & 4 <> 0 AND more IS NOT NULL"
        )
        .await,
        rows(&store, "contact_index WHERE length(text_2) = 200").await
    );
}

#[tokio::test]
async fn a_first_load_leaves_every_index_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let account = store
        .write(now(), async |w| make_account(w).await)
        .await
        .unwrap();
    let indexes = "sqlite_schema WHERE type = 'index'";
    let before = rows(&store, indexes).await;
    let count = fill(&store, now, account, 5, 20_000, |made| {
        assert!(made <= 20_000);
    });
    assert_eq!(count.await.unwrap(), 20_000);
    assert_eq!(rows(&store, indexes).await, before);
    assert_eq!(rows(&store, "deferred_indexes").await, 0);
    assert_eq!(doctor::examine(&store).await.unwrap(), []);

    // A process that dies before they are built leaves that to the next one.
    for table in [
        "contact_search",
        "contact_index",
        "contact_emails",
        "contact_phones",
        "identities",
        "consents",
        "segment_members",
        "activities",
        "contacts",
    ] {
        let clear = format!("DELETE FROM {table}");
        store.writer.execute_unprepared(&clear).await.unwrap();
    }
    store
        .write(now(), async |w| crate::deferred::defer_indexes(w).await)
        .await
        .unwrap();
    assert!(rows(&store, indexes).await < before - 40);
    store.prepare(now()).await.unwrap();
    assert_eq!(rows(&store, indexes).await, before);
}

async fn make_account(w: &crate::Write<'_>) -> Result<rapport_contract::AccountId, crate::Error> {
    let account = NewAccount {
        name: "Ejemplo".to_owned(),
        language: Language::Es,
        time_zone: "America/Mexico_City".to_owned(),
        default_country: Country::from_code("MX").unwrap(),
    };
    Ok(accounts::create(w, &account).await?.id)
}

async fn rows(store: &Store, table: &str) -> i64 {
    let count = store
        .engine()
        .statement(format!("SELECT count(*) AS count FROM {table}"), []);
    let row = store.reader.query_one_raw(count).await.unwrap().unwrap();
    row.try_get("", "count").unwrap()
}
