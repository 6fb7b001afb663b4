//! The two programs between rustc's wasm and the browser's: wasm-bindgen and wasm-opt.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::project::Project;
use crate::step::{say, step};
use crate::{apt, process};

/// Binaryen as npm has it; Debian's is years older.
const BINARYEN: &str = "132.0.0";
/// From this version on, the wasm-opt on the path is as good.
const RECENT: u32 = 119;

/// The wasm-bindgen program, which must be of the same version as the crate.
///
/// # Errors
/// When it is not there and cannot be compiled.
pub(super) fn wasm_bindgen(project: &Project, version: &str) -> Result<PathBuf> {
    if let Some(program) = process::on_path(&["wasm-bindgen"])
        && process::quiet(Command::new(&program).arg("--version"))
            .is_ok_and(|it| it.trim() == format!("wasm-bindgen {version}"))
    {
        return Ok(program);
    }
    let folder = project.cached(&format!("wasm-bindgen-{version}"), |folder| {
        step(&format!("compiling wasm-bindgen {version}"), || {
            // Without optimisation: it works for a second, and compiles in half the time.
            let mut cargo = project.cargo();
            cargo
                .args([
                    "install",
                    "--quiet",
                    "--debug",
                    "wasm-bindgen-cli",
                    "--bin",
                    "wasm-bindgen",
                ])
                .arg(format!("--version=={version}"))
                .arg("--root")
                .arg(folder)
                .env("CARGO_PROFILE_DEV_DEBUG", "0");
            process::quiet(&mut cargo)
        })?;
        Ok(())
    })?;
    Ok(folder.join("bin/wasm-bindgen"))
}

/// Runs wasm-bindgen: `frontend.js`, `frontend_bg.wasm` and perhaps `snippets/` in `out`.
///
/// # Errors
/// When it fails.
pub(super) fn bind(program: &Path, wasm: &Path, out: &Path) -> Result<()> {
    let mut command = Command::new(program);
    command
        .args([
            "--target",
            "web",
            "--no-typescript",
            "--out-name",
            "frontend",
        ])
        .args(["--remove-producers-section", "--out-dir"])
        .arg(out)
        .arg(wasm);
    process::warned(&mut command)?;
    Ok(())
}

/// A wasm-opt.
#[derive(Debug)]
pub(super) struct WasmOpt {
    program: PathBuf,
    /// It is too old to know by itself what today's rustc makes use of.
    old: bool,
}

impl WasmOpt {
    /// The one on the path if it is recent, else npm's, else Debian's.
    ///
    /// # Errors
    /// When there is none and none can be installed.
    pub(super) fn find(project: &Project) -> Result<Self> {
        let installed = process::on_path(&["wasm-opt"]);
        if let Some(program) = &installed
            && version(program)? >= RECENT
        {
            return Ok(Self {
                program: program.clone(),
                old: false,
            });
        }
        match npms(project) {
            Ok(program) => {
                return Ok(Self {
                    program,
                    old: false,
                });
            }
            Err(why) => say(&format!("no wasm-opt from npm, trying another: {why:#}")),
        }
        let program = match installed {
            Some(program) => program,
            None => {
                apt::install(&["binaryen"], "wasm-opt (of Binaryen)")?;
                process::on_path(&["wasm-opt"]).context("binaryen has no wasm-opt")?
            }
        };
        let old = version(&program)? < RECENT;
        Ok(Self { program, old })
    }

    /// Makes the wasm small.
    ///
    /// # Errors
    /// When it fails.
    pub(super) fn shrink(&self, wasm: &Path, out: &Path) -> Result<()> {
        let mut command = Command::new(&self.program);
        command
            .arg("-Oz")
            .arg("--strip-producers")
            .arg("--strip-target-features");
        if self.old {
            command.args([
                "--enable-bulk-memory",
                "--enable-multivalue",
                "--enable-mutable-globals",
                "--enable-nontrapping-float-to-int",
                "--enable-reference-types",
                "--enable-sign-ext",
            ]);
        }
        process::warned(command.arg(wasm).arg("-o").arg(out))?;
        Ok(())
    }
}

fn npms(project: &Project) -> Result<PathBuf> {
    let npm = process::on_path(&["npm"]).context("there is no npm")?;
    process::on_path(&["node"]).context("there is no node")?;
    let folder = project.cached(&format!("binaryen-{BINARYEN}"), |folder| {
        step(&format!("installing binaryen {BINARYEN} from npm"), || {
            let mut command = Command::new(npm);
            command
                .args([
                    "install",
                    "--no-audit",
                    "--no-fund",
                    "--loglevel=error",
                    "--prefix",
                ])
                .arg(folder)
                .arg(format!("binaryen@{BINARYEN}"))
                .current_dir(folder);
            process::quiet(&mut command)?;
            version(&folder.join(PROGRAM)).map(drop)
        })
    })?;
    Ok(folder.join(PROGRAM))
}

const PROGRAM: &str = "node_modules/binaryen/bin/wasm-opt";

fn version(program: &Path) -> Result<u32> {
    let text = process::quiet(Command::new(program).arg("--version"))?;
    version_number(&text).with_context(|| format!("{}: {text}", program.display()))
}

/// `wasm-opt version 108 (version_108)` → 108
fn version_number(text: &str) -> Option<u32> {
    text.split_whitespace().find_map(|word| word.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_opt_tells_its_version() {
        assert_eq!(
            version_number("wasm-opt version 108 (version_108)\n"),
            Some(108)
        );
        assert_eq!(version_number("wasm-opt version 132\n"), Some(132));
        assert_eq!(version_number("wasm-opt"), None);
    }
}
