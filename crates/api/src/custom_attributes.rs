//! Custom attributes: the fields that an account defined.

use crate::access::{Allowed, ContactsRead, CustomAttributesManage};
use crate::extract::{Body, Id, IfMatch, NoParams, Params, etag};
use crate::once::{IdempotencyKey, Once};
use crate::problem::Answer;
use crate::reply::Reply;
use crate::state::State;
use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, delete, get, patch, post};
use rapport_contract::AttributeId;
use rapport_contract::custom_attribute::{
    AttributeDraft, AttributePatch, AttributeUsage, CustomAttribute,
};
use rapport_contract::page::{Cursors, Page};
use rapport_store::custom_attributes;

/// List the custom attributes
///
/// All of them, the oldest first.
#[utoipa::path(
    operation_id = "list_custom_attributes", tag = "custom attributes", security(("session" = ["contacts:read"])),
    responses((status = 200, body = Page<CustomAttribute>))
)]
#[get("/custom-attributes")]
pub(crate) async fn list(
    me: Allowed<ContactsRead>,
    state: Data<State>,
) -> Answer<Json<Page<CustomAttribute>>> {
    let data = custom_attributes::list(&state.store, me.account.id).await?;
    Ok(Json(Page {
        data,
        page: Cursors::default(),
    }))
}

/// Define a custom attribute
///
/// Its key and its type never change. A key that another attribute has is a conflict that names it; a deleted one keeps its key as long as it
/// can be restored. The first eight of each kind (texts, links and lists together; numbers; dates; yes or no) are `indexed`.
#[utoipa::path(
    operation_id = "create_custom_attribute", tag = "custom attributes", security(("session" = ["custom_attributes:manage"])),
    params(IdempotencyKey),
    request_body(content = AttributeDraft, example = json!({
        "key": "plan", "label": "Plan", "type": "list", "description": "What they pay for",
        "choices": [{"key": "free", "label": "Free"}, {"key": "pro", "label": "Pro", "color": "teal"}]
    })),
    responses((status = 201, body = CustomAttribute, headers(("Location" = String), ("ETag" = String))), (status = 409))
)]
#[post("/custom-attributes")]
pub(crate) async fn create(
    me: Allowed<CustomAttributesManage>,
    state: Data<State>,
    once: Once,
    Body(draft): Body<AttributeDraft>,
) -> Answer<HttpResponse> {
    let new = draft.check()?;
    let actor = me.actor();
    once.write(&state, &actor, async |w| {
        let attribute = custom_attributes::create(w, &actor, &new).await?;
        Ok(Reply::created(&attribute)
            .at(format_args!("/custom-attributes/{}", attribute.id))
            .tagged(attribute.version))
    })
    .await
}

/// Show a custom attribute
#[utoipa::path(
    operation_id = "get_custom_attribute", tag = "custom attributes", security(("session" = ["contacts:read"])),
    params(("id" = AttributeId, Path, description = "The attribute")),
    responses((status = 200, body = CustomAttribute, headers(("ETag" = String))))
)]
#[get("/custom-attributes/{id}")]
pub(crate) async fn get(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Id(id): Id<AttributeId>,
) -> Answer<HttpResponse> {
    let attribute = custom_attributes::get(&state.store, me.account.id, id).await?;
    Ok(shown(attribute))
}

/// Tell what uses a custom attribute
///
/// How many contacts have a value, and which saved filters ask about it, sort by it or show it: for whoever is about to delete it, or to remove
/// one of its choices.
#[utoipa::path(
    operation_id = "get_custom_attribute_usage", tag = "custom attributes", security(("session" = ["contacts:read"])),
    params(("id" = AttributeId, Path, description = "The attribute")),
    responses((status = 200, body = AttributeUsage))
)]
#[get("/custom-attributes/{id}/usage")]
pub(crate) async fn usage(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Id(id): Id<AttributeId>,
) -> Answer<Json<AttributeUsage>> {
    let usage = custom_attributes::usage(&state.store, &me.actor(), id).await?;
    Ok(Json(usage))
}

/// Change a custom attribute
///
/// Its label, its description, its choices: contacts keep their values. A choice that contacts have is removed only if `replace_choices` says
/// what they get instead; the refusal says how many there are. With `If-Match`, only if nobody changed it meanwhile.
#[utoipa::path(
    operation_id = "update_custom_attribute", tag = "custom attributes", security(("session" = ["custom_attributes:manage"])),
    params(
        ("id" = AttributeId, Path, description = "The attribute"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is made for"),
    ),
    request_body(content = AttributePatch, example = json!({
        "choices": [{"key": "pro", "label": "Professional", "color": "teal"}], "replace_choices": {"free": null}
    })),
    responses((status = 200, body = CustomAttribute, headers(("ETag" = String))), (status = 409), (status = 412))
)]
#[patch("/custom-attributes/{id}")]
pub(crate) async fn update(
    me: Allowed<CustomAttributesManage>,
    state: Data<State>,
    Id(id): Id<AttributeId>,
    IfMatch(version): IfMatch,
    Body(patch): Body<AttributePatch>,
) -> Answer<HttpResponse> {
    let change = patch.check()?;
    let actor = me.actor();
    let attribute = state
        .write(async |w| custom_attributes::update(w, &actor, id, &change, version).await)
        .await?;
    // There may be contacts that get another choice by and by.
    state.jobs.notify_one();
    Ok(shown(attribute))
}

/// Delete a custom attribute
///
/// Nobody sees its values any more, and filters that ask about it are invalid. Can be taken back for 30 days, and the values come back with it.
#[utoipa::path(
    operation_id = "delete_custom_attribute", tag = "custom attributes", security(("session" = ["custom_attributes:manage"])),
    params(
        ("id" = AttributeId, Path, description = "The attribute"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that is to be deleted"),
    ),
    responses((status = 204), (status = 412))
)]
#[delete("/custom-attributes/{id}")]
pub(crate) async fn delete(
    me: Allowed<CustomAttributesManage>,
    state: Data<State>,
    Id(id): Id<AttributeId>,
    Params(NoParams {}): Params<NoParams>,
    IfMatch(version): IfMatch,
) -> Answer<HttpResponse> {
    let actor = me.actor();
    state
        .write(async |w| custom_attributes::delete(w, &actor, id, version).await)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Restore a deleted custom attribute
#[utoipa::path(
    operation_id = "restore_custom_attribute", tag = "custom attributes", security(("session" = ["custom_attributes:manage"])),
    params(IdempotencyKey, ("id" = AttributeId, Path, description = "The attribute")),
    responses((status = 200, body = CustomAttribute, headers(("ETag" = String))), (status = 409))
)]
#[post("/custom-attributes/{id}/restore")]
pub(crate) async fn restore(
    me: Allowed<CustomAttributesManage>,
    state: Data<State>,
    Id(id): Id<AttributeId>,
    once: Once,
) -> Answer<HttpResponse> {
    let actor = me.actor();
    once.write(&state, &actor, async |w| {
        let attribute = custom_attributes::restore(w, &actor, id).await?;
        Ok(Reply::ok(&attribute).tagged(attribute.version))
    })
    .await
}

fn shown(attribute: CustomAttribute) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(etag(attribute.version))
        .json(attribute)
}
