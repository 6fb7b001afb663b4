//! `cargo xtask run`: from the sources to the page.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use anyhow::{Context as _, Result, anyhow};

use crate::bundle::{self, Effort};
use crate::project::Project;
use crate::server::{self, Build};

const LISTEN: &str = "127.0.0.1:8080";

/// Builds the app and the server and becomes the server.
///
/// # Errors
/// When something does not build, or the server cannot be started.
pub(crate) fn run(
    project: &Project,
    build: Build,
    effort: Effort,
    arguments: &[OsString],
) -> Result<()> {
    let server = build_both(project, build, effort)?;
    let data = project.root().join("data");
    fs::create_dir_all(&data).with_context(|| format!("creating {}", data.display()))?;

    let mut command = Command::new(server);
    command
        .arg("serve")
        .args(arguments)
        .current_dir(project.root());
    command.env("RAPPORT_APP_DIR", project.dist());
    unless_set(&mut command, "RAPPORT_LISTEN", LISTEN.into());
    if env::var_os("DATABASE_URL").is_none() {
        let file = data.join("rapport.db");
        let url = format!("sqlite://{}", file.display());
        unless_set(&mut command, "RAPPORT_DATABASE_URL", url);
    }
    if env::var_os("RAPPORT_LISTEN").is_none() {
        unless_set(
            &mut command,
            "RAPPORT_PUBLIC_URL",
            format!("http://{LISTEN}"),
        );
    }
    // Signals and the exit code are then the server's own.
    Err(anyhow!(command.exec()).context("starting the server"))
}

/// The app's long last step (link-time optimisation) uses one core: together both are ready sooner.
pub(crate) fn build_both(project: &Project, build: Build, effort: Effort) -> Result<PathBuf> {
    thread::scope(|scope| {
        let app = scope.spawn(|| bundle::build(project, effort));
        let server = server::build(project, build);
        app.join()
            .map_err(|_| anyhow!("building the app panicked"))??;
        server
    })
}

fn unless_set(command: &mut Command, name: &str, value: String) {
    if env::var_os(name).is_none() {
        command.env(name, value);
    }
}
