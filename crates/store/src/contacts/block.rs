//! Blocking many contacts at once, and letting them be heard again.

use crate::activities::{self, Change, FieldChange, Kind};
use crate::{Actor, Engine, Error, Write};
use rapport_contract::ContactId;
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Blocks those of the contacts that are there and not blocked, or with `blocked` false takes it back, with as many statements for a thousand
/// contacts as for one. Gives the ids of those that changed.
pub async fn block_many(
    w: &Write<'_>,
    actor: &Actor,
    ids: &[ContactId],
    blocked: bool,
) -> Result<Vec<ContactId>, Error> {
    let engine = Engine::of(&w.tx);
    let among = engine.is_among("id", 2);
    let numbers: Vec<i64> = ids.iter().map(|id| id.as_i64()).collect();
    let changing = engine.statement(
        format!(
            "SELECT id FROM contacts WHERE account_id = $1 AND {among} AND deleted_at IS NULL AND blocked <> $3 ORDER BY id{}",
            engine.for_update()
        ),
        [
            actor.account.as_i64().into(),
            crate::sql::json(&numbers),
            blocked.into(),
        ],
    );
    let changing: Vec<i64> = Id::find_by_statement(changing)
        .all(&w.tx)
        .await?
        .into_iter()
        .map(|row| row.id)
        .collect();
    if changing.is_empty() {
        return Ok(Vec::new());
    }
    let values: [Value; 4] = [
        actor.account.as_i64().into(),
        crate::sql::json(&changing),
        blocked.into(),
        w.now().unix_millis().into(),
    ];
    for (table, version) in [
        ("contacts", ", version = version + 1"),
        ("contact_index", ""),
    ] {
        let update = engine.statement(
            format!(
                "UPDATE {table} SET blocked = $3, updated_at = $4{version} WHERE account_id = $1 AND {among}"
            ),
            values.clone(),
        );
        w.tx.execute_raw(update).await?;
    }
    let changed: Vec<_> = changing.into_iter().map(ContactId::from_i64).collect();
    let changes: Vec<_> = changed
        .iter()
        .map(|&contact| Change {
            contact,
            kind: Kind::Updated,
            fields: vec![FieldChange {
                field: "blocked".to_owned(),
                from: Some((!blocked).to_string()),
                to: Some(blocked.to_string()),
            }],
            note: None,
        })
        .collect();
    activities::record(w, actor, &changes).await?;
    Ok(changed)
}
