//! Every contact of a selection, row by row in the list's order, as it was at one moment.
//!
//! The list's index is walked in batches within one read transaction: the place where a batch ends is found first, then its contacts by one
//! statement, which gives each of them as one line of text. This process never holds more than a few rows, whatever the size of the selection.
//! SQLite looks up a few thousand contacts at a time; so does PostgreSQL at first, and then it reads whole tables and sorts. Where a condition is met by few contacts, those are found and sorted once, and read in batches by their ids.

mod columns;
mod row;
mod snapshot;

use super::compile::{Around, Compiler};
use super::cursor::Place;
use super::page::{Listing, Part, Stretch, Way};
use super::selection::{Ask, Conjunct, SET_DRIVEN_MAX, Selection};
use super::sort::SortColumn;
use crate::{Engine, Error, Store, Viewer};
use columns::Layout;
use rapport_contract::contact::{Column, Sort};
use rapport_contract::{ContactId, Instant};
use rapport_filter::checked::Nnf;
use sea_orm::{DatabaseConnection, Value};
use snapshot::{Reading, Snapshot};

pub use row::{Cell, Row};
pub(crate) use snapshot::{SNAPSHOTS_MAX, Snapshots};

/// What is asked of an export.
#[derive(Debug, Clone)]
pub struct ExportAsk {
    /// Who is to be in it.
    pub ask: Ask,
    /// The order; the saved filter's without it, else the newest first.
    pub sort: Option<Sort>,
    /// The columns; the saved filter's without it, else the usual ones.
    pub columns: Option<Vec<String>>,
}

/// An export that is understood.
#[derive(Debug)]
pub struct Export {
    selection: Selection,
    sort: SortColumn,
    layout: Layout,
}

impl ExportAsk {
    /// Understands what is asked; relative dates are counted from `now`.
    ///
    /// # Errors
    /// Every fault of the filter, the sort and the columns; `not_found` when there is no such saved filter for the actor.
    pub async fn understand(
        &self,
        store: &Store,
        viewer: &Viewer,
        now: Instant,
    ) -> Result<Export, Error> {
        let selection = store.select(viewer, &self.ask, now).await?;
        let asked_in = self.ask.asked_in;
        let sort = self
            .sort
            .clone()
            .or_else(|| selection.sort.clone())
            .unwrap_or_default();
        let sort = SortColumn::of(&sort, &selection.catalogue, &asked_in.pointer("sort"))
            .map_err(|fault| asked_in.problem(vec![fault]))?;
        let definitions = selection.catalogue.attributes.live();
        let columns = match &self.columns {
            Some(names) => Column::list(names, definitions, |place| {
                asked_in.in_list("columns", place)
            })
            .map_err(|faults| asked_in.problem(faults))?,
            None => columns::of_saved(
                selection.columns.as_deref().unwrap_or_default(),
                definitions,
            )
            .unwrap_or_else(|| columns::usual(definitions)),
        };
        let layout = Layout::new(columns, selection.catalogue.clone());
        Ok(Export {
            selection,
            sort,
            layout,
        })
    }
}

impl Export {
    /// The columns, in their order.
    pub fn columns(&self) -> &[Column] {
        self.layout.columns()
    }

    /// Takes a snapshot of the database: what is written from now on is not in the export. It is let go when the export is read or dropped.
    ///
    /// # Errors
    /// `too_many_requests` when this process has as many snapshots as it may.
    pub async fn open(self, store: &Store) -> Result<OpenExport, Error> {
        let Self {
            selection,
            sort,
            layout,
        } = self;
        let snapshot = Snapshot::take(&store.snapshots, selection.account).await?;
        Ok(OpenExport {
            reader: store.reader.clone(),
            selection,
            sort,
            layout,
            snapshot,
            steps: Steps::USUAL,
        })
    }
}

/// An export whose moment has come.
#[derive(Debug)]
pub struct OpenExport {
    /// For questions whose answers only say how to go on.
    reader: DatabaseConnection,
    selection: Selection,
    sort: SortColumn,
    layout: Layout,
    snapshot: Snapshot,
    steps: Steps,
}

/// How much is read by one statement, in places of the list's index.
#[derive(Debug, Clone, Copy)]
struct Steps {
    /// The first batch: the first row is to be there at once.
    first: u32,
    /// A batch that PostgreSQL looks up contact by contact.
    short: u32,
    /// A batch of SQLite, which always looks up contact by contact; what PostgreSQL so looks up before it reads whole tables.
    middle: u32,
    /// A batch for which PostgreSQL reads whole tables; it sorts it on its disk.
    long: u32,
    /// Whether a condition that few contacts meet is looked up.
    narrow: bool,
}

impl Steps {
    const USUAL: Self = Self {
        first: 200,
        short: 4_000,
        middle: 20_000,
        long: 2_000_000,
        narrow: true,
    };

    /// The batch that follows on so many places.
    const fn next(self, engine: Engine, done: u32) -> (u32, Reading) {
        match engine {
            _ if done == 0 => (self.first, Reading::Short),
            Engine::Sqlite => (self.middle, Reading::Short),
            Engine::Postgres if done < self.middle => (self.short, Reading::Short),
            Engine::Postgres => (self.long, Reading::Long),
        }
    }
}

impl OpenExport {
    /// The columns, in their order.
    pub fn columns(&self) -> &[Column] {
        self.layout.columns()
    }

    /// Gives every row to `take`, in order, and waits for it each time. Ends early with what `take` fails with.
    pub async fn rows<E: From<Error>>(
        mut self,
        mut take: impl AsyncFnMut(Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let reader = self.reader.clone();
        let (selection, sort) = (self.selection.clone(), self.sort.clone());
        let listing = Listing::new(&reader, &selection, &sort);
        let narrowest = if selection.is_everyone() || !self.steps.narrow {
            None
        } else {
            selection.narrow_drive(&reader, SET_DRIVEN_MAX).await?
        };
        for part in listing.parts(false) {
            match narrowest {
                Some(_) => self.looked_up(&listing, part, narrowest, &mut take).await?,
                None => self.walked(&listing, part, &mut take).await?,
            }
        }
        Ok(())
    }

    /// Walks a part of the list's index from end to end.
    async fn walked<E: From<Error>>(
        &mut self,
        listing: &Listing<'_, DatabaseConnection>,
        part: Part,
        take: &mut impl AsyncFnMut(Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let engine = self.snapshot.engine();
        let (mut from, mut done) = (None, 0);
        loop {
            let (size, reading) = self.steps.next(engine, done);
            self.snapshot.expect(reading).await?;
            let to = self.place_after(listing, part, from.as_ref(), size).await?;
            let (sql, values) = self.walk(listing, part, from.as_ref(), to.as_ref(), reading);
            self.snapshot
                .lines(sql, values, async |line| take(self.layout.row(line)?).await)
                .await?;
            if to.is_none() {
                return Ok(());
            }
            (from, done) = (to, done.saturating_add(size));
        }
    }

    /// The place so many steps behind another in the index of a part; none when the part has fewer.
    async fn place_after(
        &mut self,
        listing: &Listing<'_, DatabaseConnection>,
        part: Part,
        from: Option<&Place>,
        steps: u32,
    ) -> Result<Option<Place>, Error> {
        let engine = self.snapshot.engine();
        let stretch = stretch(part, from);
        let mut compiler = self.selection.compiler(engine, Around::Walk);
        let range = self.range(listing, &mut compiler, stretch);
        let (key, direction) = (&self.sort.name, listing.direction(stretch));
        let sql = format!(
            "SELECT i.id, i.{key} AS place_key FROM contact_index i{} WHERE {range} \
             ORDER BY i.{key} {direction}, i.id {direction} LIMIT 1 OFFSET {}",
            listing.index(engine, part),
            steps.saturating_sub(1)
        );
        let Some(row) = self.snapshot.one(sql, compiler.into_values()).await? else {
            return Ok(None);
        };
        let key = match part {
            Part::Present => Some(self.sort.read(&row, "place_key")?),
            Part::Missing => None,
        };
        let id = ContactId::from_i64(row.try_get("", "id")?);
        Ok(Some(Place { key, id }))
    }

    /// The range of the index that can have somebody of the selection.
    fn range(
        &self,
        listing: &Listing<'_, DatabaseConnection>,
        compiler: &mut Compiler<'_>,
        stretch: Stretch<'_>,
    ) -> String {
        let mut ranges = vec![listing.range(compiler, stretch)];
        for conjunct in self.selection.conjuncts() {
            if let Conjunct::Filter(Nnf::Test(test)) = conjunct {
                ranges.extend(compiler.range_of(test, &self.sort.name));
            }
        }
        ranges.join(" AND ")
    }

    /// The lines of the selection's contacts behind one place of the index and up to another.
    fn walk(
        &self,
        listing: &Listing<'_, DatabaseConnection>,
        part: Part,
        from: Option<&Place>,
        to: Option<&Place>,
        reading: Reading,
    ) -> (String, Vec<Value>) {
        let engine = self.snapshot.engine();
        let stretch = stretch(part, from);
        let around = match reading {
            Reading::Short => Around::Walk,
            Reading::Long => Around::Set,
        };
        let mut compiler = self.selection.compiler(engine, around);
        let mut conditions = vec![self.range(listing, &mut compiler, stretch)];
        if let Some(to) = to {
            conditions.push(listing.until(&mut compiler, to));
        }
        if !self.selection.is_everyone() {
            conditions.push(self.selection.probes(&mut compiler));
        }
        let (key, direction) = (&self.sort.name, listing.direction(stretch));
        let sql = format!(
            "SELECT {line} AS line FROM contact_index i{index}{joins} WHERE {conditions}{joined} \
             ORDER BY i.{key} {direction}, i.id {direction}",
            line = self.layout.line(engine, reading),
            index = listing.index(engine, part),
            joins = self.layout.joins(reading),
            conditions = conditions.join(" AND "),
            joined = self.layout.joined(),
        );
        (sql, compiler.into_values())
    }

    /// Looks up a part of the list by the condition that few contacts meet.
    async fn looked_up<E: From<Error>>(
        &mut self,
        listing: &Listing<'_, DatabaseConnection>,
        part: Part,
        narrowest: Option<usize>,
        take: &mut impl AsyncFnMut(Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let engine = self.snapshot.engine();
        self.snapshot.expect(Reading::Short).await?;
        let all = Stretch {
            most: usize::try_from(u32::MAX).unwrap_or(usize::MAX),
            ..stretch(part, None)
        };
        let (sql, values) = listing.places(engine, all, Way::Set(narrowest));
        let ids = self.snapshot.ids(sql, values).await?;
        let first = (self.steps.first as usize).min(ids.len());
        let (first, rest) = ids.split_at(first);
        for ids in std::iter::once(first).chain(rest.chunks(self.steps.short as usize)) {
            let (sql, values) = self.of_ids(engine, ids);
            self.snapshot
                .lines(sql, values, async |line| take(self.layout.row(line)?).await)
                .await?;
        }
        Ok(())
    }

    /// The lines of these contacts, in the order of their ids in the list.
    fn of_ids(&self, engine: Engine, ids: &[i64]) -> (String, Vec<Value>) {
        let (list, id) = match engine {
            Engine::Postgres => (
                "jsonb_array_elements_text($2::jsonb) WITH ORDINALITY AS p (value, key)",
                "CAST(p.value AS BIGINT)",
            ),
            Engine::Sqlite => ("json_each($2) p", "p.value"),
        };
        let sql = format!(
            "SELECT {line} AS line FROM {list} CROSS JOIN contact_index i{joins} \
             WHERE i.account_id = $1 AND i.id = {id}{joined} ORDER BY p.key",
            line = self.layout.line(engine, Reading::Short),
            joins = self.layout.joins(Reading::Short),
            joined = self.layout.joined(),
        );
        let values = vec![
            self.selection.account.as_i64().into(),
            crate::sql::json(ids),
        ];
        (sql, values)
    }
}

fn stretch(part: Part, from: Option<&Place>) -> Stretch<'_> {
    Stretch {
        part,
        from,
        backwards: false,
        most: 0,
    }
}

/// The cells of every row, read in batches of a few contacts; `narrow` is whether conditions that few contacts meet are looked up.
#[cfg(test)]
pub(super) async fn in_small_batches(
    store: &Store,
    selection: &Selection,
    sort: &SortColumn,
    columns: &[Column],
    narrow: bool,
) -> Vec<Vec<String>> {
    let export = Export {
        selection: selection.clone(),
        sort: sort.clone(),
        layout: Layout::new(columns.to_vec(), selection.catalogue.clone()),
    };
    let mut open = export.open(store).await.unwrap();
    open.steps = Steps {
        first: 3,
        short: 7,
        middle: 15,
        long: 25,
        narrow,
    };
    let mut rows = Vec::new();
    let read = open.rows(async |row| {
        let mut cells = Vec::new();
        row.cells(|cell| {
            cells.push(match cell {
                Cell::Missing => String::new(),
                Cell::Text(text) | Cell::Plain(text) => text.to_owned(),
            });
        })?;
        rows.push(cells);
        Ok::<(), Error>(())
    });
    read.await.unwrap();
    rows
}
