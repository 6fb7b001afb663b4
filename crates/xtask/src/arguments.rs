//! What was asked for on the command line.

use std::ffi::OsString;

use anyhow::{Context as _, Result, bail};

use crate::bench::Plan;
use crate::bundle::Effort;
use crate::server::Build;

pub(crate) const HELP: &str = "\
cargo xtask <command>

  run [--release] [--quick] [-- ARGS]
                                build the app and the server, start on http://127.0.0.1:8080
  test                          everything: check, tests on both databases, the app, the browser
  check                         the quick part: formatting, clippy, licences
  e2e [--db sqlite|postgres|both] [--quick] [-- ARGS]
                                browser tests; ARGS go to Playwright
  openapi                       write openapi/openapi.json as the server serves it
  bench [--contacts N] [--db sqlite|postgres|both] [--only QUERY]
                                how fast everything is, through HTTP, with a million
                                contacts: docs/performance.md
  app [--quick]                 only build the browser app into dist/

--quick builds the app in seconds after a change, and large: while one writes it.

Each command installs what it needs. Kept between clones: ~/.cache/rapport (RAPPORT_CACHE_DIR).
RAPPORT_WASM=active|rustup|debian allows only that compiler for the browser.";

/// A command and its options.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Invocation {
    Help,
    Run {
        build: Build,
        effort: Effort,
        server: Vec<OsString>,
    },
    App {
        effort: Effort,
    },
    Check,
    Test,
    E2e {
        databases: Databases,
        effort: Effort,
        playwright: Vec<OsString>,
    },
    OpenApi,
    Bench(Plan),
}

/// The database engines that something is done with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Databases {
    Both,
    One(Database),
}

/// A database engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

impl Databases {
    /// The engines, the quicker first.
    pub(crate) fn each(self) -> Vec<Database> {
        match self {
            Self::Both => vec![Database::Sqlite, Database::Postgres],
            Self::One(database) => vec![database],
        }
    }
}

impl Database {
    /// As options and environment variables call it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// As people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

impl Invocation {
    /// # Errors
    /// When the command or an option is unknown, or a value is wrong.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self> {
        let mut arguments = arguments.into_iter();
        let Some(command) = arguments.next() else {
            return Ok(Self::Help);
        };
        let mut options = Options {
            ours: Vec::new(),
            passed_on: Vec::new(),
        };
        for argument in arguments.by_ref() {
            if argument == "--" {
                break;
            }
            let text = argument
                .into_string()
                .ok()
                .context("an option is not UTF-8")?;
            options.ours.push(text);
        }
        options.passed_on.extend(arguments);

        let command = command.to_string_lossy().into_owned();
        let invocation = match command.as_str() {
            "help" | "--help" | "-h" => Self::Help,
            "run" => Self::Run {
                build: if options.flag("--release") {
                    Build::Release
                } else {
                    Build::Dev
                },
                effort: options.effort(),
                server: options.pass_on(),
            },
            "app" => Self::App {
                effort: options.effort(),
            },
            "check" => Self::Check,
            "test" => Self::Test,
            "e2e" => Self::E2e {
                databases: options.databases()?,
                effort: options.effort(),
                playwright: options.pass_on(),
            },
            "openapi" => Self::OpenApi,
            "bench" => Self::Bench(Plan {
                contacts: match options.value("--contacts")? {
                    Some(text) => text.parse().context("--contacts wants a number")?,
                    None => 1_000_000,
                },
                databases: options.databases()?,
                only: options.value("--only")?,
            }),
            other => bail!("there is no command {other}\n\n{HELP}"),
        };
        if let Some(rest) = options.ours.first() {
            bail!("{command} does not know {rest}\n\n{HELP}");
        }
        if !options.passed_on.is_empty() {
            bail!("{command} passes nothing on\n\n{HELP}");
        }
        Ok(invocation)
    }
}

struct Options {
    ours: Vec<String>,
    passed_on: Vec<OsString>,
}

impl Options {
    fn flag(&mut self, name: &str) -> bool {
        let before = self.ours.len();
        self.ours.retain(|it| it != name);
        self.ours.len() < before
    }

    /// `--name value` or `--name=value`.
    fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(at) = self.ours.iter().position(|it| {
            it.strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
        }) else {
            return Ok(None);
        };
        let option = self.ours.remove(at);
        if let Some((_, value)) = option.split_once('=') {
            return Ok(Some(value.to_owned()));
        }
        anyhow::ensure!(at < self.ours.len(), "{name} wants a value");
        Ok(Some(self.ours.remove(at)))
    }

    fn databases(&mut self) -> Result<Databases> {
        Ok(match self.value("--db")?.as_deref() {
            None | Some("both") => Databases::Both,
            Some("sqlite") => Databases::One(Database::Sqlite),
            Some("postgres") => Databases::One(Database::Postgres),
            Some(other) => bail!("--db {other}: sqlite, postgres or both"),
        })
    }

    fn effort(&mut self) -> Effort {
        if self.flag("--quick") {
            Effort::Quick
        } else {
            Effort::Full
        }
    }

    fn pass_on(&mut self) -> Vec<OsString> {
        std::mem::take(&mut self.passed_on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Invocation> {
        Invocation::parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn commands_and_options() {
        assert_eq!(parse("").unwrap(), Invocation::Help);
        assert_eq!(
            parse("run --release -- --port 1").unwrap(),
            Invocation::Run {
                build: Build::Release,
                effort: Effort::Full,
                server: vec!["--port".into(), "1".into()]
            }
        );
        assert_eq!(
            parse("e2e --db postgres --quick -- -g sort").unwrap(),
            Invocation::E2e {
                databases: Databases::One(Database::Postgres),
                effort: Effort::Quick,
                playwright: vec!["-g".into(), "sort".into()]
            }
        );
        assert_eq!(
            parse("bench --contacts=5 --db both --only Q4").unwrap(),
            Invocation::Bench(Plan {
                contacts: 5,
                databases: Databases::Both,
                only: Some("Q4".to_owned())
            })
        );
    }

    #[test]
    fn what_it_does_not_know_it_says() {
        for (line, text) in [
            ("fly", "no command fly"),
            ("run --relase", "does not know --relase"),
            ("check -- x", "passes nothing on"),
            ("e2e --db mysql", "mysql: sqlite, postgres or both"),
            ("e2e --db", "--db wants a value"),
            ("bench --contacts many", "wants a number"),
        ] {
            let error = format!("{:#}", parse(line).unwrap_err());
            assert!(error.contains(text), "{line}: {error}");
        }
    }
}
