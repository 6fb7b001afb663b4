//! The browser app: from `frontend/` to `dist/`, as the server serves it.
//!
//! cargo compiles it, wasm-bindgen and wasm-opt make it fit for the browser; then every file gets
//! a name that changes with its content, the page the final names, and each file its compressed
//! forms beside it. `bundle.json` lists them for the server.

mod assets;
mod dist;
mod html;
mod page;
mod stylesheet;
mod tools;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use self::assets::Asset;
use self::dist::{Bundle, budget, is_current};
use self::page::{Names, Page};
use self::tools::WasmOpt;
use crate::lockfile;
use crate::process;
use crate::project::{Project, lock};
use crate::step::{say, step};
use crate::toolchain::{WASM, WasmToolchain};

/// A change of ours makes a new bundle, as a change of the app does.
const OUR_SOURCES: [&str; 7] = [
    include_str!("mod.rs"),
    include_str!("assets.rs"),
    include_str!("dist.rs"),
    include_str!("html.rs"),
    include_str!("page.rs"),
    include_str!("stylesheet.rs"),
    include_str!("tools.rs"),
];

/// How much work goes into making the app small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// As small as it gets: what is tested, measured and shipped.
    Full,
    /// Seconds after a change, for whoever writes the app. Several times the size, no limit to it.
    Quick,
}

impl Effort {
    /// cargo's profile.
    fn profile(self) -> &'static str {
        match self {
            Self::Full => "app",
            Self::Quick => "app-quick",
        }
    }
}

/// Makes `dist/` what `frontend/` says.
///
/// # Errors
/// When a tool is missing or fails, the page names what is not there, or the app is too large.
pub(crate) fn build(project: &Project, effort: Effort) -> Result<()> {
    let toolchain = WasmToolchain::find(project)?;
    let wasm = compile(project, &toolchain, effort)?;
    let _lock = lock(&project.app_target().join(".bundle.lock"))?;
    let wasm = fs::read(&wasm).with_context(|| format!("reading {}", wasm.display()))?;
    let sources = Sources::read(&project.root().join("frontend"))?;
    let inputs = sources.fingerprint(&wasm, effort);
    let dist = project.dist();
    if let Some(load) = is_current(&dist, &inputs) {
        say(&format!("the app is up to date: {}", told(load, effort)));
        return Ok(());
    }
    let load = step("bundling the app", || {
        let work = project.app_target().join("bundle");
        if work.exists() {
            fs::remove_dir_all(&work)?;
        }
        fs::create_dir_all(&work)?;
        let raw = work.join("raw.wasm");
        fs::write(&raw, &wasm)?;
        let bundle = assemble(project, &sources, &raw, effort)?;
        bundle.write(&dist, &inputs, effort)
    })?;
    say(&format!("the app: {}", told(load, effort)));
    Ok(())
}

fn told(load: usize, effort: Effort) -> String {
    match effort {
        Effort::Full => budget(load),
        Effort::Quick => "built quickly, and therefore large".to_owned(),
    }
}

fn compile(project: &Project, toolchain: &WasmToolchain, effort: Effort) -> Result<PathBuf> {
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
                effort.profile(),
            ])
            .args(["--target", WASM, "--target-dir"])
            .arg(&target);
        process::warned(&mut cargo)
    })?;
    Ok(target
        .join(WASM)
        .join(effort.profile())
        .join("frontend.wasm"))
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
    fn fingerprint(&self, wasm: &[u8], effort: Effort) -> String {
        let mut parts = vec![effort.profile().to_owned(), assets::hex(wasm)];
        parts.push(assets::hex(self.html.as_bytes()));
        parts.push(assets::hex(self.css.as_bytes()));
        for (path, content) in &self.assets {
            parts.push(format!("{path} {}", assets::hex(content)));
        }
        parts.extend(OUR_SOURCES.map(|source| assets::hex(source.as_bytes())));
        assets::hex(parts.join("\n").as_bytes())
    }
}

fn assemble(project: &Project, sources: &Sources, raw: &Path, effort: Effort) -> Result<Bundle> {
    let cargo_lock = fs::read_to_string(project.root().join("Cargo.lock"))?;
    let version = lockfile::version(&cargo_lock, "wasm-bindgen")?;
    let wasm_bindgen = tools::wasm_bindgen(project, version)?;
    let work = raw.parent().context("the wasm lies in a folder")?;

    let bound = work.join("bound");
    step("  wasm-bindgen", || tools::bind(&wasm_bindgen, raw, &bound))?;
    let mut small = bound.join("frontend_bg.wasm");
    if effort == Effort::Full {
        let wasm_opt = WasmOpt::find(project)?;
        let optimised = work.join("frontend.wasm");
        step("  wasm-opt", || wasm_opt.shrink(&small, &optimised))?;
        small = optimised;
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
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
        assert_ne!(
            sources.fingerprint(b"1", Effort::Full),
            sources.fingerprint(b"2", Effort::Full)
        );
        fs::remove_dir_all(frontend).unwrap();
    }
}
