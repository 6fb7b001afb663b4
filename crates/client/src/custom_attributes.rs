//! Custom attributes.

use crate::request::{Client, ClientError, ETagged, read_tagged};
use rapport_contract::AttributeId;
use rapport_contract::custom_attribute::{
    AttributeDraft, AttributePatch, AttributeUsage, CustomAttribute,
};
use rapport_contract::page::Page;
use reqwest::Method;

impl Client {
    /// `GET /custom-attributes`: all of them, the oldest first.
    pub async fn custom_attributes(&self) -> Result<Page<CustomAttribute>, ClientError> {
        self.get("/custom-attributes").await
    }

    /// `POST /custom-attributes`.
    pub async fn create_custom_attribute(
        &self,
        draft: &AttributeDraft,
    ) -> Result<CustomAttribute, ClientError> {
        self.write(Method::POST, "/custom-attributes", draft).await
    }

    /// `GET /custom-attributes/{id}`, with its `ETag`.
    pub async fn custom_attribute(
        &self,
        id: AttributeId,
    ) -> Result<ETagged<CustomAttribute>, ClientError> {
        let path = format!("/custom-attributes/{id}");
        let response = self
            .call(|client| client.request(Method::GET, &path))
            .await?;
        read_tagged(response).await
    }

    /// `GET /custom-attributes/{id}/usage`: how many contacts and which saved filters use it.
    pub async fn custom_attribute_usage(
        &self,
        id: AttributeId,
    ) -> Result<AttributeUsage, ClientError> {
        self.get(&format!("/custom-attributes/{id}/usage")).await
    }

    /// `PATCH /custom-attributes/{id}`; with `if_match`, only if nobody changed it meanwhile.
    pub async fn update_custom_attribute(
        &self,
        id: AttributeId,
        patch: &AttributePatch,
        if_match: Option<&str>,
    ) -> Result<ETagged<CustomAttribute>, ClientError> {
        let path = format!("/custom-attributes/{id}");
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

    /// `DELETE /custom-attributes/{id}`: can be taken back for 30 days.
    pub async fn delete_custom_attribute(&self, id: AttributeId) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("/custom-attributes/{id}"))
            .await
    }

    /// `POST /custom-attributes/{id}/restore`: takes a deletion back.
    pub async fn restore_custom_attribute(
        &self,
        id: AttributeId,
    ) -> Result<CustomAttribute, ClientError> {
        self.write(
            Method::POST,
            &format!("/custom-attributes/{id}/restore"),
            &(),
        )
        .await
    }
}
