//! What xtask prints about itself: one line for each thing it did, with the time it took, and an
//! announcement of those that take long.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Result;

/// After this long, a person wants to know what is going on.
const QUIET_FOR: Duration = Duration::from_secs(2);

/// Does `work` and says how long it took; says what it is doing if that takes a while.
///
/// # Errors
/// Those of `work`.
pub(crate) fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let (done, waiting) = channel::<()>();
    let announced = what.to_owned();
    let announcer = thread::spawn(move || {
        if waiting.recv_timeout(QUIET_FOR) == Err(RecvTimeoutError::Timeout) {
            say(&format!("{announced} ..."));
        }
    });
    let started = Instant::now();
    let result = work();
    let took = started.elapsed();
    drop(done);
    // It only prints; there is nothing to learn from its end.
    let _ = announcer.join();
    let outcome = if result.is_ok() { "" } else { " FAILED after" };
    say(&format!("{what}:{outcome} {}", duration(took)));
    result
}

/// One line of ours, told apart from the output of the programs that we run.
pub(crate) fn say(line: &str) {
    eprintln!("xtask  {line}");
}

/// A time as people say it: `0.3 s`, `41 s`, `2 min 05 s`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        assert_eq!(duration(Duration::from_millis(340)), "0.3 s");
        assert_eq!(duration(Duration::from_secs(41)), "41 s");
        assert_eq!(duration(Duration::from_secs(125)), "2 min 05 s");
    }
}
