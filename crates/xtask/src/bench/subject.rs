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

use serde_json::{Value, json};

use super::http::Connection;
use super::prepared::{EMAIL, PASSWORD};
use crate::postgres::random_hex;
use crate::process::Running;

const READY_WITHIN: Duration = Duration::from_secs(60);
const STOPPED_WITHIN: Duration = Duration::from_secs(30);

/// A program and the database that it is run with.
#[derive(Debug)]
pub(super) struct Subject {
    program: PathBuf,
    address: SocketAddr,
    environment: Vec<(&'static str, String)>,
}

impl Subject {
    /// The API alone: no app is served.
    ///
    /// # Errors
    /// When no port is free.
    pub(super) fn new(program: &Path, url: &str) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let environment = vec![
            ("RAPPORT_DATABASE_URL", url.to_owned()),
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
        })
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(std::env::temp_dir());
        // Nothing but what is said here: neither a file nor the environment of whoever measures.
        let ours = std::env::vars_os().map(|(name, _)| name);
        for name in ours.filter(|name| name.to_string_lossy().starts_with("RAPPORT_")) {
            command.env_remove(name);
        }
        command.env_remove("DATABASE_URL");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
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

/// A connection with a session.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) connection: Connection,
    token: String,
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

    /// A session: a connection that is signed in.
    ///
    /// # Errors
    /// When the server refuses.
    pub(super) fn sign_in(&self) -> Result<Client> {
        let mut connection = self.connect()?;
        let answer = connection.post(
            "/api/v1/auth/login",
            &json!({ "email": EMAIL, "password": PASSWORD }),
        )?;
        let token = answer
            .get("access_token")
            .and_then(Value::as_str)
            .context("no access token")?
            .to_owned();
        connection.authorize(&token);
        Ok(Client { connection, token })
    }

    /// Another connection with the session of `client`.
    ///
    /// # Errors
    /// When it does not listen.
    pub(super) fn connect_as(&self, client: &Client) -> Result<Connection> {
        let mut connection = self.connect()?;
        connection.authorize(&client.token);
        Ok(connection)
    }

    /// Resident memory that belongs to no file, in bytes, whenever it is asked.
    pub(super) fn memory(&self) -> Memory {
        Memory {
            path: format!("/proc/{}/status", self.running.id()),
        }
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

/// The memory of a process.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    path: String,
}

impl Memory {
    /// Resident memory that belongs to no file, in bytes.
    ///
    /// # Errors
    /// Where there is no `/proc`, and after the end of the process.
    pub(super) fn anonymous(&self) -> Result<u64> {
        let path = &self.path;
        let status = fs::read_to_string(path).with_context(|| format!("reading {path}"))?;
        memory_in(&status, "RssAnon").with_context(|| format!("no RssAnon in {path}"))
    }
}

/// `RssAnon:     5120 kB` → 5242880
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
    fn memory_is_in_bytes() {
        let status = "Name:\trapport\nVmRSS:\t    5120 kB\nRssAnon:\t    2048 kB\n";
        assert_eq!(memory_in(status, "VmRSS"), Some(5_242_880));
        assert_eq!(memory_in(status, "RssAnon"), Some(2_097_152));
        assert_eq!(memory_in(status, "VmHWM"), None);
    }
}
