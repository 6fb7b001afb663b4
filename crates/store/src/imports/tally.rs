//! What became of the rows of a batch, added to the import's report.

use super::rows::ImportRow;
use crate::entity::{import_problems, import_rejects};
use crate::jobs::Claim;
use crate::{Engine, Error, Write, contacts};
use rapport_contract::import::{ImportCounts, RowProblem, Severity};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use std::collections::HashMap;

/// What became of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Done {
    Created,
    Updated,
    Unchanged,
    Rejected,
}

/// What a batch adds to the import's report.
#[derive(Default)]
pub(super) struct Tally {
    counts: ImportCounts,
    problems: Vec<RowProblem>,
    rejects: Vec<(u64, Vec<String>, String)>,
}

impl Tally {
    pub(super) fn add(&mut self, row: &ImportRow, done: Done, problems: Vec<RowProblem>) {
        match done {
            Done::Created => self.counts.created += 1,
            Done::Updated => self.counts.updated += 1,
            Done::Unchanged => self.counts.unchanged += 1,
            Done::Rejected => {
                self.counts.rejected += 1;
                let reason: Vec<_> = problems
                    .iter()
                    .filter(|problem| problem.severity == Severity::Rejected)
                    .map(|problem| name(&problem.code))
                    .collect();
                self.rejects
                    .push((row.line, row.cells.clone(), reason.join(" ")));
            }
        }
        // What a rejected row lost beside itself stands in the report, and counts for nothing.
        if done != Done::Rejected {
            let warnings = problems
                .iter()
                .filter(|problem| problem.severity == Severity::Warning);
            self.counts.warnings += warnings.count() as u64;
        }
        self.problems.extend(problems);
    }

    pub(super) async fn write(
        self,
        w: &Write<'_>,
        claim: &Claim,
        done_before: u64,
        rows: usize,
    ) -> Result<bool, Error> {
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let (account_id, import_id) = (claim.account.as_i64(), claim.subject);
        let mut seqs: HashMap<u64, i64> = HashMap::new();
        let problems: Vec<_> = self
            .problems
            .into_iter()
            .map(|problem| {
                let next = seqs.entry(problem.line).or_default();
                let seq = *next;
                *next += 1;
                import_problems::Model {
                    account_id,
                    import_id,
                    line: number(problem.line),
                    seq,
                    severity: name(&problem.severity),
                    code: name(&problem.code),
                    column_name: problem.column,
                    value: problem.value,
                }
            })
            .collect();
        contacts::insert_rows::<import_problems::Entity, _>(w, problems).await?;
        let rejects = self
            .rejects
            .into_iter()
            .map(|(line, cells, reason)| import_rejects::Model {
                account_id,
                import_id,
                line: number(line),
                cells: serde_json::to_string(&cells).unwrap_or_default(),
                reason,
            });
        contacts::insert_rows::<import_rejects::Entity, _>(w, rejects).await?;
        let ImportCounts {
            created,
            updated,
            unchanged,
            rejected,
            warnings,
        } = self.counts;
        let statement = Engine::of(&w.tx).statement(
            "UPDATE imports SET rows_done = rows_done + $4, created = created + $5, updated = updated + $6, \
             unchanged = unchanged + $7, rejected = rejected + $8, warnings = warnings + $9 \
             WHERE account_id = $1 AND id = $2 AND rows_done = $3 AND state = 'running'",
            [
                account_id.into(),
                import_id.into(),
                number(done_before).into(),
                number(rows as u64).into(),
                number(created).into(),
                number(updated).into(),
                number(unchanged).into(),
                number(rejected).into(),
                number(warnings).into(),
            ],
        );
        match w.tx.execute_raw(statement).await?.rows_affected() {
            1 => Ok(true),
            // Nothing of the batch may stay: these rows are done.
            _ => Err(Error::Corrupt(format!(
                "import {import_id} is not at row {done_before}"
            ))),
        }
    }
}

/// A code as it stands on the wire.
fn name<T: Serialize>(code: &T) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}
