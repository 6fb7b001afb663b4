//! Reading versions out of `Cargo.lock`, whose form is regular enough for a few lines.

use anyhow::{Context as _, Result};

/// The version of the one package of this name.
///
/// # Errors
/// When the package is not locked, or is locked in several versions.
pub(crate) fn version<'a>(lock: &'a str, package: &str) -> Result<&'a str> {
    let mut found = lock
        .split("[[package]]")
        .filter(|it| value(it, "name") == Some(package));
    let version = found
        .next()
        .and_then(|it| value(it, "version"))
        .with_context(|| format!("Cargo.lock has no {package}"))?;
    anyhow::ensure!(
        found.next().is_none(),
        "Cargo.lock has more than one {package}"
    );
    Ok(version)
}

fn value<'a>(package: &'a str, key: &str) -> Option<&'a str> {
    package.lines().find_map(|line| {
        line.strip_prefix(key)?
            .strip_prefix(" = \"")?
            .strip_suffix('"')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"version = 4

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
source = "registry+https://example.org"
dependencies = [
 "wasm-bindgen-macro",
]

[[package]]
name = "wasm-bindgen-macro"
version = "0.2.131"

[[package]]
name = "sha2"
version = "0.10.9"

[[package]]
name = "sha2"
version = "0.11.1"
"#;

    #[test]
    fn the_version_of_exactly_that_package() {
        assert_eq!(version(LOCK, "wasm-bindgen").unwrap(), "0.2.130");
        assert!(
            version(LOCK, "wasm")
                .unwrap_err()
                .to_string()
                .contains("has no wasm")
        );
        assert!(
            version(LOCK, "sha2")
                .unwrap_err()
                .to_string()
                .contains("more than one")
        );
    }
}
