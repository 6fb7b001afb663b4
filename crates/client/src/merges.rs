//! Merging contacts.

use crate::request::{Client, ClientError};
use rapport_contract::merge::{Merge, MergeDraft, Merged, Unmerged};
use rapport_contract::page::Page;
use rapport_contract::{ContactId, MergeId};
use reqwest::Method;

impl Client {
    /// `POST /contacts/{id}/merge`.
    pub async fn merge(&self, id: ContactId, draft: &MergeDraft) -> Result<Merged, ClientError> {
        self.write(Method::POST, &format!("/contacts/{id}/merge"), draft)
            .await
    }

    /// `GET /contacts/{id}/merges`: those that it survived.
    pub async fn merges(&self, id: ContactId) -> Result<Page<Merge>, ClientError> {
        self.get(&format!("/contacts/{id}/merges")).await
    }

    /// `POST /merges/{id}/undo`.
    pub async fn undo_merge(&self, id: MergeId) -> Result<Unmerged, ClientError> {
        self.write(Method::POST, &format!("/merges/{id}/undo"), &())
            .await
    }
}
