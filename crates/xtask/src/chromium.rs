//! A browser for the browser tests.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::{apt, process};

const NAMES: [&str; 4] = [
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "chromium-browser",
];
const ON_A_MAC: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
/// The browser, and fonts in which Spanish and Chinese pages can be looked at.
const PACKAGES: [&str; 3] = ["chromium", "fonts-liberation", "fonts-noto-cjk"];

/// The browser of `CHROMIUM_PATH`, an installed one, or Debian's.
///
/// # Errors
/// When there is none and none can be installed, or it does not even tell its version.
pub(crate) fn find() -> Result<PathBuf> {
    let browser = match env::var_os("CHROMIUM_PATH") {
        Some(path) => PathBuf::from(path),
        None => match installed() {
            Some(path) => path,
            None => {
                apt::install(&PACKAGES, "Chromium, for the browser tests,")?;
                installed().context("Debian's chromium is not on the path")?
            }
        },
    };
    // Ubuntu's package of this name only tells how to install a snap.
    if let Err(why) = process::quiet(Command::new(&browser).arg("--version")) {
        bail!(
            "{} does not run; set CHROMIUM_PATH to a Chromium or Chrome: {why:#}",
            browser.display()
        );
    }
    Ok(browser)
}

fn installed() -> Option<PathBuf> {
    let on_a_mac = || ON_A_MAC.iter().map(Path::new).find(|it| process::runs(it));
    process::on_path(&NAMES).or_else(|| on_a_mac().map(Path::to_owned))
}
