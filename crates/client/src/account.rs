//! The account's settings.

use crate::request::{Client, ClientError};
use rapport_contract::account::{Account, AccountPatch};
use reqwest::Method;

impl Client {
    /// `GET /account`.
    pub async fn account(&self) -> Result<Account, ClientError> {
        self.get("/account").await
    }

    /// `PATCH /account`.
    pub async fn update_account(&self, patch: &AccountPatch) -> Result<Account, ClientError> {
        self.write(Method::PATCH, "/account", patch).await
    }
}
