//! The browser app: from `frontend/` to `dist/`, as the server serves it.
//!
//! cargo compiles it, wasm-bindgen and wasm-opt make it fit for the browser; then every file gets
//! a name that changes with its content, the page the final names, and each file its compressed
//! forms beside it. `bundle.json` lists them for the server.

mod assets;
mod html;
mod page;
mod stylesheet;
mod tools;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use self::assets::Asset;
use self::page::{Names, Page};
use self::tools::WasmOpt;
use crate::lockfile;
use crate::process;
use crate::project::{Project, lock};
use crate::step::{say, step};
use crate::toolchain::{WASM, WasmToolchain};

/// The first load over the wire, in bytes, brotli: more is a failure.
const LIMIT: usize = 600_000;
/// What we aim at.
const AIM: usize = 450_000;

/// A change of ours makes a new bundle, as a change of the app does.
const OUR_SOURCES: [&str; 6] = [
    include_str!("mod.rs"),
    include_str!("assets.rs"),
    include_str!("html.rs"),
    include_str!("page.rs"),
    include_str!("stylesheet.rs"),
    include_str!("tools.rs"),
];

/// Makes `dist/` what `frontend/` says.
///
/// # Errors
/// When a tool is missing or fails, the page names what is not there, or the app is too large.
pub(crate) fn build(project: &Project) -> Result<()> {
    let toolchain = WasmToolchain::find(project)?;
    let wasm = compile(project, &toolchain)?;
    let _lock = lock(&project.app_target().join(".bundle.lock"))?;
    let sources = Sources::read(&project.root().join("frontend"))?;
    let inputs = sources.fingerprint(&fs::read(&wasm)?);
    let dist = project.dist();
    if let Some(load) = is_current(&dist, &inputs) {
        say(&format!("the app is up to date: {}", budget(load)));
        return Ok(());
    }
    let load = step("bundling the app", || {
        let work = project.app_target().join("bundle");
        if work.exists() {
            fs::remove_dir_all(&work)?;
        }
        fs::create_dir_all(&work)?;
        let bundle = assemble(project, &sources, &wasm, &work)?;
        bundle.write(&dist, &inputs)
    })?;
    say(&format!("the app: {}", budget(load)));
    Ok(())
}

fn compile(project: &Project, toolchain: &WasmToolchain) -> Result<PathBuf> {
    let target = project.app_target();
    step("compiling the app for the browser", || {
        let mut cargo = toolchain.cargo(project)?;
        cargo
            .args([
                "build",
                "--quiet",
                "--package",
                "frontend",
                "--profile",
                "app",
            ])
            .args(["--target", WASM, "--target-dir"])
            .arg(&target);
        process::warned(&mut cargo)
    })?;
    Ok(target.join(WASM).join("app/frontend.wasm"))
}

/// Everything under `frontend/` that the bundle takes besides the code.
#[derive(Debug)]
struct Sources {
    page: Page,
    html: String,
    css: String,
    assets: BTreeMap<String, Vec<u8>>,
}

impl Sources {
    fn read(frontend: &Path) -> Result<Self> {
        let text = |path: &str| {
            let path = frontend.join(path);
            fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))
        };
        let html = text("index.html")?;
        let page = Page::read(&html).context("frontend/index.html")?;
        let mut css = String::new();
        let mut named: BTreeSet<String> = page.assets().map(str::to_owned).collect();
        for path in page.stylesheets() {
            let sheet = stylesheet::without_comments(&text(path)?)
                .with_context(|| format!("frontend/{path}"))?;
            named.extend(stylesheet::named(&sheet).with_context(|| format!("frontend/{path}"))?);
            css.push_str(&sheet);
            if !css.ends_with('\n') {
                css.push('\n');
            }
        }
        let mut assets = BTreeMap::new();
        for path in named {
            let file = frontend.join(&path);
            let content = fs::read(&file).with_context(|| {
                format!(
                    "the page or its style sheets name {path}: reading {}",
                    file.display()
                )
            })?;
            assets.insert(path, content);
        }
        Ok(Self {
            page,
            html,
            css,
            assets,
        })
    }

    /// Changes when anything changes that the bundle is made of.
    fn fingerprint(&self, wasm: &[u8]) -> String {
        let mut parts = vec![assets::hex(wasm)];
        parts.push(assets::hex(self.html.as_bytes()));
        parts.push(assets::hex(self.css.as_bytes()));
        for (path, content) in &self.assets {
            parts.push(format!("{path} {}", assets::hex(content)));
        }
        parts.extend(OUR_SOURCES.map(|source| assets::hex(source.as_bytes())));
        assets::hex(parts.join("\n").as_bytes())
    }
}

/// The first load of the bundle that lies there, if it was made of exactly this.
fn is_current(dist: &Path, inputs: &str) -> Option<usize> {
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
struct Bundle {
    files: Vec<Asset>,
    script_hashes: Vec<String>,
    style_hashes: Vec<String>,
}

fn assemble(project: &Project, sources: &Sources, wasm: &Path, work: &Path) -> Result<Bundle> {
    let cargo_lock = fs::read_to_string(project.root().join("Cargo.lock"))?;
    let version = lockfile::version(&cargo_lock, "wasm-bindgen")?;
    let wasm_bindgen = tools::wasm_bindgen(project, version)?;
    let wasm_opt = WasmOpt::find(project)?;

    let bound = work.join("bound");
    step("  wasm-bindgen", || {
        tools::bind(&wasm_bindgen, wasm, &bound)
    })?;
    let small = work.join("frontend.wasm");
    step("  wasm-opt", || {
        wasm_opt.shrink(&bound.join("frontend_bg.wasm"), &small)
    })?;
    let wasm = Asset::immutable("frontend.wasm", fs::read(&small)?);

    let mut script = fs::read_to_string(bound.join("frontend.js"))?;
    let mut modules = Vec::new();
    for path in snippets(&bound)? {
        let module = Asset::immutable(&path, fs::read(bound.join(&path))?);
        script = script.replace(&format!("./{path}"), &beside(&module));
        modules.push(module);
    }
    script = script.replace("'frontend_bg.wasm'", &format!("'{}'", beside(&wasm)));
    if script.contains("./snippets/") || script.contains("frontend_bg.wasm'") {
        bail!("wasm-bindgen names its files in a way that is new to xtask");
    }
    let script = Asset::immutable("frontend.js", script.into_bytes());

    let mut names = Names {
        script: script.url(),
        wasm: wasm.url(),
        modules: modules.iter().map(Asset::url).collect(),
        ..Names::default()
    };
    let mut files = modules;
    files.extend([script, wasm]);
    for (path, content) in &sources.assets {
        let asset = Asset::immutable(path, content.clone());
        names.assets.insert(path.clone(), asset.url());
        files.push(asset);
    }
    if !sources.css.is_empty() {
        let css = stylesheet::renamed(&sources.css, &names.assets)?;
        let asset = Asset::immutable("app.css", css.into_bytes());
        names.stylesheet = Some(asset.url());
        files.push(asset);
    }
    let page = sources.page.write(&names).context("frontend/index.html")?;
    files.push(Asset {
        path: "index.html".into(),
        content: page.html.into_bytes(),
    });
    Ok(Bundle {
        files,
        script_hashes: page.script_hashes,
        style_hashes: page.style_hashes,
    })
}

/// The modules that wasm-bindgen puts beside its script, as paths below `bound`, in order.
fn snippets(bound: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![bound.join("snippets")];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Some(path) = path.strip_prefix(bound)?.to_str() {
                found.push(path.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// How a module names a file that lies in the same folder.
fn beside(asset: &Asset) -> String {
    format!("./{}", asset.path.rsplit('/').next().unwrap_or_default())
}

impl Bundle {
    /// Compresses and writes everything; returns the bytes of the first load.
    ///
    /// A server may be serving the folder meanwhile: new files come first, then the page that
    /// names them, and only then what nobody names any more goes.
    fn write(&self, dist: &Path, inputs: &str) -> Result<usize> {
        let compressed = step("  compressing", || self.compress())?;
        let load = compressed.iter().map(|(br, _)| br.len()).sum();
        if load > LIMIT {
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

    fn compress(&self) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        thread::scope(|scope| {
            let workers: Vec<_> = self
                .files
                .iter()
                .map(|file| {
                    scope.spawn(|| {
                        Ok((assets::brotli(&file.content)?, assets::gzip(&file.content)?))
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

fn budget(load: usize) -> String {
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
        let load = bundle.write(&dist, "inputs").unwrap();
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
        let error = bundle.write(&dist, "inputs").unwrap_err().to_string();
        assert!(
            error.contains("too large for a first load") && error.contains("a-"),
            "{error}"
        );
        assert!(!dist.join("bundle.json").exists());
        fs::remove_dir_all(dist).unwrap();
    }

    #[test]
    fn the_page_and_its_style_sheets_name_the_files() {
        let frontend = folder("frontend");
        fs::create_dir_all(frontend.join("styles")).unwrap();
        let page = "<link rel=stylesheet href=/styles/a.css><script data-app></script>";
        fs::write(frontend.join("index.html"), page).unwrap();
        fs::write(frontend.join("styles/a.css"), "a{b:url(/i.svg)}/* x */").unwrap();
        let error = Sources::read(&frontend).unwrap_err().to_string();
        assert!(error.contains("name i.svg"), "{error}");
        fs::write(frontend.join("i.svg"), "<svg/>").unwrap();
        let sources = Sources::read(&frontend).unwrap();
        assert_eq!(sources.css, "a{b:url(/i.svg)} \n");
        assert!(sources.assets.contains_key("i.svg"));
        assert_ne!(sources.fingerprint(b"1"), sources.fingerprint(b"2"));
        fs::remove_dir_all(frontend).unwrap();
    }
}
