//! `cargo xtask e2e`: browser tests against the real program, the real app and a fresh database.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::arguments::{Database, Databases};
use crate::bundle::Effort;
use crate::postgres::Postgres;
use crate::project::Project;
use crate::report::Report;
use crate::run::build_both;
use crate::server::Build;
use crate::{chromium, node, process};

/// Builds what is tested and tests it.
///
/// # Errors
/// When something cannot be built or installed, or a test fails.
pub(crate) fn e2e(
    project: &Project,
    databases: Databases,
    effort: Effort,
    playwright: &[OsString],
) -> Result<()> {
    node::prepare(project)?;
    let browser = chromium::find()?;
    let server = build_both(project, Build::Dev, effort)?;
    let mut report = Report::default();
    for database in databases.each() {
        report.stage(&format!("browser tests on {}", database.name()), || {
            let postgres = match database {
                Database::Sqlite => None,
                Database::Postgres => Some(Postgres::start()?),
            };
            browser_tests(project, &server, &browser, postgres.as_ref(), playwright)
        });
    }
    report.finish()
}

/// Runs Playwright, on PostgreSQL if there is one.
///
/// # Errors
/// When a test fails.
pub(crate) fn browser_tests(
    project: &Project,
    server: &Path,
    browser: &Path,
    postgres: Option<&Postgres>,
    arguments: &[OsString],
) -> Result<()> {
    let database = if postgres.is_some() {
        Database::Postgres
    } else {
        Database::Sqlite
    };
    let mut command = Command::new(project.e2e().join("node_modules/.bin/playwright"));
    command
        .current_dir(project.e2e())
        .arg("test")
        .args(arguments)
        .env("CHROMIUM_PATH", browser)
        .env("RAPPORT_BIN", server)
        .env("RAPPORT_APP_DIR", project.dist())
        .env("E2E_DB", database.key())
        .env_remove("TEST_POSTGRES_URL");
    if let Some(postgres) = postgres {
        command.env("TEST_POSTGRES_URL", postgres.url("postgres"));
    }
    process::shown(&mut command)
}
