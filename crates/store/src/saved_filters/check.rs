//! Whether a filter means something in its account: when it is saved, and each time it is shown.

use super::{NewSavedFilter, SavedFilterChange, StoredFilter};
use crate::catalogue::{AccountCatalogue, Reading};
use crate::contacts::check_sort;
use rapport_contract::contact::{Column, Sort};
use rapport_contract::country::Country;
use rapport_contract::filter::Filter;
use rapport_contract::language::Language;
use rapport_contract::saved_filter::{SavedFilter, SavedFilterDraft, SavedFilterPatch, check_name};
use rapport_contract::{Fault, FaultCode, Instant, Patch};
use rapport_filter::Raw;

/// Everything that is wrong with the filter today.
fn filter_faults(filter: &Raw, catalogue: &AccountCatalogue, now: Instant) -> Vec<Fault> {
    let reading = Reading {
        catalogue,
        now: now.unix_millis(),
    };
    match rapport_filter::check::check(filter, &catalogue.fields, &reading, "/filter") {
        Ok(_) => Vec::new(),
        Err(faults) => faults.into_iter().map(Fault::from).collect(),
    }
}

fn sort_fault(sort: &str, catalogue: &AccountCatalogue) -> Option<Fault> {
    match sort.parse::<Sort>() {
        Ok(sort) => check_sort(&sort, catalogue, "/sort").err(),
        Err(error) => Some(Fault::new(
            "/sort",
            FaultCode::UnknownValue,
            error.to_string(),
        )),
    }
}

fn columns_faults(columns: &[String], catalogue: &AccountCatalogue) -> Vec<Fault> {
    let definitions = catalogue.attributes.live();
    Column::list(columns, definitions, |place| format!("/columns{place}"))
        .err()
        .unwrap_or_default()
}

/// Understands what is to be saved, or gives everything that is wrong with it.
pub fn check(
    draft: SavedFilterDraft,
    catalogue: &AccountCatalogue,
    now: Instant,
) -> Result<NewSavedFilter, Vec<Fault>> {
    let SavedFilterDraft {
        name,
        filter: Filter(filter),
        sort,
        columns,
        shared,
    } = draft;
    let mut faults = Vec::new();
    let name = check_name(&name, &mut faults);
    faults.extend(filter_faults(&filter, catalogue, now));
    faults.extend(sort.as_deref().and_then(|sort| sort_fault(sort, catalogue)));
    faults.extend(
        columns
            .iter()
            .flat_map(|columns| columns_faults(columns, catalogue)),
    );
    match name {
        Some(name) if faults.is_empty() => Ok(NewSavedFilter {
            name,
            filter,
            sort,
            columns,
            shared,
        }),
        _ => Err(faults),
    }
}

/// Understands a change, or gives everything that is wrong with it. What stays as it is is not looked at: a broken filter can be renamed.
pub fn check_patch(
    patch: SavedFilterPatch,
    catalogue: &AccountCatalogue,
    now: Instant,
) -> Result<SavedFilterChange, Vec<Fault>> {
    let SavedFilterPatch {
        name,
        filter,
        sort,
        columns,
        shared,
    } = patch;
    let mut faults = Vec::new();
    let name = name.and_then(|name| check_name(&name, &mut faults));
    let filter = filter.map(|Filter(filter)| filter);
    if let Some(filter) = &filter {
        faults.extend(filter_faults(filter, catalogue, now));
    }
    if let Patch::Set(sort) = &sort {
        faults.extend(sort_fault(sort, catalogue));
    }
    if let Patch::Set(columns) = &columns {
        faults.extend(columns_faults(columns, catalogue));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(SavedFilterChange {
        name,
        filter,
        sort,
        columns,
        shared,
    })
}

/// What a filter says, as a sentence.
fn sentence(filter: &Raw, catalogue: &AccountCatalogue, language: Language) -> String {
    let name_of_choice = |field: &str, key: &str| {
        let country = (field == "country").then(|| Country::from_code(key).ok())?;
        country.map(|country| country.name(language).to_owned())
    };
    rapport_filter::sentence::sentence(filter, &catalogue.fields, language.into(), &name_of_choice)
}

/// The saved filter as it goes over the wire, said in this language, with what is wrong with it today.
pub fn shown(
    stored: StoredFilter,
    catalogue: &AccountCatalogue,
    language: Language,
    now: Instant,
) -> SavedFilter {
    let mut broken = filter_faults(&stored.filter, catalogue, now);
    let sort = stored.sort.as_deref();
    broken.extend(sort.and_then(|sort| sort_fault(sort, catalogue)));
    let StoredFilter {
        id,
        name,
        filter,
        sort,
        columns,
        shared,
        mine,
        owner,
        created_at,
        updated_at,
        version,
    } = stored;
    SavedFilter {
        id,
        name,
        sentence: sentence(&filter, catalogue, language),
        filter: Filter(filter),
        sort,
        columns,
        shared,
        mine,
        owner,
        created_at,
        updated_at,
        version,
        broken,
    }
}
