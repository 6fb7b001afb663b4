//! `openapi/openapi.json`: the document that the server serves, committed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process;
use crate::project::Project;
use crate::step::say;

/// Writes what `rapport openapi` prints.
///
/// # Errors
/// When the server cannot tell it, or the file cannot be written.
pub(crate) fn write(project: &Project, server: &Path) -> Result<()> {
    let document = served(server)?;
    let path = path(project);
    if fs::read_to_string(&path).is_ok_and(|it| it == document) {
        say(&format!("{} is up to date", path.display()));
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&path, document).with_context(|| format!("writing {}", path.display()))?;
    say(&format!("wrote {}", path.display()));
    Ok(())
}

/// # Errors
/// When the committed document is not what the server serves.
pub(crate) fn check(project: &Project, server: &Path) -> Result<()> {
    let path = path(project);
    let committed = fs::read_to_string(&path).unwrap_or_default();
    if let Some(line) = first_difference(&committed, &served(server)?) {
        bail!(
            "{} is stale from line {line} on: run `cargo xtask openapi`",
            path.display()
        );
    }
    Ok(())
}

fn path(project: &Project) -> PathBuf {
    project.root().join("openapi/openapi.json")
}

fn served(server: &Path) -> Result<String> {
    process::quiet(Command::new(server).arg("openapi"))
}

/// The number of the first line in which two texts differ.
fn first_difference(left: &str, right: &str) -> Option<usize> {
    if left == right {
        return None;
    }
    let same = left
        .split('\n')
        .zip(right.split('\n'))
        .take_while(|(a, b)| a == b)
        .count();
    Some(same + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_told_by_line() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("a\n", "a\nb\n"), Some(2));
        assert_eq!(first_difference("", "{}"), Some(1));
    }
}
