//! The person who is signed in.

use crate::access::Myself;
use crate::extract::Body;
use crate::problem::Answer;
use crate::state::State;
use actix_web::web::{Data, Json};
use actix_web::{get, patch};
use rapport_contract::Problem;
use rapport_contract::auth::{Me, MePatch};
use rapport_contract::text::required_line;
use rapport_store::{sessions, users};

/// Tell who you are
#[utoipa::path(
    operation_id = "get_me", tag = "me", security(("session" = ["self"])),
    responses((status = 200, body = Me))
)]
#[get("/me")]
pub(crate) async fn get(Myself(me): Myself) -> Json<Me> {
    Json(me)
}

/// Change your name or language
#[utoipa::path(
    operation_id = "update_me", tag = "me", security(("session" = ["self"])),
    request_body(content = MePatch, example = json!({"name": "Ana Núñez", "language": "es"})),
    responses((status = 200, body = Me))
)]
#[patch("/me")]
pub(crate) async fn update(
    Myself(me): Myself,
    state: Data<State>,
    Body(patch): Body<MePatch>,
) -> Answer<Json<Me>> {
    let name = patch
        .name
        .as_deref()
        .map(|name| required_line(name, 255, "/name"));
    let name = name.transpose().map_err(|fault| vec![fault])?;
    let patch = MePatch { name, ..patch };
    let changed = state
        .write(async |w| {
            users::update_me(w, me.id, &patch).await?;
            sessions::person_in(w, me.account.id, me.session).await
        })
        .await?;
    Ok(Json(
        changed.ok_or_else(|| Problem::not_found("person"))?.me,
    ))
}
