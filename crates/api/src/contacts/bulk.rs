//! Changing many contacts at once.

use super::list::ask;
use crate::access::{Allowed, ContactsBulk};
use crate::busy::Work;
use crate::extract::Body;
use crate::once::{IdempotencyKey, Once};
use crate::problem::Answer;
use crate::reply::Reply;
use crate::state::State;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use rapport_contract::bulk::{
    AT_ONCE_MAX, BulkAction, BulkActionKind, BulkRequest, BulkResult, IDS_MAX, Selected,
};
use rapport_contract::job::Job;
use rapport_contract::{Code, Fault, FaultCode, Problem};
use rapport_store::bulk::{self, Step, Targets};
use rapport_store::contacts::AskedIn;
use rapport_store::jobs::Claim;
use rapport_store::{Actor, Viewer, custom_attributes};
use std::cell::Cell;

/// Change many contacts
///
/// Those with these ids, or those that match at this moment; who they are is fixed now, whatever changes later. With `expected_count`, nothing
/// is done unless it is exactly as many (409 `count_differs`, which says how many it is). Up to 1,000 are changed before the answer (200);
/// more become a job (202), whose progress `GET /jobs/{id}` tells. Each contact is changed as if it were changed alone, with its activity and
/// event; those that cannot be changed are counted, and the first of them named.
#[utoipa::path(
    operation_id = "change_contacts", tag = "contacts", security(("session" = ["contacts:bulk"])), params(IdempotencyKey),
    request_body(content = BulkRequest, example = json!({
        "select": {"filter": {"all": [{"field": "city", "op": "eq", "value": "Lima"}]}},
        "action": {"type": "set", "fields": {"country": "PE"}},
        "expected_count": 412
    })),
    responses(
        (status = 200, body = BulkResult, example = json!({
            "matched": 412, "changed": 398, "unchanged": 13, "failed": 1,
            "failures": [{"id": "ct_0g4zk8q1w9r2t", "code": "not_found"}]
        })),
        (status = 202, body = Job, headers(("Location" = String))),
        (status = 404), (status = 409)
    )
)]
#[post("/contacts/bulk")]
pub(crate) async fn change(
    me: Allowed<ContactsBulk>,
    state: Data<State>,
    once: Once,
    Body(request): Body<BulkRequest>,
) -> Answer<HttpResponse> {
    let BulkRequest {
        select,
        action,
        expected_count,
        dry_run,
    } = request;
    me.also(action.kind.permission())?;
    let actor = me.actor();
    if let Some(answer) = once.answered(&state, &actor).await? {
        return Ok(answer);
    }
    let definitions = custom_attributes::definitions(&state.store, actor.account).await?;
    let selected = match (select.check("/select", IDS_MAX), action.check(&definitions)) {
        (Ok(selected), Ok(_)) => selected,
        (selected, checked) => {
            let faults = selected.err().into_iter().chain(checked.err()).flatten();
            return Err(faults.collect::<Vec<_>>().into());
        }
    };
    if action.kind == BulkActionKind::Restore && !matches!(selected, Selected::Ids(_)) {
        let detail = "deleted contacts match no filter; expected ids";
        return Err(vec![Fault::new("/select", FaultCode::NotTogether, detail)].into());
    }
    bulk::check_segment(&state.store, actor.account, &action).await?;
    let targets = find(&state, &me.viewer(), selected, action.kind, AskedIn::Select).await?;
    let matched = targets.matched();
    if let Some(expected) = expected_count.filter(|expected| *expected != matched) {
        return Err(differs(matched, expected).into());
    }
    if dry_run {
        return Ok(HttpResponse::Ok().json(BulkResult {
            matched,
            ..BulkResult::default()
        }));
    }
    carry_out(&state, &actor, &once, &action, &targets, Reply::ok).await
}

fn differs(matched: u64, expected: u64) -> Problem {
    Problem {
        count: Some(matched),
        ..Problem::new(
            Code::CountDiffers,
            format!("It is {matched} contacts, and {expected} were expected. Nothing was changed."),
        )
    }
}

/// The contacts that are meant, fixed.
pub(crate) async fn find(
    state: &State,
    viewer: &Viewer,
    selected: Selected,
    action: BulkActionKind,
    asked_in: AskedIn,
) -> Answer<Targets> {
    Ok(match selected {
        Selected::Ids(ids) => {
            let pointer = asked_in.pointer("ids");
            bulk::named(&state.store, viewer.actor.account, &ids, action, &pointer).await?
        }
        Selected::Matching {
            filter,
            saved_filter,
            q,
        } => {
            let ask = ask(filter, saved_filter, q, asked_in)?;
            let _under_way = state.begin(viewer.actor.account, Work::Select)?;
            bulk::selected(&state.store, viewer, &ask, action, state.now()).await?
        }
    })
}

/// Accepts the change and, if it is small, goes through it at once; `reply` says what came of it.
pub(crate) async fn carry_out(
    state: &State,
    actor: &Actor,
    once: &Once,
    action: &BulkAction,
    targets: &Targets,
    reply: impl Fn(&BulkResult) -> Reply,
) -> Answer<HttpResponse> {
    let at_once = targets.matched() <= AT_ONCE_MAX;
    let held = Cell::new(None);
    let accepted = once.write(state, actor, async |w| {
        let (job, claim) = bulk::accept(w, actor, action, targets, at_once).await?;
        held.set(claim);
        Ok(Reply::accepted(&job).at(format_args!("/jobs/{}", job.id)))
    });
    let accepted = accepted.await?;
    let Some(claim) = held.take() else {
        state.jobs.notify_one();
        return Ok(accepted);
    };
    match go_through(state, actor, once, &claim, reply).await {
        Ok(Some(done)) => Ok(done.into()),
        Ok(None) => Ok(accepted),
        // It was accepted, and will be taken up once the claim has run out: the job tells.
        Err(error) => {
            tracing::warn!(job = %claim.job, %error, "a small change of many contacts became a job");
            Ok(accepted)
        }
    }
}

/// Goes through the batches of a change that is held; what came of it is kept for who asks again. None when somebody else took it over.
async fn go_through(
    state: &State,
    actor: &Actor,
    once: &Once,
    claim: &Claim,
    reply: impl Fn(&BulkResult) -> Reply,
) -> Result<Option<Reply>, rapport_store::Error> {
    loop {
        let step = state.write(async |w| match bulk::step(w, claim).await? {
            Step::More => Ok(None),
            Step::TakenOver => Ok(Some(None)),
            Step::Done(result) => {
                let reply = reply(&result);
                once.amend(w, state, actor, &reply).await?;
                Ok(Some(Some(reply)))
            }
        });
        if let Some(ended) = step.await? {
            return Ok(ended);
        }
    }
}
