//! Whether the server lives, and whether it can work.

use crate::problem::{Answer, Failure};
use crate::state::State;
use actix_web::get;
use actix_web::web::{Data, Json};
use rapport_contract::Code;
use serde::Serialize;

/// What the health pages say.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
    /// The version of the server.
    version: &'static str,
}

const OK: Health = Health {
    status: "ok",
    version: env!("CARGO_PKG_VERSION"),
};

/// Tell whether the server lives
#[utoipa::path(operation_id = "get_health", tag = "health", responses((status = 200, body = Health)))]
#[get("/healthz")]
pub(crate) async fn live() -> Json<Health> {
    Json(OK)
}

/// Tell whether the server can work: its database answers
#[utoipa::path(
    operation_id = "get_readiness", tag = "health",
    responses((status = 200, body = Health), (status = 503))
)]
#[get("/readyz")]
pub(crate) async fn ready(state: Data<State>) -> Answer<Json<Health>> {
    match state.store.ping().await {
        Ok(()) => Ok(Json(OK)),
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            Err(Failure::new(
                Code::Unavailable,
                "The database does not answer.",
            ))
        }
    }
}
