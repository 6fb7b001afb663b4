//! What a deleted contact takes with it: its addresses and identities are free for others at once. Its row in `contacts` still says how it was
//! reached.

use crate::Error;
use crate::entity::deleted_contacts;
use serde::{Deserialize, Serialize};

/// What `deleted_contacts` keeps of a contact beside its row in `contacts`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    /// The segments that it was in.
    pub(crate) segments: Vec<i64>,
}

impl Kept {
    /// What a row keeps.
    pub(crate) fn read(row: &deleted_contacts::Model) -> Result<Self, Error> {
        serde_json::from_str(&row.kept)
            .map_err(|error| Error::Corrupt(format!("what was kept of {}: {error}", row.id)))
    }

    /// As it is stored.
    pub(crate) fn write(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|error| Error::Corrupt(error.to_string()))
    }
}
