//! The three evaluators agree: in memory, as SQL for SQLite, as SQL for PostgreSQL.
//!
//! Random filters over random contacts, and the literal cases of the filter language. `RAPPORT_FILTERS=100000` asks more of them, another
//! `RAPPORT_SEED` others.

use super::compile::Around;
use super::create::{insert_around, insert_rows};
use super::export::in_small_batches;
use super::page::{Listing, Part, Stretch, Way};
use super::read::Loaded;
use super::sort::SortColumn;
use super::{Ask, Selection};
use crate::catalogue::Reading;
use crate::entity::{
    contact_emails, contact_phones, contacts, custom_attributes, identities, segment_members,
    segments,
};
use crate::fresh;
use crate::{Actor, Store, Who};
use rapport_contract::account::NewAccount;
use rapport_contract::contact::{Column, Sort, SortKey};
use rapport_contract::country::Country;
use rapport_contract::email::EmailAddress;
use rapport_contract::filter::Filter;
use rapport_contract::language::Language;
use rapport_contract::{AccountId, ContactId, Instant, SegmentId};
use rapport_filter::catalogue::CustomType;
use rapport_filter::check::{FaultCode, check};
use rapport_filter::evaluate::matches;
use rapport_filter::facts::{Facts, Value};
use rapport_filter::raw::Raw;
use rapport_filter::sample::{self, NOW, Sampler, Zone};
use sea_orm::ConnectionTrait;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// How many contacts there are: more than an attribute's walk needs, few enough for thousands of questions.
const CONTACTS: u32 = 250;
/// Random filters that each of the tests asks.
const FILTERS: u32 = 2_500;

fn setting(name: &str, otherwise: u32) -> u32 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

fn now() -> Instant {
    Instant::from_unix_millis(NOW)
}

/// An account in this zone, with the sample's segments and attributes.
async fn account(store: &Store, zone: Zone, contacts: &[Facts]) -> AccountId {
    let draft = NewAccount {
        name: "Agreement".to_owned(),
        language: Language::En,
        time_zone: zone.name().to_owned(),
        // As the sample reads phone numbers.
        default_country: Country::from_code("MX").unwrap(),
    };
    store.prepare(now()).await.unwrap();
    store
        .write(now(), async |w| {
            let account = crate::accounts::create(w, &draft).await?.id;
            let mut taken: BTreeMap<&str, u8> = BTreeMap::new();
            let attributes = sample::custom().into_iter().enumerate().map(|(number, definition)| {
                let (kind, family, choices) = match &definition.kind {
                    CustomType::Text => ("text", "text", Vec::new()),
                    CustomType::Number => ("number", "number", Vec::new()),
                    CustomType::Date => ("date", "date", Vec::new()),
                    CustomType::YesNo => ("yes_no", "yes_no", Vec::new()),
                    CustomType::Link => ("link", "text", Vec::new()),
                    CustomType::List(choices) => ("list", "text", choices.clone()),
                };
                let choices: Vec<_> =
                    choices.iter().map(|choice| json!({"key": choice.key, "label": choice.key, "color": "grey"})).collect();
                let slot = definition.indexed.then(|| {
                    let number = taken.entry(family).or_default();
                    *number += 1;
                    format!("{family}_{number}")
                });
                custom_attributes::Model {
                    account_id: account.as_i64(),
                    id: number as i64 + 1,
                    key: definition.key,
                    label: definition.label,
                    kind: kind.to_owned(),
                    choices: serde_json::Value::from(choices).to_string(),
                    description: None,
                    slot_filled: slot.is_some(),
                    slot,
                    created_at: NOW,
                    updated_at: NOW,
                    version: 1,
                    deleted_at: None,
                    replacing: None,
                }
            });
            insert_rows::<custom_attributes::Entity, _>(w, attributes).await?;
            let ids = sample::segments().into_iter().map(|choice| choice.key.parse::<SegmentId>().unwrap().as_i64());
            // One more than there is: a deleted segment keeps its members, and nobody is in it.
            let segments = ids.chain([9_999]).map(|id| segments::Model {
                account_id: account.as_i64(),
                id,
                name: id.to_string(),
                name_key: id.to_string(),
                color: "teal".to_owned(),
                created_at: NOW,
                updated_at: NOW,
                version: 1,
                deleted_at: (id == 9_999).then_some(NOW),
            });
            insert_rows::<segments::Entity, _>(w, segments).await?;
            let catalogue = w.catalogue(account).await?;
            let loaded: Vec<_> = contacts.iter().map(|facts| loaded(account, facts)).collect();
            insert_rows::<contacts::Entity, _>(w, loaded.iter().map(|loaded| super::reach::contact_row(loaded).unwrap())).await?;
            insert_around(w, &loaded, &catalogue).await?;
            let deleted = loaded.iter().map(|loaded| segment_members::Model {
                account_id: account.as_i64(),
                segment_id: 9_999,
                contact_id: loaded.contact.id,
            });
            insert_rows::<segment_members::Entity, _>(w, deleted).await?;
            Ok(account)
        })
        .await
        .unwrap()
}

/// A contact as the database has it.
pub(super) fn loaded(account: AccountId, facts: &Facts) -> Loaded {
    let id: ContactId = facts.id.parse().unwrap();
    let custom: serde_json::Map<_, _> = facts
        .custom
        .iter()
        .map(|(key, value)| {
            let value = match value {
                Value::Text(text) | Value::Choice(text) | Value::Link(text) => json!(text),
                Value::Number(number) => json!(number),
                Value::Date(date) => json!(date.to_string()),
                Value::YesNo(yes) => json!(yes),
            };
            (key.clone(), value)
        })
        .collect();
    let kinds = facts
        .channels
        .iter()
        .filter(|kind| !matches!(kind.as_str(), "email" | "sms"));
    let mut loaded = Loaded {
        contact: contacts::Model {
            account_id: account.as_i64(),
            id: id.as_i64(),
            first_name: facts.first_name.clone(),
            last_name: facts.last_name.clone(),
            identifier: facts.identifier.clone(),
            company: facts.company.clone(),
            city: facts.city.clone(),
            country: facts.country.clone(),
            language: facts.language.clone(),
            source: facts.source.clone(),
            created_at: facts.created_at,
            updated_at: facts.updated_at,
            last_activity_at: facts.last_activity_at,
            version: 1,
            deleted_at: None,
            blocked: facts.blocked,
            custom: serde_json::Value::from(custom).to_string(),
            reach: String::new(),
            merged_into: None,
        },
        emails: facts
            .emails
            .iter()
            .enumerate()
            .map(|(place, address)| contact_emails::Model {
                account_id: account.as_i64(),
                contact_id: id.as_i64(),
                email_id: EmailAddress::parse(address)
                    .map_or_else(|_| address.clone(), |email| email.identity().to_owned()),
                address: address.clone(),
                email_key: None,
                is_primary: place == 0,
                verified: "none".to_owned(),
                added_at: NOW,
            })
            .collect(),
        phones: facts
            .phones
            .iter()
            .enumerate()
            .map(|(place, number)| contact_phones::Model {
                account_id: account.as_i64(),
                contact_id: id.as_i64(),
                number: number.clone(),
                is_primary: place == 0,
                verified: "none".to_owned(),
                added_at: NOW,
            })
            .collect(),
        identities: kinds
            .enumerate()
            .map(|(place, kind)| identities::Model {
                account_id: account.as_i64(),
                id: id.as_i64() * 10 + place as i64,
                contact_id: id.as_i64(),
                kind: kind.clone(),
                external_id: id.to_string(),
                verified: "none".to_owned(),
                added_at: NOW,
            })
            .collect(),
        consents: Vec::new(),
        segments: facts
            .segments
            .iter()
            .map(|id| id.parse::<SegmentId>().unwrap().as_i64())
            .collect(),
    };
    loaded.sort();
    loaded
}

async fn select(store: &Store, account: AccountId, raw: &Raw) -> Selection {
    let actor = Actor {
        account,
        who: Who::System,
    };
    let ask = Ask {
        filter: Some(Filter(raw.clone())),
        ..Ask::default()
    };
    store
        .select(&actor.into(), &ask, now())
        .await
        .unwrap_or_else(|error| panic!("{}: {error}", serde_json::to_string(raw).unwrap()))
}

/// The selection's contacts as a set, driven by its narrowest condition.
async fn set_of(store: &Store, selection: &Selection) -> (String, Vec<sea_orm::Value>) {
    selection.ids(&store.reader).await.unwrap()
}

async fn found(store: &Store, sql: &str, values: Vec<sea_orm::Value>) -> Vec<i64> {
    let rows = store
        .reader
        .query_all_raw(store.engine().statement(sql, values))
        .await;
    let rows = rows.unwrap_or_else(|error| panic!("{error}: {sql}"));
    rows.iter()
        .map(|row| row.try_get("", "id").unwrap())
        .collect()
}

fn ids(contacts: &[Facts], mut holds: impl FnMut(&Facts) -> bool) -> BTreeSet<i64> {
    let held = contacts.iter().filter(|facts| holds(facts));
    held.map(|facts| facts.id.parse::<ContactId>().unwrap().as_i64())
        .collect()
}

/// Every way in which a selection is found has to find the same contacts.
async fn check_ways(
    store: &Store,
    selection: &Selection,
    expected: &BTreeSet<i64>,
    turn: u32,
    what: &str,
) {
    let engine = store.engine();
    let (sql, values) = set_of(store, selection).await;
    let set: BTreeSet<_> = found(store, &sql, values).await.into_iter().collect();
    assert_eq!(set, *expected, "as a set, {what}\n{sql}");

    // Driven by one of its conditions after another, and counted, in turn.
    let count = selection.count_in(store, None).await.unwrap();
    assert_eq!(
        (count.count, count.exact),
        (expected.len() as u64, true),
        "counted, {what}"
    );
    let conjuncts = selection.conjuncts().len();
    if turn.is_multiple_of(3) && conjuncts > 0 {
        let place = turn as usize % conjuncts;
        let mut compiler = selection.compiler(engine, Around::Set);
        let conditions = selection.set_conditions(&mut compiler, Some(place));
        let sql = format!(
            "SELECT i.id FROM contact_index i{} WHERE {conditions}",
            engine.whole_table()
        );
        let driven: BTreeSet<_> = found(store, &sql, compiler.into_values())
            .await
            .into_iter()
            .collect();
        assert_eq!(driven, *expected, "driven by {place}, {what}\n{sql}");
    }

    // As walks along a sort's index, both parts.
    let keys = SortKey::BUILT_IN.into_iter().chain(
        ["note", "score", "renewal", "vip"].map(|key| SortKey::Custom(key.parse().unwrap())),
    );
    let keys: Vec<_> = keys.collect();
    let sort = Sort {
        key: keys[turn as usize % keys.len()].clone(),
        descending: turn.is_multiple_of(2),
    };
    let column = SortColumn::of(&sort, &selection.catalogue, "/sort").unwrap();
    let listing = Listing::new(&store.reader, selection, &column);
    check_export(store, selection, &column, turn, what).await;
    let mut walked = BTreeSet::new();
    for part in listing.parts(turn.is_multiple_of(5)) {
        let stretch = Stretch {
            part,
            from: None,
            backwards: turn.is_multiple_of(5),
            most: 10_000,
        };
        let rows = listing.find(stretch, Way::Walk(10_000)).await.unwrap();
        let sorted = listing.find(stretch, Way::Set(None)).await.unwrap();
        let order = |rows: &[super::page::ListRow]| -> Vec<i64> {
            rows.iter().map(|row| row.place.id.as_i64()).collect()
        };
        assert_eq!(
            order(&rows),
            order(&sorted),
            "walked and sorted by {sort}, {what}"
        );
        walked.extend(order(&rows));
        assert!(part == Part::Present || column.can_be_missing);
    }
    assert_eq!(walked, *expected, "walked by {sort}, {what}");
}

/// An export has the rows of the list, in its order, however it is read.
async fn check_export(
    store: &Store,
    selection: &Selection,
    sort: &SortColumn,
    turn: u32,
    what: &str,
) {
    let listing = Listing::new(&store.reader, selection, sort);
    let mut expected = Vec::new();
    for part in listing.parts(false) {
        let stretch = Stretch {
            part,
            from: None,
            backwards: false,
            most: 10_000,
        };
        for row in listing.find(stretch, Way::Set(None)).await.unwrap() {
            let contact = row.contact.into_contact(&selection.catalogue).unwrap();
            let addresses = contact.emails.iter().map(|email| email.address.as_str());
            let numbers = contact.phones.iter().map(|phone| phone.number.as_str());
            let segments = contact.segments.iter().map(|tag| tag.name.as_str());
            expected.push(vec![
                contact.id.to_string(),
                contact.name.clone(),
                addresses.collect::<Vec<_>>().join("; "),
                numbers.collect::<Vec<_>>().join("; "),
                segments.collect::<Vec<_>>().join("; "),
            ]);
        }
    }
    let columns = [
        Column::Id,
        Column::Name,
        Column::Emails,
        Column::Phones,
        Column::Segments,
    ];
    let narrow = turn.is_multiple_of(2);
    let rows = in_small_batches(store, selection, sort, &columns, narrow).await;
    assert_eq!(rows, expected, "exported by {sort:?}, {what}");
}

async fn random_filters(zone: Zone, seed: u32) {
    fresh::on_both(async |store| {
        let contacts = sample::population(u64::from(seed), CONTACTS);
        let account = account(store, zone, &contacts).await;
        let catalogue = store.catalogue(account).await.unwrap();
        let reading = Reading {
            catalogue: &catalogue,
            now: NOW,
        };
        let mut sampler = Sampler::new(u64::from(seed), &contacts);
        let (mut turn, wanted) = (0, setting("RAPPORT_FILTERS", FILTERS));
        while turn < wanted {
            let node = sampler.filter();
            let raw = Raw::from(serde_json::to_value(&node).unwrap());
            let what = format!(
                "{} in {}",
                serde_json::to_string(&raw).unwrap(),
                zone.name()
            );
            let checked = match check(&raw, &catalogue.fields, &reading, "") {
                Ok(checked) => checked,
                // The sample takes more for phone numbers than a numbering plan does.
                Err(faults) => {
                    assert!(
                        faults
                            .iter()
                            .all(|fault| fault.code == FaultCode::InvalidPhone),
                        "{what}: {faults:?}"
                    );
                    continue;
                }
            };
            turn += 1;
            let expected = ids(&contacts, |facts| matches(&checked, facts));
            let selection = select(store, account, &raw).await;
            let (sql, values) = set_of(store, &selection).await;
            let set: BTreeSet<_> = found(store, &sql, values).await.into_iter().collect();
            assert_eq!(set, expected, "{:?}, {what}\n{sql}", store.engine());
            if turn.is_multiple_of(40) {
                check_ways(store, &selection, &expected, turn / 40, &what).await;
            }
        }
    })
    .await;
}

fn seed(number: u32) -> u32 {
    setting("RAPPORT_SEED", 1) * 100 + number
}

#[tokio::test]
async fn random_filters_in_madrid() {
    random_filters(Zone::Madrid, seed(1)).await;
}

#[tokio::test]
async fn random_filters_in_santiago() {
    random_filters(Zone::Santiago, seed(2)).await;
}

#[tokio::test]
async fn random_filters_in_cairo() {
    random_filters(Zone::Cairo, seed(3)).await;
}

#[tokio::test]
async fn random_filters_in_utc() {
    random_filters(Zone::Utc, seed(4)).await;
}

#[tokio::test]
async fn literal_cases_hold() {
    fresh::on_both(async |store| {
        let contacts = sample::cases::contacts();
        let mut accounts = BTreeMap::new();
        for (turn, case) in sample::cases::cases().into_iter().enumerate() {
            // Ids of contacts are unique in SQLite whatever the account: one zone's account at a time.
            let zone = case.zone.name();
            if !accounts.contains_key(zone) {
                clear(store).await;
                accounts.clear();
                accounts.insert(zone, account(store, case.zone, &contacts).await);
            }
            let raw = case.raw().unwrap();
            let selection = select(store, accounts[zone], &raw).await;
            let expected: BTreeSet<i64> = case
                .ids()
                .iter()
                .map(|id| id.parse::<ContactId>().unwrap().as_i64())
                .collect();
            let what = format!("{}: {} ({:?})", case.what, case.filter, store.engine());
            check_ways(store, &selection, &expected, turn as u32, &what).await;
        }
    })
    .await;
}

/// What can go wrong in the SQL of an operator: the text that is right, and one that is not.
const MISTAKES: [(&str, &str); 20] = [
    (" IS NOT TRUE", " IS TRUE"),
    (" IS NULL", " IS NOT NULL"),
    (" LIKE ", " NOT LIKE "),
    (") > 0", ") = 0"),
    ("right(", "left("),
    (", -", ", 1 + "),
    (" = $", " <> $"),
    (" IN (", " NOT IN ("),
    (" >= $", " > $"),
    (" > $", " >= $"),
    (" < $", " <= $"),
    (" <= $", " < $"),
    ("i.flags & 1 <> 0", "i.flags & 1 = 0"),
    ("i.flags & 2 <> 0", "i.flags & 2 = 0"),
    ("i.flags & 4 <> 0", "i.flags & 4 = 0"),
    (
        "EXISTS (SELECT 1 FROM segment_members",
        "NOT EXISTS (SELECT 1 FROM segment_members",
    ),
    (" OR ", " AND "),
    (" = TRUE", " = FALSE"),
    ("i.channels &", "1 + i.channels &"),
    ("COALESCE((", "COALESCE(NULL, ("),
];

/// The literal cases find out each of them, on each engine that says the operator so. `COALESCE(NULL, …)` is no mistake, and has to be found out by
/// none: so that this test can be seen to tell one from the other.
#[tokio::test]
async fn the_cases_find_out_every_mistake() {
    fresh::on_both(async |store| {
        let contacts = sample::cases::contacts();
        let account = account(store, Zone::Madrid, &contacts).await;
        let mut statements = Vec::new();
        for case in sample::cases::cases() {
            if case.zone != Zone::Madrid {
                continue;
            }
            let selection = select(store, account, &case.raw().unwrap()).await;
            let expected: BTreeSet<i64> = case
                .ids()
                .iter()
                .map(|id| id.parse::<ContactId>().unwrap().as_i64())
                .collect();
            // Without a condition that drives: what it would find already is not asked again.
            statements.push((selection.set(store.engine(), None), expected));
        }
        for (right, wrong) in MISTAKES {
            let said = statements
                .iter()
                .filter(|((sql, _), _)| sql.contains(right));
            let mut times = 0;
            let mut found_out = false;
            for ((sql, values), expected) in said {
                times += 1;
                let broken = sql
                    .replace(right, wrong)
                    .replace("account_id <> $1", "account_id = $1");
                let rows = store
                    .reader
                    .query_all_raw(store.engine().statement(broken, values.clone()))
                    .await;
                found_out |= rows.map_or(true, |rows| {
                    let found: BTreeSet<i64> = rows
                        .iter()
                        .map(|row| row.try_get("", "id").unwrap())
                        .collect();
                    found != *expected
                });
                if found_out {
                    break;
                }
            }
            let is_one = !wrong.contains("NULL, ");
            assert!(
                times == 0 || found_out == is_one,
                "{right} as {wrong} on {:?}",
                store.engine()
            );
            let engines = match right {
                " LIKE " | "right(" => crate::Engine::Postgres,
                ") > 0" | ", -" => crate::Engine::Sqlite,
                _ => store.engine(),
            };
            assert!(
                times > 0 || engines != store.engine(),
                "no case says {right} on {:?}",
                store.engine()
            );
        }
    })
    .await;
}

async fn clear(store: &Store) {
    for table in [
        "segment_members",
        "identities",
        "consents",
        "contact_emails",
        "contact_phones",
        "contact_index",
        "contact_search",
        "contacts",
        "segments",
        "custom_attributes",
    ] {
        let cleared = store
            .migration_connection()
            .execute_unprepared(&format!("DELETE FROM {table}"))
            .await;
        cleared.unwrap_or_else(|error| panic!("{table}: {error}"));
    }
}
