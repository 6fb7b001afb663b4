//! The first run.

use crate::account::check_time_zone;
use crate::auth::{signed_in, user_agent};
use crate::extract::Body;
use crate::problem::{Answer, Failure};
use crate::state::State;
use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse, get, post};
use rapport_contract::auth::{NewUser, SignedIn};
use rapport_contract::setup::{SetupDraft, SetupState};
use rapport_contract::{Code, Fault, FaultCode};
use rapport_store::users::{self, HashedUser};
use rapport_store::{Actor, Who, demo, sessions};

/// The most sample contacts.
const SAMPLES_MAX: u32 = 1000;

/// Tell whether set-up is needed
#[utoipa::path(
    operation_id = "get_setup", tag = "setup", responses((status = 200, body = SetupState))
)]
#[get("/setup")]
pub(crate) async fn get_state(state: Data<State>) -> Answer<Json<SetupState>> {
    Ok(Json(SetupState {
        needed: !users::is_set_up(&state.store).await?,
    }))
}

/// Set Rapport up
///
/// Makes the account and its owner, who is signed in. Works once, with the code that the server prints at its start; of two at once, one
/// gets 409.
#[utoipa::path(
    operation_id = "create_setup", tag = "setup",
    request_body(content = SetupDraft, example = json!({
        "code": "9vKq2XbT0aPzLw4RmYcE",
        "account": {"name": "Ágora", "language": "es", "time_zone": "America/Mexico_City", "default_country": "MX"},
        "name": "Olga Núñez", "email": "olga@example.com", "password": "correct horse battery staple"
    })),
    responses((status = 200, body = SignedIn), (status = 403), (status = 409), (status = 429))
)]
#[post("/setup")]
pub(crate) async fn set_up(
    request: HttpRequest,
    state: Data<State>,
    Body(draft): Body<SetupDraft>,
) -> Answer<HttpResponse> {
    state.count_try(&request)?;
    if users::is_set_up(&state.store).await? {
        return Err(Failure::new(
            Code::AlreadySetUp,
            "An account exists already. Sign in, or ask one of its members for an invitation.",
        ));
    }
    if !state.keys.is_setup_code(&draft.code) {
        return Err(Failure::new(
            Code::WrongSetupCode,
            "Open the link that the server printed when it started; the code is in it.",
        ));
    }
    let (account, owner) = check(&draft)?;
    let owner = HashedUser {
        password_hash: state.hasher.hash(owner.password).await?,
        name: owner.name,
        email: owner.email,
    };
    let agent = user_agent(&request);
    let key = state
        .write(async |w| {
            let (account, user) = users::set_up(w, &account, &owner).await?;
            let actor = Actor {
                account: account.id,
                who: Who::System,
            };
            demo::fill_in(w, &actor, 0, draft.sample_contacts.into()).await?;
            sessions::open(w, account.id, user, agent.clone()).await
        })
        .await?;
    signed_in(&state, key).await
}

/// Every fault of the draft at once.
fn check(draft: &SetupDraft) -> Answer<(rapport_contract::account::NewAccount, NewUser)> {
    let mut faults = Vec::new();
    let account = draft
        .account
        .check("/account")
        .map_err(|wrong| faults.extend(wrong))
        .ok();
    if let Err(fault) = check_time_zone(&draft.account.time_zone, "/account/time_zone") {
        faults.push(fault);
    }
    let owner = NewUser::check(&draft.name, &draft.email, &draft.password);
    let owner = owner.map_err(|wrong| faults.extend(wrong)).ok();
    if draft.sample_contacts > SAMPLES_MAX {
        faults.push(Fault::new(
            "/sample_contacts",
            FaultCode::OutOfRange,
            format!("expected at most {SAMPLES_MAX}"),
        ));
    }
    match (account, owner) {
        (Some(account), Some(owner)) if faults.is_empty() => Ok((account, owner)),
        _ => Err(faults.into()),
    }
}
