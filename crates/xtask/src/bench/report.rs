//! What was measured, beside what was to be reached, as text and as Markdown.

use std::fmt::Write as _;
use std::time::Duration;

use super::explain::Explanation;
use super::figures::Times;
use super::pages::{Asked, Sorted, deep_rows};
use crate::arguments::Database;

/// What is to be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Target {
    /// Milliseconds that half of all, and 99 of 100, stay within.
    Times { p50: f64, p99: f64 },
    /// As many as this, or more.
    AtLeast(f64, &'static str),
    /// As many as this, or fewer.
    AtMost(f64, &'static str),
}

impl Target {
    pub(super) const fn times(p50: f64, p99: f64) -> Self {
        Self::Times { p50, p99 }
    }

    fn text(self) -> String {
        match self {
            Self::Times { p50, p99 } => format!("{p50} / {p99} ms"),
            Self::AtLeast(least, unit) => format!("≥ {} {unit}", whole(least)),
            Self::AtMost(most, unit) if most < 10.0 => format!("≤ {most} {unit}"),
            Self::AtMost(most, unit) => format!("≤ {} {unit}", whole(most)),
        }
    }
}

/// A row of the table of targets.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) what: String,
    pub(super) target: Target,
    pub(super) measured: String,
    /// Whether the target is met; none when it could not be measured.
    pub(super) met: Option<bool>,
}

impl Line {
    pub(super) fn times(what: &str, target: Target, times: &Times) -> Self {
        Self::worst(what, target, &[("", times)])
    }

    /// The greatest p50 and p99 of several, with the names of those they are of.
    pub(super) fn worst(what: &str, target: Target, all: &[(&str, &Times)]) -> Self {
        let greatest = |percent| {
            all.iter()
                .map(|(name, times)| (times.percentile(percent), *name))
                .max()
                .unwrap_or_default()
        };
        let ((p50, slow), (p99, slowest)) = (greatest(50), greatest(99));
        let (p50, p99) = (milliseconds(p50), milliseconds(p99));
        let least = all.iter().map(|(_, times)| times.count()).min();
        let mut measured = format!("{} / {} ms", short(p50), short(p99));
        let mut of = format!("n {}", least.unwrap_or_default());
        if !slow.is_empty() {
            of = if slow == slowest {
                format!("{slow}; {of}")
            } else {
                format!("{slow} / {slowest}; {of}")
            };
        }
        let _ = write!(measured, " ({of})");
        let met = match target {
            Target::Times {
                p50: half,
                p99: most,
            } => p50 <= half && p99 <= most,
            Target::AtMost(most, _) => p99 <= most,
            Target::AtLeast(..) => false,
        };
        Self {
            what: what.to_owned(),
            target,
            measured,
            met: Some(met && !all.is_empty()),
        }
    }

    pub(super) fn number(what: &str, target: Target, number: f64) -> Self {
        let (met, unit) = match target {
            Target::AtLeast(least, unit) => (number >= least, unit),
            Target::AtMost(most, unit) => (number <= most, unit),
            Target::Times { p50, .. } => (number <= p50, "ms"),
        };
        Self {
            what: what.to_owned(),
            target,
            measured: format!(
                "{} {unit}",
                if number < 100.0 {
                    short(number)
                } else {
                    whole(number)
                }
            ),
            met: Some(met),
        }
    }

    pub(super) fn missing(what: &str, target: Target, why: &str) -> Self {
        Self {
            what: what.to_owned(),
            target,
            measured: format!("not measured: {why}"),
            met: None,
        }
    }

    /// One line for a person who waits.
    pub(super) fn text(&self) -> String {
        let Self {
            what,
            target,
            measured,
            met,
        } = self;
        let verdict = match met {
            Some(true) => "",
            Some(false) => "  MISSES",
            None => "  ?",
        };
        format!("  {what:<58} {measured}  of {}{verdict}", target.text())
    }
}

/// Everything that was measured on one engine.
#[derive(Debug)]
pub(super) struct Results {
    pub(super) database: Database,
    /// `PostgreSQL 15.14`
    pub(super) version: String,
    pub(super) lines: Vec<Line>,
    pub(super) sorts: Vec<Sorted>,
    pub(super) asked: Vec<Asked>,
}

/// The machine that was measured on, and how.
#[derive(Debug)]
pub(super) struct Circumstances {
    pub(super) machine: String,
    pub(super) command: String,
    pub(super) date: String,
    pub(super) contacts: u32,
}

const INTRODUCTION: &str = "\
Measured through HTTP/1.1 over a socket that is kept open, with a session, JSON included; the measuring program and the server share the machine. The server is
a release build that serves the API alone; its settings are the defaults. PostgreSQL runs beside it (`shared_buffers` 4 GB, `work_mem` 16 MB, `fsync` on). Times are p50 / p99 in milliseconds after a warm-up, by one client at a time unless said otherwise.
The contacts are those of `rapport demo`: 5 custom attributes, 20 segments of 0.01 % to 50 %.

**SQL** is the time of the statements alone, as `rapport explain` measures them in the same run: the same statements on one connection, without HTTP and JSON. Plans are those of its output.
";

/// The whole page.
pub(super) fn document(circumstances: &Circumstances, results: &[Results]) -> String {
    let Circumstances {
        machine,
        command,
        date,
        contacts,
    } = circumstances;
    let mut text = format!(
        "# Performance\n\n`{command}` made this page on {date}, with {} contacts in one account.\n\n{machine}\n\n{INTRODUCTION}\n",
        whole(f64::from(*contacts))
    );
    targets(&mut text, results);
    for results in results {
        shapes(&mut text, results);
    }
    sorts(&mut text, results);
    for results in results {
        plans(&mut text, results);
    }
    text
}

fn targets(text: &mut String, results: &[Results]) {
    text.push_str("## What was to be reached\n\nWhere a row stands for several queries, the worst of them is shown.\n\n|");
    for results in results {
        let _ = write!(text, " | target | {}", results.version);
    }
    text.push_str(" |\n|---");
    for _ in results {
        text.push_str("|--:|:--");
    }
    text.push_str("|\n");
    let Some(first) = results.first() else {
        return;
    };
    for (place, line) in first.lines.iter().enumerate() {
        let _ = write!(text, "| {}", line.what);
        for results in results {
            if let Some(line) = results.lines.get(place) {
                let verdict = match line.met {
                    Some(true) => "met: ",
                    Some(false) => "**missed**: ",
                    None => "",
                };
                let _ = write!(
                    text,
                    " | {} | {verdict}{}",
                    line.target.text(),
                    line.measured
                );
            }
        }
        text.push_str(" |\n");
    }
}

fn shapes(text: &mut String, results: &Results) {
    let _ = write!(
        text,
        "\n## Queries on {}\n\nA page of 50; the pages behind it, each once; all counted; counted up to 10,000.\n\n\
         | | found | page | SQL | pages behind | count | SQL | up to 10,000 | SQL |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
        results.version
    );
    for asked in &results.asked {
        let _ = writeln!(
            text,
            "| **{}**: {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            asked.shape.name,
            asked.shape.about,
            whole(asked.found as f64),
            both(&asked.page),
            sql(&asked.page_sql),
            both(&asked.following),
            both(&asked.exact),
            sql(&asked.exact_sql),
            both(&asked.capped),
            sql(&asked.capped_sql),
        );
    }
}

fn sorts(text: &mut String, results: &[Results]) {
    let _ = write!(
        text,
        "\n## Every order\n\nPages of everybody: the first one, and the one behind {} contacts.\n\n|",
        whole(deep_rows() as f64)
    );
    for results in results {
        let name = results.database.name();
        let _ = write!(text, " | {name}, first | {name}, deep");
    }
    text.push_str(" |\n|---");
    for _ in results {
        text.push_str("|--:|--:");
    }
    text.push_str("|\n");
    let Some(first) = results.first() else {
        return;
    };
    for (place, sorted) in first.sorts.iter().enumerate() {
        let _ = write!(text, "| `{}`", sorted.sort);
        for results in results {
            if let Some(sorted) = results.sorts.get(place) {
                let deep = sorted.deep.as_ref().map_or_else(|| "–".to_owned(), both);
                let _ = write!(text, " | {} | {deep}", both(&sorted.first));
            }
        }
        text.push_str(" |\n");
    }
}

fn plans(text: &mut String, results: &Results) {
    let _ = writeln!(text, "\n## Plans on {}\n", results.version);
    for asked in &results.asked {
        let _ = writeln!(
            text,
            "<details><summary>{}: {}</summary>\n",
            asked.shape.name, asked.shape.about
        );
        for (what, explanation) in [
            ("Page", &asked.page_sql),
            ("Count", &asked.exact_sql),
            ("Count up to 10,000", &asked.capped_sql),
        ] {
            let _ = writeln!(text, "{what}: {} ms\n", sql(explanation));
            text.push_str(&statements(explanation));
        }
        text.push_str("</details>\n\n");
    }
}

/// Each statement with its plan.
pub(super) fn statements(explanation: &Explanation) -> String {
    let mut text = String::new();
    for statement in &explanation.statements {
        let _ = writeln!(
            text,
            "```text\n-- {} / {} ms, rows: {}\n{}\n\n{}\n```\n",
            short(statement.p50),
            short(statement.p99),
            statement.rows,
            statement.sql,
            statement.plan.join("\n")
        );
    }
    text
}

fn both(times: &Times) -> String {
    if times.count() == 0 {
        return "–".to_owned();
    }
    let (p50, p99) = (times.percentile(50), times.percentile(99));
    format!(
        "{} / {}",
        short(milliseconds(p50)),
        short(milliseconds(p99))
    )
}

fn sql(explanation: &Explanation) -> String {
    format!("{} / {}", short(explanation.p50), short(explanation.p99))
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// `0.42`, `12.3`, `345`
pub(super) fn short(number: f64) -> String {
    match number {
        ..10.0 => format!("{number:.2}"),
        ..100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

/// `1,000,000`
pub(super) fn whole(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(all: &[u64]) -> Times {
        let mut times = Times::default();
        for &one in all {
            times.add(Duration::from_millis(one));
        }
        times
    }

    #[test]
    fn the_worst_is_shown_and_judged() {
        let (quick, slow) = (times(&[1, 2, 30]), times(&[4, 5, 6]));
        let both = [("a", &quick), ("b", &slow)];
        let line = Line::worst("page", Target::times(5.0, 30.0), &both);
        assert_eq!(line.measured, "5.00 / 30.0 ms (b / a; n 3)");
        assert_eq!(line.met, Some(true));
        let line = Line::worst("page", Target::times(5.0, 29.0), &both);
        assert_eq!(line.met, Some(false));
        assert!(
            line.text().ends_with("of 5 / 29 ms  MISSES"),
            "{}",
            line.text()
        );
        assert_eq!(
            Line::worst("page", Target::times(5.0, 29.0), &[]).met,
            Some(false)
        );
    }

    #[test]
    fn numbers_are_judged_by_their_side() {
        let line = Line::number("rows", Target::AtLeast(1000.0, "/s"), 1234.4);
        assert_eq!((line.measured.as_str(), line.met), ("1,234 /s", Some(true)));
        let line = Line::number("memory", Target::AtMost(150.0, "MB"), 150.5);
        assert_eq!(line.met, Some(false));
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            [short(0.456), short(12.34), short(345.6)],
            ["0.46", "12.3", "346"]
        );
        assert_eq!(
            [whole(0.0), whole(999.0), whole(1_000_000.0)],
            ["0", "999", "1,000,000"]
        );
    }
}
