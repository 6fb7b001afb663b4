//! Merging contacts that are the same person.

use crate::access::{Allowed, ContactsMerge, ContactsRead};
use crate::extract::{Body, Id, IfMatch};
use crate::once::{IdempotencyKey, Once};
use crate::problem::Answer;
use crate::reply::Reply;
use crate::state::State;
use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, get, post};
use rapport_contract::merge::{Merge, MergeDraft, Merged, Unmerged};
use rapport_contract::page::{Cursors, Page};
use rapport_contract::{ContactId, MergeId};
use rapport_store::{contacts, custom_attributes};

/// Merge a contact into this one
///
/// Everything of both is kept: e-mails, phones, identities, segments, notes and activities. Of what a contact has one of, this one's value stays
/// where it has one, but for the fields in `take`. A refusal of either to be written to outweighs a consent, and whoever is blocked stays blocked. The
/// other contact is none afterwards: its id answers `contact_merged` with this one's. Can be undone for 30 days, as long as neither is merged again.
#[utoipa::path(
    operation_id = "merge_contact", tag = "contacts", security(("session" = ["contacts:merge"])),
    params(
        IdempotencyKey,
        ("id" = ContactId, Path, description = "The contact that is to have everything of both"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of this contact's version that the merge is made for"),
    ),
    request_body(content = MergeDraft, example = json!({"contact": "ct_0g4zk8q1w9r2t", "take": ["company", "email"]})),
    responses((status = 200, body = Merged, headers(("ETag" = String))), (status = 412))
)]
#[post("/contacts/{id}/merge")]
pub(crate) async fn merge(
    me: Allowed<ContactsMerge>,
    state: Data<State>,
    Id(id): Id<ContactId>,
    IfMatch(version): IfMatch,
    once: Once,
    Body(draft): Body<MergeDraft>,
) -> Answer<HttpResponse> {
    let definitions = custom_attributes::definitions(&state.store, me.account.id).await?;
    let take = draft.check(&definitions)?;
    let actor = me.actor();
    once.write(&state, &actor, async |w| {
        let merged = contacts::merge(w, &actor, id, draft.contact, &take, version).await?;
        Ok(Reply::ok(&merged).tagged(merged.contact.version).about(id))
    })
    .await
}

/// List a contact's merges
///
/// Those that it survived, the latest first; at most a hundred.
#[utoipa::path(
    operation_id = "list_merges", tag = "contacts", security(("session" = ["contacts:read"])),
    params(("id" = ContactId, Path, description = "The contact")),
    responses((status = 200, body = Page<Merge>))
)]
#[get("/contacts/{id}/merges")]
pub(crate) async fn list(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Id(id): Id<ContactId>,
) -> Answer<Json<Page<Merge>>> {
    let data = contacts::list_merges(&state.store, me.account.id, id, state.now()).await?;
    Ok(Json(Page {
        data,
        page: Cursors::default(),
    }))
}

/// Undo a merge
///
/// The contact that was merged is back as it was, with its notes and activities. The other one loses what it had from it; what was changed or
/// came in since stays with it. Refused after 30 days, and once one of the two was merged again.
#[utoipa::path(
    operation_id = "undo_merge", tag = "contacts", security(("session" = ["contacts:merge"])),
    params(IdempotencyKey, ("id" = MergeId, Path, description = "The merge")),
    responses((status = 200, body = Unmerged), (status = 409))
)]
#[post("/merges/{id}/undo")]
pub(crate) async fn undo(
    me: Allowed<ContactsMerge>,
    state: Data<State>,
    Id(id): Id<MergeId>,
    once: Once,
) -> Answer<HttpResponse> {
    let actor = me.actor();
    once.write(&state, &actor, async |w| {
        let unmerged = contacts::undo_merge(w, &actor, id).await?;
        Ok(Reply::ok(&unmerged).about(unmerged.survivor.id))
    })
    .await
}
