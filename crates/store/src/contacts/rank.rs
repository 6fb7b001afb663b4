//! Sorting by country anew, when the account's language changed.

use crate::accounts::{read_country, settings};
use crate::{Engine, Error, Write};
use rapport_contract::AccountId;
use sea_orm::{ConnectionTrait, FromQueryResult};

#[derive(FromQueryResult)]
struct Used {
    country: String,
}

/// Gives up to `most` contacts the rank of their country in the account's language as it is now; tells how many that were. Fewer than
/// `most` means that all are right.
pub async fn rank_countries(w: &Write<'_>, account: AccountId, most: u32) -> Result<u64, Error> {
    let engine = Engine::of(&w.tx);
    let language = settings(w, account).await?.language;
    let used = engine.statement(
        "SELECT DISTINCT country FROM contact_index WHERE account_id = $1 AND country IS NOT NULL",
        [account.as_i64().into()],
    );
    let mut changed = 0;
    for Used { country } in Used::find_by_statement(used).all(&w.tx).await? {
        let left = u64::from(most).saturating_sub(changed);
        if left == 0 {
            break;
        }
        let rank = i64::from(read_country(&country)?.rank(language));
        let update = engine.statement(
            format!(
                "UPDATE contact_index SET country_rank = $3 WHERE account_id = $1 AND id IN \
                 (SELECT id FROM contact_index WHERE account_id = $1 AND country = $2 \
                  AND (country_rank IS NULL OR country_rank <> $3) LIMIT {left})"
            ),
            [account.as_i64().into(), country.into(), rank.into()],
        );
        changed += w.tx.execute_raw(update).await?.rows_affected();
    }
    Ok(changed)
}
