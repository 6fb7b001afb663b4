//! What the latest search found, page by page.

use crate::contacts::read::load_many;
use crate::cursor::Paging;
use crate::entity::duplicates;
use crate::{Error, Store, Viewer};
use rapport_contract::Instant;
use rapport_contract::duplicate::{DuplicateGroup, DuplicateReason};
use rapport_contract::page::Page;
use sea_orm::{FromQueryResult, Value};

/// The most contacts of a group that are shown.
const SHOWN_MAX: usize = 20;

/// One page of those who are likely there twice, as the latest search that ended found them; without those who were deleted or merged since. A page
/// may have fewer groups than were asked for, and others follow.
///
/// # Errors
/// `invalid_cursor`.
pub async fn list(
    store: &Store,
    viewer: &Viewer,
    paging: &Paging,
) -> Result<Page<DuplicateGroup>, Error> {
    let account = viewer.actor.account;
    let mut values: Vec<Value> = vec![account.as_i64().into()];
    let mut behind = String::new();
    if let Some((_, id)) = paging.place("duplicates")? {
        values.push(id.into());
        behind.push_str(" AND id > $2");
    }
    let statement = store.engine().statement(
        format!(
            "SELECT * FROM duplicates WHERE account_id = $1 AND job_id = \
             (SELECT max(id) FROM jobs WHERE account_id = $1 AND kind = 'duplicates' AND state = 'done'){behind} \
             ORDER BY id LIMIT {}",
            paging.rows()
        ),
        values,
    );
    let rows = duplicates::Model::find_by_statement(statement)
        .all(&store.reader)
        .await?;
    let page = paging.page(rows, "duplicates", |row| (0, row.id));
    let mut groups = Vec::with_capacity(page.data.len());
    let mut wanted = Vec::new();
    for row in page.data {
        let mut ids: Vec<i64> = serde_json::from_str(&row.contact_ids)
            .map_err(|error| Error::Corrupt(format!("duplicates {}: {error}", row.id)))?;
        ids.truncate(SHOWN_MAX);
        wanted.extend_from_slice(&ids);
        groups.push((row, ids));
    }
    wanted.sort_unstable();
    wanted.dedup();
    let loaded = load_many(&store.reader, account, &wanted, false).await?;
    let catalogue = store.catalogue_for(viewer).await?;
    let mut data = Vec::with_capacity(groups.len());
    for (row, ids) in groups {
        let there = ids.iter().filter_map(|id| loaded.get(id).cloned());
        let contacts = there
            .map(|loaded| loaded.into_contact(&catalogue))
            .collect::<Result<Vec<_>, _>>()?;
        if contacts.len() < 2 {
            continue;
        }
        data.push(DuplicateGroup {
            reason: DuplicateReason::from_name(&row.reason)
                .ok_or_else(|| Error::Corrupt(format!("duplicates {:?}", row.reason)))?,
            contacts,
            size: u64::try_from(row.size).unwrap_or_default(),
            found_at: Instant::from_unix_millis(row.found_at),
        });
    }
    Ok(Page {
        data,
        page: page.page,
    })
}
