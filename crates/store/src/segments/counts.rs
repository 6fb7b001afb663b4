//! How many members segments have: counted whenever it is asked, never kept.

use crate::{Error, Store};
use rapport_contract::segment::SegmentCount;
use rapport_contract::{AccountId, SegmentId};
use sea_orm::FromQueryResult;

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    n: i64,
}

/// Counts the members of these segments, or of every one: one statement, exact, in the order of the list of segments. What is no segment
/// of the account, or is deleted, is left out.
///
/// A deleted contact is no member until it is restored.
pub async fn counts(
    store: &Store,
    account: AccountId,
    ids: Option<&[SegmentId]>,
) -> Result<Vec<SegmentCount>, Error> {
    let engine = store.engine();
    let mut values = vec![account.as_i64().into()];
    let which = match ids {
        None => String::new(),
        Some(ids) => {
            let ids: Vec<_> = ids.iter().map(|id| id.as_i64()).collect();
            values.push(crate::sql::json(&ids));
            format!(" AND s.id IN ({})", engine.numbers(2))
        }
    };
    // One range of the members' key for each segment: deleted ones, and those not asked for, are not read.
    let statement = engine.statement(
        format!(
            "SELECT s.id, (SELECT count(*) FROM segment_members m \
                           WHERE m.account_id = s.account_id AND m.segment_id = s.id) AS n \
             FROM segments s WHERE s.account_id = $1 AND s.deleted_at IS NULL{which} ORDER BY s.name_key, s.id"
        ),
        values,
    );
    let rows = Row::find_by_statement(statement).all(&store.reader).await?;
    Ok(rows
        .into_iter()
        .map(|Row { id, n }| SegmentCount {
            id: SegmentId::from_i64(id),
            count: u64::try_from(n).unwrap_or_default(),
        })
        .collect())
}
