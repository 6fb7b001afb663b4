//! A contact's notes and its timeline.

use crate::request::{Client, ClientError, ETagged, read_tagged};
use rapport_contract::activity::Activity;
use rapport_contract::note::{Note, NoteDraft, NotePatch};
use rapport_contract::page::Page;
use rapport_contract::{ContactId, NoteId};
use reqwest::Method;

impl Client {
    /// `GET /contacts/{id}/notes` with these parameters: `kinds=call&limit=10`, or none.
    pub async fn notes(&self, contact: ContactId, query: &str) -> Result<Page<Note>, ClientError> {
        self.get(&format!("/contacts/{contact}/notes?{query}"))
            .await
    }

    /// `POST /contacts/{id}/notes`.
    pub async fn create_note(
        &self,
        contact: ContactId,
        draft: &NoteDraft,
    ) -> Result<Note, ClientError> {
        let path = format!("/contacts/{contact}/notes");
        self.write(Method::POST, &path, draft).await
    }

    /// `GET /contacts/{id}/notes/{note_id}`, with its `ETag`.
    pub async fn note(&self, contact: ContactId, id: NoteId) -> Result<ETagged<Note>, ClientError> {
        let path = format!("/contacts/{contact}/notes/{id}");
        let response = self.call(|client| client.request(Method::GET, &path));
        read_tagged(response.await?).await
    }

    /// `PATCH /contacts/{id}/notes/{note_id}`; with `if_match`, only if nobody changed it meanwhile.
    pub async fn update_note(
        &self,
        contact: ContactId,
        id: NoteId,
        patch: &NotePatch,
        if_match: Option<&str>,
    ) -> Result<ETagged<Note>, ClientError> {
        let path = format!("/contacts/{contact}/notes/{id}");
        let response = self.call(|client| {
            let request = client.request(Method::PATCH, &path).json(patch);
            match if_match {
                Some(etag) => request.header("If-Match", etag),
                None => request,
            }
        });
        read_tagged(response.await?).await
    }

    /// `DELETE /contacts/{id}/notes/{note_id}`: can be taken back for 30 days.
    pub async fn delete_note(&self, contact: ContactId, id: NoteId) -> Result<(), ClientError> {
        let path = format!("/contacts/{contact}/notes/{id}");
        self.act(Method::DELETE, &path).await
    }

    /// `POST /contacts/{id}/notes/{note_id}/restore`.
    pub async fn restore_note(&self, contact: ContactId, id: NoteId) -> Result<Note, ClientError> {
        let path = format!("/contacts/{contact}/notes/{id}/restore");
        self.write(Method::POST, &path, &()).await
    }

    /// `GET /contacts/{id}/activities` with these parameters: `kinds=updated&by=system`, or none.
    pub async fn activities(
        &self,
        contact: ContactId,
        query: &str,
    ) -> Result<Page<Activity>, ClientError> {
        let path = format!("/contacts/{contact}/activities?{query}");
        self.get(&path).await
    }
}
