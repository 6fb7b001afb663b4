//! What uses an attribute: contacts, and saved filters.

use super::attributes::read;
use super::define::find;
use super::{Attribute, Slot};
use crate::{Actor, Engine, Error, Store, saved_filters};
use rapport_contract::custom_attribute::{AttributeType, AttributeUsage, ChoiceUsage, UsingFilter};
use rapport_contract::{AccountId, AttributeId};
use rapport_filter::Raw;
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::BTreeMap;

/// What uses an attribute now: how many contacts have a value, and which, for a list; and the saved filters that ask about it, sort by it, or
/// show it, among those that the actor sees.
///
/// # Errors
/// `not_found`.
pub async fn usage(store: &Store, actor: &Actor, id: AttributeId) -> Result<AttributeUsage, Error> {
    let db = &store.reader;
    let (attribute, definition) = read(find(db, actor.account, id, "").await?)?;
    let engine = Engine::of(db);
    let (has, _) = conditions(&attribute, engine);
    let count = engine.statement(
        format!("SELECT count(*) AS n FROM contact_index WHERE account_id = $1 AND {has}"),
        [actor.account.as_i64().into()],
    );
    let row = db.query_one_raw(count).await?;
    let contacts: i64 = row.map_or(Ok(0), |row| row.try_get("", "n"))?;
    let keys: Vec<_> = definition
        .choices
        .iter()
        .map(|one| one.key.as_str())
        .collect();
    let users = users_of(db, actor.account, &attribute, &keys).await?;
    let choices = keys.iter().map(|key| ChoiceUsage {
        key: (*key).to_owned(),
        contacts: users.get(*key).copied().unwrap_or_default(),
    });
    Ok(AttributeUsage {
        contacts: u64::try_from(contacts).unwrap_or_default(),
        choices: choices.collect(),
        saved_filters: using_filters(store, actor, &attribute.key).await?,
    })
}

/// That a row of `contact_index` has a value of the attribute, and the value of a list as a text.
fn conditions(attribute: &Attribute, engine: Engine) -> (String, String) {
    match (attribute.slot.map(Slot::column), engine) {
        (Some(column), _) => (format!("{column} IS NOT NULL"), column.to_owned()),
        (None, Engine::Postgres) => {
            let value = format!("(more ->> 'custom.{}')", attribute.key);
            (format!("{value} IS NOT NULL"), value)
        }
        (None, Engine::Sqlite) => {
            let value = format!("(more ->> '$.\"custom.{}\"')", attribute.key);
            (format!("{value} IS NOT NULL"), value)
        }
    }
}

#[derive(FromQueryResult)]
struct Users {
    choice: String,
    n: i64,
}

/// How many live contacts have each of these choices; those that nobody has are left out.
pub(super) async fn users_of(
    db: &impl ConnectionTrait,
    account: AccountId,
    attribute: &Attribute,
    choices: &[&str],
) -> Result<BTreeMap<String, u64>, Error> {
    if attribute.kind != AttributeType::List || choices.is_empty() {
        return Ok(BTreeMap::new());
    }
    let engine = Engine::of(db);
    let (has, value) = conditions(attribute, engine);
    let statement = engine.statement(
        format!(
            "SELECT {value} AS choice, count(*) AS n FROM contact_index \
             WHERE account_id = $1 AND {has} AND {value} IN ({}) GROUP BY 1",
            engine.texts(2)
        ),
        [account.as_i64().into(), crate::sql::json(choices)],
    );
    let rows = Users::find_by_statement(statement).all(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.choice, u64::try_from(row.n).unwrap_or_default()))
        .collect())
}

#[derive(FromQueryResult)]
struct Id {
    id: i64,
}

/// Up to `most` contacts that have one of these choices, and deleted ones that have any.
pub(super) async fn holders_of(
    db: &impl ConnectionTrait,
    account: AccountId,
    attribute: &Attribute,
    choices: &[&str],
    most: usize,
) -> Result<Vec<i64>, Error> {
    let engine = Engine::of(db);
    let (has, value) = conditions(attribute, engine);
    let live = engine.statement(
        format!(
            "SELECT id FROM contact_index WHERE account_id = $1 AND {has} AND {value} IN ({}) ORDER BY id LIMIT {most}",
            engine.texts(2)
        ),
        [account.as_i64().into(), crate::sql::json(choices)],
    );
    let deleted = engine.statement(
        format!(
            "SELECT c.id FROM deleted_contacts d JOIN contacts c ON c.account_id = d.account_id AND c.id = d.id \
             WHERE d.account_id = $1 AND c.custom LIKE $2 ORDER BY c.id LIMIT {most}"
        ),
        [
            account.as_i64().into(),
            // An underscore in the key matches other characters as well: what is found is looked at again.
            format!("%\"{}\":%", attribute.key).into(),
        ],
    );
    let mut ids = Vec::new();
    for statement in [live, deleted] {
        let rows = Id::find_by_statement(statement).all(db).await?;
        ids.extend(rows.into_iter().map(|row| row.id));
    }
    Ok(ids)
}

/// The saved filters that use the attribute, among those that the actor sees.
async fn using_filters(store: &Store, actor: &Actor, key: &str) -> Result<Vec<UsingFilter>, Error> {
    let field = format!("custom.{key}");
    let sort = |sort: &Option<String>| {
        let sort = sort.as_deref().unwrap_or_default();
        sort.strip_prefix('-').unwrap_or(sort) == field
    };
    let column = |columns: &Option<Vec<String>>| columns.iter().flatten().any(|one| *one == field);
    let filters = saved_filters::list(store, actor).await?;
    Ok(filters
        .into_iter()
        .filter(|one| asks_about(&one.filter, &field) || sort(&one.sort) || column(&one.columns))
        .map(|one| UsingFilter {
            id: one.id,
            name: one.name,
        })
        .collect())
}

/// Whether a filter has a condition on the field.
fn asks_about(filter: &Raw, field: &str) -> bool {
    match filter {
        Raw::Object(entries) => entries.iter().any(|(key, value)| match value {
            Raw::Text(text) => key == "field" && text == field,
            other => asks_about(other, field),
        }),
        Raw::List(items) => items.iter().any(|item| asks_about(item, field)),
        Raw::Null | Raw::Bool(_) | Raw::Number(_) | Raw::Text(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_found_at_any_depth() {
        let filter = serde_json::json!({"all": [
            {"not": {"any": [{"field": "custom.plan", "op": "eq", "value": "pro"}]}},
            {"field": "city", "op": "eq", "value": "custom.score"},
        ]});
        let filter = Raw::from(filter);
        assert!(asks_about(&filter, "custom.plan") && asks_about(&filter, "city"));
        assert!(!asks_about(&filter, "custom.score") && !asks_about(&filter, "custom.pla"));
    }
}
