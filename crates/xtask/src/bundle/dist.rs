//! `dist/`: the finished files, their compressed forms, the list of them, and the budget.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::Effort;
use super::assets::{self, Asset};
use crate::step::step;

/// The first load over the wire, in bytes, brotli: more is a failure.
const LIMIT: usize = 600_000;
/// What we aim at.
const AIM: usize = 450_000;

/// The first load of the bundle that lies there, if it was made of exactly this.
pub(super) fn is_current(dist: &Path, inputs: &str) -> Option<usize> {
    let bundle: Value = serde_json::from_slice(&fs::read(dist.join("bundle.json")).ok()?).ok()?;
    if bundle.get("inputs")?.as_str()? != inputs {
        return None;
    }
    for file in bundle.get("files")?.as_array()? {
        let path = file.get("path")?.as_str()?;
        let there = |suffix: &str| dist.join(format!("{path}{suffix}")).is_file();
        if !(there("") && there(".br") && there(".gz")) {
            return None;
        }
    }
    usize::try_from(bundle.get("first_load_br")?.as_u64()?).ok()
}

/// The finished files.
#[derive(Debug)]
pub(super) struct Bundle {
    pub(super) files: Vec<Asset>,
    pub(super) script_hashes: Vec<String>,
    pub(super) style_hashes: Vec<String>,
}

impl Bundle {
    /// Compresses and writes everything; returns the bytes of the first load.
    ///
    /// A server may be serving the folder meanwhile: new files come first, then the page that
    /// names them, and only then what nobody names any more goes.
    pub(super) fn write(&self, dist: &Path, inputs: &str, effort: Effort) -> Result<usize> {
        let compressed = step("  compressing", || self.compress(effort))?;
        let load = compressed.iter().map(|(br, _)| br.len()).sum();
        if load > LIMIT && effort == Effort::Full {
            bail!(
                "too large for a first load: {}{}",
                budget(load),
                self.largest(&compressed)
            );
        }
        let mut listed = Vec::new();
        let mut keep = BTreeSet::from([dist.join("bundle.json")]);
        for (file, (br, gz)) in self.files.iter().zip(&compressed) {
            listed.push(json!({
                "path": file.path,
                "bytes": file.content.len(),
                "br": br.len(),
                "gz": gz.len(),
            }));
            for (suffix, content) in [("", &file.content), (".br", br), (".gz", gz)] {
                let path = dist.join(format!("{}{suffix}", file.path));
                replace(&path, content)?;
                keep.insert(path);
            }
        }
        let bundle = json!({
            "script_hashes": self.script_hashes,
            "style_hashes": self.style_hashes,
            "files": listed,
            "first_load_br": load,
            "inputs": inputs,
        });
        replace(
            &dist.join("bundle.json"),
            &serde_json::to_vec_pretty(&bundle)?,
        )?;
        remove_others(dist, &keep)?;
        Ok(load)
    }

    fn compress(&self, effort: Effort) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        thread::scope(|scope| {
            let workers: Vec<_> = self
                .files
                .iter()
                .map(|file| {
                    scope.spawn(|| {
                        let (brotli, gzip) = match effort {
                            Effort::Full => (11, 9),
                            Effort::Quick => (1, 1),
                        };
                        Ok((
                            assets::brotli(&file.content, brotli)?,
                            assets::gzip(&file.content, gzip)?,
                        ))
                    })
                })
                .collect();
            workers
                .into_iter()
                .map(|it| {
                    it.join()
                        .map_err(|_| anyhow::anyhow!("compression panicked"))?
                })
                .collect()
        })
    }

    fn largest(&self, compressed: &[(Vec<u8>, Vec<u8>)]) -> String {
        let mut sizes: Vec<_> = self
            .files
            .iter()
            .zip(compressed)
            .map(|(file, (br, _))| (br.len(), &file.path))
            .collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        sizes
            .iter()
            .map(|(size, path)| format!("\n  {} {path}", kilobytes(*size)))
            .collect()
    }
}

/// Writes a file so that a reader sees the old content or the new one, never a part.
fn replace(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    fs::write(&partial, content).with_context(|| format!("writing {}", path.display()))?;
    fs::rename(&partial, path).with_context(|| format!("writing {}", path.display()))
}

fn remove_others(folder: &Path, keep: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, keep)?;
        } else if !keep.contains(&path) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// The figure that a build prints.
pub(super) fn budget(load: usize) -> String {
    let aim = if load <= AIM {
        format!(
            "{} below the aim of {}",
            kilobytes(AIM - load),
            kilobytes(AIM)
        )
    } else {
        format!(
            "{} above the aim of {}",
            kilobytes(load - AIM),
            kilobytes(AIM)
        )
    };
    format!(
        "first load {} in brotli, {aim} (limit {})",
        kilobytes(load),
        kilobytes(LIMIT)
    )
}

fn kilobytes(bytes: usize) -> String {
    format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_tells_the_distance_to_the_aim() {
        assert_eq!(
            budget(212_340),
            "first load 212.3 kB in brotli, 237.6 kB below the aim of 450.0 kB (limit 600.0 kB)"
        );
        assert_eq!(
            budget(500_000),
            "first load 500.0 kB in brotli, 50.0 kB above the aim of 450.0 kB (limit 600.0 kB)"
        );
    }

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_written_bundle_is_current_until_something_changes() {
        let dist = folder("dist");
        fs::write(dist.join("stale.js"), "x").unwrap();
        let bundle = Bundle {
            files: vec![
                Asset::immutable("a.js", b"let a = 1;".repeat(100)),
                Asset {
                    path: "index.html".into(),
                    content: b"<p>".to_vec(),
                },
            ],
            script_hashes: vec!["sha256-x".into()],
            style_hashes: Vec::new(),
        };
        let load = bundle.write(&dist, "inputs", Effort::Full).unwrap();
        assert!(!dist.join("stale.js").exists());
        assert_eq!(is_current(&dist, "inputs"), Some(load));
        assert_eq!(is_current(&dist, "others"), None);
        let written: Value =
            serde_json::from_slice(&fs::read(dist.join("bundle.json")).unwrap()).unwrap();
        assert_eq!(written["script_hashes"], json!(["sha256-x"]));
        assert_eq!(written["files"][0]["bytes"], json!(1000));
        fs::remove_file(dist.join("index.html.br")).unwrap();
        assert_eq!(is_current(&dist, "inputs"), None);
        fs::remove_dir_all(dist).unwrap();
    }

    #[test]
    fn too_large_an_app_is_not_written() {
        let dist = folder("large");
        // Digits of a counter's hashes: half of it is noise that no compression takes away.
        let noise: String = (0..20_000_u32)
            .map(|n| assets::hex(&n.to_le_bytes()))
            .collect();
        let bundle = Bundle {
            files: vec![Asset::immutable("a.js", noise.into_bytes())],
            script_hashes: Vec::new(),
            style_hashes: Vec::new(),
        };
        let error = bundle
            .write(&dist, "inputs", Effort::Full)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("too large for a first load") && error.contains("a-"),
            "{error}"
        );
        assert!(!dist.join("bundle.json").exists());
        bundle.write(&dist, "inputs", Effort::Quick).unwrap();
        fs::remove_dir_all(dist).unwrap();
    }
}
