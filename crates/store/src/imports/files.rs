//! The file: uploaded in pieces, read by whichever process does the work.

use crate::entity::{import_chunks, imports};
use crate::jobs::{self, Kind};
use crate::{Engine, Error, Store, Write, events};
use rapport_contract::import::{Import, ImportCounts, ImportState};
use rapport_contract::{AccountId, ImportId, Instant, Problem, UserId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

/// A piece of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Its place in the file, from 0.
    pub seq: i64,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Begins an upload.
pub async fn begin(
    w: &Write<'_>,
    account: AccountId,
    by: UserId,
    file_name: &str,
) -> Result<ImportId, Error> {
    let row = imports::Model {
        account_id: account.as_i64(),
        id: w.id()?,
        file_name: file_name.to_owned(),
        size: 0,
        state: UPLOADING.to_owned(),
        plan: None,
        rows_total: 0,
        rows_done: 0,
        created: 0,
        updated: 0,
        unchanged: 0,
        rejected: 0,
        warnings: 0,
        fault: None,
        created_by: by.as_i64(),
        created_at: w.now().unix_millis(),
        finished_at: None,
    };
    let id = ImportId::from_i64(row.id);
    imports::Entity::insert(row.into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    Ok(id)
}

/// The state of a file that is not whole yet; nobody but the uploader knows of it.
pub(super) const UPLOADING: &str = "uploading";

/// Keeps the next piece of the file.
pub async fn add_chunk(
    w: &Write<'_>,
    account: AccountId,
    import: ImportId,
    chunk: &Chunk,
) -> Result<(), Error> {
    let row = import_chunks::Model {
        account_id: account.as_i64(),
        import_id: import.as_i64(),
        seq: chunk.seq,
        bytes: chunk.bytes.clone(),
    };
    import_chunks::Entity::insert(row.into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    Ok(())
}

/// The file is whole: it is put into the queue.
pub async fn complete(
    w: &Write<'_>,
    account: AccountId,
    import: ImportId,
    size: u64,
) -> Result<Import, Error> {
    let statement = Engine::of(&w.tx).statement(
        "UPDATE imports SET state = 'queued', size = $3 WHERE account_id = $1 AND id = $2 AND state = 'uploading' RETURNING *",
        [
            account.as_i64().into(),
            import.as_i64().into(),
            i64::try_from(size).unwrap_or(i64::MAX).into(),
        ],
    );
    let row = imports::Model::find_by_statement(statement)
        .one(&w.tx)
        .await?;
    let row = row.ok_or_else(|| Problem::not_found("upload"))?;
    jobs::enqueue(w, account, Kind::Import, row.id).await?;
    events::record(w, account, "import.queued", row.id).await?;
    Ok(Import {
        id: import,
        file_name: row.file_name,
        size,
        state: ImportState::Queued,
        dialect: None,
        columns: Vec::new(),
        progress: 0.0,
        counts: ImportCounts::default(),
        fault: None,
        created_by: UserId::from_i64(row.created_by),
        created_at: Instant::from_unix_millis(row.created_at),
        finished_at: None,
    })
}

/// Forgets an upload that broke off.
pub async fn discard(w: &Write<'_>, account: AccountId, import: ImportId) -> Result<(), Error> {
    let statement = Engine::of(&w.tx).statement(
        "DELETE FROM imports WHERE account_id = $1 AND id = $2 AND state = 'uploading'",
        [account.as_i64().into(), import.as_i64().into()],
    );
    w.tx.execute_raw(statement)
        .await
        .map(drop)
        .map_err(Error::from)
}

/// Forgets uploads of any account that began before `before` and never became whole: their process died.
pub async fn abandon_stale_uploads(w: &Write<'_>, before: Instant) -> Result<u64, Error> {
    let statement = Engine::of(&w.tx).statement(
        "DELETE FROM imports WHERE state = 'uploading' AND created_at < $1",
        [before.unix_millis().into()],
    );
    Ok(w.tx.execute_raw(statement).await?.rows_affected())
}

/// Forgets up to `most` pieces of files of any account whose import ended before `before`; the reports stay. Gives how many those were.
pub async fn forget_files(w: &Write<'_>, before: Instant, most: u32) -> Result<u64, Error> {
    let statement = Engine::of(&w.tx).statement(
        format!(
            "DELETE FROM import_chunks WHERE (account_id, import_id, seq) IN \
             (SELECT c.account_id, c.import_id, c.seq FROM import_chunks c \
              JOIN imports i ON i.account_id = c.account_id AND i.id = c.import_id \
              WHERE i.finished_at < $1 LIMIT {most})"
        ),
        [before.unix_millis().into()],
    );
    Ok(w.tx.execute_raw(statement).await?.rows_affected())
}

/// A piece of the file, or nothing behind its end.
pub async fn chunk(
    store: &Store,
    account: AccountId,
    import: ImportId,
    seq: i64,
) -> Result<Option<Vec<u8>>, Error> {
    let statement = store.engine().statement(
        "SELECT * FROM import_chunks WHERE account_id = $1 AND import_id = $2 AND seq = $3",
        [account.as_i64().into(), import.as_i64().into(), seq.into()],
    );
    let row = import_chunks::Model::find_by_statement(statement)
        .one(&store.reader)
        .await?;
    Ok(row.map(|row| row.bytes))
}
