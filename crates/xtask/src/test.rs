//! `cargo xtask test`: everything, quick failures first.

use anyhow::Result;

use crate::arguments::Database;
use crate::bundle::{self, Effort};
use crate::e2e::browser_tests;
use crate::postgres::Postgres;
use crate::project::Project;
use crate::report::Report;
use crate::server::{self, Build};
use crate::step::say;
use crate::{check, chromium, node, openapi, process};

/// # Errors
/// When anything fails or is missing.
pub(crate) fn test(project: &Project) -> Result<()> {
    let mut report = Report::default();
    let postgres = report.stage("PostgreSQL", Postgres::start);
    let browser = report.stage("Chromium", chromium::find);
    let packages = report.stage("packages of the browser tests", || node::prepare(project));
    match packages {
        Some(()) => {
            report.stage("types of the browser tests", || node::check_types(project));
        }
        None => report.impossible("types of the browser tests"),
    }
    check::check(project, &mut report);

    let name = "unit and API tests on SQLite and PostgreSQL";
    match &postgres {
        Some(postgres) => {
            report.stage(name, || rust_tests(project, postgres));
        }
        None => report.impossible(name),
    }
    report.stage("examples in the documentation", || {
        documentation_tests(project)
    });

    let app = report.stage("the app", || bundle::build(project, Effort::Full));
    let server = report.stage("the server", || server::build(project, Build::Dev));
    match &server {
        Some(server) => {
            report.stage("the OpenAPI document", || openapi::check(project, server));
        }
        None => report.impossible("the OpenAPI document"),
    }
    for database in [Database::Sqlite, Database::Postgres] {
        let name = format!("browser tests on {}", database.name());
        let postgres = match database {
            Database::Sqlite => Some(None),
            Database::Postgres => postgres.as_ref().map(Some),
        };
        match (&app, &server, &browser, &packages, postgres) {
            (Some(()), Some(server), Some(browser), Some(()), Some(postgres)) => {
                report.stage(&name, || {
                    browser_tests(project, server, browser, postgres, &[])
                });
            }
            _ => report.impossible(&name),
        }
    }
    drop(postgres);
    report.finish()
}

/// Every test of the workspace; those that need a database run on either engine.
fn rust_tests(project: &Project, postgres: &Postgres) -> Result<()> {
    let nextest = process::output(project.cargo().args(["nextest", "--version"]))
        .is_ok_and(|it| it.status.success());
    let mut command = project.cargo();
    if nextest {
        command.args(["nextest", "run", "--no-fail-fast", "--status-level=slow"]);
    } else {
        say("cargo-nextest is not installed: cargo test does the same, slower");
        command.args([
            "test",
            "--quiet",
            "--no-fail-fast",
            "--lib",
            "--bins",
            "--tests",
        ]);
    }
    command
        .arg("--workspace")
        .env("TEST_POSTGRES_URL", postgres.url("postgres"));
    process::shown(&mut command)
}

fn documentation_tests(project: &Project) -> Result<()> {
    let mut command = project.cargo();
    command.args(["test", "--quiet", "--workspace", "--doc"]);
    process::shown(&mut command)
}
