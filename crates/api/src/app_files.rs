//! The browser app's files: read once, kept compressed, served with names that change when they do.

use actix_web::http::{Method, header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The app as it was built: `bundle.json` and what it lists.
#[derive(Debug)]
pub struct AppFiles {
    files: HashMap<String, File>,
    policy: String,
}

/// Why the app cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum AppFilesError {
    /// A file is missing or cannot be read.
    #[error("{0}: {1}; build the app with `cargo xtask run`")]
    Read(PathBuf, #[source] std::io::Error),
    /// `bundle.json` is not what a build writes.
    #[error("{0}: {1}; build the app again with `cargo xtask run`")]
    Bundle(PathBuf, #[source] serde_json::Error),
    /// There is no page to begin with.
    #[error("{0} lists no index.html; build the app again with `cargo xtask run`")]
    NoPage(PathBuf),
}

/// A file in the forms that it is served in. What no browser of today asks for, the plain form of a large file, is read from the
/// disk.
#[derive(Debug)]
struct File {
    plain: PathBuf,
    brotli: Bytes,
    gzip: Bytes,
    kind: &'static str,
}

#[derive(Deserialize)]
struct Bundle {
    script_hashes: Vec<String>,
    #[serde(default)]
    style_hashes: Vec<String>,
    files: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    path: String,
}

const PAGE: &str = "index.html";

impl AppFiles {
    /// Reads the app from the folder that `cargo xtask` built.
    pub fn read(folder: &Path) -> Result<Self, AppFilesError> {
        let list = folder.join("bundle.json");
        let bundle: Bundle = serde_json::from_slice(&read(&list)?)
            .map_err(|error| AppFilesError::Bundle(list.clone(), error))?;
        let mut files = HashMap::new();
        for Listed { path } in bundle.files {
            let plain = folder.join(&path);
            let beside =
                |ending: &str| read(&folder.join(format!("{path}{ending}"))).map(Bytes::from);
            let file = File {
                brotli: beside(".br")?,
                gzip: beside(".gz")?,
                kind: kind(&path),
                plain,
            };
            files.insert(path, file);
        }
        if !files.contains_key(PAGE) {
            return Err(AppFilesError::NoPage(list));
        }
        let hashes = |hashes: &[String]| {
            hashes
                .iter()
                .map(|hash| format!(" '{hash}'"))
                .collect::<String>()
        };
        let policy = format!(
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{}; style-src 'self'{}; img-src 'self' data:; \
             connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
            hashes(&bundle.script_hashes),
            hashes(&bundle.style_hashes),
        );
        Ok(Self { files, policy })
    }

    /// The file at this path; for paths of pages, the page that draws them. Nothing for paths that no page has.
    pub(crate) fn answer(&self, request: &HttpRequest) -> Option<HttpResponse> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return None;
        }
        let path = request.path().trim_start_matches('/');
        match self.files.get(path).filter(|_| path != PAGE) {
            Some(file) => {
                let mut response = HttpResponse::Ok();
                // The name holds a hash of what is inside.
                let forever = path.starts_with("assets/");
                let age = if forever {
                    "public, max-age=31536000, immutable"
                } else {
                    "public, max-age=3600"
                };
                response.insert_header((header::CACHE_CONTROL, age));
                file.send(request, response)
            }
            None if is_page(path) => self.files.get(PAGE)?.send(request, self.page()),
            None => None,
        }
    }

    fn page(&self) -> HttpResponseBuilder {
        let mut response = HttpResponse::Ok();
        response
            .insert_header((header::CACHE_CONTROL, "no-cache"))
            .insert_header(("content-security-policy", self.policy.as_str()))
            .insert_header(("referrer-policy", "no-referrer"))
            .insert_header((
                "permissions-policy",
                "camera=(), geolocation=(), microphone=()",
            ))
            .insert_header(("cross-origin-opener-policy", "same-origin"));
        response
    }
}

impl File {
    fn send(
        &self,
        request: &HttpRequest,
        mut response: HttpResponseBuilder,
    ) -> Option<HttpResponse> {
        response
            .content_type(self.kind)
            .insert_header((header::VARY, "accept-encoding"));
        let accepted = request.headers().get(header::ACCEPT_ENCODING);
        let accepted = accepted
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let takes = |name: &str| {
            accepted.split(',').any(|coding| {
                let mut parts = coding.split(';');
                let named = parts
                    .next()
                    .is_some_and(|coding| coding.trim().eq_ignore_ascii_case(name));
                let refused = parts.any(|weight| {
                    weight
                        .trim()
                        .strip_prefix("q=")
                        .is_some_and(|q| q.parse() == Ok(0.0))
                });
                named && !refused
            })
        };
        let body = if takes("br") {
            response.insert_header((header::CONTENT_ENCODING, "br"));
            self.brotli.clone()
        } else if takes("gzip") {
            response.insert_header((header::CONTENT_ENCODING, "gzip"));
            self.gzip.clone()
        } else {
            Bytes::from(std::fs::read(&self.plain).ok()?)
        };
        Some(response.body(body))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, AppFilesError> {
    std::fs::read(path).map_err(|error| AppFilesError::Read(path.to_owned(), error))
}

/// Whether the app draws a page at this path: it is of no other part of the server, and names no file.
fn is_page(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    !matches!(
        first,
        "api" | "assets" | "docs" | "hooks" | "widget" | "f" | "u"
    ) && !path.rsplit('/').next().unwrap_or_default().contains('.')
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_from_files() {
        for path in [
            "",
            "contacts",
            "contacts/ct_0g4zk8q1w9r2t",
            "settings/members",
            "login",
        ] {
            assert!(is_page(path), "{path}");
        }
        for path in [
            "api/v1/nothing",
            "assets/gone.js",
            "favicon.ico",
            "docs/x",
            "contacts/a.php",
        ] {
            assert!(!is_page(path), "{path}");
        }
    }
}
