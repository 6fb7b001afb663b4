//! The person who is signed in.

use crate::access::Myself;
use crate::extract::{Body, IfMatch, etag};
use crate::problem::Answer;
use crate::state::State;
use actix_web::web::Data;
use actix_web::{HttpResponse, get, patch};
use rapport_contract::Problem;
use rapport_contract::auth::{Me, MePatch};
use rapport_contract::text::required_line;
use rapport_store::{sessions, users};

/// Tell who you are
#[utoipa::path(
    operation_id = "get_me", tag = "me", security(("session" = ["self"])),
    responses((status = 200, body = Me, headers(("ETag" = String))))
)]
#[get("/me")]
pub(crate) async fn get(Myself(me): Myself) -> HttpResponse {
    answer(&me)
}

/// Change your name or language
#[utoipa::path(
    operation_id = "update_me", tag = "me", security(("session" = ["self"])),
    params(("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is made for")),
    request_body(content = MePatch, example = json!({"name": "Ana Núñez", "language": "es"})),
    responses((status = 200, body = Me, headers(("ETag" = String))), (status = 412))
)]
#[patch("/me")]
pub(crate) async fn update(
    Myself(me): Myself,
    state: Data<State>,
    IfMatch(version): IfMatch,
    Body(patch): Body<MePatch>,
) -> Answer<HttpResponse> {
    let name = patch
        .name
        .as_deref()
        .map(|name| required_line(name, 255, "/name"));
    let name = name.transpose().map_err(|fault| vec![fault])?;
    let patch = MePatch { name, ..patch };
    let changed = state
        .write(async |w| {
            users::update_me(w, me.id, &patch, version).await?;
            sessions::person_in(w, me.account.id, me.session).await
        })
        .await?;
    let changed = changed.ok_or_else(|| Problem::not_found("person"))?;
    Ok(answer(&changed.me))
}

fn answer(me: &Me) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(etag(users::version(me)))
        .json(me)
}
