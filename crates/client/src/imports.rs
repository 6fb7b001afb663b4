//! Imports.

#[cfg(not(target_arch = "wasm32"))]
use crate::request::read;
use crate::request::{Client, ClientError};
use rapport_contract::ImportId;
use rapport_contract::import::{Import, RowProblem};
use rapport_contract::page::Page;
use reqwest::Method;

impl Client {
    /// `GET /imports`: the latest first.
    pub async fn imports(&self) -> Result<Page<Import>, ClientError> {
        self.get("/imports").await
    }

    /// `GET /imports/{id}`: where it stands.
    pub async fn import(&self, id: ImportId) -> Result<Import, ClientError> {
        self.get(&format!("/imports/{id}")).await
    }

    /// `GET /imports/{id}/problems`: one page of what is wrong with rows, in the order of the file.
    pub async fn import_problems(
        &self,
        id: ImportId,
        cursor: Option<&str>,
    ) -> Result<Page<RowProblem>, ClientError> {
        let cursor = cursor
            .map(|cursor| format!("?cursor={cursor}"))
            .unwrap_or_default();
        self.get(&format!("/imports/{id}/problems{cursor}")).await
    }

    /// `GET /imports/{id}/rejected.csv`: the rows that could not be used, as they stand in the file, with a reason each.
    pub async fn rejected_rows(&self, id: ImportId) -> Result<Vec<u8>, ClientError> {
        let path = format!("/imports/{id}/rejected.csv");
        let response = self
            .call(|client| client.request(Method::GET, &path))
            .await?;
        let body = response.bytes().await;
        body.map(|bytes| bytes.to_vec())
            .map_err(|error| ClientError::Connection(error.to_string()))
    }

    /// `POST /imports` with the file's bytes. The import starts at once.
    #[cfg(not(target_arch = "wasm32"))]
    pub async fn upload_import(
        &self,
        file_name: &str,
        bytes: Vec<u8>,
    ) -> Result<Import, ClientError> {
        let response = self
            .call(|client| {
                let part =
                    reqwest::multipart::Part::bytes(bytes.clone()).file_name(file_name.to_owned());
                let form = reqwest::multipart::Form::new().part("file", part);
                client.request(Method::POST, "/imports").multipart(form)
            })
            .await?;
        read(response).await
    }
}
