//! The server's program `rapport`: compiling it.

use std::path::PathBuf;

use anyhow::Result;

use crate::process;
use crate::project::Project;
use crate::step::step;

/// How the server is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    Dev,
    Release,
}

/// Compiles the server; returns the program.
///
/// # Errors
/// When it does not compile.
pub(crate) fn build(project: &Project, build: Build) -> Result<PathBuf> {
    step("compiling the server", || {
        let mut cargo = project.cargo();
        cargo.args(["build", "--quiet", "--package", "rapport-server"]);
        if build == Build::Release {
            cargo.arg("--release");
        }
        process::warned(&mut cargo)
    })?;
    let folder = match build {
        Build::Dev => "debug",
        Build::Release => "release",
    };
    Ok(project.target().join(folder).join("rapport"))
}
