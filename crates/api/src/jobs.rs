//! Jobs: how far they are, and stopping them.

use crate::access::{Allowed, ContactsBulk, ContactsRead};
use crate::extract::Id;
use crate::problem::Answer;
use crate::state::State;
use actix_web::web::{Data, Json};
use actix_web::{get, post};
use rapport_contract::JobId;
use rapport_contract::job::Job;
use rapport_store::jobs;

/// Show a job
///
/// Where it stands, and what came of it so far. Kept for 30 days after its end.
#[utoipa::path(
    operation_id = "get_job", tag = "jobs", security(("session" = ["contacts:read"])),
    params(("id" = JobId, Path, description = "The job")),
    responses((status = 200, body = Job))
)]
#[get("/jobs/{id}")]
pub(crate) async fn get(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Id(id): Id<JobId>,
) -> Answer<Json<Job>> {
    Ok(Json(jobs::get(&state.store, me.account.id, id).await?))
}

/// Cancel a job
///
/// Of a change of many contacts: what was done stays, the rest is not done.
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
