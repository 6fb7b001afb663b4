//! Members and invitations.

use crate::LinkSecret;
use crate::access::{Allowed, ContactsRead, MembersManage};
use crate::extract::{Body, Id, IfMatch, etag};
use crate::once::{IdempotencyKey, Once};
use crate::problem::{Answer, Failure};
use crate::reply::Reply;
use crate::state::State;
use crate::tags::etag_of_content;
use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, delete, get, patch, post};
use rapport_contract::auth::Secret;
use rapport_contract::contact::check_email;
use rapport_contract::invitation::{Invitation, InvitationDraft, Link};
use rapport_contract::member::{Member, MemberPatch};
use rapport_contract::page::{Cursors, Page};
use rapport_contract::{InvitationId, UserId};
use rapport_store::invitations::{self, INVITATION_SECONDS, RESET_SECONDS};
use rapport_store::members;

/// List the members
#[utoipa::path(
    operation_id = "list_members", tag = "members", security(("session" = ["contacts:read"])),
    responses((status = 200, body = Page<Member>))
)]
#[get("/members")]
pub(crate) async fn list(
    me: Allowed<ContactsRead>,
    state: Data<State>,
) -> Answer<Json<Page<Member>>> {
    let data = members::list(&state.store, me.account.id).await?;
    Ok(Json(Page {
        data,
        page: Cursors::default(),
    }))
}

/// Show a member
#[utoipa::path(
    operation_id = "get_member", tag = "members", security(("session" = ["contacts:read"])),
    params(("id" = UserId, Path, description = "The member")),
    responses((status = 200, body = Member, headers(("ETag" = String))))
)]
#[get("/members/{id}")]
pub(crate) async fn get(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Id(id): Id<UserId>,
) -> Answer<HttpResponse> {
    let member = members::get(&state.store, me.account.id, id).await?;
    Ok(answer(&member))
}

fn answer(member: &Member) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(etag(members::version(member)))
        .json(member)
}

/// Give a member another role
///
/// Only owners make owners, and change them. An account keeps at least one.
#[utoipa::path(
    operation_id = "update_member", tag = "members", security(("session" = ["members:manage"])),
    params(
        ("id" = UserId, Path, description = "The member"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is made for"),
    ),
    request_body = MemberPatch,
    responses((status = 200, body = Member, headers(("ETag" = String))), (status = 409), (status = 412))
)]
#[patch("/members/{id}")]
pub(crate) async fn update(
    me: Allowed<MembersManage>,
    state: Data<State>,
    Id(id): Id<UserId>,
    IfMatch(version): IfMatch,
    Body(patch): Body<MemberPatch>,
) -> Answer<HttpResponse> {
    let actor = me.actor();
    let change = async |w: &rapport_store::Write<'_>| {
        members::set_role(w, &actor, me.permissions, id, patch.role, version).await
    };
    Ok(answer(&state.write(change).await?))
}

/// Remove a member
///
/// The person's sessions in this account end at once.
#[utoipa::path(
    operation_id = "delete_member", tag = "members", security(("session" = ["members:manage"])),
    params(
        ("id" = UserId, Path, description = "The member"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that is to be removed"),
    ),
    responses((status = 204), (status = 409), (status = 412))
)]
#[delete("/members/{id}")]
pub(crate) async fn remove(
    me: Allowed<MembersManage>,
    state: Data<State>,
    Id(id): Id<UserId>,
    IfMatch(version): IfMatch,
) -> Answer<HttpResponse> {
    let actor = me.actor();
    state
        .write(async |w| members::remove(w, &actor, me.permissions, id, version).await)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Make a link to set a new password
///
/// For a member who forgot theirs: shown once, works once, for a day. Not for people who are members of other accounts too.
#[utoipa::path(
    operation_id = "create_password_reset", tag = "members",
    security(("session" = ["members:manage"])),
    params(IdempotencyKey, ("id" = UserId, Path, description = "The member")),
    responses((status = 201, body = Link))
)]
#[post("/members/{id}/password-reset")]
pub(crate) async fn offer_reset(
    me: Allowed<MembersManage>,
    state: Data<State>,
    Id(id): Id<UserId>,
    once: Once,
) -> Answer<HttpResponse> {
    let (actor, secret) = (me.actor(), secret()?);
    once.write(&state, &actor, async |w| {
        let hash = secret.hash();
        let link = invitations::offer_reset(w, &actor, me.permissions, id, hash).await?;
        let token = secret.token(me.account.id, link);
        Ok(Reply::created(&Link {
            id: link,
            url: Secret(format!(
                "{}/reset-password#token={token}",
                state.config.public_url
            )),
            expires_at: w.now().plus_seconds(RESET_SECONDS),
        }))
    })
    .await
}

/// List the open invitations
#[utoipa::path(
    operation_id = "list_invitations", tag = "members",
    security(("session" = ["members:manage"])),
    responses((status = 200, body = Page<Invitation>))
)]
#[get("/invitations")]
pub(crate) async fn list_invitations(
    me: Allowed<MembersManage>,
    state: Data<State>,
) -> Answer<Json<Page<Invitation>>> {
    let data = invitations::list(&state.store, me.account.id, state.now()).await?;
    Ok(Json(Page {
        data,
        page: Cursors::default(),
    }))
}

/// Invite somebody
///
/// Gives a link that is shown once and works once, for seven days.
#[utoipa::path(
    operation_id = "create_invitation", tag = "members",
    security(("session" = ["members:manage"])), params(IdempotencyKey),
    request_body(content = InvitationDraft, example = json!({"role": "agent", "email": "ana@example.com"})),
    responses((status = 201, body = Link, headers(("Location" = String))), (status = 409))
)]
#[post("/invitations")]
pub(crate) async fn invite(
    me: Allowed<MembersManage>,
    state: Data<State>,
    once: Once,
    Body(draft): Body<InvitationDraft>,
) -> Answer<HttpResponse> {
    let email = draft
        .email
        .as_deref()
        .filter(|email| !email.trim().is_empty());
    let email = email.map(|email| check_email(email, "/email")).transpose();
    let email = email.map_err(|fault| vec![fault])?;
    let (actor, secret) = (me.actor(), secret()?);
    once.write(&state, &actor, async |w| {
        let (by, hash) = (me.permissions, secret.hash());
        let id = invitations::invite(w, &actor, by, draft.role, email.as_ref(), hash).await?;
        let token = secret.token(me.account.id, id);
        let made = Reply::created(&Link {
            id,
            url: Secret(format!("{}/join#token={token}", state.config.public_url)),
            expires_at: w.now().plus_seconds(INVITATION_SECONDS),
        });
        Ok(made.at(format_args!("/invitations/{id}")))
    })
    .await
}

/// Show an open invitation
#[utoipa::path(
    operation_id = "get_invitation", tag = "members", security(("session" = ["members:manage"])),
    params(("id" = InvitationId, Path, description = "The invitation")),
    responses((status = 200, body = Invitation, headers(("ETag" = String))))
)]
#[get("/invitations/{id}")]
pub(crate) async fn get_invitation(
    me: Allowed<MembersManage>,
    state: Data<State>,
    Id(id): Id<InvitationId>,
) -> Answer<HttpResponse> {
    let invitation = invitations::get(&state.store, me.account.id, id, state.now()).await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag_of_content())
        .json(invitation))
}

/// Withdraw an invitation
#[utoipa::path(
    operation_id = "delete_invitation", tag = "members",
    security(("session" = ["members:manage"])),
    params(("id" = InvitationId, Path, description = "The invitation")),
    responses((status = 204))
)]
#[delete("/invitations/{id}")]
pub(crate) async fn withdraw(
    me: Allowed<MembersManage>,
    state: Data<State>,
    Id(id): Id<InvitationId>,
) -> Answer<HttpResponse> {
    let actor = me.actor();
    state
        .write(async |w| invitations::withdraw(w, &actor, id).await)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn secret() -> Answer<LinkSecret> {
    LinkSecret::random().ok_or_else(|| Failure::internal(&"the machine gives no randomness"))
}
