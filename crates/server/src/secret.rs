//! The key from which everything that is signed derives.

use anyhow::{Context, anyhow, bail};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// 64 hexadecimal digits.
pub(crate) fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (place, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(key)
}

fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| anyhow!("the machine gives no randomness"))?;
    Ok(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A name that no other process has.
pub(crate) fn random_name() -> String {
    match random::<16>() {
        Ok(bytes) => hex(&bytes),
        Err(_) => format!("process {}", std::process::id()),
    }
}

/// The configured key; with SQLite, the one beside the database file, which is made when it is not there yet.
pub(crate) fn key(configured: Option<[u8; 32]>, database_url: &str) -> anyhow::Result<[u8; 32]> {
    if let Some(key) = configured {
        return Ok(key);
    }
    let Some(path) = beside(database_url) else {
        bail!("no secret_key is configured");
    };
    match fs::read_to_string(&path) {
        Ok(text) => from_hex(text.trim())
            .with_context(|| format!("{} does not hold 64 hexadecimal digits", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = random()?;
            write(&path, &hex(&key))
                .with_context(|| format!("{} cannot be written", path.display()))?;
            Ok(key)
        }
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

/// `data/rapport.key` for `sqlite://data/rapport.db`.
fn beside(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path).split('?').next()?;
    Some(PathBuf::from(path).with_extension("key"))
}

/// Writes the key so that nobody else of the machine can read it.
fn write(path: &Path, key: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{key}")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_whole_or_not_at_all() {
        assert_eq!(from_hex(&"0f".repeat(32)), Some([15; 32]));
        for text in ["", "0f", &"0g".repeat(32), &"é".repeat(32)] {
            assert_eq!(from_hex(text), None);
        }
        assert_eq!(
            beside("sqlite://data/rapport.db"),
            Some(PathBuf::from("data/rapport.key"))
        );
        assert_eq!(
            beside("sqlite:///a/b.db?mode=rwc"),
            Some(PathBuf::from("/a/b.key"))
        );
        assert_eq!(beside("postgres://x"), None);
    }
}
