//! The job that reads a file of contacts.
//!
//! The file is read twice: from end to end, to find out how it is written and whether it can be used, before anything is changed; then row by
//! row. Reading happens on a thread of its own, writing here, a batch at a time.

use crate::csv::{Failure, Readers, Row};
use crate::file::Survey;
use crate::worker::{Ended, Worker};
use chrono::{NaiveDateTime, TimeZone};
use rapport_contract::account::Account;
use rapport_contract::import::{ImportColumn, ImportFault, ImportFaultCode, ImportField};
use rapport_contract::{AccountId, ImportId, Instant};
use rapport_store::imports::{self, Batch, ImportRow, Plan, RowFields};
use rapport_store::jobs::Claim;
use rapport_store::{Error, Store, accounts, phones};
use std::io::{self, Read};
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// Rows that are done in one transaction: some tens of milliseconds, so that nobody's edit waits.
const BATCH: usize = 250;

/// What a file is that could not be worked through after several tries.
pub(crate) fn given_up() -> ImportFault {
    ImportFault {
        code: ImportFaultCode::Internal,
        line: None,
        detail: "The work on this file failed several times. Rows that were done stay; the server's log says more.".to_owned(),
    }
}

/// Works on an import from where it stands.
pub(crate) async fn work(worker: &Worker, claim: &Claim) -> Result<Ended, Error> {
    let store = &worker.store;
    let import = ImportId::from_i64(claim.subject);
    let Some(done) = imports::rows_done(store, claim.account, import).await? else {
        let finish =
            async |w: &rapport_store::Write<'_>| rapport_store::jobs::finish(w, claim, None).await;
        store.write(worker.now(), finish).await?;
        return Ok(Ended::Done);
    };
    let account = accounts::get(store, claim.account).await?;

    let file = File::open(store, claim.account, import);
    let country = account.default_country;
    let surveyed = spawn_blocking(move || Survey::of(file, Some(country))).await;
    let survey = match surveyed.map_err(died)? {
        Ok(survey) => Arc::new(survey),
        Err(Failure::Fault(fault)) => {
            store
                .write(worker.now(), async |w| {
                    imports::fail(w, claim, &fault).await
                })
                .await?;
            return Ok(Ended::Done);
        }
        Err(Failure::Io(error)) => return Err(unreadable(&error)),
    };
    let plan = Plan {
        dialect: survey.dialect.clone(),
        columns: survey.columns.clone(),
    };
    let rows = survey.rows;
    let started = async |w: &rapport_store::Write<'_>| imports::start(w, claim, &plan, rows).await;
    if !store.write(worker.now(), started).await? {
        return Ok(Ended::TakenOver);
    }

    // Two batches are read ahead, no more: the file may be larger than the memory.
    let (sender, mut batches) = mpsc::channel(2);
    let file = File::open(store, claim.account, import);
    let reading = spawn_blocking(move || read_rows(&survey, file, &account, done, &sender));
    let mut got_on = false;
    while let Some(batch) = batches.recv().await {
        if worker.is_stopping() {
            return Ok(Ended::Interrupted);
        }
        let applied = async |w: &rapport_store::Write<'_>| imports::apply(w, claim, &batch).await;
        match store.write(worker.now(), applied).await {
            Ok(true) => {
                got_on = true;
                analyze_now_and_then(store, batch.done_before, batch.rows.len() as u64).await?;
            }
            Ok(false) => return Ok(Ended::TakenOver),
            Err(error) if got_on => return Ok(Ended::Stumbled(error)),
            Err(error) => return Err(error),
        }
    }
    match reading.await.map_err(died)? {
        Ok(()) => {}
        Err(Failure::Fault(fault)) => {
            return Err(Error::Corrupt(format!(
                "a file that was surveyed: {}",
                fault.detail
            )));
        }
        Err(Failure::Io(error)) => return Err(unreadable(&error)),
    }
    store
        .write(worker.now(), async |w| imports::finish(w, claim).await)
        .await?;
    Ok(Ended::Done)
}

/// Lets the database look at its tables whenever they have grown tenfold: it plans for what it last saw.
async fn analyze_now_and_then(store: &Store, before: u64, rows: u64) -> Result<(), Error> {
    let grown = [1_000, 10_000, 100_000, 1_000_000]
        .into_iter()
        .any(|size| before < size && size <= before + rows);
    if grown {
        store.analyze_contacts().await
    } else {
        Ok(())
    }
}

fn died(error: tokio::task::JoinError) -> Error {
    Error::Corrupt(format!("the thread that reads the file died: {error}"))
}

fn unreadable(error: &io::Error) -> Error {
    Error::Corrupt(format!("the file cannot be read: {error}"))
}

/// Reads the rows behind those that are done, and sends them in batches until nobody takes them any more.
fn read_rows(
    survey: &Survey,
    file: File,
    account: &Account,
    done: u64,
    sender: &mpsc::Sender<Batch>,
) -> Result<(), Failure> {
    let country = account.default_country;
    let zone: chrono_tz::Tz = account.time_zone.parse().unwrap_or(chrono_tz::UTC);
    let phone = move |text: &str| phones::read(text, country);
    let local_time = move |time: NaiveDateTime| local_instant(zone, time);
    let readers = Readers {
        phone: &phone,
        local_time: &local_time,
    };
    let rows = survey.rows(file, readers, done)?;
    let mut batch = Batch {
        done_before: done,
        rows: Vec::with_capacity(BATCH),
    };
    for row in rows {
        batch.rows.push(import_row(row?, &survey.columns));
        if batch.rows.len() == BATCH {
            let next = Batch {
                done_before: batch.done_before + BATCH as u64,
                rows: Vec::with_capacity(BATCH),
            };
            if sender
                .blocking_send(std::mem::replace(&mut batch, next))
                .is_err()
            {
                return Ok(());
            }
        }
    }
    if !batch.rows.is_empty() {
        // Nobody takes it when the process stops; then it is read again.
        let _ = sender.blocking_send(batch);
    }
    Ok(())
}

fn import_row(row: Row, columns: &[ImportColumn]) -> ImportRow {
    let names_are_whole = columns
        .iter()
        .any(|column| column.field == Some(ImportField::Name));
    ImportRow {
        line: row.line,
        values: row.values.map(|values| RowFields {
            whole_name: names_are_whole
                && values.fields.first_name.is_some()
                && values.fields.last_name.is_none(),
            fields: values.fields,
            created_at: values.created_at,
            last_activity_at: values.last_activity_at,
        }),
        problems: row.problems,
        cells: row.raw.cells().map(str::to_owned).collect(),
    }
}

/// The instant of a local time; where the clock jumps over it, the first instant after; where it comes twice, the first.
fn local_instant(zone: chrono_tz::Tz, time: NaiveDateTime) -> Instant {
    let mut time = time;
    for _ in 0..48 {
        if let Some(found) = zone.from_local_datetime(&time).earliest() {
            return Instant::from_unix_millis(found.timestamp_millis());
        }
        time += chrono::Duration::minutes(15);
    }
    Instant::from_unix_millis(time.and_utc().timestamp_millis())
}

/// An uploaded file, fetched piece by piece. Only for threads where waiting is allowed.
struct File {
    store: Store,
    account: AccountId,
    import: ImportId,
    runtime: Handle,
    next: i64,
    piece: io::Cursor<Vec<u8>>,
}

impl File {
    fn open(store: &Store, account: AccountId, import: ImportId) -> Self {
        Self {
            store: store.clone(),
            account,
            import,
            runtime: Handle::current(),
            next: 0,
            piece: io::Cursor::default(),
        }
    }
}

impl Read for File {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.piece.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let piece = imports::chunk(&self.store, self.account, self.import, self.next);
            match self.runtime.block_on(piece).map_err(io::Error::other)? {
                None => return Ok(0),
                Some(bytes) => self.piece = io::Cursor::new(bytes),
            }
            self.next += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_times_that_do_not_exist_move_forwards() {
        let zone = chrono_tz::America::Santiago;
        let time = |text: &str| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
        let instant = |text: &str| local_instant(zone, time(text)).to_string();
        assert_eq!(instant("2026-01-15 00:00"), "2026-01-15T03:00:00.000Z");
        // The clock jumped from midnight to one.
        assert_eq!(instant("2024-09-08 00:00"), "2024-09-08T04:00:00.000Z");
    }
}
