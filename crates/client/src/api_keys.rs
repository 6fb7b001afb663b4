//! API keys.

use crate::request::{Client, ClientError};
use rapport_contract::ApiKeyId;
use rapport_contract::api_key::{ApiKey, ApiKeyDraft, ApiKeyPatch, MadeApiKey};
use rapport_contract::page::Page;
use reqwest::Method;

impl Client {
    /// `GET /api-keys`: the latest first.
    pub async fn api_keys(&self) -> Result<Page<ApiKey>, ClientError> {
        self.get("/api-keys").await
    }

    /// `POST /api-keys`: the key is in the answer, and nowhere else. A client calls with it after
    /// [`set_access_token`](Self::set_access_token).
    pub async fn make_api_key(&self, draft: &ApiKeyDraft) -> Result<MadeApiKey, ClientError> {
        self.write(Method::POST, "/api-keys", draft).await
    }

    /// `GET /api-keys/{id}`.
    pub async fn api_key(&self, id: ApiKeyId) -> Result<ApiKey, ClientError> {
        self.get(&format!("/api-keys/{id}")).await
    }

    /// `PATCH /api-keys/{id}`: another name, another end.
    pub async fn update_api_key(
        &self,
        id: ApiKeyId,
        patch: &ApiKeyPatch,
    ) -> Result<ApiKey, ClientError> {
        self.write(Method::PATCH, &format!("/api-keys/{id}"), patch)
            .await
    }

    /// `DELETE /api-keys/{id}`: the key stops working at once.
    pub async fn delete_api_key(&self, id: ApiKeyId) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("/api-keys/{id}")).await
    }
}
