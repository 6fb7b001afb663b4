//! What an account's contacts can be asked: its segments and custom attributes, and how it reads days and phone numbers.
//!
//! Needed for every list, and hardly ever changed: it is read once and kept for as long as the account's two version numbers stay, which are
//! looked up each time, by who looks up who calls. So a change that was answered is seen by the next question, whichever process answers it.

use crate::accounts::{read_country, read_language};
use crate::custom_attributes::Attributes;
use crate::entity::{accounts, segments};
use crate::{Engine, Error, Store, Viewer, Write, phones};
use chrono::{DateTime, Datelike, Days, MappedLocalTime, NaiveDateTime, Offset, TimeZone};
use rapport_contract::color::Color;
use rapport_contract::country::Country;
use rapport_contract::custom_attribute::{self, AttributeType, CustomAttribute};
use rapport_contract::language::Language;
use rapport_contract::segment::SegmentTag;
use rapport_contract::{AccountId, Problem, SegmentId};
use rapport_filter::catalogue::{Catalogue, Choice, CustomDefinition, CustomType};
use rapport_filter::check::Context;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What an account's contacts can be asked.
#[derive(Debug)]
pub struct AccountCatalogue {
    /// The fields of filters.
    pub fields: Catalogue,
    /// The account's language.
    pub language: Language,
    pub(crate) country: Country,
    pub(crate) zone: chrono_tz::Tz,
    /// The segments that are not deleted.
    pub(crate) segments: HashMap<i64, SegmentTag>,
    /// The custom attributes.
    pub(crate) attributes: Attributes,
}

/// The versions of an account's settings and of its segments and attributes.
pub(crate) type Versions = (i64, i64);

/// The catalogues at hand.
#[derive(Debug, Default)]
pub(crate) struct Catalogues(Mutex<HashMap<i64, (Versions, Arc<AccountCatalogue>)>>);

/// Catalogues that are kept; an account that is not among them costs three short queries.
const KEPT_MAX: usize = 1_000;

impl Store {
    /// What the account's contacts can be asked, as it is now.
    ///
    /// # Errors
    /// `not_found` when there is no such account.
    pub async fn catalogue(&self, account: AccountId) -> Result<Arc<AccountCatalogue>, Error> {
        let versions = versions(&self.keyed, account).await?;
        self.catalogue_of(account, versions).await
    }

    /// As [`catalogue`](Self::catalogue), as it was when the viewer was looked up, or newer.
    ///
    /// # Errors
    /// `not_found` when there is no such account.
    pub async fn catalogue_for(&self, viewer: &Viewer) -> Result<Arc<AccountCatalogue>, Error> {
        let account = viewer.actor.account;
        match viewer.versions {
            Some(versions) => self.catalogue_of(account, versions).await,
            None => self.catalogue(account).await,
        }
    }

    async fn catalogue_of(
        &self,
        account: AccountId,
        versions: Versions,
    ) -> Result<Arc<AccountCatalogue>, Error> {
        if let Some(known) = self.catalogues.known(account, versions) {
            return Ok(known);
        }
        let (versions, catalogue) = read(&self.reader, account).await?;
        let catalogue = Arc::new(catalogue);
        let mut kept = self.catalogues.lock();
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(account.as_i64(), (versions, Arc::clone(&catalogue)));
        Ok(catalogue)
    }
}

impl Write<'_> {
    /// As [`Store::catalogue`], as this change sees it. What it reads is not kept: the change may yet come to nothing.
    pub(crate) async fn catalogue(
        &self,
        account: AccountId,
    ) -> Result<Arc<AccountCatalogue>, Error> {
        let versions = versions(&self.tx, account).await?;
        match self.catalogues.known(account, versions) {
            Some(known) => Ok(known),
            None => Ok(Arc::new(read(&self.tx, account).await?.1)),
        }
    }
}

impl Catalogues {
    fn known(&self, account: AccountId, versions: Versions) -> Option<Arc<AccountCatalogue>> {
        let kept = self.lock();
        let (known, catalogue) = kept.get(&account.as_i64())?;
        (*known == versions).then(|| Arc::clone(catalogue))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<i64, (Versions, Arc<AccountCatalogue>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(FromQueryResult)]
struct VersionsRow {
    version: i64,
    catalogue_version: i64,
}

async fn versions(db: &impl ConnectionTrait, account: AccountId) -> Result<Versions, Error> {
    let statement = Engine::of(db).statement(
        "SELECT version, catalogue_version FROM accounts WHERE id = $1",
        [account.as_i64().into()],
    );
    let row = VersionsRow::find_by_statement(statement).one(db).await?;
    let row = row.ok_or_else(|| Problem::not_found("account"))?;
    Ok((row.version, row.catalogue_version))
}

/// The versions are read first: if something changes in between, the catalogue is newer than they say and is read again.
async fn read(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<(Versions, AccountCatalogue), Error> {
    let engine = Engine::of(db);
    let of_account = |sql: &str| -> Statement { engine.statement(sql, [account.as_i64().into()]) };
    let settings =
        accounts::Model::find_by_statement(of_account("SELECT * FROM accounts WHERE id = $1"));
    let settings = settings
        .one(db)
        .await?
        .ok_or_else(|| Problem::not_found("account"))?;
    let segments = of_account(
        "SELECT * FROM segments WHERE account_id = $1 AND deleted_at IS NULL ORDER BY name_key, id",
    );
    let segments = segments::Model::find_by_statement(segments).all(db).await?;
    let attributes = Attributes::load(db, account).await?;

    let countries = Country::ALL
        .iter()
        .map(|country| Choice::new(country.code()))
        .collect();
    let segments = segments
        .into_iter()
        .map(tag)
        .collect::<Result<Vec<_>, Error>>()?;
    let choices = segments
        .iter()
        .map(|tag| Choice {
            key: tag.id.to_string(),
            label: Some(tag.name.clone()),
            color: Some(tag.color.as_str().to_owned()),
        })
        .collect();
    let definitions = attributes.live().iter().map(definition).collect();
    let catalogue = AccountCatalogue {
        fields: Catalogue::new(countries, choices, definitions),
        language: read_language(&settings.language)?,
        country: read_country(&settings.default_country)?,
        zone: settings
            .time_zone
            .parse()
            .map_err(|_| Error::Corrupt(format!("time zone {:?}", settings.time_zone)))?,
        segments: segments
            .into_iter()
            .map(|tag| (tag.id.as_i64(), tag))
            .collect(),
        attributes,
    };
    Ok(((settings.version, settings.catalogue_version), catalogue))
}

fn tag(row: segments::Model) -> Result<SegmentTag, Error> {
    Ok(SegmentTag {
        id: SegmentId::from_i64(row.id),
        name: row.name,
        color: Color::from_name(&row.color)
            .ok_or_else(|| Error::Corrupt(format!("colour {:?}", row.color)))?,
    })
}

fn definition(attribute: &CustomAttribute) -> CustomDefinition {
    let choice = |choice: &custom_attribute::Choice| Choice {
        key: choice.key.clone(),
        label: Some(choice.label.clone()),
        color: Some(choice.color.as_str().to_owned()),
    };
    CustomDefinition {
        key: attribute.key.clone(),
        label: attribute.label.clone(),
        kind: match attribute.kind {
            AttributeType::Text => CustomType::Text,
            AttributeType::Number => CustomType::Number,
            AttributeType::Date => CustomType::Date,
            AttributeType::YesNo => CustomType::YesNo,
            AttributeType::Link => CustomType::Link,
            AttributeType::List => CustomType::List(attribute.choices.iter().map(choice).collect()),
        },
        indexed: attribute.indexed,
    }
}

/// How an account reads the values of a filter at an instant.
pub(crate) struct Reading<'a> {
    pub(crate) catalogue: &'a AccountCatalogue,
    /// In Unix milliseconds.
    pub(crate) now: i64,
}

impl Context for Reading<'_> {
    fn now(&self) -> i64 {
        self.now
    }

    fn local(&self, millis: i64) -> NaiveDateTime {
        let utc = DateTime::from_timestamp_millis(millis).unwrap_or_default();
        utc.with_timezone(&self.catalogue.zone).naive_local()
    }

    fn instant(&self, local: NaiveDateTime) -> i64 {
        instant(self.catalogue.zone, local)
    }

    fn phone(&self, text: &str) -> Result<String, String> {
        phones::read(text, self.catalogue.country)
            .map(|phone| phone.number.as_str().to_owned())
            .map_err(|error| error.to_string())
    }
}

/// The instant of a local time: the earlier of two, and the first one after a gap.
fn instant(zone: chrono_tz::Tz, local: NaiveDateTime) -> i64 {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => at.timestamp_millis(),
        MappedLocalTime::None => after_gap(zone, local),
    }
}

/// The instant at which a gap ends that this local time lies in: clocks showed the time before it until then.
fn after_gap(zone: chrono_tz::Tz, local: NaiveDateTime) -> i64 {
    // The offset of the day before holds until the gap; no zone has two within a day.
    let before = local.checked_sub_days(Days::new(1)).unwrap_or(local);
    let offset = zone
        .offset_from_utc_datetime(&before)
        .fix()
        .local_minus_utc();
    let in_old_time = local.and_utc().timestamp_millis() - i64::from(offset) * 1000;
    // Between an instant that is surely before the gap's end and one that is not, the end is found by halves.
    let shown = |at: i64| {
        DateTime::from_timestamp_millis(at).map(|at| at.with_timezone(&zone).naive_local())
    };
    let (mut low, mut high) = (in_old_time - 26 * 3_600_000, in_old_time + 26 * 3_600_000);
    while low < high {
        let middle = low + (high - low) / 2;
        if shown(middle).is_none_or(|shown| shown >= local) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    debug_assert!(local.year() < 10_001);
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn a_day_begins_at_its_first_instant() {
        let day = |zone: &str, y, m, d| {
            let midnight = NaiveDate::from_ymd_opt(y, m, d)
                .unwrap()
                .and_hms_opt(0, 0, 0)
                .unwrap();
            let at = instant(zone.parse().unwrap(), midnight);
            DateTime::from_timestamp_millis(at).unwrap().to_rfc3339()
        };
        assert_eq!(
            day("Europe/Madrid", 2027, 3, 28),
            "2027-03-27T23:00:00+00:00"
        );
        // Clocks go from 24:00 of Saturday to 1:00 of Sunday.
        assert_eq!(
            day("America/Santiago", 2024, 9, 8),
            "2024-09-08T04:00:00+00:00"
        );
        assert_eq!(
            day("Africa/Cairo", 2024, 4, 26),
            "2024-04-25T22:00:00+00:00"
        );
        // Midnight comes twice.
        assert_eq!(
            day("America/Havana", 2024, 11, 3),
            "2024-11-03T04:00:00+00:00"
        );
        // A whole day that never was.
        assert_eq!(
            day("Pacific/Apia", 2011, 12, 30),
            "2011-12-30T10:00:00+00:00"
        );
    }
}
