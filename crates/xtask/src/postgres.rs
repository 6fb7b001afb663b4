//! A private PostgreSQL: for tests in a temporary folder, on a free port, gone afterwards; for
//! measurements in a folder that is kept.
//!
//! A small shell process owns the cluster and waits for the end of its input, which comes when we
//! stop it and also when we crash or are killed; then it stops the cluster and removes the folder
//! of a passing one.

use std::fs::{self, DirBuilder, File};
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::os::unix::fs::{DirBuilderExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::project::lock;
use crate::step::{say, step};
use crate::{apt, process};

/// A running cluster; it ends with this value.
#[derive(Debug)]
pub(crate) struct Postgres {
    programs: PathBuf,
    guard: Child,
    port: u16,
    password: String,
    folder: PathBuf,
    /// Held while a kept cluster runs.
    lock: Option<File>,
}

/// What the cluster is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    /// Nothing in it outlives the run: it need not reach the disk.
    Tests,
    /// Its speed is to be that of a real one, and its databases are kept.
    Measurement,
}

/// Takes the folder of the programs, the folder of the cluster, its settings, and whether it is kept.
///
/// The default order is a linguistic one, as most installations have it: a query that needs the
/// order of code points and forgets to say so is found. PostgreSQL 14 and some builds cannot.
const GUARD: &str = r#"
programs=$1 folder=$2 settings=$3 keep=$4
# Whoever should hear that it is ready may be gone.
trap '' PIPE
init() {
    "$programs/initdb" --no-sync --encoding=UTF8 --locale=C.UTF-8 --username=postgres \
        --auth=scram-sha-256 --pwfile="$folder/password" -D "$folder/data" "$@" \
        >>"$folder/log" 2>&1 </dev/null
}
make() {
    # What was begun and not finished.
    rm -rf "$folder/data"
    init --locale-provider=icu --icu-locale=en-US || { rm -rf "$folder/data"; init; } &&
        echo "include 'rapport.conf'" >>"$folder/data/postgresql.conf" &&
        touch "$folder/made"
}
{ [ -f "$folder/made" ] || make; } &&
    printf '%s\n' "$settings" >"$folder/data/rapport.conf" &&
    "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 start </dev/null >/dev/null &&
    echo ready || cat "$folder/log"
exec >/dev/null 2>&1
cat
if [ "$keep" = yes ]; then
    "$programs/pg_ctl" -D "$folder/data" -m fast -w -t 300 stop
else
    "$programs/pg_ctl" -D "$folder/data" -m immediate -w stop
    rm -rf "$folder"
fi
"#;

impl Postgres {
    /// Starts a cluster for tests, after installing PostgreSQL if need be.
    ///
    /// # Errors
    /// When there is no PostgreSQL and it cannot be installed, or the cluster does not start, or
    /// it cannot do what we need of it.
    pub(crate) fn start() -> Result<Self> {
        let programs = find_or_install()?;
        let folder = std::env::temp_dir().join(format!("rapport-postgres-{}", std::process::id()));
        step("starting a private PostgreSQL", || {
            make_folder(&folder)?;
            Self::start_cluster(programs, folder, None)
        })
    }

    /// Starts the cluster for measurements, whose databases are kept; waits for whoever uses it.
    ///
    /// It lies in `cache`; if we are root in a folder of the system's, for PostgreSQL runs as
    /// somebody else then, who may not enter root's.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub(crate) fn kept(cache: &Path) -> Result<Self> {
        let programs = find_or_install()?;
        let version = process::quiet(Command::new(programs.join("postgres")).arg("--version"))?;
        let major = major_version(&version).context("postgres --version")?;
        let place = if process::is_root() {
            Path::new("/var/cache/rapport")
        } else {
            cache
        };
        let folder = place.join(format!("postgres-{major}"));
        let lock = lock(&place.join(format!(".postgres-{major}.lock")))?;
        step("starting a private PostgreSQL", || {
            if !folder.is_dir() {
                make_folder(&folder)?;
            }
            Self::start_cluster(programs, folder, Some(lock))
        })
    }

    fn start_cluster(programs: PathBuf, folder: PathBuf, lock: Option<File>) -> Result<Self> {
        let owner = owner()?;
        let password_file = folder.join("password");
        let password = if password_file.is_file() {
            fs::read_to_string(&password_file)?
        } else {
            let password = random_hex()?;
            fs::write(&password_file, &password)?;
            password
        };
        if let Some((user, group)) = owner {
            chown(&password_file, Some(user), Some(group))?;
            chown(&folder, Some(user), Some(group))?;
        }
        let port = free_port()?;
        let purpose = match lock {
            None => Purpose::Tests,
            Some(_) => Purpose::Measurement,
        };
        let guard = start_guard(&programs, &folder, port, purpose, owner)?;
        let postgres = Self {
            programs,
            guard,
            port,
            password,
            folder,
            lock,
        };
        postgres.check_trigrams()?;
        Ok(postgres)
    }

    /// The address of a database of the cluster, as its superuser.
    pub(crate) fn url(&self, database: &str) -> String {
        format!(
            "postgres://postgres:{}@127.0.0.1:{}/{database}",
            self.password, self.port
        )
    }

    /// Makes an empty database.
    ///
    /// # Errors
    /// When there is one of that name.
    pub(crate) fn create_database(&self, name: &str) -> Result<()> {
        self.psql("postgres", &[&format!("CREATE DATABASE {name}")])
            .map(drop)
    }

    /// Runs statements in one session in a database; returns what they print.
    ///
    /// # Errors
    /// When one of them fails.
    pub(crate) fn psql(&self, database: &str, statements: &[&str]) -> Result<String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"])
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string()])
            .args(["-U", "postgres", "-d", database])
            .env("PGPASSWORD", &self.password);
        for statement in statements {
            psql.args(["-c", statement]);
        }
        process::quiet(&mut psql)
    }

    /// Searching needs trigrams of more than ASCII; some locales make none.
    fn check_trigrams(&self) -> Result<()> {
        let answer = self
            .psql(
                "postgres",
                &[
                    "BEGIN",
                    "CREATE EXTENSION pg_trgm",
                    "SELECT show_trgm('北京市') <> '{}' AND show_trgm('Жюль') <> '{}'",
                    "ROLLBACK",
                ],
            )
            .context("asking the new PostgreSQL")?;
        ensure!(
            answer.trim() == "t",
            "this PostgreSQL makes no trigrams of Chinese or Cyrillic"
        );
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let ended = self.guard.wait();
        if ended.is_err() || (self.lock.is_none() && self.folder.exists()) {
            say(&format!(
                "something of PostgreSQL is left in {}",
                self.folder.display()
            ));
        }
    }
}

fn settings(folder: &Path, port: u16, purpose: Purpose) -> String {
    let purpose = match purpose {
        Purpose::Tests => {
            "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n\
             shared_buffers = 128MB"
        }
        Purpose::Measurement => {
            "shared_buffers = 4GB\neffective_cache_size = 8GB\nwork_mem = 16MB\n\
             max_wal_size = 2GB"
        }
    };
    format!(
        "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\n\
         max_connections = 300\nwal_level = minimal\nmax_wal_senders = 0\n{purpose}",
        folder.display()
    )
}

/// A folder that only its owner may enter.
fn make_folder(folder: &Path) -> Result<()> {
    DirBuilder::new()
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("creating {}", folder.display()))
}

/// `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` → 15
fn major_version(text: &str) -> Option<u32> {
    let (_, version) = text.split_once("(PostgreSQL) ")?;
    let digits = version.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

fn start_guard(
    programs: &Path,
    folder: &Path,
    port: u16,
    purpose: Purpose,
    owner: Option<(u32, u32)>,
) -> Result<Child> {
    let keep = match purpose {
        Purpose::Tests => "no",
        Purpose::Measurement => "yes",
    };
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", GUARD, "sh"])
        .args([programs, folder])
        .args([&settings(folder, port, purpose), keep])
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // Ctrl-C is for us; this process ends after us.
        .process_group(0);
    if let Some((user, group)) = owner {
        command.uid(user).gid(group).env("HOME", "/");
    }
    let mut guard = command.spawn().context("starting PostgreSQL")?;
    let mut said = String::new();
    if let Some(stdout) = guard.stdout.take() {
        let mut stdout = BufReader::new(stdout);
        stdout.read_line(&mut said)?;
        if said.trim() != "ready" {
            stdout.read_to_string(&mut said)?;
            drop(guard.stdin.take());
            guard.wait()?;
            bail!("PostgreSQL does not start:\n{said}");
        }
    }
    Ok(guard)
}

/// The folder with the programs of the newest PostgreSQL.
fn find_or_install() -> Result<PathBuf> {
    if let Some(programs) = find() {
        return Ok(programs);
    }
    without_system_cluster(|| apt::install(&["postgresql"], "PostgreSQL, for the tests,"))?;
    find().context("Debian's postgresql has no initdb in /usr/lib/postgresql")
}

fn find() -> Option<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for (parent, prefix) in [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/opt/homebrew/opt", "postgresql"),
        ("/usr/local/opt", "postgresql"),
    ] {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let programs = entry.path().join("bin");
            if let Some(rest) = name.strip_prefix(prefix)
                && complete(&programs)
            {
                found.push((rest.trim_start_matches('@').parse().unwrap_or(0), programs));
            }
        }
    }
    if let Some(programs) = process::on_path(&["initdb"])
        && let Some(programs) = programs.parent()
        && complete(programs)
    {
        found.push((0, programs.to_owned()));
    }
    found
        .into_iter()
        .max_by_key(|(version, _)| *version)
        .map(|(_, programs)| programs)
}

fn complete(programs: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres", "psql"]
        .iter()
        .all(|it| process::runs(&programs.join(it)))
}

/// Debian starts a cluster for the whole system with the package, unless told not to.
fn without_system_cluster(install: impl FnOnce() -> Result<()>) -> Result<()> {
    let folder = Path::new("/etc/postgresql-common/createcluster.d");
    let file = folder.join("rapport.conf");
    let told = process::is_root() && apt::exists() && !file.exists();
    if told {
        fs::create_dir_all(folder)?;
        fs::write(&file, "create_main_cluster = false\n")?;
    }
    let result = install();
    if told {
        fs::remove_file(&file)?;
    }
    result
}

/// PostgreSQL refuses to run as root: user and group to run as, if that is what we are.
fn owner() -> Result<Option<(u32, u32)>> {
    if !process::is_root() {
        return Ok(None);
    }
    let find = || -> Result<Option<(u32, u32)>> {
        Ok(user_in(
            &fs::read_to_string("/etc/passwd").context("reading /etc/passwd")?,
            "postgres",
        ))
    };
    if let Some(owner) = find()? {
        return Ok(Some(owner));
    }
    let mut command = Command::new("useradd");
    command.args([
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/",
        "postgres",
    ]);
    process::quiet(&mut command).context("PostgreSQL refuses to run as root")?;
    Ok(Some(find()?.context("useradd made no user postgres")?))
}

fn user_in(passwd: &str, name: &str) -> Option<(u32, u32)> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next()? != name {
            return None;
        }
        let user = fields.nth(1)?.parse().ok()?;
        Some((user, fields.next()?.parse().ok()?))
    })
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")
        .context("finding a free port")?
        .local_addr()?
        .port())
}

/// 128 bits, as hexadecimal digits.
pub(crate) fn random_hex() -> Result<String> {
    let mut bytes = [0_u8; 16];
    File::open("/dev/urandom")
        .and_then(|mut it| it.read_exact(&mut bytes))
        .context("randomness")?;
    Ok(bytes.iter().map(|it| format!("{it:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_name() {
        let passwd =
            "root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104:PostgreSQL,,,:/var:/bin/sh\n";
        assert_eq!(user_in(passwd, "postgres"), Some((101, 104)));
        assert_eq!(user_in(passwd, "post"), None);
    }

    #[test]
    fn the_major_version_is_a_number() {
        let text = "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n";
        assert_eq!(major_version(text), Some(15));
        assert_eq!(major_version("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major_version("?"), None);
    }

    #[test]
    fn a_cluster_serves_and_leaves_nothing_behind() {
        assert!(
            find().is_some(),
            "no PostgreSQL here; `cargo xtask test` installs it"
        );
        let postgres = Postgres::start().unwrap();
        let (port, folder) = (postgres.port, postgres.folder.clone());
        assert!(folder.join("data/PG_VERSION").is_file());
        drop(postgres);
        assert!(!folder.exists());
        // Nobody listens there any more.
        TcpListener::bind(("127.0.0.1", port)).unwrap();
    }
}
