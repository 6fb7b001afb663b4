//! Saved filters.

use crate::access::{Allowed, ContactsRead, SavedFiltersWrite};
use crate::extract::{Body, Id, IfMatch, NoParams, Params, etag};
use crate::once::{IdempotencyKey, Once};
use crate::problem::Answer;
use crate::reply::Reply;
use crate::state::State;
use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, delete, get, patch, post};
use rapport_contract::page::{Cursors, Page};
use rapport_contract::saved_filter::{
    COUNT_MAX, COUNTED_MAX, SavedFilter, SavedFilterCountQuery, SavedFilterCounts,
    SavedFilterDraft, SavedFilterPatch,
};
use rapport_contract::{Fault, FaultCode, Problem, SavedFilterId};
use rapport_store::saved_filters;

/// List the saved filters
///
/// Those that are shared with the account, and one's own; by name. Each says what is wrong with it today, if something is.
#[utoipa::path(
    operation_id = "list_saved_filters", tag = "saved filters", security(("session" = ["contacts:read"])),
    responses((status = 200, body = Page<SavedFilter>))
)]
#[get("/saved-filters")]
pub(crate) async fn list(
    me: Allowed<ContactsRead>,
    state: Data<State>,
) -> Answer<Json<Page<SavedFilter>>> {
    let (catalogue, now) = (state.store.catalogue_for(&me.viewer()).await?, state.now());
    let stored = saved_filters::list(&state.store, &me.actor()).await?;
    let data = stored
        .into_iter()
        .map(|stored| saved_filters::shown(stored, &catalogue, me.language(), now))
        .collect();
    Ok(Json(Page {
        data,
        page: Cursors::default(),
    }))
}

/// Count the contacts of saved filters
///
/// Many counts in one request, each up to `at_most`. A broken filter is said to be broken, and has no count.
#[utoipa::path(
    operation_id = "count_saved_filters", tag = "saved filters", security(("session" = ["contacts:read"])),
    request_body = SavedFilterCountQuery,
    responses((status = 200, body = SavedFilterCounts))
)]
#[post("/saved-filters/counts")]
pub(crate) async fn count(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Body(query): Body<SavedFilterCountQuery>,
) -> Answer<Json<SavedFilterCounts>> {
    let SavedFilterCountQuery { ids, at_most } = query;
    let at_most = at_most.unwrap_or(COUNT_MAX);
    let mut faults = Vec::new();
    if !(1..=COUNT_MAX).contains(&at_most) {
        let detail = format!("expected 1 to {COUNT_MAX}");
        faults.push(Fault::new("/at_most", FaultCode::OutOfRange, detail));
    }
    if ids.as_ref().is_some_and(|ids| ids.len() > COUNTED_MAX) {
        let detail = format!("expected at most {COUNTED_MAX} saved filters at once");
        faults.push(Fault::new("/ids", FaultCode::TooLong, detail));
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let (viewer, now) = (me.viewer(), state.now());
    let counts = saved_filters::counts(&state.store, &viewer, ids.as_deref(), at_most, now).await?;
    Ok(Json(SavedFilterCounts { counts }))
}

/// Save a filter
///
/// For oneself, or shared with the account. A filter that means nothing is refused with every fault.
#[utoipa::path(
    operation_id = "create_saved_filter", tag = "saved filters", security(("session" = ["saved_filters:write"])), params(IdempotencyKey),
    request_body(content = SavedFilterDraft, example = json!({
        "name": "Silent in Mexico",
        "filter": {"all": [
            {"field": "country", "op": "eq", "value": "MX"},
            {"field": "last_activity_at", "op": "not_in_last", "value": {"count": 90, "unit": "day"}}
        ]},
        "sort": "-last_activity_at", "columns": ["name", "phone", "last_activity_at"], "shared": true
    })),
    responses((status = 201, body = SavedFilter, headers(("Location" = String), ("ETag" = String))), (status = 409))
)]
#[post("/saved-filters")]
pub(crate) async fn create(
    me: Allowed<SavedFiltersWrite>,
    state: Data<State>,
    once: Once,
    Body(draft): Body<SavedFilterDraft>,
) -> Answer<HttpResponse> {
    let (catalogue, now) = (state.store.catalogue_for(&me.viewer()).await?, state.now());
    let new = saved_filters::check(draft, &catalogue, now)?;
    let actor = me.actor();
    once.write(&state, &actor, async |w| {
        let stored = saved_filters::create(w, &actor, &new).await?;
        let saved = saved_filters::shown(stored, &catalogue, me.language(), now);
        Ok(Reply::created(&saved)
            .at(format_args!("/saved-filters/{}", saved.id))
            .tagged(saved.version))
    })
    .await
}

/// Show a saved filter
#[utoipa::path(
    operation_id = "get_saved_filter", tag = "saved filters", security(("session" = ["contacts:read"])),
    params(("id" = SavedFilterId, Path, description = "The saved filter")),
    responses((status = 200, body = SavedFilter, headers(("ETag" = String))))
)]
#[get("/saved-filters/{id}")]
pub(crate) async fn get(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Id(id): Id<SavedFilterId>,
) -> Answer<HttpResponse> {
    let (catalogue, now) = (state.store.catalogue_for(&me.viewer()).await?, state.now());
    let stored = saved_filters::get(&state.store, &me.actor(), id).await?;
    let stored = stored.ok_or_else(|| Problem::not_found("saved filter"))?;
    Ok(shown(saved_filters::shown(
        stored,
        &catalogue,
        me.language(),
        now,
    )))
}

/// Change a saved filter
///
/// One's own, or with `saved_filters:manage` what others share. A broken filter can be renamed as it is, and is repaired with a filter that
/// means something.
#[utoipa::path(
    operation_id = "update_saved_filter", tag = "saved filters", security(("session" = ["saved_filters:write"])),
    params(
        ("id" = SavedFilterId, Path, description = "The saved filter"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is made for"),
    ),
    request_body(content = SavedFilterPatch, example = json!({"name": "Silent for long", "shared": true})),
    responses((status = 200, body = SavedFilter, headers(("ETag" = String))), (status = 412))
)]
#[patch("/saved-filters/{id}")]
pub(crate) async fn update(
    me: Allowed<SavedFiltersWrite>,
    state: Data<State>,
    Id(id): Id<SavedFilterId>,
    IfMatch(version): IfMatch,
    Body(patch): Body<SavedFilterPatch>,
) -> Answer<HttpResponse> {
    let (catalogue, now) = (state.store.catalogue_for(&me.viewer()).await?, state.now());
    let change = saved_filters::check_patch(patch, &catalogue, now)?;
    let actor = me.actor();
    let update = async |w: &rapport_store::Write<'_>| {
        saved_filters::update(w, &actor, me.permissions, id, &change, version).await
    };
    let stored = state.write(update).await?;
    Ok(shown(saved_filters::shown(
        stored,
        &catalogue,
        me.language(),
        now,
    )))
}

/// Delete a saved filter
///
/// One's own, or with `saved_filters:manage` what others share. Can be taken back for 30 days.
#[utoipa::path(
    operation_id = "delete_saved_filter", tag = "saved filters", security(("session" = ["saved_filters:write"])),
    params(
        ("id" = SavedFilterId, Path, description = "The saved filter"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that is to be deleted"),
    ),
    responses((status = 204), (status = 412))
)]
#[delete("/saved-filters/{id}")]
pub(crate) async fn delete(
    me: Allowed<SavedFiltersWrite>,
    state: Data<State>,
    Id(id): Id<SavedFilterId>,
    Params(NoParams {}): Params<NoParams>,
    IfMatch(version): IfMatch,
) -> Answer<HttpResponse> {
    let actor = me.actor();
    let delete = async |w: &rapport_store::Write<'_>| {
        saved_filters::delete(w, &actor, me.permissions, id, version).await
    };
    state.write(delete).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Restore a deleted saved filter
#[utoipa::path(
    operation_id = "restore_saved_filter", tag = "saved filters", security(("session" = ["saved_filters:write"])),
    params(IdempotencyKey, ("id" = SavedFilterId, Path, description = "The saved filter")),
    responses((status = 200, body = SavedFilter, headers(("ETag" = String))), (status = 409))
)]
#[post("/saved-filters/{id}/restore")]
pub(crate) async fn restore(
    me: Allowed<SavedFiltersWrite>,
    state: Data<State>,
    Id(id): Id<SavedFilterId>,
    once: Once,
) -> Answer<HttpResponse> {
    let (catalogue, now) = (state.store.catalogue_for(&me.viewer()).await?, state.now());
    let actor = me.actor();
    once.write(&state, &actor, async |w| {
        let stored = saved_filters::restore(w, &actor, me.permissions, id).await?;
        let saved = saved_filters::shown(stored, &catalogue, me.language(), now);
        Ok(Reply::ok(&saved).tagged(saved.version))
    })
    .await
}

fn shown(saved: SavedFilter) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(etag(saved.version))
        .json(saved)
}
