//! Saved filters.

use crate::request::{Client, ClientError, ETagged, read_tagged};
use rapport_contract::SavedFilterId;
use rapport_contract::page::Page;
use rapport_contract::saved_filter::{
    SavedFilter, SavedFilterCountQuery, SavedFilterCounts, SavedFilterDraft, SavedFilterPatch,
};
use reqwest::Method;

impl Client {
    /// `GET /saved-filters`: the shared ones and one's own, by name.
    pub async fn saved_filters(&self) -> Result<Page<SavedFilter>, ClientError> {
        self.get("/saved-filters").await
    }

    /// `POST /saved-filters/counts`: how many contacts match them.
    pub async fn count_saved_filters(
        &self,
        query: &SavedFilterCountQuery,
    ) -> Result<SavedFilterCounts, ClientError> {
        self.write(Method::POST, "/saved-filters/counts", query)
            .await
    }

    /// `POST /saved-filters`.
    pub async fn create_saved_filter(
        &self,
        draft: &SavedFilterDraft,
    ) -> Result<SavedFilter, ClientError> {
        self.write(Method::POST, "/saved-filters", draft).await
    }

    /// `GET /saved-filters/{id}`, with its `ETag`.
    pub async fn saved_filter(
        &self,
        id: SavedFilterId,
    ) -> Result<ETagged<SavedFilter>, ClientError> {
        let path = format!("/saved-filters/{id}");
        let response = self.call(|client| client.request(Method::GET, &path));
        read_tagged(response.await?).await
    }

    /// `PATCH /saved-filters/{id}`; with `if_match`, only if nobody changed it meanwhile.
    pub async fn update_saved_filter(
        &self,
        id: SavedFilterId,
        patch: &SavedFilterPatch,
        if_match: Option<&str>,
    ) -> Result<ETagged<SavedFilter>, ClientError> {
        let path = format!("/saved-filters/{id}");
        let response = self.call(|client| {
            let request = client.request(Method::PATCH, &path).json(patch);
            match if_match {
                Some(etag) => request.header("If-Match", etag),
                None => request,
            }
        });
        read_tagged(response.await?).await
    }

    /// `DELETE /saved-filters/{id}`: can be taken back for 30 days.
    pub async fn delete_saved_filter(&self, id: SavedFilterId) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("/saved-filters/{id}"))
            .await
    }

    /// `POST /saved-filters/{id}/restore`: takes a deletion back.
    pub async fn restore_saved_filter(
        &self,
        id: SavedFilterId,
    ) -> Result<SavedFilter, ClientError> {
        self.write(Method::POST, &format!("/saved-filters/{id}/restore"), &())
            .await
    }
}
