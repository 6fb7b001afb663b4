//! Segments, and who is in them.

use crate::access::{Allowed, ContactsRead, SegmentsAssign, SegmentsManage};
use crate::contacts::bulk;
use crate::extract::{Beside, Body, Id, IfMatch, NoParams, Params, etag};
use crate::once::{IdempotencyKey, Once};
use crate::problem::Answer;
use crate::reply::Reply;
use crate::state::State;
use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, delete, get, patch, post, put};
use rapport_contract::bulk::{BulkAction, BulkActionKind, BulkResult, BulkSelection, Selected};
use rapport_contract::job::Job;
use rapport_contract::page::{Cursors, Page};
use rapport_contract::role::Permission;
use rapport_contract::segment::{
    Changed, MEMBERS_MAX, Segment, SegmentCountQuery, SegmentCounts, SegmentDraft, SegmentPatch,
};
use rapport_contract::{ContactId, SegmentId};
use rapport_store::contacts::AskedIn;
use rapport_store::segments::{self, Turn};

/// List the segments
///
/// All of them, by name. Their members are counted by an operation of its own.
#[utoipa::path(
    operation_id = "list_segments", tag = "segments", security(("session" = ["contacts:read"])),
    responses((status = 200, body = Page<Segment>))
)]
#[get("/segments")]
pub(crate) async fn list(
    me: Allowed<ContactsRead>,
    state: Data<State>,
) -> Answer<Json<Page<Segment>>> {
    let data = segments::list(&state.store, me.account.id).await?;
    Ok(Json(Page {
        data,
        page: Cursors::default(),
    }))
}

/// Count the members of segments
///
/// Of every segment, or of those that are named. Counted now, exactly.
#[utoipa::path(
    operation_id = "count_segments", tag = "segments", security(("session" = ["contacts:read"])),
    request_body = SegmentCountQuery,
    responses((status = 200, body = SegmentCounts))
)]
#[post("/segments/counts")]
pub(crate) async fn count(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Body(query): Body<SegmentCountQuery>,
) -> Answer<Json<SegmentCounts>> {
    let SegmentCountQuery { ids } = query;
    let counts = segments::counts(&state.store, me.account.id, ids.as_deref()).await?;
    Ok(Json(SegmentCounts { counts }))
}

/// Create a segment
///
/// Without members. Its name is unique in the account, whatever the case and accents; a conflict names the segment that has it.
#[utoipa::path(
    operation_id = "create_segment", tag = "segments", security(("session" = ["segments:manage"])), params(IdempotencyKey),
    request_body(content = SegmentDraft, example = json!({"name": "Current students", "color": "teal"})),
    responses((status = 201, body = Segment, headers(("Location" = String), ("ETag" = String))), (status = 409))
)]
#[post("/segments")]
pub(crate) async fn create(
    me: Allowed<SegmentsManage>,
    state: Data<State>,
    once: Once,
    Body(draft): Body<SegmentDraft>,
) -> Answer<HttpResponse> {
    let new = draft.check()?;
    let actor = me.actor();
    once.write(&state, &actor, async |w| {
        let segment = segments::create(w, &actor, &new).await?;
        Ok(Reply::created(&segment)
            .at(format_args!("/segments/{}", segment.id))
            .tagged(segment.version))
    })
    .await
}

/// Show a segment
#[utoipa::path(
    operation_id = "get_segment", tag = "segments", security(("session" = ["contacts:read"])),
    params(("id" = SegmentId, Path, description = "The segment")),
    responses((status = 200, body = Segment, headers(("ETag" = String))))
)]
#[get("/segments/{id}")]
pub(crate) async fn get(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Id(id): Id<SegmentId>,
) -> Answer<HttpResponse> {
    let segment = segments::get(&state.store, me.account.id, id).await?;
    Ok(shown(segment))
}

/// Change a segment
///
/// Its name or its colour. With `If-Match`, only if nobody changed it meanwhile.
#[utoipa::path(
    operation_id = "update_segment", tag = "segments", security(("session" = ["segments:manage"])),
    params(
        ("id" = SegmentId, Path, description = "The segment"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is made for"),
    ),
    request_body(content = SegmentPatch, example = json!({"color": "violet"})),
    responses((status = 200, body = Segment, headers(("ETag" = String))), (status = 409), (status = 412))
)]
#[patch("/segments/{id}")]
pub(crate) async fn update(
    me: Allowed<SegmentsManage>,
    state: Data<State>,
    Id(id): Id<SegmentId>,
    IfMatch(version): IfMatch,
    Body(patch): Body<SegmentPatch>,
) -> Answer<HttpResponse> {
    let change = patch.check()?;
    let actor = me.actor();
    let segment = state
        .write(async |w| segments::update(w, &actor, id, &change, version).await)
        .await?;
    Ok(shown(segment))
}

/// Delete a segment
///
/// Its contacts stay. Can be taken back for 30 days, and its members come back with it. Filters that use it are invalid meanwhile.
#[utoipa::path(
    operation_id = "delete_segment", tag = "segments", security(("session" = ["segments:manage"])),
    params(
        ("id" = SegmentId, Path, description = "The segment"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that is to be deleted"),
    ),
    responses((status = 204), (status = 412))
)]
#[delete("/segments/{id}")]
pub(crate) async fn delete(
    me: Allowed<SegmentsManage>,
    state: Data<State>,
    Id(id): Id<SegmentId>,
    Params(NoParams {}): Params<NoParams>,
    IfMatch(version): IfMatch,
) -> Answer<HttpResponse> {
    let actor = me.actor();
    state
        .write(async |w| segments::delete(w, &actor, id, version).await)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Restore a deleted segment
///
/// With the members that it had, less those that were deleted meanwhile. Refused when another segment has its name now.
#[utoipa::path(
    operation_id = "restore_segment", tag = "segments", security(("session" = ["segments:manage"])),
    params(IdempotencyKey, ("id" = SegmentId, Path, description = "The segment")),
    responses((status = 200, body = Segment, headers(("ETag" = String))), (status = 409))
)]
#[post("/segments/{id}/restore")]
pub(crate) async fn restore(
    me: Allowed<SegmentsManage>,
    state: Data<State>,
    Id(id): Id<SegmentId>,
    once: Once,
) -> Answer<HttpResponse> {
    let actor = me.actor();
    once.write(&state, &actor, async |w| {
        let segment = segments::restore(w, &actor, id).await?;
        Ok(Reply::ok(&segment).tagged(segment.version))
    })
    .await
}

fn shown(segment: Segment) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(etag(segment.version))
        .json(segment)
}

/// Put contacts into a segment
///
/// By their ids, at most 5,000: all of them or, when an id is no contact, none. Or by what holds for them, which asks for `contacts:bulk` too:
/// whoever matches at this moment; more than 1,000 become a job (202). Those that are members already stay it, and do not count as changed. A
/// contact's version does not change.
#[utoipa::path(
    operation_id = "create_segment_members", tag = "segments", security(("session" = ["segments:assign"])),
    params(IdempotencyKey, ("id" = SegmentId, Path, description = "The segment")),
    request_body(content = BulkSelection, example = json!({"ids": ["ct_0g4zk8q1w9r2t"]})),
    responses((status = 200, body = Changed), (status = 202, body = Job, headers(("Location" = String))))
)]
#[post("/segments/{id}/members")]
pub(crate) async fn add(
    me: Allowed<SegmentsAssign>,
    state: Data<State>,
    Id(id): Id<SegmentId>,
    once: Once,
    Body(selection): Body<BulkSelection>,
) -> Answer<HttpResponse> {
    change(&me, &state, id, Turn::In, &once, selection).await
}

/// Take contacts out of a segment
///
/// As putting them in. Those that are no members do not count as changed. Nothing else of a contact changes.
#[utoipa::path(
    operation_id = "delete_segment_members", tag = "segments", security(("session" = ["segments:assign"])),
    params(("id" = SegmentId, Path, description = "The segment")),
    request_body(content = BulkSelection, example = json!({"ids": ["ct_0g4zk8q1w9r2t"]})),
    responses((status = 200, body = Changed), (status = 202, body = Job, headers(("Location" = String))))
)]
#[delete("/segments/{id}/members")]
pub(crate) async fn remove(
    me: Allowed<SegmentsAssign>,
    state: Data<State>,
    Id(id): Id<SegmentId>,
    Params(NoParams {}): Params<NoParams>,
    Body(selection): Body<BulkSelection>,
) -> Answer<HttpResponse> {
    change(&me, &state, id, Turn::Out, &Once::default(), selection).await
}

async fn change(
    me: &Allowed<SegmentsAssign>,
    state: &State,
    id: SegmentId,
    turn: Turn,
    once: &Once,
    selection: BulkSelection,
) -> Answer<HttpResponse> {
    let actor = me.actor();
    let selected = match selection.check("", MEMBERS_MAX)? {
        Selected::Ids(ids) => {
            let change = async |w: &rapport_store::Write<'_>| {
                let changed = segments::change_members(w, &actor, id, turn, &ids).await?;
                Ok(Reply::ok(&Changed { changed }))
            };
            return once.write(state, &actor, change).await;
        }
        matching @ Selected::Matching { .. } => matching,
    };
    me.also(Permission::ContactsBulk)?;
    if let Some(answer) = once.answered(state, &actor).await? {
        return Ok(answer);
    }
    segments::get(&state.store, actor.account, id).await?;
    let action = BulkAction {
        kind: match turn {
            Turn::In => BulkActionKind::AddToSegment,
            Turn::Out => BulkActionKind::RemoveFromSegment,
        },
        segment: Some(id),
        fields: None,
    };
    let targets = bulk::find(state, &me.viewer(), selected, action.kind, AskedIn::Body).await?;
    let reply = |result: &BulkResult| {
        let BulkResult { changed, .. } = *result;
        Reply::ok(&Changed { changed })
    };
    bulk::carry_out(state, &actor, once, &action, &targets, reply).await
}

/// Put a contact into a segment
#[utoipa::path(
    operation_id = "update_contact_segment", tag = "segments", security(("session" = ["segments:assign"])),
    params(
        ("id" = ContactId, Path, description = "The contact"),
        ("segment_id" = SegmentId, Path, description = "The segment"),
    ),
    responses((status = 200, body = Changed))
)]
#[put("/contacts/{id}/segments/{segment_id}")]
pub(crate) async fn add_one(
    me: Allowed<SegmentsAssign>,
    state: Data<State>,
    Id(id): Id<ContactId>,
    Beside(segment): Beside<SegmentId>,
) -> Answer<Json<Changed>> {
    change_one(&me, &state, id, segment, Turn::In).await
}

/// Take a contact out of a segment
#[utoipa::path(
    operation_id = "delete_contact_segment", tag = "segments", security(("session" = ["segments:assign"])),
    params(
        ("id" = ContactId, Path, description = "The contact"),
        ("segment_id" = SegmentId, Path, description = "The segment"),
    ),
    responses((status = 200, body = Changed))
)]
#[delete("/contacts/{id}/segments/{segment_id}")]
pub(crate) async fn remove_one(
    me: Allowed<SegmentsAssign>,
    state: Data<State>,
    Id(id): Id<ContactId>,
    Beside(segment): Beside<SegmentId>,
    Params(NoParams {}): Params<NoParams>,
) -> Answer<Json<Changed>> {
    change_one(&me, &state, id, segment, Turn::Out).await
}

async fn change_one(
    me: &Allowed<SegmentsAssign>,
    state: &State,
    contact: ContactId,
    segment: SegmentId,
    turn: Turn,
) -> Answer<Json<Changed>> {
    let actor = me.actor();
    let changed = state
        .write(async |w| segments::change_one(w, &actor, segment, turn, contact).await)
        .await?;
    Ok(Json(Changed { changed }))
}
