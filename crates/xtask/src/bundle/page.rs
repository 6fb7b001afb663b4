//! Reading `frontend/index.html` for what it names, and writing it again with the final names.
//!
//! The page is changed in place, by ranges of its text: what we have no reason to touch stays
//! letter for letter as its author wrote it.

use std::collections::BTreeMap;
use std::ops::Range;

use anyhow::{Context as _, Result, bail, ensure};

use super::assets::sri_hash;
use super::html::{Document, Element};

/// The page and what it names.
#[derive(Debug)]
pub(crate) struct Page {
    html: String,
    stylesheets: Vec<Named>,
    assets: Vec<Named>,
    loader: Loader,
    comments: Vec<Range<usize>>,
}

/// A file that the page names.
#[derive(Debug)]
struct Named {
    /// Below `frontend/`, without a leading slash.
    path: String,
    /// Where the page says so: the tag of a stylesheet, the value of any other attribute.
    range: Range<usize>,
}

/// `<script type="module" data-app></script>`
#[derive(Debug)]
struct Loader {
    element: Range<usize>,
    body: Range<usize>,
}

/// The addresses of what has been built.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) script: String,
    pub(crate) wasm: String,
    /// Modules that the script imports.
    pub(crate) modules: Vec<String>,
    pub(crate) stylesheet: Option<String>,
    /// By path below `frontend/`.
    pub(crate) assets: BTreeMap<String, String>,
}

/// The finished page.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) html: String,
    /// `sha256-…` of each inline script, as the Content-Security-Policy wants it.
    pub(crate) script_hashes: Vec<String>,
    /// The same for inline style sheets.
    pub(crate) style_hashes: Vec<String>,
}

const SCRIPT: &str = "__APP_JS__";
const WASM: &str = "__APP_WASM__";
const STANDARD_LOADER: &str =
    "import init from '__APP_JS__';init({module_or_path:'__APP_WASM__'});";

impl Page {
    /// # Errors
    /// When the page has no loader, names something of another host, or cannot be understood.
    pub(crate) fn read(html: &str) -> Result<Self> {
        // A browser hashes inline scripts after it has made all line ends one.
        let html = html.replace("\r\n", "\n");
        let document = Document::parse(&html)?;
        let mut stylesheets = Vec::new();
        let mut assets = Vec::new();
        let mut loader = None;
        for element in &document.elements {
            if element.is("script") && element.attribute("data-app").is_some() {
                let body = element
                    .body
                    .clone()
                    .context("a script ends with </script>")?;
                let place = Loader {
                    element: element.whole(),
                    body,
                };
                ensure!(
                    loader.replace(place).is_none(),
                    "two scripts are marked data-app"
                );
            } else if element.is("link") && element.value("rel") == Some("stylesheet") {
                let href = element.value("href").context("a stylesheet without href")?;
                let plain = |name: &str| ["rel", "href"].contains(&name);
                if let Some(other) = element.attributes.iter().find(|it| !plain(it.name)) {
                    bail!(
                        "the stylesheet {href} has {}=: all of them become one file, \
                         so write that into the CSS",
                        other.name
                    );
                }
                let path = local(href)?.with_context(|| format!("{href} is no stylesheet"))?;
                stylesheets.push(Named {
                    path,
                    range: element.whole(),
                });
            } else if let Some(named) = asset(element)? {
                assets.push(named);
            }
        }
        let loader = loader.context(
            "no `<script type=\"module\" data-app></script>`: where shall the app start?",
        )?;
        let comments = document.comments;
        let page = Self {
            stylesheets,
            assets,
            loader,
            comments,
            html: String::new(),
        };
        Ok(Self { html, ..page })
    }

    /// Paths of the style sheets, below `frontend/`, in order.
    pub(crate) fn stylesheets(&self) -> impl Iterator<Item = &str> {
        self.stylesheets.iter().map(|it| it.path.as_str())
    }

    /// Paths of everything else that the page names, below `frontend/`.
    pub(crate) fn assets(&self) -> impl Iterator<Item = &str> {
        self.assets.iter().map(|it| it.path.as_str())
    }

    /// The page with the final names, one style sheet, preloads, and the loader filled in.
    ///
    /// # Errors
    /// When a name is missing, or a loader of its own does not say where the names go.
    pub(crate) fn write(&self, names: &Names) -> Result<Written> {
        let mut edits: Vec<(Range<usize>, String)> = Vec::new();
        for comment in &self.comments {
            edits.push((self.with_its_line(comment), String::new()));
        }
        for (index, sheet) in self.stylesheets.iter().enumerate() {
            match &names.stylesheet {
                Some(url) if index == 0 => edits.push((
                    sheet.range.clone(),
                    format!("<link rel=\"stylesheet\" href=\"{url}\">"),
                )),
                _ => edits.push((self.with_its_line(&sheet.range), String::new())),
            }
        }
        for asset in &self.assets {
            let url = names
                .assets
                .get(&asset.path)
                .with_context(|| format!("{} has not been built", asset.path))?;
            edits.push((asset.range.clone(), url.clone()));
        }
        edits.push((self.loader.element.clone(), self.loader(names)?));

        edits.sort_by_key(|(range, _)| range.start);
        let mut html = String::with_capacity(self.html.len() + 1024);
        let mut at = 0;
        for (range, text) in edits {
            html.push_str(
                self.html
                    .get(at..range.start)
                    .context("overlapping changes")?,
            );
            html.push_str(&text);
            at = range.end;
        }
        html.push_str(self.html.get(at..).context("a change beyond the end")?);

        let document = Document::parse(&html)?;
        let hashes = |name: &str| -> Vec<String> {
            document
                .elements
                .iter()
                .filter(|it| it.is(name) && runs_inline(it))
                .filter_map(|it| html.get(it.body.clone()?))
                .map(sri_hash)
                .collect()
        };
        let (script_hashes, style_hashes) = (hashes("script"), hashes("style"));
        Ok(Written {
            html,
            script_hashes,
            style_hashes,
        })
    }

    fn loader(&self, names: &Names) -> Result<String> {
        let own = self.html.get(self.loader.body.clone()).unwrap_or_default();
        let body = if own.trim().is_empty() {
            STANDARD_LOADER
        } else {
            own
        };
        ensure!(
            body.contains(SCRIPT) && body.contains(WASM),
            "the script marked data-app must name {SCRIPT} and {WASM}, or be empty"
        );
        let mut text = String::new();
        for module in std::iter::once(&names.script).chain(&names.modules) {
            text.push_str(&format!("<link rel=\"modulepreload\" href=\"{module}\">\n"));
        }
        // What fetch() does by default: without `crossorigin` the browser would load it twice.
        text.push_str(&format!(
            "<link rel=\"preload\" href=\"{}\" as=\"fetch\" type=\"application/wasm\" \
             crossorigin>\n",
            names.wasm
        ));
        let body = body
            .replace(SCRIPT, &names.script)
            .replace(WASM, &names.wasm);
        text.push_str(&format!("<script type=\"module\">{body}</script>"));
        Ok(text)
    }

    /// A range, with its line if there is nothing else on it.
    fn with_its_line(&self, range: &Range<usize>) -> Range<usize> {
        let before = self.html.get(..range.start).unwrap_or_default();
        let after = self.html.get(range.end..).unwrap_or_default();
        let indent = before.len() - before.trim_end_matches([' ', '\t']).len();
        let starts_line =
            before.len() == indent || before.trim_end_matches([' ', '\t']).ends_with('\n');
        if starts_line && after.starts_with('\n') {
            range.start - indent..range.end + 1
        } else {
            range.clone()
        }
    }
}

/// Whether a browser runs (or applies) what stands inside the element.
fn runs_inline(element: &Element<'_>) -> bool {
    if !element.is("script") {
        return true;
    }
    let runs = match element.value("type") {
        None | Some("" | "module" | "text/javascript" | "importmap") => true,
        Some(_) => false,
    };
    runs && element.attribute("src").is_none()
}

/// The file that an element other than a style sheet makes the browser load.
fn asset(element: &Element<'_>) -> Result<Option<Named>> {
    let key = match element.name.to_ascii_lowercase().as_str() {
        "link" | "use" => "href",
        "script" | "img" | "source" | "audio" | "video" => "src",
        _ => return Ok(None),
    };
    let Some(attribute) = element.attribute(key) else {
        return Ok(None);
    };
    let Some((value, range)) = attribute.value.clone() else {
        return Ok(None);
    };
    let Some(path) = local(value)? else {
        return Ok(None);
    };
    // `sprite.svg#name` keeps its `#name`.
    let end = range.start + value.find(['?', '#']).unwrap_or(value.len());
    Ok(Some(Named {
        path,
        range: range.start..end,
    }))
}

/// The path below `frontend/` that an address names; nothing for `#…` and `data:`.
///
/// # Errors
/// When it belongs to another host.
pub(super) fn local(address: &str) -> Result<Option<String>> {
    let address = address.trim();
    if address.is_empty() || address.starts_with('#') || address.starts_with("data:") {
        return Ok(None);
    }
    ensure!(
        !address.contains("://") && !address.starts_with("//"),
        "{address}: nothing that the app needs comes from another host"
    );
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim_start_matches("./").trim_start_matches('/');
    ensure!(
        !path.split('/').any(|part| part == ".."),
        "{address} points out of frontend/"
    );
    Ok(Some(path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r##"<!doctype html>
<html lang="en">
<head>
  <!-- a note
       for the reader -->
  <link rel="icon" href="/images/icon.svg">
  <link rel="stylesheet" href="/styles/tokens.css">
  <link rel="stylesheet" href="styles/table.css">
  <script>document.documentElement.dataset.theme = "a < b";</script>
  <script type="module" data-app></script>
</head>
<body><a href="/contacts">x</a><svg><use href="#i-plus"/></svg><img src='./images/a.png?x=1'></body>
</html>
"##;

    fn names() -> Names {
        Names {
            script: "/assets/frontend-1.js".into(),
            wasm: "/assets/frontend-2.wasm".into(),
            modules: vec!["/assets/inline-5.js".into()],
            stylesheet: Some("/assets/app-3.css".into()),
            assets: BTreeMap::from([
                ("images/icon.svg".into(), "/assets/icon-4.svg".into()),
                ("images/a.png".into(), "/assets/a-6.png".into()),
            ]),
        }
    }

    #[test]
    fn it_knows_what_it_names() {
        let page = Page::read(PAGE).unwrap();
        assert_eq!(
            page.stylesheets().collect::<Vec<_>>(),
            ["styles/tokens.css", "styles/table.css"]
        );
        assert_eq!(
            page.assets().collect::<Vec<_>>(),
            ["images/icon.svg", "images/a.png"]
        );
    }

    #[test]
    fn it_is_written_with_the_final_names() {
        let written = Page::read(PAGE).unwrap().write(&names()).unwrap();
        assert_eq!(
            written.html,
            r##"<!doctype html>
<html lang="en">
<head>
  <link rel="icon" href="/assets/icon-4.svg">
  <link rel="stylesheet" href="/assets/app-3.css">
  <script>document.documentElement.dataset.theme = "a < b";</script>
  <link rel="modulepreload" href="/assets/frontend-1.js">
<link rel="modulepreload" href="/assets/inline-5.js">
<link rel="preload" href="/assets/frontend-2.wasm" as="fetch" type="application/wasm" crossorigin>
<script type="module">import init from '/assets/frontend-1.js';init({module_or_path:'/assets/frontend-2.wasm'});</script>
</head>
<body><a href="/contacts">x</a><svg><use href="#i-plus"/></svg><img src='/assets/a-6.png?x=1'></body>
</html>
"##
        );
        assert_eq!(written.script_hashes.len(), 2);
        assert!(written.style_hashes.is_empty());
    }

    #[test]
    fn hashes_are_of_exactly_the_text_between_the_tags() {
        let html = "<style>a{}</style><script type=\"module\" data-app>import a from '__APP_JS__';\r\na('__APP_WASM__')</script><script type=\"application/json\">{}</script>";
        let written = Page::read(html).unwrap().write(&names()).unwrap();
        let script = "import a from '/assets/frontend-1.js';\na('/assets/frontend-2.wasm')";
        assert_eq!(written.script_hashes, [sri_hash(script)]);
        assert_eq!(written.style_hashes, [sri_hash("a{}")]);
    }

    #[test]
    fn other_hosts_and_unclear_pages_are_refused() {
        let error = |html: &str| Page::read(html).unwrap_err().to_string();
        assert!(error("<p>").contains("where shall the app start"));
        let app = "<script type=module data-app></script>";
        assert!(error(&format!("{app}{app}")).contains("two scripts"));
        assert!(
            error(&format!("{app}<img src=https://example.org/a.png>")).contains("another host")
        );
        assert!(error(&format!("{app}<img src=/../a.png>")).contains("out of frontend"));
        assert!(
            error(&format!(
                "{app}<link rel=stylesheet media=print href=/a.css>"
            ))
            .contains("media=")
        );
        let own = "<script type=module data-app>import './x.js'</script>";
        let error = Page::read(own)
            .unwrap()
            .write(&names())
            .unwrap_err()
            .to_string();
        assert!(error.contains("__APP_JS__"), "{error}");
    }
}
