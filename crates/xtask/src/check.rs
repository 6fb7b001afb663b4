//! `cargo xtask check`: what needs neither a database nor a browser.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use crate::process;
use crate::project::Project;
use crate::report::Report;
use crate::step::{say, step};
use crate::toolchain::{WASM, WasmToolchain};

const CARGO_DENY: &str = "0.20.2";
const ADVISORIES: &str = "https://github.com/RustSec/advisory-db";

/// Does every check, each as a line of the report.
pub(crate) fn check(project: &Project, report: &mut Report) {
    report.stage("formatting", || {
        process::shown(project.cargo().args(["fmt", "--all", "--check"]))
    });
    report.stage("clippy", || {
        let mut cargo = project.cargo();
        cargo.args([
            "clippy",
            "--quiet",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]);
        process::shown(&mut cargo)
    });
    report.stage("clippy, as compiled for the browser", || {
        clippy_for_the_browser(project)
    });
    report.stage("licences, bans, sources", || {
        process::shown(deny(project)?.args(["check", "licenses", "bans", "sources"]))
    });
    if can_reach(ADVISORIES) {
        report.stage("advisories", || {
            process::shown(deny(project)?.args(["check", "advisories"]))
        });
    } else if !process::interrupted() {
        say(&format!(
            "NOT CHECKED: advisories, because {ADVISORIES} cannot be reached from here"
        ));
    }
}

/// What is compiled only for the browser, clippy does not see on the host.
fn clippy_for_the_browser(project: &Project) -> Result<()> {
    match WasmToolchain::find(project)? {
        toolchain @ WasmToolchain::Active => {
            let mut cargo = toolchain.cargo(project)?;
            cargo
                .args([
                    "clippy",
                    "--quiet",
                    "--package",
                    "frontend",
                    "--package",
                    "rapport-client",
                ])
                .args(["--target", WASM, "--target-dir"])
                .arg(project.app_target())
                .args(["--", "-D", "warnings"]);
            process::shown(&mut cargo)
        }
        WasmToolchain::Debian { .. } => {
            say("NOT CHECKED: clippy for the browser, which Debian's rustc-web does not bring");
            Ok(())
        }
    }
}

fn deny(project: &Project) -> Result<Command> {
    let mut command = Command::new(cargo_deny(project)?);
    command
        .current_dir(project.root())
        .args(["--log-level=warn"]);
    Ok(command)
}

/// cargo-deny of our version, compiled the first time.
///
/// # Errors
/// When it does not compile.
fn cargo_deny(project: &Project) -> Result<PathBuf> {
    let folder = project.cached(&format!("cargo-deny-{CARGO_DENY}"), |folder| {
        step(&format!("compiling cargo-deny {CARGO_DENY}"), || {
            let install = |locked: &[&str]| {
                let mut cargo = project.cargo();
                cargo
                    .args([
                        "install",
                        "--quiet",
                        "--debug",
                        "cargo-deny",
                        "--version",
                        CARGO_DENY,
                    ])
                    .args(locked)
                    .arg("--root")
                    .arg(folder)
                    .env("CARGO_PROFILE_DEV_DEBUG", "0");
                process::quiet(&mut cargo)
            };
            // A registry that lags behind lacks versions that the lock file names.
            install(&["--locked"]).or_else(|_| install(&[]))
        })?;
        Ok(())
    })?;
    Ok(folder.join("bin/cargo-deny"))
}

fn can_reach(repository: &str) -> bool {
    let mut git = Command::new("git");
    git.args(["ls-remote", "--exit-code", repository, "HEAD"])
        .env("GIT_TERMINAL_PROMPT", "0");
    process::succeeds_within(&mut git, Duration::from_secs(15))
}
