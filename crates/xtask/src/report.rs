//! Many things in a row, of which some may fail: what happened to each, and how long it took.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::process;
use crate::step::{duration, say};

/// What has been done so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    name: String,
    passed: bool,
    took: Duration,
}

impl Report {
    /// Does one thing and keeps its outcome; the error is printed here and now. `None` when it
    /// failed, so that what needs it can be left out.
    pub(crate) fn stage<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Option<T> {
        if process::interrupted() {
            return None;
        }
        say(&format!("=== {name}"));
        let started = Instant::now();
        let result = work();
        let took = started.elapsed();
        if let Err(why) = &result {
            say(&format!("{name} FAILED: {why:#}"));
        }
        self.lines.push(Line {
            name: name.to_owned(),
            passed: result.is_ok(),
            took,
        });
        result.ok()
    }

    /// Keeps that something could not be tried because of an earlier failure.
    pub(crate) fn impossible(&mut self, name: &str) {
        if !process::interrupted() {
            self.lines.push(Line {
                name: name.to_owned(),
                passed: false,
                took: Duration::ZERO,
            });
        }
    }

    /// Prints the table.
    ///
    /// # Errors
    /// When something failed, or we were interrupted before the end.
    pub(crate) fn finish(self) -> Result<()> {
        say("=== summary");
        for line in self.table() {
            say(&line);
        }
        if process::interrupted() {
            bail!("interrupted");
        }
        let failed = self.lines.iter().filter(|it| !it.passed).count();
        if failed > 0 {
            bail!("{failed} of {} failed", self.lines.len());
        }
        Ok(())
    }

    fn table(&self) -> Vec<String> {
        let width = self
            .lines
            .iter()
            .map(|it| it.name.chars().count())
            .max()
            .unwrap_or(0);
        let total: Duration = self.lines.iter().map(|it| it.took).sum();
        let row = |outcome: &str, name: &str, took: Duration| {
            format!("{outcome:<6}  {name:<width$}  {:>12}", duration(took))
        };
        let mut table: Vec<String> = self
            .lines
            .iter()
            .map(|it| row(if it.passed { "ok" } else { "FAILED" }, &it.name, it.took))
            .collect();
        table.push(row("", "together", total));
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_fails_the_whole_and_the_rest_is_still_done() {
        let mut report = Report::default();
        assert_eq!(report.stage("first", || Ok(1)), Some(1));
        assert_eq!(report.stage::<()>("second", || bail!("no")), None);
        assert_eq!(report.stage("third", || Ok(3)), Some(3));
        let table = report.table();
        assert_eq!(table.len(), 4);
        assert!(table[0].starts_with("ok      first "), "{table:?}");
        assert!(table[1].starts_with("FAILED  second "), "{table:?}");
        assert_eq!(report.finish().unwrap_err().to_string(), "1 of 3 failed");
    }
}
