//! Contacts that are likely the same person.

use super::one::read_phone;
use crate::access::{Allowed, ContactsMerge, ContactsRead};
use crate::extract::{Body, Id, Params};
use crate::once::{IdempotencyKey, Once};
use crate::paging::paging;
use crate::problem::Answer;
use crate::reply::Reply;
use crate::state::State;
use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, get, post};
use rapport_contract::ContactId;
use rapport_contract::contact::ContactDraft;
use rapport_contract::duplicate::{DuplicateGroup, Duplicates};
use rapport_contract::job::Job;
use rapport_contract::page::Page;
use rapport_store::{custom_attributes, duplicates};
use serde::Deserialize;

/// Find who a new contact is likely the same as
///
/// Before it is made: contacts with the same e-mail, phone, or name and company, but for case, accents and the digit that some countries put before mobile
/// numbers. Nothing is changed.
#[utoipa::path(
    operation_id = "search_duplicates", tag = "contacts", security(("session" = ["contacts:read"])),
    request_body(content = ContactDraft, example = json!({"first_name": "Ana", "last_name": "Núñez", "company": "Colegio Ágora"})),
    responses((status = 200, body = Duplicates))
)]
#[post("/contacts/duplicates/search")]
pub(crate) async fn search(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Body(draft): Body<ContactDraft>,
) -> Answer<Json<Duplicates>> {
    let definitions = custom_attributes::definitions(&state.store, me.account.id).await?;
    let new = draft.check(&|text| read_phone(&me, text), &definitions)?;
    Ok(Json(
        duplicates::of_draft(&state.store, &me.viewer(), &new).await?,
    ))
}

/// Find who a contact is likely the same as
#[utoipa::path(
    operation_id = "list_contact_duplicates", tag = "contacts", security(("session" = ["contacts:read"])),
    params(("id" = ContactId, Path, description = "The contact")),
    responses((status = 200, body = Duplicates))
)]
#[get("/contacts/{id}/duplicates")]
pub(crate) async fn of_one(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Id(id): Id<ContactId>,
) -> Answer<Json<Duplicates>> {
    Ok(Json(
        duplicates::of_contact(&state.store, &me.viewer(), id).await?,
    ))
}

/// Look for everybody who is likely there twice
///
/// A job reads all contacts; the list shows what it found when it is done.
#[utoipa::path(
    operation_id = "create_duplicate_search", tag = "contacts", security(("session" = ["contacts:merge"])),
    params(IdempotencyKey),
    responses((status = 202, body = Job, headers(("Location" = String))))
)]
#[post("/contacts/duplicates")]
pub(crate) async fn begin(
    me: Allowed<ContactsMerge>,
    state: Data<State>,
    once: Once,
) -> Answer<HttpResponse> {
    let actor = me.actor();
    let answer = once
        .write(&state, &actor, async |w| {
            let job = duplicates::begin(w, &actor).await?;
            Ok(Reply::accepted(&job).at(format_args!("/jobs/{}", job.id)))
        })
        .await?;
    state.jobs.notify_one();
    Ok(answer)
}

/// Which page is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    limit: Option<i64>,
    cursor: Option<String>,
}

/// List everybody who is likely there twice
///
/// As the latest search found them, without those who were deleted or merged since. A page may have fewer groups than were asked for; follow `page.next`.
#[utoipa::path(
    operation_id = "list_duplicates", tag = "contacts", security(("session" = ["contacts:read"])),
    params(
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 1000, description = "Groups on a page; 50 without it"),
        ("cursor" = Option<String>, Query, description = "`page.next` of the page before"),
    ),
    responses((status = 200, body = Page<DuplicateGroup>), (status = 400))
)]
#[get("/contacts/duplicates")]
pub(crate) async fn list(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Params(query): Params<Query>,
) -> Answer<Json<Page<DuplicateGroup>>> {
    let paging = paging(query.limit, query.cursor)?;
    Ok(Json(
        duplicates::list(&state.store, &me.viewer(), &paging).await?,
    ))
}
