//! Members, invitations, and the links that let people in.

use crate::request::{Client, ClientError};
use rapport_contract::auth::SignedIn;
use rapport_contract::invitation::{
    Acceptance, Invitation, InvitationDraft, Link, LinkOffer, LinkToken, PasswordReset,
};
use rapport_contract::member::{Member, MemberPatch};
use rapport_contract::page::Page;
use rapport_contract::{InvitationId, UserId};
use reqwest::Method;

impl Client {
    /// `GET /members`: everybody, by name.
    pub async fn members(&self) -> Result<Page<Member>, ClientError> {
        self.get("/members").await
    }

    /// `GET /members/{id}`.
    pub async fn member(&self, id: UserId) -> Result<Member, ClientError> {
        self.get(&format!("/members/{id}")).await
    }

    /// `PATCH /members/{id}`: another role.
    pub async fn update_member(
        &self,
        id: UserId,
        patch: &MemberPatch,
    ) -> Result<Member, ClientError> {
        self.write(Method::PATCH, &format!("/members/{id}"), patch)
            .await
    }

    /// `DELETE /members/{id}`: the person is no longer a member, at once.
    pub async fn remove_member(&self, id: UserId) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("/members/{id}")).await
    }

    /// `POST /members/{id}/password-reset`: a link with which the member can set a new password.
    pub async fn reset_member_password(&self, id: UserId) -> Result<Link, ClientError> {
        self.write(Method::POST, &format!("/members/{id}/password-reset"), &())
            .await
    }

    /// `GET /invitations`: those that stand open.
    pub async fn invitations(&self) -> Result<Page<Invitation>, ClientError> {
        self.get("/invitations").await
    }

    /// `GET /invitations/{id}`: one that stands open.
    pub async fn invitation(&self, id: InvitationId) -> Result<Invitation, ClientError> {
        self.get(&format!("/invitations/{id}")).await
    }

    /// `POST /invitations`: a link that is shown this once.
    pub async fn invite(&self, draft: &InvitationDraft) -> Result<Link, ClientError> {
        self.write(Method::POST, "/invitations", draft).await
    }

    /// `DELETE /invitations/{id}`: the link no longer works.
    pub async fn withdraw_invitation(&self, id: InvitationId) -> Result<(), ClientError> {
        self.act(Method::DELETE, &format!("/invitations/{id}"))
            .await
    }

    /// `POST /links/open`: what a link offers.
    pub async fn open_link(&self, token: &LinkToken) -> Result<LinkOffer, ClientError> {
        self.write(Method::POST, "/links/open", token).await
    }

    /// `POST /links/accept`: joins the account, and signs in.
    pub async fn accept_invitation(
        &self,
        acceptance: &Acceptance,
    ) -> Result<SignedIn, ClientError> {
        let signed_in = self
            .write(Method::POST, "/links/accept", acceptance)
            .await?;
        self.sign_in(&signed_in);
        Ok(signed_in)
    }

    /// `POST /links/reset-password`: a new password by a link.
    pub async fn reset_password(&self, reset: &PasswordReset) -> Result<(), ClientError> {
        self.call(|client| {
            client
                .request(Method::POST, "/links/reset-password")
                .json(reset)
        })
        .await
        .map(drop)
    }
}
