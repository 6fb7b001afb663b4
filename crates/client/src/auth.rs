//! The first run, signing in and out, sessions, one's own person.

use crate::request::{Client, ClientError, read};
use rapport_contract::SessionId;
use rapport_contract::auth::{LoginDraft, Me, MePatch, PasswordChange, Session, SignedIn};
use rapport_contract::page::Page;
use rapport_contract::setup::{SetupDraft, SetupState};
use reqwest::Method;

impl Client {
    /// `GET /setup`: whether the first run is still to come.
    pub async fn setup_state(&self) -> Result<SetupState, ClientError> {
        self.get("/setup").await
    }

    /// `POST /setup`: makes the account and its owner, and signs the owner in.
    pub async fn set_up(&self, draft: &SetupDraft) -> Result<SignedIn, ClientError> {
        let signed_in = self.write(Method::POST, "/setup", draft).await?;
        self.sign_in(&signed_in);
        Ok(signed_in)
    }

    /// `POST /auth/login`.
    pub async fn log_in(&self, draft: &LoginDraft) -> Result<SignedIn, ClientError> {
        self.set_access_token(None);
        let signed_in = self.write(Method::POST, "/auth/login", draft).await?;
        self.sign_in(&signed_in);
        Ok(signed_in)
    }

    /// `POST /auth/refresh`: a new access token for the session in the cookie.
    pub async fn refresh(&self) -> Result<SignedIn, ClientError> {
        // The old token stays until the new one is there: other requests may be under way, and would go out without one.
        let answer = match self.send(self.with_origin("/auth/refresh")).await {
            Ok(response) => read(response).await,
            Err(error) => Err(error),
        };
        match &answer {
            Ok(signed_in) => self.sign_in(signed_in),
            Err(error) if error.problem().is_some() => self.set_access_token(None),
            Err(_) => {}
        }
        answer
    }

    /// `POST /auth/logout`: ends the session in the cookie.
    pub async fn log_out(&self) -> Result<(), ClientError> {
        self.set_access_token(None);
        self.send(self.with_origin("/auth/logout")).await.map(drop)
    }

    /// A request that has to say where it comes from. A browser says it by itself, and lets nobody else say it.
    fn with_origin(&self, path: &str) -> reqwest::RequestBuilder {
        let request = self.request(Method::POST, path);
        if cfg!(target_arch = "wasm32") {
            request
        } else {
            request.header("Origin", self.url(""))
        }
    }

    /// `GET /auth/sessions`: one's own sessions, the latest first.
    pub async fn sessions(&self) -> Result<Page<Session>, ClientError> {
        self.get("/auth/sessions").await
    }

    /// `DELETE /auth/sessions/{id}`: ends one of one's own sessions.
    pub async fn end_session(&self, id: SessionId) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("/auth/sessions/{id}"))
            .await
    }

    /// `PUT /auth/password`: a new password; all other sessions end.
    pub async fn change_password(&self, change: &PasswordChange) -> Result<(), ClientError> {
        self.call(|client| client.request(Method::PUT, "/auth/password").json(change))
            .await
            .map(drop)
    }

    /// `GET /me`.
    pub async fn me(&self) -> Result<Me, ClientError> {
        self.get("/me").await
    }

    /// `PATCH /me`.
    pub async fn update_me(&self, patch: &MePatch) -> Result<Me, ClientError> {
        self.write(Method::PATCH, "/me", patch).await
    }
}
