//! Sorting by country anew, when the account's language changed.

use crate::accounts::settings;
use crate::{Engine, Error, Write};
use rapport_contract::country::Country;
use rapport_contract::{AccountId, ContactId};
use sea_orm::{ConnectionTrait, FromQueryResult};

#[derive(FromQueryResult)]
struct Last {
    id: Option<i64>,
}

/// Gives the next `most` contacts behind `after`, by id, the rank of their country in the account's language as it is now; tells the last
/// of them, or nothing when there are no more. Contacts that are made meanwhile have the right rank.
pub async fn rank_countries(
    w: &Write<'_>,
    account: AccountId,
    after: Option<ContactId>,
    most: u32,
) -> Result<Option<ContactId>, Error> {
    let engine = Engine::of(&w.tx);
    let language = settings(w, account).await?.language;
    let after = after.map_or(-1, ContactId::as_i64);
    let last = engine.statement(
        format!(
            "SELECT max(id) AS id FROM \
             (SELECT id FROM contact_index WHERE account_id = $1 AND id > $2 ORDER BY id LIMIT {most}) AS next"
        ),
        [account.as_i64().into(), after.into()],
    );
    let last = Last::find_by_statement(last).one(&w.tx).await?;
    let Some(last) = last.and_then(|last| last.id) else {
        return Ok(None);
    };
    let ranks: serde_json::Map<String, serde_json::Value> = Country::ALL
        .iter()
        .map(|country| (country.code().to_owned(), country.rank(language).into()))
        .collect();
    let ranks = serde_json::Value::Object(ranks).to_string();
    let rank = match engine {
        Engine::Postgres => "CAST($4::jsonb ->> country AS BIGINT)",
        Engine::Sqlite => "CAST($4 ->> country AS INTEGER)",
    };
    let update = engine.statement(
        format!(
            "UPDATE contact_index SET country_rank = {rank} \
             WHERE account_id = $1 AND id > $2 AND id <= $3 AND country IS NOT NULL AND country_rank <> {rank}"
        ),
        [
            account.as_i64().into(),
            after.into(),
            last.into(),
            ranks.into(),
        ],
    );
    w.tx.execute_raw(update).await?;
    Ok(Some(ContactId::from_i64(last)))
}
