//! Signing in and out, and sessions.

use crate::access::Myself;
use crate::extract::{Body, Id};
use crate::origin;
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::tokens::ACCESS_SECONDS;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, post, put};
use rapport_contract::auth::{LoginDraft, PasswordChange, Session, SignedIn, check_password};
use rapport_contract::email::EmailAddress;
use rapport_contract::page::{Cursors, Page};
use rapport_contract::{Code, Fault, FaultCode, SessionId};
use rapport_store::sessions::{self, LIFETIME_SECONDS, Refreshed, SessionKey};
use rapport_store::users;

/// The cookie with the refresh token.
const COOKIE: &str = "rapport_refresh";

/// Where browsers send it.
const COOKIE_PATH: &str = "/api/v1/auth";

/// Sign in
///
/// Gives an access token, and a refresh token in a cookie that scripts cannot read. Unknown people and wrong passwords get the same answer.
#[utoipa::path(
    operation_id = "create_session", tag = "auth", request_body = LoginDraft,
    responses((status = 200, body = SignedIn), (status = 401), (status = 429))
)]
#[post("/auth/login")]
pub(crate) async fn log_in(
    request: HttpRequest,
    state: Data<State>,
    Body(draft): Body<LoginDraft>,
) -> Answer<HttpResponse> {
    state.count_try(&request)?;
    let email = EmailAddress::parse(&draft.email).ok();
    if let Some(email) = &email {
        state.limits.try_name(email.identity())?;
    }
    let known = match &email {
        Some(email) => users::credentials(&state.store, email).await?,
        None => None,
    };
    let hash = known.as_ref().map(|known| known.password_hash.clone());
    let right = state.hasher.matches(draft.password, hash).await?;
    let account = known.as_ref().and_then(|known| match draft.account {
        Some(wanted) => known.accounts.iter().find(|&&account| account == wanted),
        None => known.accounts.first(),
    });
    let (true, Some(known), Some(&account)) = (right, &known, account) else {
        return Err(Failure::new(
            Code::InvalidCredentials,
            "Check both. If you forgot the password, ask somebody of your account for a link to set a new one.",
        ));
    };
    let agent = user_agent(&request);
    let key = state
        .write(async |w| sessions::open(w, account, known.user, agent.clone()).await)
        .await?;
    signed_in(&state, key).await
}

/// Refresh the session
///
/// Spends the refresh token of the cookie and gives the next one, with a new access token. Demands `Origin` equal to the public URL.
#[utoipa::path(
    operation_id = "refresh_session", tag = "auth",
    responses((status = 200, body = SignedIn), (status = 401), (status = 403))
)]
#[post("/auth/refresh")]
pub(crate) async fn refresh(request: HttpRequest, state: Data<State>) -> Answer<HttpResponse> {
    origin::demand(&request, &state.config.public_url)?;
    let Some(key) = cookie_key(&request, &state) else {
        return Err(Failure::new(
            Code::Unauthenticated,
            "There is no session. Sign in.",
        ));
    };
    match state
        .write(async |w| sessions::refresh(w, key).await)
        .await?
    {
        Refreshed::Key(key) => signed_in(&state, key).await,
        Refreshed::Ended => Err(Failure::new(
            Code::SessionEnded,
            "The session has ended. Sign in again.",
        )),
    }
}

/// Sign out
///
/// Ends the session of the cookie, and takes the cookie away. Demands `Origin` equal to the public URL.
#[utoipa::path(
    operation_id = "delete_current_session", tag = "auth",
    responses((status = 204), (status = 403))
)]
#[post("/auth/logout")]
pub(crate) async fn log_out(request: HttpRequest, state: Data<State>) -> Answer<HttpResponse> {
    origin::demand(&request, &state.config.public_url)?;
    if let Some(key) = cookie_key(&request, &state) {
        state
            .write(async |w| sessions::end_by_key(w, key).await)
            .await?;
    }
    Ok(HttpResponse::NoContent()
        .cookie(cookie(&state, String::new(), Duration::ZERO))
        .finish())
}

/// List your sessions
#[utoipa::path(
    operation_id = "list_sessions", tag = "auth", security(("session" = ["self"])),
    responses((status = 200, body = Page<Session>))
)]
#[get("/auth/sessions")]
pub(crate) async fn list_sessions(
    me: Myself,
    state: Data<State>,
) -> Answer<actix_web::web::Json<Page<Session>>> {
    let data = sessions::list(&state.store, me.account.id, me.id, me.session, state.now()).await?;
    Ok(actix_web::web::Json(Page {
        data,
        page: Cursors::default(),
    }))
}

/// End one of your sessions
#[utoipa::path(
    operation_id = "delete_session", tag = "auth", security(("session" = ["self"])),
    params(("id" = SessionId, Path, description = "The session")), responses((status = 204))
)]
#[delete("/auth/sessions/{id}")]
pub(crate) async fn end_session(
    me: Myself,
    state: Data<State>,
    Id(id): Id<SessionId>,
) -> Answer<HttpResponse> {
    state
        .write(async |w| sessions::end(w, me.account.id, me.id, id).await)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Change your password
///
/// All your other sessions end, in every account.
#[utoipa::path(
    operation_id = "update_password", tag = "auth", security(("session" = ["self"])),
    request_body = PasswordChange,
    responses((status = 204), (status = 429))
)]
#[put("/auth/password")]
pub(crate) async fn change_password(
    me: Myself,
    state: Data<State>,
    Body(change): Body<PasswordChange>,
) -> Answer<HttpResponse> {
    state.limits.try_name(&me.id.to_string())?;
    check_password(&change.new, "/new").map_err(|fault| vec![fault])?;
    let hash = users::password_hash(&state.store, me.id).await?;
    if !state.hasher.matches(change.current, Some(hash)).await? {
        let fault = Fault::new(
            "/current",
            FaultCode::Incorrect,
            "expected the password you have now",
        );
        return Err(vec![fault].into());
    }
    let hash = state.hasher.hash(change.new).await?;
    state
        .write(async |w| users::set_password(w, me.id, &hash, Some(me.session)).await)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The answer that signs a session in: the access token and who it is, and the cookie.
pub(crate) async fn signed_in(state: &State, key: SessionKey) -> Answer<HttpResponse> {
    let now = state.now();
    let person = sessions::person(&state.store, key.account, key.session, now).await?;
    let me = person
        .ok_or_else(|| Failure::new(Code::SessionEnded, "The session has ended."))?
        .me;
    let access_token = state
        .keys
        .access(me.id, &key, &state.config.public_url, now)
        .map_err(|error| Failure::internal(&error))?;
    let token = state.keys.refresh(&key);
    Ok(HttpResponse::Ok()
        .cookie(cookie(state, token, Duration::seconds(LIFETIME_SECONDS)))
        .json(SignedIn {
            access_token,
            expires_in: ACCESS_SECONDS,
            me,
        }))
}

fn cookie(state: &State, value: String, age: Duration) -> Cookie<'static> {
    Cookie::build(COOKIE, value)
        .path(COOKIE_PATH)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(state.config.is_https())
        .max_age(age)
        .finish()
}

fn cookie_key(request: &HttpRequest, state: &State) -> Option<SessionKey> {
    state.keys.read_refresh(request.cookie(COOKIE)?.value())
}

/// What the browser calls itself, shortened.
pub(crate) fn user_agent(request: &HttpRequest) -> Option<String> {
    let text = request.headers().get(header::USER_AGENT)?.to_str().ok()?;
    Some(text.chars().filter(|c| !c.is_control()).take(200).collect())
}
