//! The bare SQL of a question: `rapport explain`.

use std::io::Write as _;
use std::process::Stdio;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::subject::Subject;

/// What answering a question costs the database.
#[derive(Clone, Debug, Default)]
pub(super) struct Explanation {
    /// All statements together, in milliseconds.
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) statements: Vec<Statement>,
}

/// One statement.
#[derive(Clone, Debug, Default)]
pub(super) struct Statement {
    pub(super) sql: String,
    pub(super) rows: u64,
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) plan: Vec<String>,
}

/// Asks the program, which on SQLite must not be serving.
///
/// # Errors
/// When it fails, or says something else than it should.
pub(super) fn explain(
    subject: &Subject,
    question: &Value,
    repeat: u32,
    more: &[&str],
) -> Result<Explanation> {
    let mut command = subject.command(&["explain", "--repeat", &repeat.to_string()]);
    command
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().context("starting explain")?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(&serde_json::to_vec(question)?)?;
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("explain: {}", String::from_utf8_lossy(&output.stderr));
    }
    let answer: Value = serde_json::from_slice(&output.stdout).context("explain: not JSON")?;
    read(&answer).context("explain: an unexpected answer")
}

fn read(answer: &Value) -> Option<Explanation> {
    let statements = answer.get("statements")?.as_array()?;
    Some(Explanation {
        p50: answer.get("p50_ms")?.as_f64()?,
        p99: answer.get("p99_ms")?.as_f64()?,
        statements: statements
            .iter()
            .map(|statement| {
                let plan = statement.get("plan")?.as_array()?;
                Some(Statement {
                    sql: statement.get("sql")?.as_str()?.to_owned(),
                    rows: statement.get("rows")?.as_u64()?,
                    p50: statement.get("p50_ms")?.as_f64()?,
                    p99: statement.get("p99_ms")?.as_f64()?,
                    plan: plan
                        .iter()
                        .map(|line| line.as_str().map(str::to_owned))
                        .collect::<Option<_>>()?,
                })
            })
            .collect::<Option<_>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_is_read_whole_or_not_at_all() {
        let mut answer = json!({"repeats": 3, "p50_ms": 1.5, "p99_ms": 2.0, "statements": [
            {"sql": "SELECT 1", "rows": 1, "p50_ms": 0.5, "p99_ms": 0.7, "plan": ["Result", "  Scan"]}
        ]});
        let read_whole = read(&answer).unwrap();
        assert_eq!((read_whole.p50, read_whole.statements[0].rows), (1.5, 1));
        assert_eq!(read_whole.statements[0].plan, ["Result", "  Scan"]);
        answer["statements"][0]["plan"] = json!("Result");
        assert!(read(&answer).is_none());
    }
}
