//! Where things are: the project's folders, the per-user cache, the compiler that builds us.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

/// The folders of the project and of the person who works on it.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    root: PathBuf,
    target: PathBuf,
    cache: PathBuf,
}

impl Project {
    /// The project that this program was compiled from.
    ///
    /// # Errors
    /// When neither `HOME` nor a cache folder is known.
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .nth(2)
            .context("crates/xtask lies two folders below the root")?
            .to_owned();
        let target = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |target| root.join(target));
        let cache = cache_folder(
            env::var_os("RAPPORT_CACHE_DIR"),
            env::var_os("XDG_CACHE_HOME"),
            env::var_os("HOME"),
        )
        .context("set RAPPORT_CACHE_DIR: neither it nor XDG_CACHE_HOME nor HOME is set")?;
        Ok(Self {
            root,
            target,
            cache,
        })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// cargo's target folder for the server and the tests.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// cargo's target folder for the browser app: with one folder for both, two compilers or two
    /// sets of flags would evict each other's work.
    pub(crate) fn app_target(&self) -> PathBuf {
        self.target.join("app")
    }

    /// The finished app, as the server serves it.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    pub(crate) fn e2e(&self) -> PathBuf {
        self.root.join("e2e")
    }

    /// The host's cargo, in the project's root.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root);
        for variable in of_our_own_build() {
            command.env_remove(variable);
        }
        command
    }

    /// A folder of the per-user cache, made by `make` the first time. It appears whole or not at
    /// all, and once, even if two clones ask for it together.
    ///
    /// # Errors
    /// Those of `make` and of the file system.
    pub(crate) fn cached(
        &self,
        name: &str,
        make: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<PathBuf> {
        let place = self.cache.join(name);
        if place.is_dir() {
            return Ok(place);
        }
        fs::create_dir_all(&self.cache)
            .with_context(|| format!("creating {}", self.cache.display()))?;
        let _lock = lock(&self.cache.join(format!(".{name}.lock")))?;
        if place.is_dir() {
            return Ok(place);
        }
        let partial = self.cache.join(format!(".{name}.partial"));
        if partial.exists() {
            fs::remove_dir_all(&partial)?;
        }
        fs::create_dir_all(&partial)?;
        make(&partial)?;
        fs::rename(&partial, &place).with_context(|| format!("moving to {}", place.display()))?;
        Ok(place)
    }

    /// The per-user cache.
    pub(crate) fn cache(&self) -> &Path {
        &self.cache
    }

    /// Where [`Self::cached`] keeps something, if it has it.
    pub(crate) fn in_cache(&self, name: &str) -> Option<PathBuf> {
        Some(self.cache.join(name)).filter(|place| place.is_dir())
    }
}

/// Holds an exclusive lock on a file until the value is dropped; waits for whoever holds it now.
///
/// # Errors
/// When the file cannot be made or locked.
pub(crate) fn lock(path: &Path) -> Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = File::create(path).with_context(|| format!("creating {}", path.display()))?;
    file.lock()
        .with_context(|| format!("locking {}", path.display()))?;
    Ok(file)
}

/// What `cargo run` set for us; a build script that watches one of these would run again each time.
fn of_our_own_build() -> impl Iterator<Item = OsString> {
    env::vars_os().map(|(name, _)| name).filter(|name| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
    })
}

fn cache_folder(
    ours: Option<OsString>,
    xdg: Option<OsString>,
    home: Option<OsString>,
) -> Option<PathBuf> {
    let set = |value: Option<OsString>| value.filter(|it| !it.is_empty()).map(PathBuf::from);
    set(ours)
        .or_else(|| set(xdg).map(|xdg| xdg.join("rapport")))
        .or_else(|| set(home).map(|home| home.join(".cache/rapport")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_is_where_the_person_says() {
        let some = |text: &str| Some(OsString::from(text));
        assert_eq!(
            cache_folder(some("/a"), some("/b"), some("/c")),
            Some("/a".into())
        );
        assert_eq!(
            cache_folder(None, some("/b"), some("/c")),
            Some("/b/rapport".into())
        );
        assert_eq!(
            cache_folder(some(""), None, some("/c")),
            Some("/c/.cache/rapport".into())
        );
        assert_eq!(cache_folder(None, None, None), None);
    }
}
