//! The server under measurement: its database, its processes, its memory.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use super::http::Connection;
use crate::postgres::{Postgres, random_hex};
use crate::process::{self, Running};
use crate::project::Project;

const READY_WITHIN: Duration = Duration::from_secs(60);
const STOPPED_WITHIN: Duration = Duration::from_secs(30);

/// A program and a database; the database goes when this does.
#[derive(Debug)]
pub(super) struct Subject {
    program: PathBuf,
    address: SocketAddr,
    environment: Vec<(&'static str, String)>,
    folder: PathBuf,
}

impl Subject {
    /// On an empty database: a file of SQLite, or a database in the cluster.
    ///
    /// # Errors
    /// When the folder or the database cannot be made.
    pub(super) fn new(
        project: &Project,
        program: &Path,
        postgres: Option<&Postgres>,
    ) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("rapport-bench-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let url = match postgres {
            None => format!("sqlite://{}", folder.join("rapport.db").display()),
            Some(postgres) => {
                postgres.create_database("bench")?;
                postgres.url("bench")
            }
        };
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let environment = vec![
            ("RAPPORT_APP_DIR", project.dist().display().to_string()),
            ("RAPPORT_DATABASE_URL", url),
            ("RAPPORT_LISTEN", address.to_string()),
            ("RAPPORT_PUBLIC_URL", format!("http://{address}")),
            (
                "RAPPORT_SECRET_KEY",
                format!("{}{}", random_hex()?, random_hex()?),
            ),
        ];
        Ok(Self {
            program: program.to_owned(),
            address,
            environment,
            folder,
        })
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).env_remove("DATABASE_URL");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command of the program to its end.
    ///
    /// # Errors
    /// When it fails.
    pub(super) fn run(&self, arguments: &[&str]) -> Result<()> {
        process::quiet(&mut self.command(arguments)).map(drop)
    }

    /// Starts `serve` and waits until it is ready.
    ///
    /// # Errors
    /// When it ends, or is not ready for a long time.
    pub(super) fn serve(&self) -> Result<Serving> {
        let mut command = self.command(&["serve"]);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let started = Instant::now();
        let mut running = Running::start(&mut command)?;
        let printed = Arc::new(Mutex::new(String::new()));
        if let Some(stdout) = running.child().stdout.take() {
            collect(stdout, Arc::clone(&printed));
        }
        if let Some(stderr) = running.child().stderr.take() {
            collect(stderr, Arc::clone(&printed));
        }
        let mut serving = Serving {
            running,
            printed,
            address: self.address,
            ready_after: Duration::ZERO,
        };
        serving.wait(|serving| serving.is_ready().then_some(()))?;
        serving.ready_after = started.elapsed();
        Ok(serving)
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        // A temporary folder: whatever is left of it, the system clears.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A running server.
pub(super) struct Serving {
    running: Running,
    printed: Arc<Mutex<String>>,
    address: SocketAddr,
    /// From the start of the process to the first good answer of `/readyz`.
    pub(super) ready_after: Duration,
}

impl Serving {
    /// # Errors
    /// When it does not listen.
    pub(super) fn connect(&self) -> Result<Connection> {
        Connection::open(self.address)
    }

    /// The code that makes the account.
    ///
    /// # Errors
    /// When it is not printed.
    pub(super) fn setup_code(&mut self) -> Result<String> {
        self.wait(|serving| setup_code_in(&serving.printed()))
    }

    /// Resident memory: all of it, and the part that belongs to no file, in bytes.
    ///
    /// # Errors
    /// Where there is no `/proc`.
    pub(super) fn memory(&self) -> Result<(u64, u64)> {
        let path = format!("/proc/{}/status", self.running.id());
        let status = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
        let value = |key| memory_in(&status, key).with_context(|| format!("no {key} in {path}"));
        Ok((value("VmRSS")?, value("RssAnon")?))
    }

    /// # Errors
    /// When it does not obey, or does not end well.
    pub(super) fn stop(mut self) -> Result<()> {
        let status = self.running.stop(STOPPED_WITHIN)?;
        if !status.success() {
            bail!("the server ended with {status}:\n{}", self.printed());
        }
        Ok(())
    }

    fn printed(&self) -> String {
        self.printed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn is_ready(&self) -> bool {
        self.connect()
            .and_then(|mut it| it.get("/readyz"))
            .is_ok_and(|it| it.status == 200)
    }

    fn wait<T>(&mut self, look: impl Fn(&Self) -> Option<T>) -> Result<T> {
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            if let Some(found) = look(self) {
                return Ok(found);
            }
            if let Some(status) = self.running.child().try_wait()? {
                bail!("the server ended with {status}:\n{}", self.printed());
            }
            if Instant::now() > deadline {
                bail!(
                    "the server is not ready after {READY_WITHIN:?}:\n{}",
                    self.printed()
                );
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

fn collect(stream: impl std::io::Read + Send + 'static, into: Arc<Mutex<String>>) {
    thread::spawn(move || {
        for line in BufReader::new(stream)
            .lines()
            .map_while(std::io::Result::ok)
        {
            let mut text = into.lock().unwrap_or_else(PoisonError::into_inner);
            text.push_str(&line);
            text.push('\n');
        }
    });
}

/// `Set up Rapport: http://127.0.0.1:8080/setup#code=XXXX` → `XXXX`
fn setup_code_in(printed: &str) -> Option<String> {
    let (_, code) = printed
        .lines()
        .find_map(|line| line.strip_prefix("Set up Rapport: "))?
        .split_once("#code=")?;
    Some(code.trim().to_owned())
}

/// `VmRSS:     5120 kB` → 5242880
fn memory_in(status: &str, key: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_among_other_lines() {
        let printed =
            "{\"level\":\"INFO\"}\nSet up Rapport: http://127.0.0.1:1/setup#code=ab-12\nx\n";
        assert_eq!(setup_code_in(printed).as_deref(), Some("ab-12"));
        assert_eq!(setup_code_in("listening\n"), None);
    }

    #[test]
    fn memory_is_in_bytes() {
        let status = "Name:\trapport\nVmRSS:\t    5120 kB\nRssAnon:\t    2048 kB\n";
        assert_eq!(memory_in(status, "VmRSS"), Some(5_242_880));
        assert_eq!(memory_in(status, "RssAnon"), Some(2_097_152));
        assert_eq!(memory_in(status, "VmHWM"), None);
    }
}
