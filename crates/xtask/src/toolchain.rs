//! A compiler for the browser: rustc with a standard library for `wasm32-unknown-unknown`.
//!
//! Three ways, in this order: the active toolchain has that library; rustup can add it; or, on
//! Debian without a way to rustup's server, Debian's newest rustc and the library built from the
//! sources that Debian ships, once for each version.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::project::Project;
use crate::step::{say, step};
use crate::{apt, process};

/// What the app is compiled for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// rustup retries for minutes when it cannot reach its server; nobody wants to wait that long.
const RUSTUP_PATIENCE: Duration = Duration::from_secs(240);

const DEBIAN_PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-22",
];
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_LINKER: &str = "wasm-ld-22";

/// A compiler that can build the app.
#[derive(Debug)]
pub(crate) enum WasmToolchain {
    /// The toolchain that compiles everything else.
    Active,
    /// Debian's, with a standard library of our own making.
    Debian { sysroot: PathBuf },
}

impl WasmToolchain {
    /// Finds or makes one. `RAPPORT_WASM` set to `active`, `rustup` or `debian` allows that way only.
    ///
    /// # Errors
    /// When no way works; the text says for each why, and what to do.
    pub(crate) fn find(project: &Project) -> Result<Self> {
        let only = env::var("RAPPORT_WASM").ok();
        let allowed = |way: &str| only.as_deref().is_none_or(|only| only == way);

        if (allowed("active") || allowed("rustup")) && active_has_it(project) {
            return Ok(Self::Active);
        }
        // Made once because nothing else worked: asking rustup again would cost each start a wait.
        if allowed("debian")
            && let Some(sysroot) = debian_in_cache(project)
        {
            return Ok(Self::Debian { sysroot });
        }
        let mut reasons = Vec::new();
        if allowed("rustup") {
            match add_by_rustup(project) {
                Ok(()) => {
                    say(&format!(
                        "the compiler for the browser: {WASM}, added by rustup"
                    ));
                    return Ok(Self::Active);
                }
                Err(why) => reasons.push(format!("rustup target add {WASM}: {why:#}")),
            }
        }
        if allowed("debian") {
            match build_debians(project) {
                Ok(sysroot) => {
                    say("the compiler for the browser: Debian's rustc-web, library built here");
                    return Ok(Self::Debian { sysroot });
                }
                Err(why) => reasons.push(format!("Debian's packages: {why:#}")),
            }
        }
        bail!(
            "no compiler for the browser: the active Rust toolchain has no {WASM}.\n- {}\n\
             Either make `rustup target add {WASM}` work, or use Debian and, as root, \
             `apt-get install {}`.",
            reasons.join("\n- "),
            DEBIAN_PACKAGES.join(" "),
        )
    }

    /// cargo, set up to build for [`WASM`].
    pub(crate) fn cargo(&self, project: &Project) -> Result<Command> {
        match self {
            Self::Active => Ok(project.cargo()),
            Self::Debian { sysroot } => {
                let mut command = debian_cargo()?;
                command
                    .current_dir(project.root())
                    .env(target_variable("LINKER"), DEBIAN_LINKER)
                    .env(
                        target_variable("RUSTFLAGS"),
                        format!("--sysroot={}", sysroot.display()),
                    );
                Ok(command)
            }
        }
    }
}

fn active_has_it(project: &Project) -> bool {
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc
        .current_dir(project.root())
        .args(["--print", "target-libdir", "--target", WASM]);
    process::quiet(&mut rustc)
        .ok()
        .and_then(|folder| fs::read_dir(folder.trim()).ok())
        .is_some_and(|files| {
            files
                .flatten()
                .any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
        })
}

fn add_by_rustup(project: &Project) -> Result<()> {
    let rustup = process::on_path(&["rustup"]).context("there is no rustup")?;
    step(&format!("rustup target add {WASM}"), || {
        let mut command = Command::new(rustup);
        command
            .current_dir(project.root())
            .args(["target", "add", WASM]);
        if !process::succeeds_within(&mut command, RUSTUP_PATIENCE) {
            bail!("rustup could not download it");
        }
        Ok(())
    })?;
    if !active_has_it(project) {
        bail!("rustup added it to another toolchain than the one in use");
    }
    Ok(())
}

fn debian_in_cache(project: &Project) -> Option<PathBuf> {
    if !process::runs(Path::new(DEBIAN_CARGO)) || process::on_path(&[DEBIAN_LINKER]).is_none() {
        return None;
    }
    project.in_cache(&sysroot_name(&debian_version().ok()?))
}

fn build_debians(project: &Project) -> Result<PathBuf> {
    apt::install(&DEBIAN_PACKAGES, "a compiler for the browser")?;
    let version = debian_version()?;
    project.cached(&sysroot_name(&version), |place| {
        step(
            &format!(
                "building the standard library of rustc {} for {WASM}",
                version.release
            ),
            || build_sysroot(place, &version),
        )
    })
}

/// Compiles std as a dependency of an empty crate, and lays it out as rustc expects a sysroot.
fn build_sysroot(place: &Path, version: &RustcVersion) -> Result<()> {
    let work = place.join("work");
    fs::create_dir_all(work.join("src"))?;
    fs::write(
        work.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n",
    )?;
    fs::write(work.join("src/lib.rs"), "#![no_std]\n")?;
    let mut cargo = debian_cargo()?;
    cargo
        .current_dir(&work)
        .args([
            "build",
            "--release",
            "-Zbuild-std=std,panic_abort",
            "--target",
            WASM,
        ])
        .arg("--target-dir")
        .arg(work.join("target"))
        .env("RUSTC_BOOTSTRAP", "1")
        // Fat link-time optimisation of the app wants the library's bitcode.
        .env(target_variable("RUSTFLAGS"), "-Cembed-bitcode=yes");
    process::quiet(&mut cargo)?;

    let rustlib = place.join("lib/rustlib");
    let library = rustlib.join(WASM).join("lib");
    fs::create_dir_all(&library)?;
    for file in fs::read_dir(work.join("target").join(WASM).join("release/deps"))? {
        let file = file?.path();
        let is_ours = |name: &OsStr| name.to_string_lossy().starts_with("libempty-");
        if file.extension() == Some(OsStr::new("rlib"))
            && let Some(name) = file.file_name()
            && !is_ours(name)
        {
            fs::copy(&file, library.join(name))?;
        }
    }
    symlink(
        Path::new("/usr/lib/rustlib").join(&version.host),
        rustlib.join(&version.host),
    )?;
    fs::remove_dir_all(&work)?;
    Ok(())
}

/// Debian's cargo and rustc, without what rustup has set for the active toolchain.
fn debian_cargo() -> Result<Command> {
    let path = env::var_os("PATH").unwrap_or_default();
    let path =
        env::join_paths(std::iter::once(PathBuf::from("/usr/bin")).chain(env::split_paths(&path)))?;
    let mut command = Command::new(DEBIAN_CARGO);
    command.env("PATH", path).env("RUSTC", DEBIAN_RUSTC);
    for inherited in [
        "CARGO",
        "LD_LIBRARY_PATH",
        "RUSTC_WRAPPER",
        "RUSTFLAGS",
        "RUSTUP_TOOLCHAIN",
    ] {
        command.env_remove(inherited);
    }
    Ok(command)
}

fn target_variable(name: &str) -> String {
    format!(
        "CARGO_TARGET_{}_{name}",
        WASM.replace('-', "_").to_uppercase()
    )
}

/// What `rustc -vV` says of itself.
#[derive(Debug, PartialEq, Eq)]
struct RustcVersion {
    release: String,
    host: String,
    commit: String,
}

fn debian_version() -> Result<RustcVersion> {
    let mut rustc = Command::new(DEBIAN_RUSTC);
    rustc.arg("-vV").env_remove("LD_LIBRARY_PATH");
    rustc_version(&process::quiet(&mut rustc)?)
}

fn rustc_version(text: &str) -> Result<RustcVersion> {
    let value = |key: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
            .map(str::to_owned)
            .with_context(|| format!("rustc -vV tells no {key}"))
    };
    Ok(RustcVersion {
        release: value("release")?,
        host: value("host")?,
        commit: value("commit-hash")?,
    })
}

fn sysroot_name(version: &RustcVersion) -> String {
    let commit = version.commit.get(..9).unwrap_or(&version.commit);
    format!("wasm-std-{}-{commit}", version.release)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sysroot_belongs_to_one_compiler() {
        let version = rustc_version(
            "rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)\nbinary: rustc\n\
             commit-hash: ac68faa20c58cbccd01ee7208bf3b6e93a7d7f96\ncommit-date: 2026-05-25\n\
             host: x86_64-unknown-linux-gnu\nrelease: 1.96.0\nLLVM version: 22.1.8\n",
        )
        .unwrap();
        assert_eq!(version.host, "x86_64-unknown-linux-gnu");
        assert_eq!(sysroot_name(&version), "wasm-std-1.96.0-ac68faa20");
        assert!(rustc_version("rustc 1.96.0").is_err());
    }

    #[test]
    fn cargo_reads_flags_for_the_target_only() {
        assert_eq!(
            target_variable("RUSTFLAGS"),
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS"
        );
    }
}
