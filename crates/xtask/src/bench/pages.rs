//! Pages and counts of the query shapes, and pages of every order at any depth.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use super::explain::{Explanation, explain};
use super::figures::Times;
use super::http::{Connection, Request};
use super::shapes::Shape;
use super::subject::Subject;
use crate::process;

/// Every order of the list; each is measured reversed as well.
pub(super) const SORTS: [&str; 10] = [
    "name",
    "email",
    "phone",
    "company",
    "city",
    "country",
    "created_at",
    "updated_at",
    "last_activity_at",
    "custom.score",
];

/// How often something is measured, unless that takes too long.
#[derive(Clone, Copy)]
pub(super) struct Rounds {
    pub(super) warm_up: usize,
    pub(super) measured: usize,
    /// Enough, when it takes longer than [`PATIENCE`].
    pub(super) least: usize,
}

pub(super) const PAGES: Rounds = Rounds {
    warm_up: 20,
    measured: 400,
    least: 40,
};
const EXACT_COUNTS: Rounds = Rounds {
    warm_up: 2,
    measured: 25,
    least: 10,
};
const CAPPED_COUNTS: Rounds = Rounds {
    warm_up: 5,
    measured: 100,
    least: 20,
};
const PATIENCE: Duration = Duration::from_secs(20);

/// Pages that are turned after the first one.
const TURNED: usize = 40;
/// Rows on the pages on which a deep place is walked to, and how many of them.
const STRIDE: usize = 1_000;
const STRIDES: usize = 200;
const PAGE: usize = 50;

/// What was measured of a query.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) shape: Shape,
    /// How many contacts it finds.
    pub(super) found: u64,
    pub(super) page: Times,
    /// The pages behind it, each once.
    pub(super) following: Times,
    pub(super) exact: Times,
    pub(super) capped: Times,
    pub(super) page_sql: Explanation,
    pub(super) exact_sql: Explanation,
    pub(super) capped_sql: Explanation,
}

/// Pages and counts of one query, through HTTP.
pub(super) fn ask(connection: &mut Connection, shape: Shape) -> Result<Asked> {
    let count = |path: &str| Request::post(path, &shape.count());
    let exact = count("/api/v1/contacts/count")?;
    let capped = count("/api/v1/contacts/count?at_most=10000")?;
    let found = counted(connection, &exact)?;
    let at_most = counted(connection, &capped)?;
    ensure!(
        at_most == found.min(10_000),
        "{}: {found} contacts counted, and {at_most} up to 10,000",
        shape.name
    );

    let path = "/api/v1/contacts/search";
    let first = Request::post(path, &shape.search)?;
    let mut page = connection.send(&first)?.json(path)?;
    let rows = |page: &Value| {
        page.get("data")
            .and_then(Value::as_array)
            .map_or(0, Vec::len)
    };
    let expected = usize::try_from(found)?.min(PAGE);
    ensure!(
        rows(&page) == expected,
        "{}: {} contacts on the first page instead of {expected}",
        shape.name,
        rows(&page)
    );
    let mut following = Times::default();
    while let Some(cursor) = next(&page).filter(|_| following.count() < TURNED) {
        let mut search = shape.search.clone();
        if let Some(search) = search.as_object_mut() {
            search.insert("cursor".to_owned(), json!(cursor));
        }
        let request = Request::post(path, &search)?;
        let started = Instant::now();
        let answer = connection.send(&request)?;
        following.add(started.elapsed());
        page = answer.json(path)?;
    }
    Ok(Asked {
        found,
        page: repeat(connection, &first, PAGES)?,
        following,
        exact: repeat(connection, &exact, EXACT_COUNTS)?,
        capped: repeat(connection, &capped, CAPPED_COUNTS)?,
        shape,
        page_sql: Explanation::default(),
        exact_sql: Explanation::default(),
        capped_sql: Explanation::default(),
    })
}

impl Asked {
    /// Adds what the database alone takes; nobody may be served meanwhile.
    pub(super) fn explain(&mut self, subject: &Subject) -> Result<()> {
        let count = self.shape.count();
        self.page_sql = explain(subject, &self.shape.search, 50, &[])?;
        self.exact_sql = explain(subject, &count, 10, &["--count"])?;
        self.capped_sql = explain(subject, &count, 20, &["--count", "--at-most", "10000"])?;
        Ok(())
    }
}

fn counted(connection: &mut Connection, request: &Request) -> Result<u64> {
    let answer = connection.send(request)?.json(&request.path)?;
    let count = answer.get("count").and_then(Value::as_u64);
    count.with_context(|| format!("{}: no count", request.path))
}

fn next(page: &Value) -> Option<String> {
    let next = page.pointer("/page/next")?.as_str()?;
    Some(next.to_owned())
}

/// Pages in one order.
#[derive(Clone, Debug)]
pub(super) struct Sorted {
    pub(super) sort: String,
    pub(super) first: Times,
    /// The page after [`deep_rows`] contacts, if there are so many.
    pub(super) deep: Option<Times>,
}

/// How deep the deep pages are.
pub(super) const fn deep_rows() -> usize {
    STRIDE * STRIDES
}

/// The first page and a deep one.
pub(super) fn sorted(connection: &mut Connection, sort: &str) -> Result<Sorted> {
    let path = format!("/api/v1/contacts?sort={sort}");
    let first = repeat(connection, &Request::get(&path), PAGES)?;
    let mut cursor = None;
    for _ in 0..STRIDES {
        let mut stride = format!("{path}&limit={STRIDE}&fields=id");
        if let Some(cursor) = &cursor {
            stride = format!("{stride}&cursor={cursor}");
        }
        let page = connection.get(&stride)?.json(&stride)?;
        cursor = next(&page);
        if cursor.is_none() {
            break;
        }
    }
    // Cursors are base64 for addresses: nothing in them has to be escaped.
    let deep = cursor.map(|cursor| Request::get(format!("{path}&cursor={cursor}")));
    let deep = deep
        .map(|deep| repeat(connection, &deep, PAGES))
        .transpose()?;
    Ok(Sorted {
        sort: sort.to_owned(),
        first,
        deep,
    })
}

/// Sends the same again and again.
///
/// # Errors
/// When an answer is no success: it says what is wrong.
pub(super) fn repeat(
    connection: &mut Connection,
    request: &Request,
    rounds: Rounds,
) -> Result<Times> {
    let mut times = Times::default();
    let begun = Instant::now();
    for round in 0..rounds.warm_up + rounds.measured {
        if process::interrupted() {
            bail!("interrupted");
        }
        let started = Instant::now();
        let answer = connection.send(request)?;
        let took = started.elapsed();
        if !answer.is_success() {
            answer.json(&request.path)?;
        }
        if round >= rounds.warm_up {
            times.add(took);
        }
        if times.count() >= rounds.least && begun.elapsed() > PATIENCE {
            break;
        }
    }
    Ok(times)
}
