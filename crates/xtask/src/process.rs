//! Running other programs: captured or shown, in process groups of their own, so that an
//! interruption reaches whatever they started as well.

use std::collections::BTreeSet;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// The process groups that run now; whoever interrupts us interrupts them.
static RUNNING: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Passes Ctrl-C, SIGTERM and SIGHUP on to everything that runs. The first one lets it end in good
/// order (and lets us stop what we started), a second one kills.
///
/// # Errors
/// When the handlers cannot be installed.
pub(crate) fn forward_signals() -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).context("signal handlers")?;
    thread::spawn(move || {
        for signal in signals.forever() {
            let again = INTERRUPTED.swap(true, Ordering::SeqCst);
            let sent = match signal {
                _ if again => Signal::KILL,
                SIGINT => Signal::INT,
                _ => Signal::TERM,
            };
            for &group in running().iter() {
                signal_group(group, sent);
            }
        }
    });
    Ok(())
}

/// Whether somebody asked us to end.
pub(crate) fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

fn running() -> std::sync::MutexGuard<'static, BTreeSet<u32>> {
    RUNNING
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn signal_group(group: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(group).ok().and_then(Pid::from_raw) {
        // It may have ended meanwhile; then there is nobody to tell.
        let _ = kill_process_group(pid, signal);
    }
}

/// A child in a process group of its own, which ends when this value does.
pub(crate) struct Running {
    child: Child,
    group: u32,
}

impl Running {
    /// Starts the program; nothing is read from the terminal unless `command` says so.
    ///
    /// # Errors
    /// When the program cannot be started, or when we have been interrupted.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        if interrupted() {
            bail!("interrupted before {name}");
        }
        let child = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        let group = child.id();
        running().insert(group);
        if interrupted() {
            signal_group(group, Signal::TERM);
        }
        Ok(Self { child, group })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Asks the group to end (SIGTERM), kills it after `patience`.
    ///
    /// # Errors
    /// When the child cannot be waited for.
    pub(crate) fn stop(&mut self, patience: Duration) -> io::Result<std::process::ExitStatus> {
        signal_group(self.group, Signal::TERM);
        let deadline = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if Instant::now() > deadline {
                signal_group(self.group, Signal::KILL);
                return self.child.wait();
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.stop(Duration::from_secs(10));
        }
        if interrupted() {
            // What it started in the background may not have heard.
            signal_group(self.group, Signal::KILL);
        }
        running().remove(&self.group);
    }
}

/// Runs to the end and returns what it printed, whatever its exit code.
///
/// # Errors
/// When it cannot be started or waited for.
pub(crate) fn output(command: &mut Command) -> Result<Output> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut running = Running::start(command)?;
    let stdout = running.child.stdout.take().map(read_aside);
    let stderr = running.child.stderr.take().map(read_aside);
    let status = running.child.wait().context("waiting")?;
    Ok(Output {
        status,
        stdout: joined(stdout),
        stderr: joined(stderr),
    })
}

fn read_aside(mut from: impl io::Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // A pipe that breaks ends the text; the exit code tells the rest.
        let _ = from.read_to_end(&mut bytes);
        bytes
    })
}

fn joined(reader: Option<thread::JoinHandle<Vec<u8>>>) -> Vec<u8> {
    reader
        .and_then(|reader| reader.join().ok())
        .unwrap_or_default()
}

/// Runs to the end and returns its standard output.
///
/// # Errors
/// When it fails; the error holds the end of what it printed.
pub(crate) fn quiet(command: &mut Command) -> Result<String> {
    let output = output(command)?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!(
            "{}\n{}",
            failed(command, output.status),
            last_lines(&format!("{stdout}{stderr}"), 60)
        );
    }
    Ok(stdout)
}

/// As [`quiet`], but what it wrote to standard error (warnings) is shown.
///
/// # Errors
/// As [`quiet`].
pub(crate) fn warned(command: &mut Command) -> Result<String> {
    let output = output(command)?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!(
            "{}\n{}",
            failed(command, output.status),
            last_lines(&format!("{stdout}{stderr}"), 200)
        );
    }
    if !stderr.trim().is_empty() {
        eprintln!("{}", stderr.trim_end());
    }
    Ok(stdout)
}

/// Runs to the end with its output on ours.
///
/// # Errors
/// When it fails.
pub(crate) fn shown(command: &mut Command) -> Result<()> {
    let mut running = Running::start(command.stdin(Stdio::null()))?;
    let status = running.child.wait().context("waiting")?;
    if !status.success() {
        bail!("{}", failed(command, status));
    }
    Ok(())
}

/// Runs to the end, at most for `patience`; `false` when it failed, was missing or took longer.
pub(crate) fn succeeds_within(command: &mut Command, patience: Duration) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let Ok(mut running) = Running::start(command) else {
        return false;
    };
    let deadline = Instant::now() + patience;
    while Instant::now() < deadline {
        match running.child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => thread::sleep(Duration::from_millis(20)),
            Err(_) => return false,
        }
    }
    false
}

fn failed(command: &Command, status: std::process::ExitStatus) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    format!("`{line}` failed ({status})")
}

pub(crate) fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let skipped = lines.len().saturating_sub(count);
    lines
        .iter()
        .skip(skipped)
        .copied()
        .collect::<Vec<_>>()
        .join("\n")
}

/// The first of these programs that is on the path.
pub(crate) fn on_path(names: &[&str]) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    names.iter().find_map(|name| {
        std::env::split_paths(&path)
            .map(|dir| dir.join(name))
            .find(|p| runs(p))
    })
}

/// Whether this is a file that may be executed.
pub(crate) fn runs(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}

/// Whether we run as root, and so may install Debian packages.
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_tells_the_command_and_the_end_of_its_output() {
        let error = quiet(Command::new("sh").args(["-c", "echo first; echo why >&2; exit 3"]))
            .unwrap_err()
            .to_string();
        assert!(error.contains("`sh -c"), "{error}");
        assert!(error.contains("exit status: 3"), "{error}");
        assert!(error.ends_with("first\nwhy"), "{error}");
    }

    #[test]
    fn what_takes_too_long_is_ended_with_its_children() {
        let started = Instant::now();
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & wait"]);
        assert!(!succeeds_within(&mut command, Duration::from_millis(50)));
        assert!(started.elapsed() < Duration::from_secs(9));
        assert!(succeeds_within(
            &mut Command::new("true"),
            Duration::from_secs(30)
        ));
    }

    #[test]
    fn the_last_lines() {
        assert_eq!(last_lines("a\nb\nc\n", 2), "b\nc");
        assert_eq!(last_lines("", 2), "");
    }
}
