//! Contacts that are likely the same person.

use crate::request::{Client, ClientError};
use rapport_contract::ContactId;
use rapport_contract::contact::ContactDraft;
use rapport_contract::duplicate::{DuplicateGroup, Duplicates};
use rapport_contract::job::Job;
use rapport_contract::page::Page;
use reqwest::Method;

impl Client {
    /// `POST /contacts/duplicates/search`: who a contact that is not made yet is likely the same as.
    pub async fn duplicates_of_draft(
        &self,
        draft: &ContactDraft,
    ) -> Result<Duplicates, ClientError> {
        self.write(Method::POST, "/contacts/duplicates/search", draft)
            .await
    }

    /// `GET /contacts/{id}/duplicates`.
    pub async fn duplicates_of(&self, id: ContactId) -> Result<Duplicates, ClientError> {
        self.get(&format!("/contacts/{id}/duplicates")).await
    }

    /// `POST /contacts/duplicates`: looks for everybody who is likely there twice.
    pub async fn find_duplicates(&self) -> Result<Job, ClientError> {
        self.write(Method::POST, "/contacts/duplicates", &()).await
    }

    /// `GET /contacts/duplicates` with these parameters: `limit=10`, or none.
    pub async fn duplicates(&self, query: &str) -> Result<Page<DuplicateGroup>, ClientError> {
        self.get(&format!("/contacts/duplicates?{query}")).await
    }
}
