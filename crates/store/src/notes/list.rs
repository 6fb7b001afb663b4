//! The notes of a contact.

use super::markdown::to_html;
use crate::contacts::read::require;
use crate::cursor::Paging;
use crate::entity::notes;
use crate::{Engine, Error, Store};
use rapport_contract::note::{Note, NoteAuthor, NoteKind};
use rapport_contract::page::Page;
use rapport_contract::{AccountId, ContactId, Instant, NoteId, Problem, UserId};
use sea_orm::{ConnectionTrait, FromQueryResult, QueryResult, Value};

/// One page of a contact's notes, the latest of what they tell of first; with `kinds`, of these alone.
///
/// # Errors
/// `not_found` when there is no such contact; `invalid_cursor`.
pub async fn list(
    store: &Store,
    account: AccountId,
    contact: ContactId,
    kinds: Option<&[NoteKind]>,
    paging: &Paging,
) -> Result<Page<Note>, Error> {
    require(&store.keyed, account, contact, "").await?;
    let query = format!("notes {contact} {kinds:?}");
    let mut values: Vec<Value> = vec![account.as_i64().into(), contact.as_i64().into()];
    let mut conditions = String::new();
    if let Some((happened_at, id)) = paging.place(&query)? {
        values.extend([happened_at.into(), id.into()]);
        conditions.push_str(" AND (n.happened_at, n.id) < ($3, $4)");
    }
    if let Some(kinds) = kinds {
        let names: Vec<_> = kinds.iter().map(|kind| kind.as_str()).collect();
        values.push(crate::sql::json(&names));
        let texts = store.engine().texts(values.len());
        conditions.push_str(&format!(" AND n.kind IN ({texts})"));
    }
    let statement = store.engine().statement(
        format!(
            "{NOTES} AND n.contact_id = $2 AND n.deleted_at IS NULL{conditions} \
             ORDER BY n.happened_at DESC, n.id DESC LIMIT {}",
            paging.rows()
        ),
        values,
    );
    let rows = store.keyed.query_all_raw(statement).await?;
    let notes = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(paging.page(notes, &query, |note| {
        (note.happened_at.unix_millis(), note.id.as_i64())
    }))
}

/// One note of a contact.
///
/// # Errors
/// `not_found`.
pub async fn get(
    store: &Store,
    account: AccountId,
    contact: ContactId,
    id: NoteId,
) -> Result<Note, Error> {
    require(&store.keyed, account, contact, "").await?;
    shown(&store.keyed, account, contact, id).await
}

/// As [`get`], of a contact that is there.
pub(super) async fn shown(
    db: &impl ConnectionTrait,
    account: AccountId,
    contact: ContactId,
    id: NoteId,
) -> Result<Note, Error> {
    let statement = Engine::of(db).statement(
        format!("{NOTES} AND n.contact_id = $2 AND n.id = $3 AND n.deleted_at IS NULL"),
        [
            account.as_i64().into(),
            contact.as_i64().into(),
            id.as_i64().into(),
        ],
    );
    let row = db.query_one_raw(statement).await?;
    read(&row.ok_or_else(not_found)?)
}

pub(super) fn not_found() -> Problem {
    Problem::not_found("note")
}

/// Notes of the account `$1`, with the names of their authors.
const NOTES: &str = "SELECT n.*, u.name AS author_name FROM notes n LEFT JOIN users u ON u.id = n.author_id WHERE n.account_id = $1";

fn read(row: &QueryResult) -> Result<Note, Error> {
    let author_name: Option<String> = row.try_get("", "author_name")?;
    let notes::Model {
        account_id: _,
        id,
        contact_id,
        kind,
        happened_at,
        body,
        author_id,
        created_at,
        updated_at,
        version,
        deleted_at: _,
        merge_id: _,
    } = notes::Model::from_query_result(row, "")?;
    Ok(Note {
        id: NoteId::from_i64(id),
        contact_id: ContactId::from_i64(contact_id),
        kind: NoteKind::from_name(&kind)
            .ok_or_else(|| Error::Corrupt(format!("note kind {kind:?}")))?,
        happened_at: Instant::from_unix_millis(happened_at),
        html: to_html(&body),
        body,
        author: NoteAuthor {
            id: UserId::from_i64(author_id),
            name: author_name.unwrap_or_default(),
        },
        created_at: Instant::from_unix_millis(created_at),
        updated_at: Instant::from_unix_millis(updated_at),
        version,
    })
}
