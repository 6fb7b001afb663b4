//! Which contacts are meant: by a filter, a saved filter and words, all of which have to hold.

use super::compile::{Around, Compiler, Found, joined, knows_all};
use super::search;
use crate::catalogue::{AccountCatalogue, Reading};
use crate::{Actor, Engine, Error, Store, Viewer};
use rapport_contract::contact::Sort;
use rapport_contract::filter::Filter;
use rapport_contract::{AccountId, Code, Fault, Instant, Problem, SavedFilterId};
use rapport_filter::check::check;
use rapport_filter::checked::{Field, Nnf};
use rapport_filter::raw::Raw;
use sea_orm::{ConnectionTrait, Value};
use std::sync::Arc;

/// Where a question was asked; faults are told accordingly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AskedIn {
    /// In the body of a request: `validation_failed`, with pointers into it.
    #[default]
    Body,
    /// In `select` of the body.
    Select,
    /// In the address: `invalid_query`, with the parameter's name, or a pointer into the filter.
    Query,
}

impl AskedIn {
    /// What precedes the pointers into the filter.
    const fn filter(self) -> &'static str {
        match self {
            Self::Body => "/filter",
            Self::Select => "/select/filter",
            Self::Query => "",
        }
    }

    /// Where the value with this name stands.
    pub fn pointer(self, name: &str) -> String {
        match self {
            Self::Body => format!("/{name}"),
            Self::Select => format!("/select/{name}"),
            Self::Query => name.to_owned(),
        }
    }

    /// Where a value of the list with this name stands; `place` is empty for the list itself, else `/` and a number.
    pub(crate) fn in_list(self, name: &str, place: &str) -> String {
        match self {
            Self::Body | Self::Select => self.pointer(name) + place,
            Self::Query => name.to_owned(),
        }
    }

    /// The problem that has these faults.
    pub(crate) fn problem(self, faults: Vec<Fault>) -> Problem {
        match self {
            Self::Body | Self::Select => Problem::invalid(faults),
            Self::Query => {
                let detail = faults
                    .iter()
                    .map(|fault| format!("{}: {}", fault.pointer, fault.detail))
                    .collect::<Vec<_>>();
                Problem {
                    faults,
                    ..Problem::new(Code::InvalidQuery, detail.join("; "))
                }
            }
        }
    }
}

/// Which contacts somebody means, as it was asked.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// A filter.
    pub filter: Option<Filter>,
    /// A saved filter that has to hold too.
    pub saved_filter: Option<SavedFilterId>,
    /// What was typed into the search box; without control characters.
    pub q: String,
    /// Where it was asked.
    pub asked_in: AskedIn,
}

/// Which contacts are meant, understood: every live contact of the account for which the filter holds and which has all the words.
#[derive(Debug, Clone)]
pub struct Selection {
    pub(super) account: AccountId,
    pub(super) catalogue: Arc<AccountCatalogue>,
    pub(super) filter: Nnf,
    pub(super) words: Vec<String>,
    /// The saved filter's order.
    pub(super) sort: Option<Sort>,
    /// The saved filter's columns, whether they are there today or not.
    pub(super) columns: Option<Vec<String>>,
    /// Everything that tells it from another selection of the account.
    pub(super) identity: String,
}

impl Store {
    /// Understands which contacts are meant; relative dates are counted from `now`.
    ///
    /// # Errors
    /// Every fault of the filter; `not_found` when there is no such saved filter for the actor.
    pub async fn select(
        &self,
        viewer: &Viewer,
        ask: &Ask,
        now: Instant,
    ) -> Result<Selection, Error> {
        let catalogue = self.catalogue_for(viewer).await?;
        understand(&self.reader, catalogue, &viewer.actor, ask, now).await
    }
}

/// As [`Store::select`], through this connection and with what the account's contacts can be asked.
pub(super) async fn understand(
    db: &impl ConnectionTrait,
    catalogue: Arc<AccountCatalogue>,
    actor: &Actor,
    ask: &Ask,
    now: Instant,
) -> Result<Selection, Error> {
    let Ask {
        filter,
        saved_filter,
        q,
        asked_in,
    } = ask;
    let reading = Reading {
        catalogue: &catalogue,
        now: now.unix_millis(),
    };
    let read = |raw: &Raw, pointer: &str| {
        check(raw, &catalogue.fields, &reading, pointer)
            .map(|checked| checked.to_nnf())
            .map_err(|faults| faults.into_iter().map(Fault::from).collect::<Vec<_>>())
    };
    let mut identity = String::new();
    let (mut sort, mut columns) = (None, None);
    let mut all = Vec::new();
    if let Some(Filter(raw)) = filter {
        let filter = read(raw, asked_in.filter()).map_err(|faults| asked_in.problem(faults))?;
        all.push(filter);
        identity.push_str(&serde_json::to_string(raw).unwrap_or_default());
    }
    identity.push('\n');
    if let Some(id) = saved_filter {
        let saved = crate::saved_filters::find(db, actor, *id)
            .await?
            .ok_or_else(|| Problem::not_found("saved filter"))?;
        let pointer = asked_in.pointer("saved_filter");
        let filter = read(&saved.filter, &pointer).map_err(|faults| Problem {
            detail: format!(
                "The saved filter {:?} is broken. Repair it first.",
                saved.name
            ),
            ..asked_in.problem(faults)
        })?;
        all.push(filter);
        sort = saved.sort.as_deref().and_then(|sort| sort.parse().ok());
        columns = saved.columns;
        identity.push_str(&serde_json::to_string(&saved.filter).unwrap_or_default());
    }
    identity.push('\n');
    identity.push_str(q);
    // One level, so that each of its conditions can be the one that finds the contacts.
    let mut conditions = Vec::new();
    for filter in all {
        match filter {
            Nnf::All(inner) => conditions.extend(inner),
            other => conditions.push(other),
        }
    }
    Ok(Selection {
        account: actor.account,
        catalogue,
        filter: Nnf::All(conditions),
        words: search::words(q),
        sort,
        columns,
        identity,
    })
}

/// One of the conditions that all have to hold.
#[derive(Clone, Copy)]
pub(super) enum Conjunct<'a> {
    Filter(&'a Nnf),
    Words(&'a [String]),
}

impl Selection {
    /// Whether every contact of the account is meant.
    pub fn is_everyone(&self) -> bool {
        self.conjuncts().is_empty()
    }

    /// The conditions that all have to hold.
    pub(super) fn conjuncts(&self) -> Vec<Conjunct<'_>> {
        let filter = match &self.filter {
            Nnf::All(children) => children.as_slice(),
            other => std::slice::from_ref(other),
        };
        let words = (!self.words.is_empty()).then_some(Conjunct::Words(&self.words));
        filter.iter().map(Conjunct::Filter).chain(words).collect()
    }

    /// A compiler for this selection.
    pub(super) fn compiler(&self, engine: Engine, around: Around) -> Compiler<'_> {
        Compiler::new(engine, &self.catalogue, self.account, around)
    }

    /// Whether all conditions hold for the row `i`.
    pub(super) fn probes(&self, compiler: &mut Compiler<'_>) -> String {
        let conjuncts = self.conjuncts().into_iter();
        let probes: Vec<_> = conjuncts.map(|one| one.probe(compiler)).collect();
        joined(&probes, " AND ")
    }

    /// The ids of at least all contacts for which the condition holds; none when they cannot be found but by asking everybody.
    pub(super) fn drive(compiler: &mut Compiler<'_>, conjunct: Conjunct<'_>) -> Option<String> {
        match conjunct {
            Conjunct::Filter(filter) => compiler.drive_node(filter),
            Conjunct::Words(words) => Some(compiler.drive_words(words)),
        }
    }

    /// As [`drive`](Self::drive), where the engine has the ids without looking at what was found: there may be some more of them.
    pub(super) fn candidates(
        compiler: &mut Compiler<'_>,
        conjunct: Conjunct<'_>,
    ) -> Option<String> {
        match conjunct {
            Conjunct::Filter(filter) => compiler.drive_node(filter),
            Conjunct::Words(words) => Some(compiler.word_candidates(words)),
        }
    }

    /// The places among [`conjuncts`](Self::conjuncts) of the conditions whose contacts are found so.
    pub(super) fn found(&self, engine: Engine, how: Found) -> Vec<usize> {
        let found = |conjunct: Conjunct<'_>| {
            let mut compiler = self.compiler(engine, Around::Set);
            Self::drive(&mut compiler, conjunct).map(|_| compiler.found())
        };
        let conjuncts = self.conjuncts().into_iter().enumerate();
        conjuncts
            .filter(|(_, conjunct)| found(*conjunct) == Some(how))
            .map(|(place, _)| place)
            // More are not worth asking for.
            .take(6)
            .collect()
    }

    /// The place among [`conjuncts`](Self::conjuncts) of the condition that finds the fewest contacts, of those that are found so; none when each
    /// finds `most` or more.
    pub(super) async fn narrowest(
        &self,
        db: &impl ConnectionTrait,
        how: Found,
        most: u32,
    ) -> Result<Option<usize>, Error> {
        let engine = Engine::of(db);
        let places = self.found(engine, how);
        if places.is_empty() {
            return Ok(None);
        }
        let conjuncts = self.conjuncts();
        let mut compiler = self.compiler(engine, Around::Set);
        let mut counts = Vec::new();
        for &place in &places {
            let drive = conjuncts
                .get(place)
                .and_then(|conjunct| Self::candidates(&mut compiler, *conjunct));
            if let Some(drive) = drive {
                counts.push(format!("(SELECT count(*) FROM (SELECT 1 FROM ({drive}) AS d LIMIT {most}) AS found) AS n{place}"));
            }
        }
        let statement = engine.statement(
            format!("SELECT {}", counts.join(", ")),
            compiler.into_values(),
        );
        let Some(row) = db.query_one_raw(statement).await? else {
            return Ok(None);
        };
        let mut narrowest = None;
        for place in places {
            let n: i64 = row.try_get("", &format!("n{place}"))?;
            if n < i64::from(most) && narrowest.is_none_or(|(_, least)| n < least) {
                narrowest = Some((place, n));
            }
        }
        Ok(narrowest.map(|(place, _)| place))
    }

    /// The place of a condition that fewer than `most` contacts meet and that is not found by reading everybody; none when there is no such condition.
    pub(super) async fn narrow_drive(
        &self,
        db: &impl ConnectionTrait,
        most: u32,
    ) -> Result<Option<usize>, Error> {
        for how in [Found::InIndex, Found::ByTrigrams] {
            let narrowest = self.narrowest(db, how, most).await?;
            if narrowest.is_some() {
                return Ok(narrowest);
            }
        }
        Ok(None)
    }

    /// The place of the condition that a statement for the whole set is best driven by; none when the table is best read from end to end.
    pub(super) async fn best_drive(
        &self,
        db: &impl ConnectionTrait,
    ) -> Result<Option<usize>, Error> {
        let narrow = self.narrow_drive(db, SET_DRIVEN_MAX).await?;
        if narrow.is_some() {
            return Ok(narrow);
        }
        let by_reading = self.found(Engine::of(db), Found::ByReading);
        Ok(by_reading.first().copied())
    }

    /// A statement that gives the ids of the selection's contacts in the column `id`, and its values: driven by the condition that few contacts
    /// meet, if there is one.
    pub(crate) async fn ids(
        &self,
        db: &impl ConnectionTrait,
    ) -> Result<(String, Vec<Value>), Error> {
        let driving = self.best_drive(db).await?;
        Ok(self.set(Engine::of(db), driving))
    }

    /// The conditions of a statement that finds the whole set, on the row `i` of `contact_index`; driven by the condition at `driving`.
    pub(super) fn set_conditions(
        &self,
        compiler: &mut Compiler<'_>,
        driving: Option<usize>,
    ) -> String {
        let mut conditions = vec!["i.account_id = $1".to_owned()];
        for (place, conjunct) in self.conjuncts().into_iter().enumerate() {
            if driving == Some(place)
                && let Some(drive) = Self::drive(compiler, conjunct)
            {
                conditions.push(format!("i.id IN ({drive})"));
                if conjunct.is_driven_exactly(compiler.engine()) {
                    continue;
                }
            }
            conditions.push(conjunct.probe(compiler));
        }
        joined(&conditions, " AND ")
    }

    /// A statement that gives the ids of the selection's contacts in the column `id`, and its values, of which the first is the account: driven by the
    /// condition at `driving`, or else by reading the table.
    pub(super) fn set(&self, engine: Engine, driving: Option<usize>) -> (String, Vec<Value>) {
        let mut compiler = self.compiler(engine, Around::Set);
        let conditions = self.set_conditions(&mut compiler, driving);
        let sql = format!(
            "SELECT i.id FROM contact_index i{} WHERE {conditions}",
            engine.whole_table()
        );
        (sql, compiler.into_values())
    }
}

impl Conjunct<'_> {
    /// Whether the condition holds for the row `i`.
    fn probe(self, compiler: &mut Compiler<'_>) -> String {
        match self {
            Conjunct::Filter(filter) => compiler.probe(filter),
            Conjunct::Words(words) => compiler.probe_words(words),
        }
    }

    /// Whether its drive gives exactly those for whom it holds, and says so better than the condition does. For a condition on a column,
    /// PostgreSQL's planner weighs the column's index by itself.
    fn is_driven_exactly(self, engine: Engine) -> bool {
        match self {
            Conjunct::Filter(Nnf::Test(test)) => {
                knows_all(test) && (engine == Engine::Sqlite || test.field == Field::Segment)
            }
            Conjunct::Filter(_) => false,
            Conjunct::Words(_) => true,
        }
    }
}

/// A set that has to be found whole is driven by a condition that fewer contacts than this meet; else the table is read from end to end.
pub(super) const SET_DRIVEN_MAX: u32 = 30_000;
