//! The feed of changes of an account, written with each change.

use crate::contacts::insert_rows;
use crate::entity::events;
use crate::{Error, Write};
use rapport_contract::AccountId;

/// Writes down that something happened to `subject`.
pub(crate) async fn record(
    w: &Write<'_>,
    account: AccountId,
    kind: &str,
    subject: i64,
) -> Result<(), Error> {
    record_all(w, account, kind, [subject]).await
}

/// As [`record`], for several at once.
pub(crate) async fn record_all(
    w: &Write<'_>,
    account: AccountId,
    kind: &str,
    subjects: impl IntoIterator<Item = i64>,
) -> Result<(), Error> {
    let rows = subjects
        .into_iter()
        .map(|subject_id| {
            Ok(events::Model {
                account_id: account.as_i64(),
                id: w.id()?,
                kind: kind.to_owned(),
                subject_id,
                at: w.now().unix_millis(),
            })
        })
        .collect::<Result<Vec<_>, Error>>()?;
    insert_rows::<events::Entity, _>(w, rows).await
}
