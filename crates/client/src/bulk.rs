//! Changing many contacts at once, and the jobs that it becomes.

use crate::request::{Client, ClientError, read};
use rapport_contract::JobId;
use rapport_contract::bulk::{BulkAnswer, BulkRequest};
use rapport_contract::job::Job;
use rapport_contract::page::Page;
use reqwest::{Method, StatusCode};

impl Client {
    /// `POST /contacts/bulk`.
    pub async fn change_contacts(&self, request: &BulkRequest) -> Result<BulkAnswer, ClientError> {
        let response =
            self.call(|client| client.request(Method::POST, "/contacts/bulk").json(request));
        let response = response.await?;
        Ok(if response.status() == StatusCode::ACCEPTED {
            BulkAnswer::Accepted(Box::new(read(response).await?))
        } else {
            BulkAnswer::Done(read(response).await?)
        })
    }

    /// `GET /jobs`: the latest hundred, the latest first.
    pub async fn jobs(&self) -> Result<Page<Job>, ClientError> {
        self.get("/jobs").await
    }

    /// `GET /jobs/{id}`: how far it is.
    pub async fn job(&self, id: JobId) -> Result<Job, ClientError> {
        self.get(&format!("/jobs/{id}")).await
    }

    /// `POST /jobs/{id}/cancel`: what was done stays, the rest is not done.
    pub async fn cancel_job(&self, id: JobId) -> Result<Job, ClientError> {
        self.write(Method::POST, &format!("/jobs/{id}/cancel"), &())
            .await
    }
}
