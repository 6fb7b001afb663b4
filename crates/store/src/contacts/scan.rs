//! Counting by reading the whole table, where no index knows: by several processors at once.
//!
//! PostgreSQL divides the work itself when it is let. For SQLite the table is cut into parts by ids, and each connection counts one after the
//! other. A part is counted as it is when its statement begins, so the parts may differ by what is written in between; whoever counts sees
//! everything that was written before.

use super::compile::{Around, Found, joined};
use super::count::number_of;
use super::search;
use super::selection::{Conjunct, Selection};
use crate::{Engine, Error};
use futures::{StreamExt as _, stream};
use sea_orm::{ConnectionTrait, Value};
use std::num::NonZero;
use std::sync::LazyLock;

/// Contacts that are looked at to know how many are meant, and how the ids lie.
const SAMPLE: usize = 500;

/// Parts of the table: many more than there are processors, so that none waits long for another, and a count that has enough stops soon.
const PARTS: usize = 32;

/// Statements that read at once.
static AT_ONCE: LazyLock<usize> = LazyLock::new(|| {
    std::thread::available_parallelism()
        .map_or(1, NonZero::get)
        .min(4)
});

/// Part of the table: the ids above the first and up to the second.
type Part = (Option<i64>, Option<i64>);

/// Whether fewer than one in fifty contacts are meant, as far as a sample tells.
pub(super) async fn finds_few(
    selection: &Selection,
    db: &impl ConnectionTrait,
) -> Result<bool, Error> {
    let engine = Engine::of(db);
    let mut compiler = selection.compiler(engine, Around::Walk);
    let probes = selection.probes(&mut compiler);
    let used: Vec<_> = compiler
        .used()
        .map(|column| format!(", i.{column}"))
        .collect();
    let sample = sample(engine, &used.concat());
    let sql = format!("SELECT 1 FROM ({sample}) AS i WHERE {probes}");
    let meant = number_of(db, sql, compiler.into_values(), None).await?;
    Ok(meant < (SAMPLE / 50) as u64)
}

/// Some contacts in the order of their names, which says nothing of their ids.
fn sample(engine: Engine, columns: &str) -> String {
    format!(
        "SELECT i.id{columns} FROM contact_index i{} WHERE i.account_id = $1 ORDER BY i.name_key, i.id LIMIT {SAMPLE}",
        engine.indexed_by("contact_index_name")
    )
}

/// How many contacts are meant, or `bound` if there are as many.
pub(super) async fn number(
    selection: &Selection,
    db: &impl ConnectionTrait,
    bound: Option<u64>,
) -> Result<u64, Error> {
    let engine = Engine::of(db);
    let parts = match engine {
        Engine::Postgres => {
            for setting in ["max_parallel_workers_per_gather = 1", "work_mem = '64MB'"] {
                db.execute_unprepared(&format!("SET LOCAL {setting}"))
                    .await?;
            }
            vec![(None, None)]
        }
        Engine::Sqlite => parts(selection, db).await?,
    };
    // A count that stops early asks one after the other; whoever reads everything may as well prepare for it.
    let around = if bound.is_some() {
        Around::Walk
    } else {
        Around::Set
    };
    let numbers = parts.into_iter().map(|part| {
        let (sql, values) = statement(selection, engine, around, part);
        number_of(db, sql, values, bound)
    });
    let mut numbers = stream::iter(numbers).buffer_unordered(*AT_ONCE);
    let mut sum = 0;
    while let Some(number) = numbers.next().await {
        sum += number?;
        if bound.is_some_and(|bound| sum >= bound) {
            break;
        }
    }
    Ok(sum)
}

/// A statement with one row for each contact of the part.
fn statement(
    selection: &Selection,
    engine: Engine,
    around: Around,
    (above, up_to): Part,
) -> (String, Vec<Value>) {
    let mut compiler = selection.compiler(engine, around);
    let (mut sql, id) = match selection.conjuncts().as_slice() {
        [Conjunct::Words(words)] if search::found(words) == Found::ByReading => {
            (compiler.drive_words(words), "s.id")
        }
        _ => {
            let probes = selection.probes(&mut compiler);
            let table = engine.whole_table();
            let conditions = joined(&["i.account_id = $1".to_owned(), probes], " AND ");
            (
                format!("SELECT i.id FROM contact_index i{table} WHERE {conditions}"),
                "i.id",
            )
        }
    };
    for (end, is) in [(above, ">"), (up_to, "<=")] {
        if let Some(end) = end {
            let end = compiler.bind(end);
            sql.push_str(&format!(" AND {id} {is} {end}"));
        }
    }
    (sql, compiler.into_values())
}

/// The table in about equal parts, by the ids of some contacts; all of it for a small account.
async fn parts(selection: &Selection, db: &impl ConnectionTrait) -> Result<Vec<Part>, Error> {
    let engine = Engine::of(db);
    let sample = engine.statement(sample(engine, ""), [selection.account.as_i64().into()]);
    let mut ids = Vec::with_capacity(SAMPLE);
    for row in db.query_all_raw(sample).await? {
        ids.push(row.try_get::<i64>("", "id")?);
    }
    if ids.len() < SAMPLE {
        return Ok(vec![(None, None)]);
    }
    Ok(cut(ids))
}

/// All numbers in parts that have about equally many of these.
fn cut(mut ids: Vec<i64>) -> Vec<Part> {
    ids.sort_unstable();
    ids.dedup();
    let chunks = ids.chunks(ids.len().div_ceil(PARTS).max(1)).skip(1);
    let ends: Vec<_> = chunks
        .filter_map(|chunk| chunk.first().copied())
        .map(Some)
        .collect();
    let above = std::iter::once(None).chain(ends.iter().copied());
    let up_to = ends.iter().copied().chain(std::iter::once(None));
    above.zip(up_to).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_meet() {
        assert_eq!(cut(Vec::new()), [(None, None)]);
        assert_eq!(cut(vec![5]), [(None, None)]);
        assert_eq!(cut(vec![9, 5, 5]), [(None, Some(9)), (Some(9), None)]);
        let parts = cut((0..500).rev().collect());
        assert!(parts.len() <= PARTS && parts.len() > PARTS * 9 / 10);
        assert!(
            parts
                .windows(2)
                .all(|two| two[0].1 == two[1].0 && two[0].1.is_some())
        );
    }
}
