//! `cargo xtask bench`: how fast pages of contacts are, as a program on the same machine sees it:
//! through HTTP over one open socket, with a session, JSON included.

mod figures;
mod http;
mod subject;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use self::figures::{Times, milliseconds};
use self::http::Connection;
use self::subject::{Serving, Subject};
use crate::arguments::{Database, Databases};
use crate::bundle::Effort;
use crate::postgres::{Postgres, Purpose};
use crate::process;
use crate::project::Project;
use crate::run::build_both;
use crate::server::Build;
use crate::step::{say, step};

/// Every order of the list, and its reverse.
const SORTS: [&str; 9] = [
    "name",
    "email",
    "phone",
    "company",
    "city",
    "country",
    "created_at",
    "updated_at",
    "last_activity_at",
];
const MEASURED: usize = 300;
const WARM_UP: usize = 30;
/// A deep page is this many pages away from the first.
const DEEP: usize = 200;
/// At most so many pages are walked, one after the other.
const WALK: usize = 2_000;
const STARTS: usize = 10;

/// What pages, start and memory shall reach.
const PAGE_WITHIN: Duration = Duration::from_millis(10);
const READY_WITHIN: Duration = Duration::from_millis(300);
const IDLE_WITHIN: u64 = 60_000_000;

const EMAIL: &str = "bench@example.org";

/// Measures a release build on each engine.
///
/// # Errors
/// When something cannot be built or started, or the server refuses a request.
pub(crate) fn bench(project: &Project, databases: Databases, contacts: u32) -> Result<()> {
    let program = build_both(project, Build::Release, Effort::Full)?;
    for database in databases.each() {
        let postgres = match database {
            Database::Sqlite => None,
            Database::Postgres => Some(Postgres::start(Purpose::Measurement)?),
        };
        let subject = Subject::new(project, &program, postgres.as_ref())?;
        measure(&subject, database, contacts)?;
    }
    Ok(())
}

fn measure(subject: &Subject, database: Database, contacts: u32) -> Result<()> {
    let password = crate::postgres::random_hex()?;
    step("making the account", || set_up(subject, &password))?;
    step(&format!("writing {contacts} contacts"), || {
        subject.run(&["demo", "--contacts", &contacts.to_string()])
    })?;

    say(&format!(
        "{}, {contacts} contacts, one client:",
        database.name()
    ));
    let mut ready = Times::default();
    for _ in 1..STARTS {
        let serving = subject.serve()?;
        ready.add(serving.ready_after);
        serving.stop()?;
    }
    let serving = subject.serve()?;
    ready.add(serving.ready_after);
    say(&row("start until ready", &ready, READY_WITHIN));

    let (idle, anonymous) = serving.memory()?;
    let missed = if idle <= IDLE_WITHIN {
        ""
    } else {
        "  MISSES 60 MB"
    };
    say(&format!(
        "{}{missed}",
        memory("memory when idle", idle, anonymous)
    ));
    let mut connection = sign_in(&serving, &password)?;
    for sort in SORTS {
        for sort in [sort.to_owned(), format!("-{sort}")] {
            pages(&mut connection, &sort, contacts)?;
        }
    }
    let (after, anonymous) = serving.memory()?;
    say(&memory("memory afterwards", after, anonymous));
    serving.stop()
}

/// The first run, as a person would do it.
fn set_up(subject: &Subject, password: &str) -> Result<()> {
    let mut serving = subject.serve()?;
    let code = serving.setup_code()?;
    serving.connect()?.post(
        "/api/v1/setup",
        &json!({
            "code": code,
            "account": {
                "name": "Bench",
                "language": "en",
                "time_zone": "UTC",
                "default_country": "MX",
            },
            "name": "Bench",
            "email": EMAIL,
            "password": password,
        }),
    )?;
    serving.stop()
}

fn sign_in(serving: &Serving, password: &str) -> Result<Connection> {
    let mut connection = serving.connect()?;
    let answer = connection.post(
        "/api/v1/auth/login",
        &json!({ "email": EMAIL, "password": password }),
    )?;
    let token = answer
        .get("access_token")
        .and_then(Value::as_str)
        .context("no access token")?;
    connection.authorize(token);
    Ok(connection)
}

/// The first page, a deep one, and each page once, in this order.
fn pages(connection: &mut Connection, sort: &str, contacts: u32) -> Result<()> {
    let first = format!("/api/v1/contacts?sort={sort}");
    let times = repeat(connection, &first)?;
    say(&row(&format!("{sort}, first page"), &times, PAGE_WITHIN));

    let mut path = first.clone();
    let mut deep = None;
    let mut walked = Times::default();
    let mut rows = 0;
    loop {
        if walked.count() == DEEP {
            deep = Some(path.clone());
        }
        let started = Instant::now();
        let answer = connection.get(&path)?;
        walked.add(started.elapsed());
        let page = answer.json(&path)?;
        rows += page
            .get("data")
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        let next = page
            .get("page")
            .and_then(|it| it.get("next"))
            .and_then(Value::as_str);
        let Some(next) = next else {
            ensure!(
                rows == usize::try_from(contacts)?,
                "{sort}: {rows} contacts on {} pages instead of {contacts}",
                walked.count()
            );
            break;
        };
        if walked.count() >= WALK {
            break;
        }
        path = format!("{first}&cursor={}", percent_encoded(next));
    }
    if let Some(deep) = deep {
        let times = repeat(connection, &deep)?;
        say(&row(
            &format!("{sort}, {DEEP} pages on"),
            &times,
            PAGE_WITHIN,
        ));
    }
    let what = format!("{sort}, each of {} pages", walked.count());
    say(&row(&what, &walked, PAGE_WITHIN));
    Ok(())
}

fn repeat(connection: &mut Connection, path: &str) -> Result<Times> {
    let mut times = Times::default();
    for round in 0..WARM_UP + MEASURED {
        if process::interrupted() {
            bail!("interrupted");
        }
        let started = Instant::now();
        let answer = connection.get(path)?;
        let took = started.elapsed();
        if answer.status != 200 {
            // Says what is wrong, such as too many requests.
            answer.json(path)?;
        }
        if round >= WARM_UP {
            times.add(took);
        }
    }
    Ok(times)
}

fn row(what: &str, times: &Times, within: Duration) -> String {
    let verdict = if times.percentile(99) <= within {
        String::new()
    } else {
        format!("  MISSES {}", milliseconds(within).trim())
    };
    format!("  {what:<34} {}{verdict}", times.line())
}

fn memory(what: &str, resident: u64, anonymous: u64) -> String {
    let megabytes =
        |bytes: u64| format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000);
    format!(
        "  {what:<34} resident {}, of it anonymous {}",
        megabytes(resident),
        megabytes(anonymous)
    )
}

/// As a value in a query.
fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_the_query() {
        assert_eq!(percent_encoded("a-Z_0.~"), "a-Z_0.~");
        assert_eq!(percent_encoded("a+b/c="), "a%2Bb%2Fc%3D");
    }

    #[test]
    fn a_miss_is_said() {
        let mut times = Times::default();
        times.add(Duration::from_millis(12));
        assert!(row("x", &times, Duration::from_millis(10)).ends_with("MISSES 10.00 ms"));
        assert!(row("x", &times, Duration::from_millis(12)).ends_with("n 1"));
        assert!(memory("x", 61_500_000, 2_000_000).ends_with("61.5 MB, of it anonymous 2.0 MB"));
    }
}
