//! One stretch of a sorted list in SQL.
//!
//! A list has two parts: the contacts that have the sort's key, then those that lack it. Each part is one range of the sort's index, read
//! forwards or backwards from a place; `NULLS LAST` would read all of it.
//!
//! A selection is found in up to four tries. First a look at the beginning of the sort's index, asking of each contact whether it is meant: that
//! fills the page of most filters, and says of the others how many of the contacts are meant. If they are not rare, the walk goes on as far as that
//! promises. If one of the conditions is met by few contacts, those are looked up and sorted. Else a longer walk, and at last the whole set, found
//! and sorted. Whatever the planners think of a filter, a page is never an endless walk.

use super::compile::{Around, Found, implies_presence};
use super::cursor::Place;
use super::read::Loaded;
use super::selection::{Conjunct, Selection};
use super::sort::SortColumn;
use super::whole;
use crate::{Engine, Error};
use rapport_contract::ContactId;
use rapport_filter::checked::Nnf;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use tokio::sync::OnceCell;

/// Contacts that the first look asks.
const LOOK: u32 = 600;
/// Contacts that a walk goes on for without asking an index first, if the first look promises that it is enough.
const PROMISED: u32 = 10_000;
/// Contacts that a long walk asks.
const LONG_WALK: u32 = 20_000;
/// A condition that fewer contacts meet is looked up rather than walked to.
const FEW: u32 = 3_000;

/// A walk that is longer is worth looking up first whom trigrams find.
const LONG_ENOUGH: u32 = 4_000;

/// What is listed.
pub(super) struct Listing<'a, C> {
    pub(super) db: &'a C,
    pub(super) selection: &'a Selection,
    pub(super) sort: &'a SortColumn,
    /// The condition that few contacts meet, if there is one; asked once.
    narrow: OnceCell<Option<usize>>,
}

/// A row of a list, and its place in it.
pub(super) struct ListRow {
    pub(super) place: Place,
    pub(super) contact: Loaded,
}

/// One of the two parts of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The contacts that have the key.
    Present,
    /// The contacts that lack it.
    Missing,
}

/// A stretch of one part that is asked for.
#[derive(Clone, Copy)]
pub(super) struct Stretch<'p> {
    pub(super) part: Part,
    /// The place behind which it begins; the part's beginning without it.
    pub(super) from: Option<&'p Place>,
    /// Whether the part is read from its end.
    pub(super) backwards: bool,
    /// The rows it has at most.
    pub(super) most: usize,
}

/// How a stretch is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Everyone is meant: the index is read.
    Straight,
    /// So many contacts of the index are asked.
    Walk(u32),
    /// The whole set is found, by the condition at this place or by reading the table, and sorted.
    Set(Option<usize>),
}

impl<'a, C: ConnectionTrait> Listing<'a, C> {
    pub(super) fn new(db: &'a C, selection: &'a Selection, sort: &'a SortColumn) -> Self {
        Self {
            db,
            selection,
            sort,
            narrow: OnceCell::new(),
        }
    }

    /// Up to `most` rows after `from` (or from the start), in the list's order; or, `backwards`, before it (or from the end), in
    /// reversed order.
    pub(super) async fn stretch(
        &self,
        from: Option<&Place>,
        backwards: bool,
        most: usize,
    ) -> Result<Vec<ListRow>, Error> {
        let here = from.map(|place| {
            if place.key.is_some() {
                Part::Present
            } else {
                Part::Missing
            }
        });
        let mut rows = Vec::new();
        for part in self.parts(backwards) {
            let passed = match (here, backwards) {
                (Some(Part::Missing), false) => part == Part::Present,
                (Some(Part::Present), true) => part == Part::Missing,
                _ => false,
            };
            if passed || rows.len() >= most {
                continue;
            }
            let from = from.filter(|_| here == Some(part));
            rows.extend(
                self.part(Stretch {
                    part,
                    from,
                    backwards,
                    most: most - rows.len(),
                })
                .await?,
            );
        }
        Ok(rows)
    }

    /// The parts that can have somebody, in the order in which they are read.
    pub(super) fn parts(&self, backwards: bool) -> Vec<Part> {
        let column = &self.sort.name;
        let mut parts = vec![Part::Present];
        if self.sort.can_be_missing
            && !self
                .selection
                .conjuncts()
                .into_iter()
                .any(|conjunct| says_present(conjunct, column))
        {
            parts.push(Part::Missing);
        }
        if backwards {
            parts.reverse();
        }
        parts
    }

    async fn part(&self, stretch: Stretch<'_>) -> Result<Vec<ListRow>, Error> {
        if self.selection.is_everyone() {
            return self.find(stretch, Way::Straight).await;
        }
        let mut rows = self.find(stretch, Way::Walk(LOOK)).await?;
        if rows.len() == stretch.most {
            return Ok(rows);
        }
        if let Some(length) = promised(rows.len(), stretch.most - rows.len()) {
            self.go_on(stretch, &mut rows, length).await?;
            if rows.len() == stretch.most {
                return Ok(rows);
            }
        }
        if let Some(place) = self.narrow().await? {
            return self.find(stretch, Way::Set(Some(place))).await;
        }
        let engine = Engine::of(self.db);
        let read = self.selection.found(engine, Found::ByReading);
        // All search keys are read in the time of a few such walks.
        if read.is_empty() || !rows.is_empty() {
            let length = LONG_WALK;
            self.go_on(stretch, &mut rows, length).await?;
            if rows.len() == stretch.most || !self.goes_on(stretch, length).await? {
                return Ok(rows);
            }
        }
        let driving = self.selection.best_drive(self.db).await?;
        self.find(stretch, Way::Set(driving)).await
    }

    /// Goes on behind the last row found with a walk of this length.
    async fn go_on(
        &self,
        stretch: Stretch<'_>,
        rows: &mut Vec<ListRow>,
        length: u32,
    ) -> Result<(), Error> {
        let last = rows.last().map(|row| row.place.clone());
        let rest = Stretch {
            from: last.as_ref().or(stretch.from),
            most: stretch.most - rows.len(),
            ..stretch
        };
        rows.extend(self.find(rest, Way::Walk(length)).await?);
        Ok(())
    }

    /// The condition that few contacts meet, if there is one.
    async fn narrow(&self) -> Result<Option<usize>, Error> {
        let ask = || self.selection.narrow_drive(self.db, FEW);
        self.narrow.get_or_try_init(ask).await.copied()
    }

    pub(super) async fn find(&self, stretch: Stretch<'_>, way: Way) -> Result<Vec<ListRow>, Error> {
        let (sql, values) = self.statement(stretch, way);
        let rows = self
            .db
            .query_all_raw(Engine::of(self.db).statement(sql, values))
            .await?;
        rows.iter()
            .map(|row| self.read(row, stretch.part))
            .collect()
    }

    /// Whether there is more of the index than a walk of this length sees.
    async fn goes_on(&self, stretch: Stretch<'_>, walked: u32) -> Result<bool, Error> {
        let (sql, values) = self.walked(stretch, walked);
        let row = self
            .db
            .query_one_raw(Engine::of(self.db).statement(sql, values))
            .await?;
        let n: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
        Ok(n >= i64::from(walked))
    }

    /// How many contacts a walk of at most this length sees.
    pub(super) fn walked(&self, stretch: Stretch<'_>, length: u32) -> (String, Vec<Value>) {
        let engine = Engine::of(self.db);
        let mut compiler = self.selection.compiler(engine, Around::Walk);
        let range = self.range(&mut compiler, stretch);
        let sql = format!(
            "SELECT count(*) AS n FROM (SELECT 1 FROM contact_index i{} WHERE {range} LIMIT {length}) AS walked",
            self.index(engine, stretch.part)
        );
        (sql, compiler.into_values())
    }

    /// The page's rows, and their contacts with everything that belongs to them: one statement.
    pub(super) fn statement(&self, stretch: Stretch<'_>, way: Way) -> (String, Vec<Value>) {
        let engine = Engine::of(self.db);
        let (places, values) = self.places(engine, stretch, way);
        let whole = whole::columns(engine);
        let direction = self.direction(stretch);
        let rows = format!(
            "SELECT {whole}, p.place_key FROM ({places}) AS p JOIN contacts c ON c.account_id = $1 AND c.id = p.id"
        );
        let sql = match engine {
            Engine::Postgres => {
                format!("{rows} ORDER BY p.place_key {direction}, p.id {direction}")
            }
            // Made whole before the first row is handed over, or whoever takes them is woken and put to sleep for each.
            Engine::Sqlite => format!(
                "WITH page AS MATERIALIZED ({rows}) SELECT * FROM page ORDER BY place_key {direction}, id {direction}"
            ),
        };
        (sql, values)
    }

    /// A statement that gives the ids and keys of the stretch's rows, in order, and its values.
    pub(super) fn places(
        &self,
        engine: Engine,
        stretch: Stretch<'_>,
        way: Way,
    ) -> (String, Vec<Value>) {
        let most = stretch.most;
        let key = &self.sort.name;
        let direction = self.direction(stretch);
        match way {
            Way::Straight => {
                let mut compiler = self.selection.compiler(engine, Around::Walk);
                let ranges = self.ranges(&mut compiler, stretch);
                let length = u32::try_from(most).unwrap_or(u32::MAX);
                (
                    self.walk(engine, stretch, &ranges, "", length),
                    compiler.into_values(),
                )
            }
            Way::Walk(length) if self.goes_among(engine, length) => {
                self.walk_among(engine, stretch, length)
            }
            Way::Walk(length) => {
                let mut compiler = self.selection.compiler(engine, Around::Walk);
                let mut ranges = self.ranges(&mut compiler, stretch);
                for conjunct in self.selection.conjuncts() {
                    if let Conjunct::Filter(Nnf::Test(test)) = conjunct
                        && let Some(condition) = compiler.range_of(test, key)
                    {
                        for range in &mut ranges {
                            range.push_str(" AND ");
                            range.push_str(&condition);
                        }
                    }
                }
                let probes = self.selection.probes(&mut compiler);
                let mut columns = String::new();
                for column in compiler.used() {
                    columns.push_str(", i.");
                    columns.push_str(column);
                }
                // Both engines hand the rows of the inner statement on one by one and in order, and stop when there are enough; asked to order
                // them once more, SQLite would read all of them first.
                let walk = self.walk(engine, stretch, &ranges, &columns, length);
                let sql = format!(
                    "SELECT i.id, i.place_key FROM ({walk}) AS i WHERE {probes} LIMIT {most}"
                );
                (sql, compiler.into_values())
            }
            Way::Set(narrowest) => {
                let mut compiler = self.selection.compiler(engine, Around::Set);
                let range = self.range(&mut compiler, stretch);
                let conditions = self.selection.set_conditions(&mut compiler, narrowest);
                let order = format!("ORDER BY place_key {direction}, id {direction} LIMIT {most}");
                let found = format!(
                    "SELECT i.id, i.{key} AS place_key FROM contact_index i{} WHERE {range} AND {conditions}",
                    engine.whole_table()
                );
                let sql = match engine {
                    // Apart, so that the planner does not walk the sort's index in the hope of meeting enough of them soon.
                    Engine::Postgres => format!(
                        "WITH m AS MATERIALIZED ({found}) SELECT id, place_key FROM m {order}"
                    ),
                    Engine::Sqlite => format!("{found} {order}"),
                };
                (sql, compiler.into_values())
            }
        }
    }

    /// Whether a long walk is best asked of those alone that SQLite finds by the trigrams of the only condition: having their ids, it passes over all
    /// others without looking at their rows. PostgreSQL would have to read the rows to have the ids.
    fn goes_among(&self, engine: Engine, length: u32) -> bool {
        engine == Engine::Sqlite
            && length > LONG_ENOUGH
            && self.selection.conjuncts().len() == 1
            && !self.selection.found(engine, Found::ByTrigrams).is_empty()
    }

    fn walk_among(
        &self,
        engine: Engine,
        stretch: Stretch<'_>,
        length: u32,
    ) -> (String, Vec<Value>) {
        let mut compiler = self.selection.compiler(engine, Around::Walk);
        let ranges = self.ranges(&mut compiler, stretch);
        let walk = self.walk(engine, stretch, &ranges, "", length);
        let conjuncts = self.selection.conjuncts().into_iter();
        let among: Vec<_> = conjuncts
            .filter_map(|one| Selection::candidates(&mut compiler, one))
            .map(|candidates| format!("w.id IN ({candidates})"))
            .collect();
        let among = among.join(" AND ");
        let probes = self.selection.probes(&mut compiler);
        let sql = format!(
            "SELECT i.id, w.place_key FROM ({walk}) AS w \
             CROSS JOIN contact_index i{whole} WHERE {among} AND i.id = w.id AND {probes} LIMIT {most}",
            whole = engine.whole_table(),
            most = stretch.most,
        );
        (sql, compiler.into_values())
    }

    /// A statement that gives at most so many rows of the sort's index, in order, from these ranges of it, one after the other.
    fn walk(
        &self,
        engine: Engine,
        stretch: Stretch<'_>,
        ranges: &[String],
        columns: &str,
        length: u32,
    ) -> String {
        let key = &self.sort.name;
        let direction = self.direction(stretch);
        let index = self.index(engine, stretch.part);
        let walk = |range: &String| {
            format!(
                "SELECT i.id, i.{key} AS place_key{columns} FROM contact_index i{index} WHERE {range} \
                 ORDER BY i.{key} {direction}, i.id {direction} LIMIT {length}"
            )
        };
        match ranges {
            [range] => walk(range),
            several => {
                let walks = several
                    .iter()
                    .map(|range| format!("SELECT * FROM ({})", walk(range)));
                let walks: Vec<_> = walks.collect();
                format!("{} LIMIT {length}", walks.join(" UNION ALL "))
            }
        }
    }

    /// As [`range`](Self::range), in as many ranges as the engine needs to find the beginning by its index. Of a row of values SQLite takes only the
    /// first, when the second is the id, and would pass over all who have the same key: half a million who are no VIP.
    fn ranges(
        &self,
        compiler: &mut super::compile::Compiler<'_>,
        stretch: Stretch<'_>,
    ) -> Vec<String> {
        let Some(Place {
            key: Some(value),
            id,
        }) = stretch.from
        else {
            return vec![self.range(compiler, stretch)];
        };
        if compiler.engine() == Engine::Postgres {
            return vec![self.range(compiler, stretch)];
        }
        let key = &self.sort.name;
        let beyond = self.beyond(stretch);
        let part = self.range(
            compiler,
            Stretch {
                from: None,
                ..stretch
            },
        );
        let value = compiler.bind(self.sort.value(value));
        let id = compiler.bind(id.as_i64());
        vec![
            format!("{part} AND i.{key} = {value} AND i.id {beyond} {id}"),
            format!("{part} AND i.{key} {beyond} {value}"),
        ]
    }

    const fn beyond(&self, stretch: Stretch<'_>) -> &'static str {
        if self.is_descending(stretch) {
            "<"
        } else {
            ">"
        }
    }

    /// The range of the sort's index that the stretch lies in.
    pub(super) fn range(
        &self,
        compiler: &mut super::compile::Compiler<'_>,
        stretch: Stretch<'_>,
    ) -> String {
        let key = &self.sort.name;
        let beyond = self.beyond(stretch);
        let mut conditions = vec!["i.account_id = $1".to_owned()];
        match stretch.part {
            Part::Present if self.sort.can_be_missing => {
                conditions.push(format!("i.{key} IS NOT NULL"))
            }
            Part::Present => {}
            Part::Missing => conditions.push(format!("i.{key} IS NULL")),
        }
        if let Some(place) = stretch.from {
            match &place.key {
                Some(value) => {
                    let value = compiler.bind(self.sort.value(value));
                    let id = compiler.bind(place.id.as_i64());
                    conditions.push(format!("(i.{key}, i.id) {beyond} ({value}, {id})"));
                }
                None => {
                    let id = compiler.bind(place.id.as_i64());
                    conditions.push(format!("i.id {beyond} {id}"));
                }
            }
        }
        conditions.join(" AND ")
    }

    /// Up to this place, itself included, forwards: a further condition of a [`range`](Self::range).
    pub(super) fn until(
        &self,
        compiler: &mut super::compile::Compiler<'_>,
        place: &Place,
    ) -> String {
        let before = if self.sort.descending { ">=" } else { "<=" };
        let key = place
            .key
            .as_ref()
            .map(|key| compiler.bind(self.sort.value(key)));
        let id = compiler.bind(place.id.as_i64());
        match key {
            Some(key) => format!("(i.{}, i.id) {before} ({key}, {id})", self.sort.name),
            None => format!("i.id {before} {id}"),
        }
    }

    pub(super) fn index(&self, engine: Engine, part: Part) -> String {
        if part == Part::Present || self.sort.index_has_missing {
            engine.indexed_by(&self.sort.index)
        } else {
            engine.whole_table().to_owned()
        }
    }

    const fn is_descending(&self, stretch: Stretch<'_>) -> bool {
        self.sort.descending != stretch.backwards
    }

    pub(super) const fn direction(&self, stretch: Stretch<'_>) -> &'static str {
        if self.is_descending(stretch) {
            "DESC"
        } else {
            "ASC"
        }
    }

    fn read(&self, row: &QueryResult, part: Part) -> Result<ListRow, Error> {
        let contact = whole::read(row)?;
        let key = match part {
            Part::Missing => None,
            Part::Present => Some(self.sort.read(row, "place_key")?),
        };
        let place = Place {
            key,
            id: ContactId::from_i64(contact.contact.id),
        };
        Ok(ListRow { place, contact })
    }
}

/// How far to walk on for so many more contacts, where the first look found some, if that is not too far.
fn promised(found: usize, needed: usize) -> Option<u32> {
    let found = u32::try_from(found).ok().filter(|found| *found > 0)?;
    let expected = u32::try_from(needed).ok()?.checked_mul(LOOK)? / found;
    // Twice as far as it takes when all goes as expected.
    (expected <= PROMISED).then_some(2 * expected + LOOK)
}

/// Whether whoever meets the condition has a value in the column.
fn says_present(conjunct: Conjunct<'_>, column: &str) -> bool {
    match conjunct {
        Conjunct::Filter(Nnf::Test(test)) => {
            implies_presence(test) && super::compile::stands_in(&test.field, column)
        }
        _ => false,
    }
}
