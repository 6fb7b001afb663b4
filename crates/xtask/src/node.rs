//! Node.js and the packages of the browser tests.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::project::{Project, lock};
use crate::step::step;
use crate::{apt, process};

/// What Playwright needs.
const OLDEST: u32 = 18;

/// Makes sure of Node.js and of `e2e/node_modules` as `package-lock.json` says.
///
/// # Errors
/// When Node.js is missing or too old, or the packages cannot be fetched.
pub(crate) fn prepare(project: &Project) -> Result<()> {
    if process::on_path(&["node"]).is_none() || process::on_path(&["npm"]).is_none() {
        apt::install(
            &["nodejs", "npm"],
            "Node.js with npm, for the browser tests,",
        )?;
    }
    let version = process::quiet(Command::new("node").arg("--version"))?;
    if major(&version).context("node --version")? < OLDEST {
        bail!("Node.js {} is too old: {OLDEST} or newer", version.trim());
    }
    let e2e = project.e2e();
    let wanted = fs::read(e2e.join("package-lock.json")).context("reading package-lock.json")?;
    let installed = e2e.join("node_modules/.installed-package-lock.json");
    let _lock = lock(&project.target().join("xtask/npm.lock"))?;
    if fs::read(&installed).is_ok_and(|it| it == wanted) {
        return Ok(());
    }
    step("installing the packages of e2e/", || {
        let mut npm = Command::new("npm");
        npm.current_dir(&e2e)
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        process::quiet(&mut npm)
    })?;
    fs::write(&installed, wanted).with_context(|| format!("writing {}", installed.display()))
}

/// # Errors
/// When the browser tests contradict their types.
pub(crate) fn check_types(project: &Project) -> Result<()> {
    let e2e = project.e2e();
    process::shown(Command::new(e2e.join("node_modules/.bin/tsc")).current_dir(e2e))
}

/// `v20.20.2` → 20
fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_tells_its_version() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("node"), None);
    }
}
