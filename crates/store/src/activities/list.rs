//! A contact's timeline, page by page.

use super::Kind;
use crate::contacts::read::require;
use crate::cursor::Paging;
use crate::entity::activities;
use crate::{Error, Store, Who};
use rapport_contract::activity::{Activity, ActivityActor, ByWhom};
use rapport_contract::page::Page;
use rapport_contract::{
    AccountId, ActivityId, ApiKeyId, ContactId, ImportId, Instant, NoteId, UserId,
};
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult, Value};

/// Which entries of a timeline are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// These kinds alone.
    pub kinds: Option<Vec<Kind>>,
    /// What this one did alone.
    pub by: Option<ByWhom>,
}

/// One page of a contact's timeline, the latest first. A timeline of thousands of entries costs no more than a short one.
///
/// # Errors
/// `not_found` when there is no such contact; `invalid_cursor`.
pub async fn list(
    store: &Store,
    account: AccountId,
    contact: ContactId,
    asked: &Asked,
    paging: &Paging,
) -> Result<Page<Activity>, Error> {
    require(&store.keyed, account, contact, "").await?;
    let query = format!("activities {contact} {asked:?}");
    let mut values: Vec<Value> = vec![account.as_i64().into(), contact.as_i64().into()];
    let mut conditions = String::new();
    let mut bind = |value: Value| {
        values.push(value);
        values.len()
    };
    if let Some((_, id)) = paging.place(&query)? {
        conditions.push_str(&format!(" AND a.id < ${}", bind(id.into())));
    }
    if let Some(kinds) = &asked.kinds {
        let names: Vec<_> = kinds.iter().map(|kind| kind.as_str()).collect();
        let texts = store.engine().texts(bind(crate::sql::json(&names)));
        conditions.push_str(&format!(" AND a.kind IN ({texts})"));
    }
    if let Some(by) = asked.by {
        let (kind, id) = columns(by);
        conditions.push_str(&format!(" AND a.actor_kind = ${}", bind(kind.into())));
        if let Some(id) = id {
            conditions.push_str(&format!(" AND a.actor_id = ${}", bind(id.into())));
        }
    }
    let engine = store.engine();
    let statement = engine.statement(
        format!(
            "SELECT a.*, u.name AS user_name, k.name AS key_name, i.file_name FROM \
             (SELECT * FROM activities a{} WHERE a.account_id = $1 AND a.contact_id = $2{conditions} ORDER BY a.id DESC LIMIT {}) AS a \
             LEFT JOIN users u ON a.actor_kind = 'user' AND u.id = a.actor_id \
             LEFT JOIN api_keys k ON a.actor_kind = 'api_key' AND k.account_id = a.account_id AND k.id = a.actor_id \
             LEFT JOIN imports i ON a.actor_kind = 'import' AND i.account_id = a.account_id AND i.id = a.actor_id \
             ORDER BY a.id DESC",
            engine.indexed_by("activities_contact"),
            paging.rows()
        ),
        values,
    );
    let rows = store.keyed.query_all_raw(statement).await?;
    let activities = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(paging.page(activities, &query, |activity| (0, activity.id.as_i64())))
}

/// The one who is meant, as [`Who::columns`] has them.
fn columns(by: ByWhom) -> (&'static str, Option<i64>) {
    match by {
        ByWhom::User(id) => Who::User(id).columns(),
        ByWhom::ApiKey(id) => ("api_key", Some(id.as_i64())),
        ByWhom::Import(id) => Who::Import(id).columns(),
        ByWhom::System => Who::System.columns(),
    }
}

fn read(row: &QueryResult) -> Result<Activity, Error> {
    let activities::Model {
        account_id: _,
        id,
        contact_id,
        kind,
        changes,
        actor_kind,
        actor_id,
        at,
        note_id,
        merge_id: _,
    } = activities::Model::from_query_result(row, "")?;
    let actor = match (actor_kind.as_str(), actor_id) {
        ("user", Some(id)) => ActivityActor::User {
            id: UserId::from_i64(id),
            name: row.try_get("", "user_name")?,
        },
        ("api_key", Some(id)) => ActivityActor::ApiKey {
            id: ApiKeyId::from_i64(id),
            name: row.try_get("", "key_name")?,
        },
        ("import", Some(id)) => ActivityActor::Import {
            id: ImportId::from_i64(id),
            name: row.try_get("", "file_name")?,
        },
        ("system", None) => ActivityActor::System,
        other => return Err(Error::Corrupt(format!("actor {other:?}"))),
    };
    Ok(Activity {
        id: ActivityId::from_i64(id),
        contact_id: ContactId::from_i64(contact_id),
        kind: Kind::from_name(&kind)
            .ok_or_else(|| Error::Corrupt(format!("activity kind {kind:?}")))?,
        at: Instant::from_unix_millis(at),
        actor,
        changes: serde_json::from_str(&changes)
            .map_err(|error| Error::Corrupt(format!("changes of activity {id}: {error}")))?,
        note: note_id.map(NoteId::from_i64),
    })
}
