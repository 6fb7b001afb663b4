//! Jobs: how far they are, and stopping them.

use crate::access::{Allowed, ContactsBulk, ContactsRead};
use crate::extract::Id;
use crate::problem::Answer;
use crate::state::State;
use crate::tags::etag_of_content;
use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, get, post};
use rapport_contract::JobId;
use rapport_contract::job::{Job, JobKind};
use rapport_contract::page::{Cursors, Page};
use rapport_store::jobs;

/// List the jobs
///
/// The latest hundred, the latest first, without those of imports for who may not import.
#[utoipa::path(
    operation_id = "list_jobs", tag = "jobs", security(("session" = ["contacts:read"])),
    responses((status = 200, body = Page<Job>))
)]
#[get("/jobs")]
pub(crate) async fn list(me: Allowed<ContactsRead>, state: Data<State>) -> Answer<Json<Page<Job>>> {
    let kinds: Vec<_> = JobKind::ALL
        .into_iter()
        .filter(|kind| me.may(kind.permission()))
        .collect();
    let data = jobs::list(&state.store, me.account.id, &kinds).await?;
    Ok(Json(Page {
        data,
        page: Cursors::default(),
    }))
}

/// Show a job
///
/// Where it stands, and what came of it so far. Those of imports ask for `contacts:import`. A change of many contacts is kept for 30 days after
/// its end.
#[utoipa::path(
    operation_id = "get_job", tag = "jobs", security(("session" = ["contacts:read"])),
    params(("id" = JobId, Path, description = "The job")),
    responses((status = 200, body = Job, headers(("ETag" = String))))
)]
#[get("/jobs/{id}")]
pub(crate) async fn get(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Id(id): Id<JobId>,
) -> Answer<HttpResponse> {
    let job = jobs::get(&state.store, me.account.id, id).await?;
    me.also(job.kind.permission())?;
    Ok(HttpResponse::Ok()
        .insert_header(etag_of_content())
        .json(job))
}

/// Cancel a job
///
/// Of a change of many contacts: what was done stays, the rest is not done. The batch at hand is ended first.
#[utoipa::path(
    operation_id = "cancel_job", tag = "jobs", security(("session" = ["contacts:bulk"])),
    params(("id" = JobId, Path, description = "The job")),
    responses((status = 200, body = Job), (status = 409))
)]
#[post("/jobs/{id}/cancel")]
pub(crate) async fn cancel(
    me: Allowed<ContactsBulk>,
    state: Data<State>,
    Id(id): Id<JobId>,
) -> Answer<Json<Job>> {
    let account = me.account.id;
    let job = state
        .write(async |w| jobs::cancel(w, account, id).await)
        .await?;
    Ok(Json(job))
}
