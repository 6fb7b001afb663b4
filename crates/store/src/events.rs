//! The feed of changes of an account, written with each change.

use crate::entity::events;
use crate::{Error, Write};
use rapport_contract::AccountId;
use sea_orm::{EntityTrait, IntoActiveModel};

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
            }
            .into_active_model())
        })
        .collect::<Result<Vec<_>, Error>>()?;
    if !rows.is_empty() {
        events::Entity::insert_many(rows)
            .exec_without_returning(&w.tx)
            .await?;
    }
    Ok(())
}
