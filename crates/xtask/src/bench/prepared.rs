//! Databases with generated contacts: made once, kept, and copied for a run that changes them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use super::day::Day;
use super::subject::Subject;
use crate::postgres::Postgres;
use crate::process;
use crate::project::Project;
use crate::step::step;

/// Who signs in. The database never leaves the machine, nor has it anybody's data.
pub(super) const EMAIL: &str = "bench@example.org";
pub(super) const PASSWORD: &str = "nobody is in this database";

/// Contacts are generated back from the day on which they are made: older ones are made anew.
const KEPT_DAYS: i64 = 7;

/// What a database is made by: if any of this changes, it is made anew.
const MADE_BY: [&str; 5] = [
    "migrations/src",
    "crates/store/src/demo",
    "crates/store/src/contacts/bits.rs",
    "crates/store/src/contacts/create.rs",
    "crates/store/src/contacts/keys.rs",
];

/// A database for one run.
#[derive(Debug)]
pub(super) struct Prepared<'a> {
    pub(super) url: String,
    /// When its contacts were made.
    pub(super) made: Day,
    copy: Passing<'a>,
}

/// What goes with the run.
#[derive(Debug)]
enum Passing<'a> {
    /// Nothing: it is the kept database.
    None,
    Folder(PathBuf),
    Database(&'a Postgres),
}

/// What a run does with the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Reading,
    /// A copy is made, for which there has to be room on the disk.
    Changing,
}

const RUN: &str = "bench_run";
const MAKING: &str = "bench_making";

/// The kept SQLite database, which is made if need be.
///
/// # Errors
/// When it cannot be made or copied.
pub(super) fn sqlite(
    project: &Project,
    program: &Path,
    contacts: u32,
    purpose: Use,
) -> Result<Prepared<'static>> {
    let name = Name::of(project, contacts)?;
    let names: Vec<String> = fs::read_dir(project.cache())
        .map(|entries| {
            entries
                .flatten()
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .collect()
        })
        .unwrap_or_default();
    let kept = if let Some(kept) = name.recent(&names) {
        kept
    } else {
        for old in name.others(&names) {
            fs::remove_dir_all(project.cache().join(old))?;
        }
        name.on(Day::today())
    };
    let made = Name::day(&kept).context("a name without a day")?;
    let folder = project.cached(&kept, |folder| fill(program, &in_folder(folder), contacts))?;
    if purpose == Use::Reading {
        return Ok(Prepared {
            url: in_folder(&folder),
            made,
            copy: Passing::None,
        });
    }
    let run = project
        .cache()
        .join(format!("bench-run-{}", std::process::id()));
    fs::create_dir_all(&run)?;
    let copied = Prepared {
        url: in_folder(&run),
        made,
        copy: Passing::Folder(run.clone()),
    };
    step("copying the database", || {
        fs::copy(folder.join("rapport.db"), run.join("rapport.db")).context("copying")
    })?;
    Ok(copied)
}

fn in_folder(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("rapport.db").display())
}

/// The kept PostgreSQL database, which is made if need be.
///
/// # Errors
/// As [`sqlite`].
pub(super) fn postgres<'a>(
    project: &Project,
    program: &Path,
    postgres: &'a Postgres,
    contacts: u32,
    purpose: Use,
) -> Result<Prepared<'a>> {
    let name = Name::of(project, contacts)?;
    let ask = |sql: &str| postgres.psql("postgres", &[sql]);
    let names: Vec<String> = ask("SELECT datname FROM pg_database")?
        .lines()
        .map(str::to_owned)
        .collect();
    let kept = match name.recent(&names) {
        Some(kept) => kept,
        None => {
            for old in name.others(&names) {
                ask(&format!("DROP DATABASE \"{old}\""))?;
            }
            ask(&format!("DROP DATABASE IF EXISTS {MAKING}"))?;
            postgres.create_database(MAKING)?;
            fill(program, &postgres.url(MAKING), contacts)?;
            // As autovacuum leaves a table that has been there for a while.
            postgres.psql(MAKING, &["VACUUM (ANALYZE)"])?;
            let kept = name.on(Day::today());
            ask(&format!("ALTER DATABASE {MAKING} RENAME TO \"{kept}\""))?;
            kept
        }
    };
    let made = Name::day(&kept).context("a name without a day")?;
    if purpose == Use::Reading {
        return Ok(Prepared {
            url: postgres.url(&kept),
            made,
            copy: Passing::None,
        });
    }
    step("copying the database", || {
        ask(&format!("DROP DATABASE IF EXISTS {RUN} WITH (FORCE)"))?;
        // Since PostgreSQL 15 the other strategy, through the log, is the default; for databases as large as ours it is the slower one.
        let version: u32 = ask("SHOW server_version_num")?.trim().parse()?;
        let strategy = if version >= 150_000 {
            " STRATEGY file_copy"
        } else {
            ""
        };
        ask(&format!(
            "CREATE DATABASE {RUN} TEMPLATE \"{kept}\"{strategy}"
        ))?;
        ask("CHECKPOINT")
    })?;
    Ok(Prepared {
        url: postgres.url(RUN),
        made,
        copy: Passing::Database(postgres),
    })
}

impl Drop for Prepared<'_> {
    fn drop(&mut self) {
        // What is left is removed by the next run (PostgreSQL), or can be by a person: it is in the cache.
        match &self.copy {
            Passing::None => {}
            Passing::Folder(folder) => drop(fs::remove_dir_all(folder)),
            Passing::Database(postgres) => drop(postgres.psql(
                "postgres",
                &[&format!("DROP DATABASE IF EXISTS {RUN} WITH (FORCE)")],
            )),
        }
    }
}

/// An account, and its contacts.
fn fill(program: &Path, url: &str, contacts: u32) -> Result<()> {
    let subject = Subject::new(program, url)?;
    let password = std::env::temp_dir().join(format!("rapport-bench-{}", std::process::id()));
    fs::write(&password, PASSWORD)?;
    let mut create = subject.command(&["admin", "create-account"]);
    create
        .args(["--name", "Bench", "--owner", "Bench", "--email", EMAIL])
        .args(["--default-country", "MX", "--password-file"])
        .arg(&password);
    let created = quiet(&mut create);
    fs::remove_file(&password)?;
    created?;
    step(&format!("making {contacts} contacts, once"), || {
        let contacts = contacts.to_string();
        quiet(&mut subject.command(&["demo", "--seed", "1", "--contacts", &contacts]))
    })
}

fn quiet(command: &mut Command) -> Result<()> {
    process::quiet(command).map(drop)
}

/// What a kept database is called: what it was made by, and when.
struct Name {
    contacts: u32,
    hash: String,
}

impl Name {
    fn of(project: &Project, contacts: u32) -> Result<Self> {
        let mut hash = Sha256::new();
        for part in MADE_BY {
            add(&mut hash, project.root(), Path::new(part))?;
        }
        let hash = hash.finalize();
        let hash = hash.iter().take(6).map(|byte| format!("{byte:02x}"));
        Ok(Self {
            contacts,
            hash: hash.collect(),
        })
    }

    fn on(&self, day: Day) -> String {
        format!("bench-{}-{}-{}", self.contacts, self.hash, day.0)
    }

    fn day(name: &str) -> Option<Day> {
        name.rsplit_once('-')?.1.parse().ok().map(Day)
    }

    /// The newest of these that is ours and new enough.
    fn recent(&self, names: &[String]) -> Option<String> {
        let ours = format!("bench-{}-{}-", self.contacts, self.hash);
        names
            .iter()
            .filter(|name| name.starts_with(&ours))
            .filter_map(|name| Some((Self::day(name)?, name)))
            .filter(|(day, _)| *day >= Day::today().plus(-KEPT_DAYS))
            .max()
            .map(|(_, name)| name.clone())
    }

    /// Those of these that nobody needs any more: with as many contacts, older.
    fn others<'n>(&self, names: &'n [String]) -> Vec<&'n String> {
        let alike = format!("bench-{}-", self.contacts);
        names
            .iter()
            .filter(|name| name.starts_with(&alike))
            .collect()
    }
}

/// Adds a file, or every file of a folder in the order of their names.
fn add(hash: &mut Sha256, root: &Path, path: &Path) -> Result<()> {
    let whole = root.join(path);
    if whole.is_dir() {
        let mut entries: Vec<_> = fs::read_dir(whole)?
            .map(|entry| entry.map(|entry| path.join(entry.file_name())))
            .collect::<std::io::Result<_>>()?;
        entries.sort();
        for entry in entries {
            add(hash, root, &entry)?;
        }
        return Ok(());
    }
    // What only tests read changes no database.
    if path.file_name().is_some_and(|name| name == "tests.rs") {
        return Ok(());
    }
    let bytes = fs::read(&whole).with_context(|| format!("reading {}", whole.display()))?;
    hash.update(path.as_os_str().as_encoded_bytes());
    hash.update(bytes.len().to_le_bytes());
    hash.update(bytes);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_used_again_while_it_is_the_same() {
        let name = Name {
            contacts: 1000,
            hash: "ab12".to_owned(),
        };
        let today = Day::today();
        let names: Vec<_> = [
            "bench-1000-ab12-1".to_owned(),
            name.on(today.plus(-8)),
            name.on(today.plus(-3)),
            name.on(today.plus(-5)),
            format!("bench-1000-ffff-{}", today.0),
            format!("bench-100-ab12-{}", today.0),
            "bench-run-77".to_owned(),
        ]
        .to_vec();
        let recent = name.recent(&names);
        assert_eq!(recent, Some(name.on(today.plus(-3))));
        assert_eq!(Name::day(&name.on(today)), Some(today));
        assert_eq!(name.recent(&names[..2]), None);
        assert_eq!(name.others(&names).len(), 5);
    }
}
