//! How many contacts are meant.

use super::compile::{Around, Found, knows_all};
use super::scan;
use super::selection::{Ask, Conjunct, SET_DRIVEN_MAX, Selection};
use crate::{Engine, Error, Store, Viewer};
use rapport_contract::Instant;
use rapport_contract::page::Count;
use rapport_filter::checked::Nnf;
use sea_orm::{ConnectionTrait, TransactionTrait, Value};

/// How many live contacts are meant. Counting stops at `at_most`, if it is given, and says so.
pub async fn count(
    store: &Store,
    viewer: &Viewer,
    ask: &Ask,
    at_most: Option<u32>,
    now: Instant,
) -> Result<Count, Error> {
    store
        .select(viewer, ask, now)
        .await?
        .count_in(store, at_most)
        .await
}

impl Selection {
    /// How many contacts there are, counted up to `at_most`.
    pub(crate) async fn count_in(
        &self,
        store: &Store,
        at_most: Option<u32>,
    ) -> Result<Count, Error> {
        match store.engine() {
            Engine::Sqlite => self.count(&store.reader, at_most).await,
            // So that a setting can hold for this count alone.
            Engine::Postgres => {
                let tx = store.reader.begin().await?;
                let count = self.count(&tx, at_most).await?;
                tx.commit().await?;
                Ok(count)
            }
        }
    }

    /// As [`count_in`](Self::count_in), through `db`: of SQLite the connections that read, of PostgreSQL a transaction.
    pub(super) async fn count(
        &self,
        db: &impl ConnectionTrait,
        at_most: Option<u32>,
    ) -> Result<Count, Error> {
        let n = self
            .number(db, at_most.map(|most| u64::from(most) + 1))
            .await?;
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

    /// How many there are, or `bound` if there are as many.
    async fn number(&self, db: &impl ConnectionTrait, bound: Option<u64>) -> Result<u64, Error> {
        let engine = Engine::of(db);
        if let Some((sql, values)) = self.known(engine) {
            return number_of(db, sql, values, bound).await;
        }
        if bound.is_none()
            && let Some((sql, values)) = self.by_difference(db).await?
        {
            return read_number(db, sql, values).await;
        }
        let mut driving = self.narrowest(db, Found::InIndex, SET_DRIVEN_MAX).await?;
        if driving.is_none() && !self.found(engine, Found::ByTrigrams).is_empty() {
            driving = self.rare_by_trigrams(db).await?;
        }
        match driving {
            Some(place) => {
                let (sql, values) = self.set(engine, Some(place));
                number_of(db, sql, values, bound).await
            }
            None => scan::number(self, db, bound).await,
        }
    }

    /// The condition whose trigrams find few contacts, if so few are meant that reading the table would not stop early.
    async fn rare_by_trigrams(&self, db: &impl ConnectionTrait) -> Result<Option<usize>, Error> {
        if !scan::finds_few(self, db).await? {
            return Ok(None);
        }
        let engine = Engine::of(db);
        match engine {
            Engine::Sqlite => self.narrowest(db, Found::ByTrigrams, TRIGRAMS_MAX).await,
            // Its planner knows about how many there are; asking would take half as long as counting.
            Engine::Postgres => Ok(self.found(engine, Found::ByTrigrams).first().copied()),
        }
    }

    /// A statement with one row for each contact, from the one table that knows, where one does.
    pub(super) fn known(&self, engine: Engine) -> Option<(String, Vec<Value>)> {
        let mut compiler = self.compiler(engine, Around::Set);
        let sql = match self.conjuncts().as_slice() {
            [] => Some("SELECT 1 FROM contact_index i WHERE i.account_id = $1".to_owned()),
            [Conjunct::Words(words)] => {
                Some(compiler.drive_words(words)).filter(|_| compiler.found() == Found::ByTrigrams)
            }
            [Conjunct::Filter(Nnf::Test(test))] if knows_all(test) => compiler.drive(test),
            _ => None,
        }?;
        Some((sql, compiler.into_values()))
    }

    /// A statement that counts everybody without those who must not be there, where indexes know all of them: of a million contacts those outside
    /// a segment are counted as all less its members, rather than by asking each. None where that saves nothing.
    async fn by_difference(
        &self,
        db: &impl ConnectionTrait,
    ) -> Result<Option<(String, Vec<Value>)>, Error> {
        let engine = Engine::of(db);
        let mut rest = Vec::new();
        let mut excluded = Vec::new();
        for conjunct in self.conjuncts() {
            match conjunct {
                Conjunct::Filter(Nnf::Test(test))
                    if test.negated && excluded.len() < EXCLUDED_MAX =>
                {
                    let mut test = test.clone();
                    test.negated = false;
                    let mut compiler = self.compiler(engine, Around::Set);
                    if compiler.drive(&test).is_some() {
                        excluded.push(Nnf::Test(test));
                    } else {
                        test.negated = true;
                        rest.push(Nnf::Test(test));
                    }
                }
                Conjunct::Filter(filter) => rest.push(filter.clone()),
                Conjunct::Words(_) => {}
            }
        }
        if excluded.is_empty() {
            return Ok(None);
        }
        let mut sum = String::new();
        let mut values = vec![self.account.as_i64().into()];
        for some in 0..1_usize << excluded.len() {
            let of_them = excluded
                .iter()
                .enumerate()
                .filter(|(place, _)| some >> place & 1 == 1);
            let conditions = rest
                .iter()
                .cloned()
                .chain(of_them.map(|(_, test)| test.clone()));
            let part = Self {
                filter: Nnf::All(conditions.collect()),
                ..self.clone()
            };
            let (sql, of_part) = match part.known(engine) {
                Some(known) => known,
                None => {
                    let driving = part.narrowest(db, Found::InIndex, SET_DRIVEN_MAX).await?;
                    if driving.is_none() {
                        return Ok(None);
                    }
                    part.set(engine, driving)
                }
            };
            let sign = if some.count_ones() % 2 == 0 { "+" } else { "-" };
            let sql = moved(&sql, values.len() - 1);
            sum.push_str(&format!(
                " {sign} (SELECT count(*) FROM ({sql}) AS matching)"
            ));
            // The account is the first value of each, and the same.
            values.extend(of_part.into_iter().skip(1));
        }
        Ok(Some((format!("SELECT 0{sum} AS n"), values)))
    }
}

/// Conditions that are counted and taken away: each doubles the parts of the statement.
const EXCLUDED_MAX: usize = 2;

/// Contacts that are looked up for their trigrams; more of them take longer than reading the table.
const TRIGRAMS_MAX: u32 = 60_000;

/// How many rows the statement has, up to `bound`.
pub(super) async fn number_of(
    db: &impl ConnectionTrait,
    sql: String,
    values: Vec<Value>,
    bound: Option<u64>,
) -> Result<u64, Error> {
    let limit = bound.map_or_else(String::new, |bound| format!(" LIMIT {bound}"));
    let sql = format!("SELECT count(*) AS n FROM ({sql}{limit}) AS matching");
    read_number(db, sql, values).await
}

async fn read_number(
    db: &impl ConnectionTrait,
    sql: String,
    values: Vec<Value>,
) -> Result<u64, Error> {
    let statement = Engine::of(db).statement(sql, values);
    let row = db.query_one_raw(statement).await?;
    let n: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    Ok(u64::try_from(n).unwrap_or_default())
}

/// The statement with its places behind the first moved by so many. Nothing else in our statements is a dollar sign before a digit.
fn moved(sql: &str, by: usize) -> String {
    let mut moved = String::with_capacity(sql.len() + 16);
    let mut parts = sql.split('$');
    moved.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        match number.parse::<usize>() {
            Ok(place) if place > 1 => moved.push_str(&format!("${}{rest}", place + by)),
            _ => {
                moved.push('$');
                moved.push_str(part);
            }
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_move_and_json_paths_stay() {
        let sql = r#"a = $1 AND b = $2 AND m ->> '$."x"' = $13"#;
        assert_eq!(
            moved(sql, 4),
            r#"a = $1 AND b = $6 AND m ->> '$."x"' = $17"#
        );
        assert_eq!(moved(sql, 0), sql);
    }
}
