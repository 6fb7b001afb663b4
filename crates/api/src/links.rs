//! What links do, for people who are not signed in. A token stands in the body, never in an address.

use crate::auth::{signed_in, user_agent};
use crate::extract::Body;
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::tokens::read_link;
use actix_web::web::{Data, Json};
use actix_web::{HttpRequest, HttpResponse, post};
use rapport_contract::Code;
use rapport_contract::auth::{NewUser, Secret, SignedIn, check_password};
use rapport_contract::contact::check_email;
use rapport_contract::invitation::{Acceptance, LinkOffer, LinkToken, PasswordReset};
use rapport_store::invitations::{self, Joining, LinkKey};
use rapport_store::sessions;
use rapport_store::users::{self, HashedUser};

/// Tell what a link offers
#[utoipa::path(
    operation_id = "open_link", tag = "links", request_body = LinkToken,
    responses((status = 200, body = LinkOffer), (status = 410), (status = 429))
)]
#[post("/links/open")]
pub(crate) async fn open(
    request: HttpRequest,
    state: Data<State>,
    Body(link): Body<LinkToken>,
) -> Answer<Json<LinkOffer>> {
    let key = key(&request, &state, &link.token)?;
    Ok(Json(
        invitations::open(&state.store, &key, state.now()).await?,
    ))
}

/// Join an account by an invitation
///
/// Somebody new becomes a person with this name, e-mail and password; somebody who signs in elsewhere already gives the password they
/// have. Signs in.
#[utoipa::path(
    operation_id = "accept_invitation", tag = "links", request_body = Acceptance,
    responses((status = 200, body = SignedIn), (status = 401), (status = 403), (status = 409), (status = 410), (status = 429))
)]
#[post("/links/accept")]
pub(crate) async fn accept(
    request: HttpRequest,
    state: Data<State>,
    Body(acceptance): Body<Acceptance>,
) -> Answer<HttpResponse> {
    let key = key(&request, &state, &acceptance.token)?;
    let email = check_email(&acceptance.email, "/email").map_err(|fault| vec![fault])?;
    state.limits.try_name(email.identity())?;
    // Nobody learns who signs in here without a link that holds.
    invitations::open(&state.store, &key, state.now()).await?;
    let joining = match users::credentials(&state.store, &email).await? {
        Some(known) => {
            let hash = Some(known.password_hash);
            if !state.hasher.matches(acceptance.password, hash).await? {
                return Err(Failure::new(
                    Code::InvalidCredentials,
                    "Somebody signs in with this e-mail already. If it is you, give the password you have.",
                ));
            }
            Joining::Known(known.user)
        }
        None => {
            let new = NewUser::check(&acceptance.name, &acceptance.email, &acceptance.password)?;
            let password_hash = state.hasher.hash(new.password).await?;
            Joining::New(HashedUser {
                name: new.name,
                email: new.email,
                password_hash,
            })
        }
    };
    let agent = user_agent(&request);
    let session = state
        .write(async |w| {
            let user = invitations::accept(w, &key, &email, &joining).await?;
            sessions::open(w, key.account, user, agent.clone()).await
        })
        .await?;
    signed_in(&state, session).await
}

/// Set a new password by a link
///
/// Every session of the person ends.
#[utoipa::path(
    operation_id = "reset_password", tag = "links", request_body = PasswordReset,
    responses((status = 204), (status = 410), (status = 429))
)]
#[post("/links/reset-password")]
pub(crate) async fn reset_password(
    request: HttpRequest,
    state: Data<State>,
    Body(reset): Body<PasswordReset>,
) -> Answer<HttpResponse> {
    let key = key(&request, &state, &reset.token)?;
    invitations::open(&state.store, &key, state.now()).await?;
    check_password(&reset.password, "/password").map_err(|fault| vec![fault])?;
    let hash = state.hasher.hash(reset.password).await?;
    state
        .write(async |w| invitations::reset_password(w, &key, &hash).await)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn key(request: &HttpRequest, state: &State, token: &Secret) -> Answer<LinkKey> {
    state.count_try(request)?;
    read_link(token).ok_or_else(|| {
        Failure::new(
            Code::LinkSpent,
            "The link is not whole. Copy all of it, or ask for a new one.",
        )
    })
}
