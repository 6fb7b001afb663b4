//! Configuration: defaults < file < environment, checked whole before anything begins.

use anyhow::bail;
use figment::Figment;
use figment::providers::{Env, Format, Toml};
use figment::value::{Dict, Value};
use rapport_api::RateLimits;
use rapport_store::Options;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use tracing_subscriber::EnvFilter;

/// What was configured, checked.
#[derive(Debug)]
pub(crate) struct Config {
    /// `listen`: where the server listens; `127.0.0.1:8080`.
    pub(crate) listen: SocketAddr,
    /// `public_url`: where people reach it; `http://` and `listen`.
    pub(crate) public_url: String,
    /// `database_url` (also `DATABASE_URL`): `sqlite://data/rapport.db`, or `postgres://…`; with `connections` and `cache_mb`.
    pub(crate) database: Options,
    /// `secret_key`: 64 hexadecimal digits from which everything that is signed derives. SQLite: made once and kept beside the file.
    pub(crate) secret_key: Option<[u8; 32]>,
    /// `app_dir`: the folder with the built app; without it, only the API is served.
    pub(crate) app_dir: Option<PathBuf>,
    /// `trusted_proxies`: addresses whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpAddr>,
    /// `upload_max_mb`: the largest file that can be imported; 2048.
    pub(crate) upload_max: u64,
    /// `requests_per_minute`, of one session or API key: 300000; `requests_per_minute_address`, of one address: 600000.
    pub(crate) rates: RateLimits,
    /// `log` and `log_format`.
    pub(crate) log: Log,
}

/// What is logged, and how.
#[derive(Debug)]
pub(crate) struct Log {
    /// `log`: a level, or a filter of the crate `tracing-subscriber`; `info`.
    filter: String,
    /// `log_format`: `text` or `json`; `text`.
    json: bool,
}

impl Log {
    /// Logs to standard error from now on.
    pub(crate) fn start(&self) -> anyhow::Result<()> {
        let filter = EnvFilter::try_new(&self.filter)?;
        let builder = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr);
        if self.json {
            builder.json().flatten_event(true).init();
        } else {
            let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
            builder.with_target(false).with_ansi(colours).init();
        }
        Ok(())
    }
}

/// Reads the configuration; every mistake is named.
pub(crate) fn read(file: Option<&Path>) -> anyhow::Result<Config> {
    let toml = match file {
        Some(path) => Toml::file_exact(path),
        None => Toml::file("rapport.toml"),
    };
    let figment = Figment::new()
        .merge(toml)
        .merge(Env::raw().only(&["DATABASE_URL"]))
        .merge(Env::prefixed("RAPPORT_").ignore(&["config"]));
    let values: Dict = figment.extract()?;
    check(&values)
        .or_else(|mistakes| bail!("the configuration is wrong:\n  {}", mistakes.join("\n  ")))
}

/// Takes keys one by one and keeps the mistakes.
struct Keys<'a> {
    values: &'a Dict,
    known: Vec<&'static str>,
    mistakes: Vec<String>,
}

impl Keys<'_> {
    fn text(&mut self, key: &'static str) -> Option<String> {
        self.known.push(key);
        Some(match self.values.get(key)? {
            Value::String(_, text) => text.clone(),
            Value::Num(_, number) => number.to_u128().map_or_else(String::new, |n| n.to_string()),
            Value::Bool(_, yes) => yes.to_string(),
            Value::Array(_, items) => items
                .iter()
                .filter_map(Value::as_str)
                .collect::<Vec<_>>()
                .join(","),
            _ => String::new(),
        })
    }

    fn parsed<T>(
        &mut self,
        key: &'static str,
        default: T,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> T {
        let Some(text) = self.text(key) else {
            return default;
        };
        parse(text.trim()).unwrap_or_else(|| {
            self.mistakes.push(format!("{key}: expected {expected}"));
            default
        })
    }
}

fn check(values: &Dict) -> Result<Config, Vec<String>> {
    let mut keys = Keys {
        values,
        known: Vec::new(),
        mistakes: Vec::new(),
    };
    let local = SocketAddr::from(([127, 0, 0, 1], 8080));
    let listen = keys.parsed(
        "listen",
        local,
        "an address and a port, such as 127.0.0.1:8080",
        |text| text.parse().ok(),
    );
    let public_url = keys.parsed(
        "public_url",
        default_url(listen),
        "an address such as https://rapport.example.org, without a path",
        public_url,
    );
    let url = keys.parsed(
        "database_url",
        "sqlite://data/rapport.db".to_owned(),
        "sqlite://path or postgres://user:password@host/database",
        |text| {
            let known = ["sqlite:", "postgres:", "postgresql:"];
            known
                .iter()
                .any(|scheme| text.starts_with(scheme))
                .then(|| text.to_owned())
        },
    );
    let sqlite = url.starts_with("sqlite:");
    let cores =
        std::thread::available_parallelism().map_or(2, |n| u32::try_from(n.get()).unwrap_or(2));
    let connections = if sqlite { cores.clamp(2, 8) } else { 16 };
    let connections = keys.parsed(
        "connections",
        connections,
        "a number from 2 to 500",
        |text| text.parse().ok().filter(|n| (2..=500).contains(n)),
    );
    let cache_mb = keys.parsed(
        "cache_mb",
        64,
        "a number of megabytes from 2 to 65536",
        |text| text.parse().ok().filter(|n| (2..=65_536).contains(n)),
    );
    let secret_key = keys.parsed("secret_key", None, "64 hexadecimal digits", |text| {
        crate::secret::from_hex(text).map(Some)
    });
    if !sqlite && secret_key.is_none() && !values.contains_key("secret_key") {
        keys.mistakes.push(
            "secret_key: PostgreSQL needs one that all processes share: 64 hexadecimal digits, for instance from `openssl rand -hex 32`"
                .to_owned(),
        );
    }
    let app_dir = keys.parsed("app_dir", None, "a folder with the built app", |text| {
        let folder = PathBuf::from(text);
        (text.is_empty() || folder.join("bundle.json").exists()).then_some(Some(folder))
    });
    let app_dir = app_dir.filter(|folder: &PathBuf| !folder.as_os_str().is_empty());
    let trusted_proxies = keys.parsed(
        "trusted_proxies",
        Vec::new(),
        "addresses with commas between them",
        |text| {
            let addresses = text
                .trim_matches(['[', ']'])
                .split(',')
                .map(|a| a.trim().trim_matches('"'));
            addresses
                .filter(|a| !a.is_empty())
                .map(|a| a.parse().ok())
                .collect()
        },
    );
    let upload_max = keys.parsed(
        "upload_max_mb",
        2048_u64,
        "a number of megabytes from 1 to 1000000",
        |text| text.parse().ok().filter(|n| (1..=1_000_000).contains(n)),
    );
    let mut requests = |key, default| {
        keys.parsed(key, default, "a number from 60 to 1000000000", |text| {
            let number = text.parse::<NonZeroU32>().ok();
            number.filter(|number| (60..=1_000_000_000).contains(&number.get()))
        })
    };
    let rates = RateLimits::default();
    let rates = RateLimits {
        caller: requests("requests_per_minute", rates.caller),
        address: requests("requests_per_minute_address", rates.address),
    };
    let filter = keys.parsed(
        "log",
        "info".to_owned(),
        "error, warn, info, debug or trace",
        |text| EnvFilter::try_new(text).ok().map(|_| text.to_owned()),
    );
    let json = keys.parsed("log_format", false, "text or json", |text| match text {
        "text" => Some(false),
        "json" => Some(true),
        _ => None,
    });
    for key in values
        .keys()
        .filter(|key| !keys.known.contains(&key.as_str()))
    {
        keys.mistakes.push(format!(
            "{key}: there is no such key; known are {}",
            keys.known.join(", ")
        ));
    }
    if !keys.mistakes.is_empty() {
        return Err(keys.mistakes);
    }
    Ok(Config {
        listen,
        public_url,
        database: Options {
            url,
            connections,
            cache_mb,
            process: crate::secret::random_name(),
        },
        secret_key,
        app_dir,
        trusted_proxies,
        upload_max: upload_max << 20,
        rates,
        log: Log { filter, json },
    })
}

/// Where people reach a server that listens here. One that listens everywhere is reached at this machine.
fn default_url(listen: SocketAddr) -> String {
    if listen.ip().is_unspecified() {
        format!("http://127.0.0.1:{}", listen.port())
    } else {
        format!("http://{listen}")
    }
}

fn public_url(text: &str) -> Option<String> {
    let text = text.trim_end_matches('/');
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    let whole = !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']);
    whole.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use figment::util::map;

    fn dict(pairs: &[(&str, &str)]) -> Dict {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), Value::from(*value)))
            .collect()
    }

    #[test]
    fn nothing_said_is_sqlite_on_this_machine() {
        let config = check(&map![]).unwrap();
        assert_eq!(config.public_url, "http://127.0.0.1:8080");
        assert_eq!(config.database.url, "sqlite://data/rapport.db");
    }

    #[test]
    fn every_mistake_is_named() {
        let mistakes = check(&dict(&[
            ("listen", "everywhere"),
            ("database_url", "mysql://x"),
            ("public_url", "https://rapport.example/path"),
            ("secret_key", "short"),
            ("cache_mb", "0"),
            ("requests_per_minute", "0"),
            ("colour", "blue"),
        ]))
        .unwrap_err();
        let named: Vec<_> = mistakes
            .iter()
            .map(|mistake| mistake.split(':').next().unwrap())
            .collect();
        assert_eq!(
            named,
            [
                "listen",
                "public_url",
                "database_url",
                "cache_mb",
                "secret_key",
                "requests_per_minute",
                "colour"
            ]
        );
        assert!(
            !mistakes.iter().any(|mistake| mistake.contains("short")),
            "no secret is shown"
        );
    }

    #[test]
    fn postgres_needs_a_secret_that_processes_share() {
        let mistakes =
            check(&dict(&[("database_url", "postgres://localhost/rapport")])).unwrap_err();
        assert!(mistakes[0].starts_with("secret_key: PostgreSQL"));
    }

    #[test]
    fn lists_are_read_from_the_file_and_from_the_environment() {
        for text in ["10.0.0.1, 10.0.0.2", "[10.0.0.1,10.0.0.2]"] {
            let config = check(&dict(&[("trusted_proxies", text)])).unwrap();
            assert_eq!(config.trusted_proxies.len(), 2);
        }
    }
}
