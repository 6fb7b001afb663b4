//! The work on an import stops in the middle: nothing is lost, nothing is done twice, and the counts are right.

use crate::history::count;
use crate::imports::{everybody, finished, problems};
use crate::server::{Server, on_both};
use rapport_contract::contact::ContactFields;
use rapport_contract::email::EmailAddress;
use rapport_contract::import::{
    Dialect, FileFormat, ImportColumn, ImportCounts, ImportField, ImportState,
};
use rapport_contract::{AccountId, ImportId, Instant};
use rapport_store::imports::{self, Batch, Chunk, ImportRow, Plan, RowFields};
use rapport_store::jobs::{self, Claim};
use rapport_store::{Store, Write};
use rapport_worker::Worker;
use std::sync::Arc;
use std::time::{Duration, Instant as Moment};
use tokio::sync::{Notify, watch};

on_both! {
    another_goes_on_where_the_first_died;
    whoever_lost_the_job_does_nothing;
    stopped_again_and_again;
    many_workers_at_once;
    a_later_import_waits_for_an_earlier_one;
    a_restart_frees_what_the_dead_process_held;
}

/// Row `n` of the file: every tenth has the e-mail of the row before, every seventh is nobody.
fn row(n: u64) -> (String, String) {
    match n {
        n if n % 10 == 9 => (format!("Person {n}"), format!("p{}@example.com", n - 1)),
        n if n % 7 == 3 => (String::new(), String::new()),
        n => (format!("Person {n}"), format!("p{n}@example.com")),
    }
}

fn file(rows: u64) -> Vec<u8> {
    let rows = (0..rows)
        .map(row)
        .map(|(name, email)| format!("{name},{email},x\n"));
    format!("name,email,note\n{}", rows.collect::<String>()).into_bytes()
}

/// What has to become of the rows.
fn expected(rows: u64) -> ImportCounts {
    let mut counts = ImportCounts::default();
    for n in 0..rows {
        let nobody = |n: u64| n % 10 != 9 && n % 7 == 3;
        if nobody(n) {
            counts.rejected += 1;
        } else if n % 10 == 9 && !nobody(n - 1) {
            counts.updated += 1;
        } else {
            counts.created += 1;
        }
    }
    counts
}

/// An hour after the server's clock: what is put into the queue then is not yet due for the server's own worker.
fn later(server: &Server) -> Instant {
    server.now().plus_seconds(3600)
}

async fn write<T>(
    server: &Server,
    change: impl AsyncFn(&Write<'_>) -> Result<T, rapport_store::Error>,
) -> T {
    server.store.write(later(server), change).await.unwrap()
}

/// Puts a file into the queue that the server's own worker does not look at yet.
async fn queue(
    server: &Server,
    account: AccountId,
    by: rapport_contract::UserId,
    bytes: Vec<u8>,
) -> ImportId {
    let id = write(server, async |w| {
        imports::begin(w, account, by, "people.csv").await
    })
    .await;
    for (seq, piece) in (0..).zip(bytes.chunks(10_000)) {
        let chunk = Chunk {
            seq,
            bytes: piece.to_vec(),
        };
        write(server, async |w| {
            imports::add_chunk(w, account, id, &chunk).await
        })
        .await;
    }
    let size = bytes.len() as u64;
    write(server, async |w| {
        imports::complete(w, account, id, size).await
    })
    .await;
    id
}

/// Rows of the file as the reader gives them.
fn batch(from: u64, to: u64) -> Batch {
    let rows = (from..to).map(|n| {
        let (name, email) = row(n);
        let fields = ContactFields {
            first_name: (!name.is_empty()).then_some(name.clone()),
            email: EmailAddress::parse(&email).ok(),
            ..ContactFields::default()
        };
        ImportRow {
            line: n + 2,
            values: fields.identify_somebody().then_some(RowFields {
                fields,
                whole_name: true,
                created_at: None,
                last_activity_at: None,
            }),
            problems: Vec::new(),
            cells: vec![name, email, "x".to_owned()],
        }
    });
    Batch {
        done_before: from,
        rows: rows.collect(),
    }
}

async fn claim(server: &Server) -> Claim {
    jobs::claim(&server.store, later(server))
        .await
        .unwrap()
        .expect("a job that is due")
}

async fn start(server: &Server, claim: &Claim, rows: u64) -> bool {
    let column = |header: &str, field| ImportColumn {
        header: header.to_owned(),
        field,
    };
    let plan = Plan {
        dialect: Dialect {
            format: FileFormat::Csv,
            encoding: "UTF-8".to_owned(),
            delimiter: Some(','),
            byte_order_mark: false,
        },
        columns: vec![
            column("name", Some(ImportField::Name)),
            column("email", Some(ImportField::Email)),
            column("note", None),
        ],
    };
    write(server, async |w| {
        imports::start(w, claim, &plan, rows).await
    })
    .await
}

/// Whether the database has exactly what the file says, once.
async fn check(server: &Server, owner: &rapport_client::Client, id: ImportId, rows: u64) {
    let import = finished(owner, id).await;
    assert_eq!(import.state, ImportState::Done, "{import:?}");
    let expected = expected(rows);
    assert_eq!(import.counts, expected);
    let n = |n: u64| i64::try_from(n).unwrap();
    assert_eq!(count(server, "contacts").await, n(expected.created));
    assert_eq!(
        count(server, "activities").await,
        n(expected.created + expected.updated)
    );
    assert_eq!(count(server, "import_rejects").await, n(expected.rejected));
    assert_eq!(
        count(server, "jobs WHERE state = 'done'").await,
        count(server, "jobs").await
    );
    assert_eq!(
        count(server, "events WHERE kind = 'import.finished'").await,
        1
    );
}

async fn another_goes_on_where_the_first_died(server: &Server) {
    const ROWS: u64 = 1200;
    // In the middle of a batch of the worker, at its very edge, at the beginning, at the end.
    let owner = server.owner().await;
    let me = owner.me().await.unwrap();
    for done in [137, 250, 0, ROWS] {
        let id = queue(server, me.account.id, me.id, file(ROWS)).await;
        let first = claim(server).await;
        assert!(start(server, &first, ROWS).await);
        let mut at = 0;
        while at < done {
            let next = (at + 100).min(done);
            assert!(
                write(server, async |w| imports::apply(
                    w,
                    &first,
                    &batch(at, next)
                )
                .await)
                .await
            );
            at = next;
        }
        // The batch that was under way when the process died: all of it is undone.
        let torn = batch(done, (done + 50).min(ROWS));
        let died = server
            .store
            .write(later(server), async |w| {
                imports::apply(w, &first, &torn).await?;
                Err::<(), _>(rapport_store::Error::Corrupt(
                    "the process dies here".to_owned(),
                ))
            })
            .await;
        assert!(died.is_err());
        let import = owner.import(id).await.unwrap();
        assert_eq!(
            (import.state, import.counts.rows()),
            (ImportState::Running, done)
        );

        // Nobody takes it before the lease has ended; then the server's worker does.
        server.pass(3600 + jobs::LEASE_SECONDS - 1);
        assert_eq!(
            jobs::claim(&server.store, server.now()).await.unwrap(),
            None
        );
        server.pass(2);
        server.sign_in(&owner, "olga@example.com").await;
        check(server, &owner, id, ROWS).await;
        assert_eq!(problems(&owner, id).await.len() as u64, {
            // The rows that were applied by hand came without problems.
            let by_hand = (0..done).filter(|n| row(*n).0.is_empty()).count() as u64;
            expected(ROWS).rejected - by_hand
        });
        for table in [
            "import_problems",
            "import_rejects",
            "import_chunks",
            "imports",
            "activities",
            "events",
            "jobs",
            "contact_index",
            "contact_search",
            "contact_emails",
            "contacts",
        ] {
            crate::history::run_sql(server, &format!("DELETE FROM {table}")).await;
        }
    }
}

async fn whoever_lost_the_job_does_nothing(server: &Server) {
    const ROWS: u64 = 300;
    let owner = server.owner().await;
    let me = owner.me().await.unwrap();
    let id = queue(server, me.account.id, me.id, file(ROWS)).await;
    let first = claim(server).await;
    assert!(start(server, &first, ROWS).await);
    assert!(
        write(server, async |w| imports::apply(w, &first, &batch(0, 100))
            .await)
        .await
    );
    // Its lease ends while it hangs; somebody else takes over and goes on.
    let much_later = later(server).plus_seconds(jobs::LEASE_SECONDS + 1);
    let second = jobs::claim(&server.store, much_later)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((second.job, second.attempts), (first.job, 2));
    assert!(
        !write(server, async |w| imports::apply(
            w,
            &first,
            &batch(100, 200)
        )
        .await)
        .await
    );
    assert!(!start(server, &first, 7).await);
    write(server, async |w| imports::finish(w, &first).await).await;
    write(server, async |w| {
        jobs::release(w, &first, server.now()).await
    })
    .await;
    write(server, async |w| {
        jobs::release_uncounted(w, &first, server.now()).await
    })
    .await;
    let import = owner.import(id).await.unwrap();
    assert_eq!(
        (import.state, import.counts.rows()),
        (ImportState::Running, 100)
    );
    assert_eq!(
        jobs::claim(&server.store, later(server)).await.unwrap(),
        None
    );

    // Whoever holds it does each row once: the same rows again are refused as a whole.
    assert!(
        write(server, async |w| imports::apply(
            w,
            &second,
            &batch(100, 200)
        )
        .await)
        .await
    );
    let twice = server
        .store
        .write(later(server), async |w| {
            imports::apply(w, &second, &batch(100, 200)).await
        })
        .await;
    assert!(twice.is_err());
    let skipped = server
        .store
        .write(later(server), async |w| {
            imports::apply(w, &second, &batch(250, 300)).await
        })
        .await;
    assert!(skipped.is_err());
    assert!(
        write(server, async |w| imports::apply(
            w,
            &second,
            &batch(200, ROWS)
        )
        .await)
        .await
    );
    write(server, async |w| imports::finish(w, &second).await).await;
    check(server, &owner, id, ROWS).await;
    assert_eq!(everybody(&owner).await.len() as u64, expected(ROWS).created);
}

/// A worker beside the server's own, an hour ahead of it.
fn worker(store: &Store, now: Instant) -> (watch::Sender<bool>, tokio::task::JoinHandle<()>) {
    let (stop, stopping) = watch::channel(false);
    let worker = Worker {
        store: store.clone(),
        now: Arc::new(move || now),
        jobs: Arc::new(Notify::new()),
        stop: stopping,
    };
    (stop, actix_web::rt::spawn(rapport_worker::run(worker)))
}

async fn stopped_again_and_again(server: &Server) {
    const ROWS: u64 = 4000;
    let owner = server.owner().await;
    let me = owner.me().await.unwrap();
    let id = queue(server, me.account.id, me.id, file(ROWS)).await;
    let deadline = Moment::now() + Duration::from_secs(120);
    let mut stops = 0;
    let mut before = 0;
    while !owner.import(id).await.unwrap().state.is_final() {
        let (stop, running) = worker(&server.store, later(server));
        // As soon as it has got on.
        while owner.import(id).await.unwrap().counts.rows() == before
            && !owner.import(id).await.unwrap().state.is_final()
        {
            assert!(Moment::now() < deadline);
            tokio::task::yield_now().await;
        }
        stop.send(true).unwrap();
        running.await.unwrap();
        before = owner.import(id).await.unwrap().counts.rows();
        stops += 1;
    }
    assert!(
        stops > 5,
        "stopped only {stops} times: more than a job may fail"
    );
    check(server, &owner, id, ROWS).await;
}

async fn many_workers_at_once(server: &Server) {
    const ROWS: u64 = 1500;
    let owner = server.owner().await;
    let me = owner.me().await.unwrap();
    let id = queue(server, me.account.id, me.id, file(ROWS)).await;
    let workers: Vec<_> = (0..3)
        .map(|_| worker(&server.store, later(server)))
        .collect();
    check(server, &owner, id, ROWS).await;
    for (stop, running) in workers {
        stop.send(true).unwrap();
        running.await.unwrap();
    }
}

/// What a later file says must stand in the end, whichever of the two was interrupted.
async fn a_later_import_waits_for_an_earlier_one(server: &Server) {
    let owner = server.owner().await;
    let me = owner.me().await.unwrap();
    let earlier = queue(server, me.account.id, me.id, file(10)).await;
    let later_file = b"name,email,note\nLater,p0@example.com,x\n".to_vec();
    let second = queue(server, me.account.id, me.id, later_file).await;
    let first = claim(server).await;
    assert_eq!(first.subject, earlier.as_i64());
    let other = jobs::claim(&server.store, later(server)).await.unwrap();
    assert_eq!(other, None, "the later import has to wait");
    // The process that held the first dies; its lease ends long after both files became due.
    server.pass(3600 + jobs::LEASE_SECONDS + 1);
    assert_eq!(finished(&owner, earlier).await.state, ImportState::Done);
    assert_eq!(finished(&owner, second).await.counts.updated, 1);
    assert!(
        everybody(&owner)
            .await
            .iter()
            .any(|contact| contact.name == "Later")
    );
}

/// On SQLite nobody else can hold a job when the server starts; on PostgreSQL another process can, and its lease has to end.
async fn a_restart_frees_what_the_dead_process_held(server: &Server) {
    let owner = server.owner().await;
    let me = owner.me().await.unwrap();
    let id = queue(server, me.account.id, me.id, file(10)).await;
    let held = claim(server).await;
    if server.store.engine() == rapport_store::Engine::Sqlite {
        server.store.prepare(later(server)).await.unwrap();
        let next = claim(server).await;
        assert_eq!((next.job, next.attempts), (held.job, held.attempts + 1));
    } else {
        let next = jobs::claim(&server.store, later(server)).await.unwrap();
        assert_eq!(next, None);
    }
    server.pass(2 * 3600);
    assert_eq!(finished(&owner, id).await.state, ImportState::Done);
}
