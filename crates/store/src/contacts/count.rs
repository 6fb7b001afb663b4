//! How many contacts are meant.

use super::compile::Around;
use super::selection::{Ask, Conjunct, Selection};
use crate::{Actor, Engine, Error, Store};
use rapport_contract::Instant;
use rapport_contract::page::Count;
use rapport_filter::checked::{ChoiceTest, Field, Nnf, Predicate};
use sea_orm::{ConnectionTrait, Value};

/// How many live contacts are meant. Counting stops at `at_most`, if it is given, and says so.
pub async fn count(
    store: &Store,
    actor: &Actor,
    ask: &Ask,
    at_most: Option<u32>,
    now: Instant,
) -> Result<Count, Error> {
    store
        .select(actor, ask, now)
        .await?
        .count(&store.reader, at_most)
        .await
}

impl Selection {
    /// How many contacts there are, counted up to `at_most`.
    pub(crate) async fn count(
        &self,
        db: &impl ConnectionTrait,
        at_most: Option<u32>,
    ) -> Result<Count, Error> {
        let (matching, values) = self.counted(db).await?;
        let bound = at_most
            .map(|most| format!(" LIMIT {}", i64::from(most) + 1))
            .unwrap_or_default();
        let sql = format!("SELECT count(*) AS n FROM ({matching}{bound}) AS matching");
        let row = db
            .query_one_raw(Engine::of(db).statement(sql, values))
            .await?;
        let n: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
        let n = u64::try_from(n).unwrap_or_default();
        Ok(match at_most.map(u64::from) {
            Some(most) if n > most => Count {
                count: most,
                exact: false,
            },
            _ => Count {
                count: n,
                exact: true,
            },
        })
    }

    /// A statement with one row for each contact: from the one table that knows, where one does.
    pub(super) async fn counted(
        &self,
        db: &impl ConnectionTrait,
    ) -> Result<(String, Vec<Value>), Error> {
        let engine = Engine::of(db);
        let mut compiler = self.compiler(engine, Around::Set);
        match self.conjuncts().as_slice() {
            [] => {
                let sql = "SELECT 1 FROM contact_index i WHERE i.account_id = $1".to_owned();
                Ok((sql, compiler.into_values()))
            }
            [Conjunct::Words(words)] => {
                let sql = compiler.drive_words(words);
                Ok((sql, compiler.into_values()))
            }
            [Conjunct::Filter(Nnf::Test(test))] if !test.negated && knows_all(test) => {
                let sql = compiler.drive(test);
                Ok((
                    sql.unwrap_or_else(|| "SELECT 1 WHERE FALSE".to_owned()),
                    compiler.into_values(),
                ))
            }
            _ => self.ids(db).await,
        }
    }
}

/// Whether an index has exactly one row for each contact that meets the test.
fn knows_all(test: &rapport_filter::checked::Test) -> bool {
    match (&test.field, &test.predicate) {
        (Field::Segment, Predicate::Choice(ChoiceTest::AnyOf(segments))) => segments.len() == 1,
        (Field::Country | Field::Source, Predicate::Choice(ChoiceTest::AnyOf(_))) => true,
        (Field::CreatedAt | Field::UpdatedAt | Field::LastActivityAt, Predicate::Moment(_)) => true,
        _ => false,
    }
}
