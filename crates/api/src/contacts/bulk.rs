//! Changing many contacts at once.

use super::list::ask;
use crate::access::{Allowed, ContactsBulk, forbidden};
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
use rapport_contract::{Code, ContactId, Fault, FaultCode, Problem};
use rapport_store::bulk::{self, Step};
use rapport_store::contacts::AskedIn;
use rapport_store::jobs::Claim;
use rapport_store::{Actor, custom_attributes};
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
        (status = 200, body = BulkResult),
        (status = 202, body = Job, headers(("Location" = String))),
        (status = 404), (status = 409)
    )
)]
#[post("/contacts/bulk")]
pub(crate) async fn bulk_change(
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
    let permission = action.kind.permission();
    if !me.may(permission) {
        return Err(forbidden(permission).into());
    }
    let (selected, checked) = (
        select.check("/select", IDS_MAX),
        action.check(&custom_attributes::definitions(&state.store, me.account.id).await?),
    );
    let selected = match (selected, checked) {
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
    let actor = me.actor();
    let contacts = find(&state, &actor, selected, action.kind, AskedIn::Select).await?;
    let matched = contacts.len() as u64;
    if let Some(expected) = expected_count.filter(|expected| *expected != matched) {
        return Err(Problem {
            count: Some(matched),
            ..Problem::new(
                Code::CountDiffers,
                format!(
                    "It is {matched} contacts, and {expected} were expected. Nothing was changed."
                ),
            )
        }
        .into());
    }
    if dry_run {
        return Ok(HttpResponse::Ok().json(BulkResult {
            matched,
            ..BulkResult::default()
        }));
    }
    let done = carry_out(&state, &actor, &once, &action, &contacts).await?;
    Ok(match done {
        Carried::Done(result) => HttpResponse::Ok().json(result),
        Carried::Elsewhere(answer) => answer,
    })
}

/// The contacts that are meant, sorted.
pub(crate) async fn find(
    state: &State,
    actor: &Actor,
    selected: Selected,
    action: BulkActionKind,
    asked_in: AskedIn,
) -> Answer<Vec<ContactId>> {
    Ok(match selected {
        Selected::Ids(ids) => {
            let deleted = action == BulkActionKind::Restore;
            let pointer = asked_in.pointer("ids");
            bulk::named(&state.store, actor.account, &ids, deleted, &pointer).await?
        }
        Selected::Matching {
            filter,
            saved_filter,
            q,
        } => {
            let ask = ask(filter, saved_filter, q, asked_in)?;
            bulk::selected(&state.store, actor, &ask, state.now()).await?
        }
    })
}

/// How a change of many contacts ended for its caller.
pub(crate) enum Carried {
    /// It is done.
    Done(BulkResult),
    /// It goes on as a job, or the answer was given before.
    Elsewhere(HttpResponse),
}

/// Accepts the change, and goes through it at once if it is small.
pub(crate) async fn carry_out(
    state: &State,
    actor: &Actor,
    once: &Once,
    action: &BulkAction,
    contacts: &[ContactId],
) -> Answer<Carried> {
    let at_once = contacts.len() as u64 <= AT_ONCE_MAX;
    let held = Cell::new(None);
    let accepted = once.write(state, actor, async |w| {
        let (job, claim) = bulk::accept(w, actor, action, contacts, at_once).await?;
        held.set(claim);
        Ok(Reply::accepted(&job).at(format_args!("/jobs/{}", job.id)))
    });
    let accepted = accepted.await?;
    let Some(claim) = held.take() else {
        state.jobs.notify_one();
        return Ok(Carried::Elsewhere(accepted));
    };
    match go_through(state, &claim).await {
        Ok(Some(result)) => Ok(Carried::Done(result)),
        Ok(None) => Ok(Carried::Elsewhere(accepted)),
        // It was accepted, and will be taken up once the claim has run out: the job tells.
        Err(error) => {
            tracing::warn!(job = %claim.job, %error, "a small change of many contacts became a job");
            Ok(Carried::Elsewhere(accepted))
        }
    }
}

async fn go_through(
    state: &State,
    claim: &Claim,
) -> Result<Option<BulkResult>, rapport_store::Error> {
    loop {
        match state.write(async |w| bulk::step(w, claim).await).await? {
            Step::More => {}
            Step::Done(result) => return Ok(Some(result)),
            Step::TakenOver => return Ok(None),
        }
    }
}
