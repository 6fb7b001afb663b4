//! Debian packages: installed where we may, named where we may not.

use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::step::step;

/// Held while apt runs; says whether its lists are fresh.
static UPDATED: Mutex<bool> = Mutex::new(false);

/// Whether this system has apt at all.
pub(crate) fn exists() -> bool {
    process::on_path(&["apt-get"]).is_some()
}

/// Makes sure of these packages; `need` says in a few words what for.
///
/// # Errors
/// When they are missing and cannot be installed; the text says what to do.
pub(crate) fn install(packages: &[&str], need: &str) -> Result<()> {
    let mut updated = UPDATED
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let missing: Vec<&str> = packages
        .iter()
        .copied()
        .filter(|it| !installed(it))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if !exists() {
        bail!(
            "{need} is missing, and this system has no apt-get: install it (Debian calls it {names})"
        );
    }
    if !process::is_root() {
        bail!("{need} is missing, and only root may install it: sudo apt-get install {names}");
    }
    if !*updated {
        step("refreshing apt's lists", || {
            process::quiet(&mut apt(&["update"]))
        })
        .with_context(|| format!("while installing {names}"))?;
        *updated = true;
    }
    step(&format!("installing {names}"), || {
        let mut arguments = vec!["install", "-y", "--no-install-recommends"];
        arguments.extend(&missing);
        process::quiet(&mut apt(&arguments))
    })
    .with_context(|| format!("{need} is missing, and apt cannot install it"))?;
    Ok(())
}

fn installed(package: &str) -> bool {
    process::output(Command::new("dpkg-query").args(["-W", "-f=${db:Status-Status}", package]))
        .is_ok_and(|it| it.status.success() && it.stdout.starts_with(b"installed"))
}

fn apt(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command
        .args(["-q", "-o", "DPkg::Lock::Timeout=300"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive");
    command
}
