//! Contacts.

use crate::Download;
use crate::request::{Client, ClientError, ETagged, query, read_tagged};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rapport_contract::ContactId;
use rapport_contract::contact::{
    Contact, ContactDraft, ContactExport, ContactExportQuery, ContactPatch, ContactQuery,
    ContactSearch, CountQuery, KeyKind,
};
use rapport_contract::filter::FilterField;
use rapport_contract::page::{Count, Page};
use reqwest::{Method, StatusCode};

impl Client {
    /// `GET /contacts`: one page.
    pub async fn contacts(&self, contacts: &ContactQuery) -> Result<Page<Contact>, ClientError> {
        self.get(&format!("/contacts{}", query(contacts))).await
    }

    /// `POST /contacts/search`: one page.
    pub async fn search_contacts(
        &self,
        search: &ContactSearch,
    ) -> Result<Page<Contact>, ClientError> {
        self.write(Method::POST, "/contacts/search", search).await
    }

    /// `GET /filter-fields`.
    pub async fn filter_fields(&self) -> Result<Vec<FilterField>, ClientError> {
        self.get("/filter-fields").await
    }

    /// `POST /contacts/count`: how many there are; counting stops at `at_most`, if it is given.
    pub async fn count_contacts(
        &self,
        count: &CountQuery,
        at_most: Option<u32>,
    ) -> Result<Count, ClientError> {
        let bound = at_most
            .map(|most| format!("?at_most={most}"))
            .unwrap_or_default();
        self.write(Method::POST, &format!("/contacts/count{bound}"), count)
            .await
    }

    /// `GET /contacts.csv`: as many contacts as there are, as a file. For browsers, which have no place for such a file, there is
    /// [`make_ticket`](Self::make_ticket).
    pub async fn export_contacts(&self, export: &ContactExport) -> Result<Download, ClientError> {
        let path = format!("/contacts.csv{}", query(&ContactExportQuery::from(export)));
        let response = self
            .call(|client| client.request(Method::GET, &path))
            .await?;
        Ok(Download::new(response))
    }

    /// `POST /contacts`.
    pub async fn create_contact(&self, draft: &ContactDraft) -> Result<Contact, ClientError> {
        self.write(Method::POST, "/contacts", draft).await
    }

    /// `PUT /contacts/by/{key}/{value}`: changes the contact that has the value, or makes one; gives it, and whether it was made. With `if_match`,
    /// only if it is there and nobody changed it meanwhile.
    pub async fn upsert_contact(
        &self,
        key: KeyKind,
        value: &str,
        draft: &ContactDraft,
        if_match: Option<&str>,
    ) -> Result<(ETagged<Contact>, bool), ClientError> {
        let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
        let path = format!("/contacts/by/{}/{value}", key.as_str());
        let response = self
            .call(|client| {
                let request = client.request(Method::PUT, &path).json(draft);
                match if_match {
                    Some(etag) => request.header("If-Match", etag),
                    None => request,
                }
            })
            .await?;
        let made = response.status() == StatusCode::CREATED;
        Ok((read_tagged(response).await?, made))
    }

    /// `GET /contacts/{id}`, with its `ETag`.
    pub async fn contact(&self, id: ContactId) -> Result<ETagged<Contact>, ClientError> {
        let path = format!("/contacts/{id}");
        read_tagged(
            self.call(|client| client.request(Method::GET, &path))
                .await?,
        )
        .await
    }

    /// `PATCH /contacts/{id}`; with `if_match`, only if nobody changed it meanwhile.
    pub async fn update_contact(
        &self,
        id: ContactId,
        patch: &ContactPatch,
        if_match: Option<&str>,
    ) -> Result<ETagged<Contact>, ClientError> {
        let path = format!("/contacts/{id}");
        let response = self
            .call(|client| {
                let request = client.request(Method::PATCH, &path).json(patch);
                match if_match {
                    Some(etag) => request.header("If-Match", etag),
                    None => request,
                }
            })
            .await?;
        read_tagged(response).await
    }

    /// `DELETE /contacts/{id}`: can be taken back for 30 days.
    pub async fn delete_contact(&self, id: ContactId) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("/contacts/{id}")).await
    }

    /// `DELETE /contacts/{id}?erase=true`: gone for good, also when it was deleted before.
    pub async fn erase_contact(&self, id: ContactId) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("/contacts/{id}?erase=true"))
            .await
    }

    /// `POST /contacts/{id}/restore`: takes a deletion back.
    pub async fn restore_contact(&self, id: ContactId) -> Result<Contact, ClientError> {
        self.write(Method::POST, &format!("/contacts/{id}/restore"), &())
            .await
    }
}
