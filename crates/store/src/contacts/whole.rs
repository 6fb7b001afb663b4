//! A contact with everything that belongs to it as the columns of one row, so that a page is one statement.

use super::reach;
use super::read::Loaded;
use crate::entity::contacts;
use crate::{Engine, Error};
use sea_orm::{FromQueryResult, QueryResult};

/// The columns of contact `c` whole, for [`read`]: the row of `contacts`, and the segments that it is in.
pub(super) fn columns(engine: Engine) -> String {
    format!(
        "c.*, (SELECT {} FROM segment_members m{} WHERE m.account_id = c.account_id AND m.contact_id = c.id) AS segments",
        engine.numbers_as_list("m.segment_id"),
        engine.indexed_by("segment_members_contact")
    )
}

/// The contact of a row with [`columns`].
pub(super) fn read(row: &QueryResult) -> Result<Loaded, Error> {
    let contact = contacts::Model::from_query_result(row, "")?;
    let segments: Option<String> = row.try_get("", "segments")?;
    let segments = match &segments {
        Some(list) => serde_json::from_str(list)
            .map_err(|error| Error::Corrupt(format!("segments {list:?}: {error}")))?,
        None => Vec::new(),
    };
    reach::loaded(contact, segments)
}
