//! Files of the bundle: names that tell their content, and their compressed forms.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

/// A file as it will be served.
#[derive(Debug)]
pub(crate) struct Asset {
    /// Below `dist/`, without a leading slash.
    pub(crate) path: String,
    pub(crate) content: Vec<u8>,
}

impl Asset {
    /// A file whose name changes with its content, so that a browser may keep it for ever:
    /// `assets/name-0123456789abcdef.ext`.
    pub(crate) fn immutable(name: &str, content: Vec<u8>) -> Self {
        let name = Path::new(name);
        let stem = name.file_stem().unwrap_or_default().to_string_lossy();
        let extension = name.extension().unwrap_or_default().to_string_lossy();
        let hash = hex(&content);
        let hash = hash.get(..16).unwrap_or(&hash);
        Self {
            path: format!("assets/{stem}-{hash}.{extension}"),
            content,
        }
    }

    /// The address in the browser.
    pub(crate) fn url(&self) -> String {
        format!("/{}", self.path)
    }
}

/// The SHA-256 of something, in lower-case hexadecimal digits.
pub(crate) fn hex(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The hash of an inline script as a Content-Security-Policy wants it.
pub(crate) fn sri_hash(script: &str) -> String {
    format!(
        "sha256-{}",
        STANDARD.encode(Sha256::digest(script.as_bytes()))
    )
}

/// # Errors
/// None in practice: it writes to memory.
pub(crate) fn brotli(content: &[u8], quality: i32) -> Result<Vec<u8>> {
    let parameters = ::brotli::enc::BrotliEncoderParams {
        quality,
        lgwin: 24,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut out = Vec::new();
    ::brotli::BrotliCompress(&mut &*content, &mut out, &parameters).context("brotli")?;
    Ok(out)
}

/// # Errors
/// None in practice: it writes to memory.
pub(crate) fn gzip(content: &[u8], level: u32) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(content).context("gzip")?;
    encoder.finish().context("gzip")
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_name_tells_the_content() {
        let asset = Asset::immutable("styles/app.css", b"abc".to_vec());
        assert_eq!(asset.path, "assets/app-ba7816bf8f01cfea.css");
        assert_eq!(asset.url(), "/assets/app-ba7816bf8f01cfea.css");
        assert_ne!(
            asset.path,
            Asset::immutable("app.css", b"abd".to_vec()).path
        );
    }

    #[test]
    fn the_policy_wants_base64() {
        // From section 8.3 of CSP level 2.
        assert_eq!(
            sri_hash("alert('Hello, world.');"),
            "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="
        );
    }

    #[test]
    fn both_compressions_come_back() {
        let text = "the same words, the same words, the same words"
            .repeat(50)
            .into_bytes();
        let mut unbrotlied = Vec::new();
        ::brotli::BrotliDecompress(&mut brotli(&text, 11).unwrap().as_slice(), &mut unbrotlied)
            .unwrap();
        assert_eq!(unbrotlied, text);
        let mut ungzipped = Vec::new();
        flate2::read::GzDecoder::new(gzip(&text, 9).unwrap().as_slice())
            .read_to_end(&mut ungzipped)
            .unwrap();
        assert_eq!(ungzipped, text);
        assert!(brotli(&text, 11).unwrap().len() < 100);
    }
}
