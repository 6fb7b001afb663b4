//! `cargo xtask bench`: how fast contacts are found, shown, counted and changed, as a program on the same machine sees it: through HTTP over
//! one open socket, with a session, JSON included; and beside it what the database alone takes.

mod crowd;
mod day;
mod explain;
mod figures;
mod http;
mod one;
mod pages;
mod prepared;
mod report;
mod shapes;
mod subject;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use self::day::Day;
use self::figures::Times;
use self::http::Request;
use self::pages::{Asked, SORTS, Sorted};
use self::prepared::{Prepared, Use};
use self::report::{Circumstances, Line, Results, Target};
use self::shapes::{Data, PageTarget, SEGMENTS, shapes};
use self::subject::{Client, Serving, Subject};
use crate::arguments::{Database, Databases};
use crate::postgres::Postgres;
use crate::process;
use crate::project::Project;
use crate::server::{self, Build};
use crate::step::{say, step};

/// How often the server is started.
const STARTS: usize = 10;
/// As many contacts as the targets are for.
const ALL: u32 = 1_000_000;

/// What is measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) contacts: u32,
    pub(crate) databases: Databases,
    /// Only the queries whose names begin so.
    pub(crate) only: Option<String>,
}

/// Measures a release build on each engine. A whole run with a million contacts on both writes `docs/performance.md`; any other one writes
/// `target/bench.md`.
///
/// # Errors
/// When something cannot be built or started, or the server refuses a request, or answers wrongly.
pub(crate) fn bench(project: &Project, plan: &Plan) -> Result<()> {
    let program = server::build(project, Build::Release)?;
    let mut all = Vec::new();
    for database in plan.databases.each() {
        all.push(match database {
            Database::Sqlite => {
                let prepared = prepared::sqlite(project, &program, plan.contacts, plan.purpose())?;
                let version = sqlite_version(project)?;
                measure(&program, database, version, &prepared, plan)?
            }
            Database::Postgres => {
                let postgres = Postgres::kept(project.cache())?;
                let prepared = prepared::postgres(
                    project,
                    &program,
                    &postgres,
                    plan.contacts,
                    plan.purpose(),
                )?;
                let version = postgres.psql("postgres", &["SHOW server_version"])?;
                let version = version.split_whitespace().next().unwrap_or_default();
                let version = format!("PostgreSQL {version}");
                measure(&program, database, version, &prepared, plan)?
            }
        });
    }
    // The table has PostgreSQL first.
    all.reverse();
    let circumstances = Circumstances {
        machine: machine()?,
        command: plan.command(),
        date: Day::today().iso(),
        contacts: plan.contacts,
    };
    let whole = plan.only.is_none() && plan.contacts == ALL && plan.databases == Databases::Both;
    let file = if whole {
        project.root().join("docs/performance.md")
    } else {
        project.target().join("bench.md")
    };
    fs::write(&file, report::document(&circumstances, &all))
        .with_context(|| format!("writing {}", file.display()))?;
    say(&format!("the whole report: {}", file.display()));
    Ok(())
}

impl Plan {
    /// A run of some queries changes nothing.
    fn purpose(&self) -> Use {
        match self.only {
            None => Use::Changing,
            Some(_) => Use::Reading,
        }
    }

    fn command(&self) -> String {
        let mut command = "cargo xtask bench".to_owned();
        if self.contacts != ALL {
            command.push_str(&format!(" --contacts {}", self.contacts));
        }
        if let Databases::One(database) = self.databases {
            command.push_str(&format!(" --db {}", database.key()));
        }
        if let Some(only) = &self.only {
            command.push_str(&format!(" --only {only}"));
        }
        command
    }
}

fn measure(
    program: &Path,
    database: Database,
    version: String,
    prepared: &Prepared<'_>,
    plan: &Plan,
) -> Result<Results> {
    say(&format!("{version}, {} contacts:", plan.contacts));
    let subject = Subject::new(program, &prepared.url)?;
    let mut results = Results {
        database,
        version,
        lines: Vec::new(),
        sorts: Vec::new(),
        asked: Vec::new(),
    };
    let whole = plan.only.is_none();
    let mut run = Run {
        database,
        starts: Times::default(),
        memory: Vec::new(),
    };
    if whole {
        for _ in 1..STARTS {
            let serving = subject.serve()?;
            run.starts.add(serving.ready_after);
            serving.stop()?;
        }
    }

    let serving = subject.serve()?;
    run.starts.add(serving.ready_after);
    run.remember("idle", &serving)?;
    let mut client = serving.sign_in()?;
    let data = data(&mut client, prepared.made)?;
    for shape in shapes(&data) {
        if let Some(only) = &plan.only
            && !shape.name.starts_with(only)
        {
            continue;
        }
        let asked = pages::ask(&mut client.connection, shape)?;
        say(&one_line(&asked));
        results.asked.push(asked);
    }
    ensure!(
        !results.asked.is_empty(),
        "no query begins with {:?}",
        plan.only
    );
    let mut per_second = Vec::new();
    if whole {
        client = serving.sign_in()?;
        results.sorts = every_order(&mut client)?;
        for name in ["Q1", "Q4"] {
            let asked = results.asked.iter().find(|asked| asked.shape.name == name);
            let search = asked.map(|asked| &asked.shape.search).context("a query")?;
            let request = Request::post("/api/v1/contacts/search", search)?;
            per_second.push((name, crowd::per_second(&serving, &client, &request)?));
        }
        run.remember("after all queries", &serving)?;
    }
    serving.stop()?;

    step("what the database alone takes", || {
        results
            .asked
            .iter_mut()
            .try_for_each(|asked| asked.explain(&subject))
    })?;
    if whole {
        results.lines = run.lines(&subject, &results, &per_second)?;
        for line in &results.lines {
            say(&line.text());
        }
    }
    Ok(results)
}

/// What is measured beside the queries.
struct Run {
    database: Database,
    starts: Times,
    /// Anonymous memory in bytes, and when.
    memory: Vec<(&'static str, u64)>,
}

impl Run {
    fn remember(&mut self, when: &'static str, serving: &Serving) -> Result<()> {
        self.memory.push((when, serving.memory().anonymous()?));
        Ok(())
    }

    /// The two targets of a row, of which one is for this engine.
    fn target(&self, (postgres, sqlite): (Target, Target)) -> Target {
        match self.database {
            Database::Postgres => postgres,
            Database::Sqlite => sqlite,
        }
    }

    /// Every row of the targets, in their order.
    fn lines(
        mut self,
        subject: &Subject,
        results: &Results,
        per_second: &[(&str, f64)],
    ) -> Result<Vec<Line>> {
        let mut lines = vec![self.sorts(&results.sorts)];
        for (what, of) in [
            ("page with a filter", PageTarget::Filtered),
            ("page, search box: one word", PageTarget::OneWord),
            ("page, search box: two words", PageTarget::TwoWords),
            (
                "page, search box: one or two characters",
                PageTarget::Characters,
            ),
            ("page, adversarial", PageTarget::Adversarial),
        ] {
            let pages: Vec<_> = results
                .asked
                .iter()
                .filter(|asked| asked.shape.page == of && has_target(asked))
                .map(|asked| (asked.shape.name, &asked.page))
                .collect();
            lines.push(Line::worst(what, self.target(of.targets()), &pages));
        }
        let slowest = results
            .asked
            .iter()
            .flat_map(|asked| {
                [
                    (asked.shape.name, &asked.page),
                    (asked.shape.name, &asked.following),
                ]
            })
            .map(|(name, times)| (name, times.percentile(100)))
            .max_by_key(|(_, time)| *time)
            .unwrap_or_default();
        lines.push(Line::number(
            "slowest page of any query, once",
            Target::AtMost(600.0, "ms"),
            slowest.1.as_secs_f64() * 1000.0,
        ));
        let all = |of: fn(&Asked) -> &Times| -> Vec<_> {
            results
                .asked
                .iter()
                .map(|asked| (asked.shape.name, of(asked)))
                .collect()
        };
        lines.push(Line::worst(
            "count, up to 10,000",
            Target::times(30.0, 60.0),
            &all(|asked| &asked.capped),
        ));
        lines.push(Line::worst(
            "count, exact",
            Target::times(250.0, 500.0),
            &all(|asked| &asked.exact),
        ));
        for (name, number) in per_second {
            let least = match (self.database, *name) {
                (Database::Postgres, "Q1") => 1_000.0,
                (Database::Postgres, _) => 600.0,
                (Database::Sqlite, "Q1") => 1_500.0,
                (Database::Sqlite, _) => 800.0,
            };
            lines.push(Line::number(
                &format!("pages a second, {} clients, {name}", crowd::CLIENTS),
                Target::AtLeast(least, "pages/s"),
                *number,
            ));
        }
        self.changes(subject, &mut lines)?;
        lines.push(Line::times(
            "start until ready",
            Target::AtMost(300.0, "ms"),
            &self.starts,
        ));
        for (when, bytes) in &self.memory {
            // SQLite's cache is 64 MB unless configured; an export may take 50 MB more than what there was.
            let cache = match self.database {
                Database::Postgres => 0.0,
                Database::Sqlite => 64.0,
            };
            let export = if when.contains("export") { 50.0 } else { 0.0 };
            lines.push(Line::number(
                &format!("anonymous memory, {when}"),
                Target::AtMost(150.0 + cache + export, "MB"),
                *bytes as f64 / 1_000_000.0,
            ));
        }
        Ok(lines)
    }

    fn sorts(&self, sorts: &[Sorted]) -> Line {
        let mut names = Vec::new();
        for sorted in sorts {
            names.push((sorted.sort.clone(), &sorted.first));
            if let Some(deep) = &sorted.deep {
                names.push((format!("{} deep", sorted.sort), deep));
            }
        }
        let names: Vec<_> = names
            .iter()
            .map(|(name, times)| (name.as_str(), *times))
            .collect();
        let target = self.target(PageTarget::Sorted.targets());
        Line::worst("page of 50, any sort, any depth", target, &names)
    }

    /// One contact, all contacts, many contacts: with a server of their own, for they change the database.
    fn changes(&mut self, subject: &Subject, lines: &mut Vec<Line>) -> Result<()> {
        let serving = subject.serve()?;
        self.starts.add(serving.ready_after);
        let mut client = serving.sign_in()?;
        let connection = &mut client.connection;
        let exported = one::export(connection, &serving.memory())?;
        let one = step("one contact by one", || one::one_by_one(connection))?;
        let get = (Target::times(1.0, 3.0), Target::times(0.7, 2.0));
        let change = (Target::times(3.0, 8.0), Target::times(2.0, 15.0));
        lines.push(Line::times(
            "one contact, by id",
            self.target(get),
            &one.get,
        ));
        lines.push(Line::times(
            "create one contact",
            self.target(change),
            &one.create,
        ));
        lines.push(Line::times(
            "change one contact",
            self.target(change),
            &one.patch,
        ));

        let rate = Target::AtLeast(250_000.0, "rows/s");
        let first = Target::AtMost(50.0, "ms");
        match &exported {
            Some(exported) => {
                let rows = exported.rows as f64 / exported.whole.as_secs_f64();
                lines.push(Line::number("export of everybody", rate, rows));
                let first_row = exported.first_row.as_secs_f64() * 1000.0;
                lines.push(Line::number("export, first row", first, first_row));
            }
            None => {
                let why = "the server has no exports yet";
                lines.push(Line::missing("export of everybody", rate, why));
                lines.push(Line::missing("export, first row", first, why));
            }
        }
        let what = "put 100,000 into a segment by a filter";
        let within = (Target::AtMost(3.0, "s"), Target::AtMost(1.5, "s"));
        let within = self.target(within);
        let put = step("putting many into a segment", || {
            one::into_segment(connection)
        })?;
        lines.push(match put {
            Some((contacts, took)) => Line::number(
                what,
                within,
                // As if there were exactly as many.
                took.as_secs_f64() * 100_000.0 / contacts as f64,
            ),
            None => Line::missing(what, within, "the server takes ids there, no filter yet"),
        });
        if let Some(exported) = &exported {
            self.memory.push(("most during an export", exported.peak));
        }
        self.remember("at the end", &serving)?;
        serving.stop()
    }
}

/// Whether the target of pages with a filter is for this one too: that an e-mail contains something has none of its own.
fn has_target(asked: &Asked) -> bool {
    asked.shape.name != "Q6"
}

fn every_order(client: &mut Client) -> Result<Vec<Sorted>> {
    step("pages in every order", || {
        let mut all = Vec::new();
        for sort in SORTS {
            for sort in [sort.to_owned(), format!("-{sort}")] {
                all.push(pages::sorted(&mut client.connection, &sort)?);
            }
        }
        Ok(all)
    })
}

/// What the queries' values are chosen by.
fn data(client: &mut Client, made: Day) -> Result<Data> {
    let path = "/api/v1/segments";
    let segments = client.connection.get(path)?.json(path)?;
    let segment = |name: &str| {
        let all = segments.get("data").and_then(Value::as_array);
        let found = all
            .into_iter()
            .flatten()
            .find(|segment| segment.get("name").and_then(Value::as_str) == Some(name));
        let id = found.and_then(|segment| segment.get("id")?.as_str());
        id.map(str::to_owned)
            .with_context(|| format!("no segment {name}"))
    };
    let [small, middle, large] = SEGMENTS;
    let somebody = client.connection.post(
        "/api/v1/contacts/search",
        &json!({"filter": {"field": "phone", "op": "is_not_empty"}, "sort": "email", "limit": 1}),
    )?;
    let phone = somebody.pointer("/data/0/phone").and_then(Value::as_str);
    let phone = phone.context("nobody has a phone number")?;
    Ok(Data {
        made,
        today: Day::today(),
        segments: [segment(small)?, segment(middle)?, segment(large)?],
        digits: phone
            .get(phone.len().saturating_sub(8)..)
            .unwrap_or(phone)
            .to_owned(),
    })
}

fn one_line(asked: &Asked) -> String {
    let Asked {
        shape,
        found,
        page,
        following,
        exact,
        capped,
        ..
    } = asked;
    let both = |times: &Times| {
        let [p50, p99] =
            [50, 99].map(|percent| report::short(times.percentile(percent).as_secs_f64() * 1000.0));
        format!("{p50} / {p99}")
    };
    format!(
        "  {:<20} {found:>8} found; page {}, behind it {}; count {}, up to 10,000 {}",
        shape.name,
        both(page),
        both(following),
        both(exact),
        both(capped)
    )
}

/// `4 cores of Some Processor, 16 GB; Linux 6.1.0; rustc 1.94.0`
fn machine() -> Result<String> {
    let read = |path: &str| fs::read_to_string(path).with_context(|| format!("reading {path}"));
    let processor = read("/proc/cpuinfo")?;
    let processor = processor
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processors", |(_, name)| name);
    let memory = read("/proc/meminfo")?;
    let memory: u64 = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB"))
        .and_then(|kilobytes| kilobytes.parse().ok())
        .context("MemTotal")?;
    let kernel = read("/proc/sys/kernel/osrelease")?;
    let rustc = process::quiet(std::process::Command::new("rustc").arg("--version"))?;
    let rustc = rustc.split(" (").next().unwrap_or_default().trim();
    Ok(format!(
        "{} cores ({processor}), {} GB of memory, Linux {}, {rustc}.",
        std::thread::available_parallelism()?,
        memory.div_ceil(1_000_000),
        kernel.trim()
    ))
}

/// `SQLite 3.54.0`, as the driver's bindings were compiled from it.
fn sqlite_version(project: &Project) -> Result<String> {
    let metadata = fs::read_to_string(project.root().join("Cargo.lock"))?;
    let version = metadata
        .split("[[package]]")
        .find(|package| package.contains("name = \"libsqlite3-sys\""))
        .and_then(|package| package.split("version = \"").nth(1)?.split('"').next())
        .context("no libsqlite3-sys in Cargo.lock")?;
    Ok(format!("SQLite (libsqlite3-sys {version})"))
}
