//! How many contacts are meant.

use super::compile::Around;
use super::selection::{Ask, Conjunct, SET_DRIVEN_MAX, Selection};
use crate::{Actor, Engine, Error, Store};
use rapport_contract::Instant;
use rapport_contract::page::Count;
use rapport_filter::checked::{ChoiceTest, Field, Nnf, Predicate, Test, TextTest};
use rapport_filter::text::KEY_MAX;
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
        let engine = Engine::of(db);
        let statement = match at_most {
            Some(most) => {
                let (matching, values) = self.counted(db).await?;
                let bound = i64::from(most) + 1;
                let sql =
                    format!("SELECT count(*) AS n FROM ({matching} LIMIT {bound}) AS matching");
                engine.statement(sql, values)
            }
            None => match self.counted_by_difference(db).await? {
                Some((sql, values)) => engine.statement(sql, values),
                None => {
                    let (matching, values) = self.counted(db).await?;
                    engine.statement(
                        format!("SELECT count(*) AS n FROM ({matching}) AS matching"),
                        values,
                    )
                }
            },
        };
        let row = db.query_one_raw(statement).await?;
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
        match self.counted_by_index(db).await? {
            Some(counted) => Ok(counted),
            None => Ok(self.set(Engine::of(db), None)),
        }
    }

    /// As [`counted`](Self::counted), if no table has to be read for it from end to end.
    async fn counted_by_index(
        &self,
        db: &impl ConnectionTrait,
    ) -> Result<Option<(String, Vec<Value>)>, Error> {
        let engine = Engine::of(db);
        let mut compiler = self.compiler(engine, Around::Set);
        let known = match self.conjuncts().as_slice() {
            [] => Some("SELECT 1 FROM contact_index i WHERE i.account_id = $1".to_owned()),
            [Conjunct::Words(words)] => Some(compiler.drive_words(words)),
            [Conjunct::Filter(Nnf::Test(test))] if knows_all(test) => compiler.drive(test),
            _ => None,
        };
        if let Some(sql) = known {
            return Ok(Some((sql, compiler.into_values())));
        }
        let narrowest = self.narrowest(db, SET_DRIVEN_MAX).await?;
        Ok(narrowest.map(|place| self.set(engine, Some(place))))
    }

    /// A statement that counts everybody without those who must not be there, where indexes know all of them: of a million contacts those outside
    /// a segment are counted as all less its members, rather than by asking each. None where that saves nothing.
    async fn counted_by_difference(
        &self,
        db: &impl ConnectionTrait,
    ) -> Result<Option<(String, Vec<Value>)>, Error> {
        let mut rest = Vec::new();
        let mut excluded = Vec::new();
        for conjunct in self.conjuncts() {
            match conjunct {
                Conjunct::Filter(Nnf::Test(test))
                    if test.negated && excluded.len() < EXCLUDED_MAX =>
                {
                    let mut test = test.clone();
                    test.negated = false;
                    if self
                        .compiler(Engine::of(db), Around::Set)
                        .drive(&test)
                        .is_some()
                    {
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
            let Some((sql, of_part)) = part.counted_by_index(db).await? else {
                return Ok(None);
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

/// Whether an index has exactly one row for each contact that meets the test.
fn knows_all(test: &Test) -> bool {
    if test.negated {
        return false;
    }
    match (&test.field, &test.predicate) {
        (Field::Segment, Predicate::Choice(ChoiceTest::AnyOf(segments))) => segments.len() == 1,
        (
            Field::Country | Field::Source | Field::Custom(_),
            Predicate::Choice(ChoiceTest::AnyOf(_)),
        )
        | (Field::CreatedAt | Field::UpdatedAt | Field::LastActivityAt, Predicate::Moment(_))
        | (Field::Custom(_), Predicate::Number(_) | Predicate::Date(_) | Predicate::YesNo(_)) => {
            true
        }
        (Field::Name | Field::Company | Field::City, Predicate::Text(TextTest::AnyOf(texts))) => {
            texts.iter().all(|text| text.chars().count() < KEY_MAX)
        }
        _ => false,
    }
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
