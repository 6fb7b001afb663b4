//! API keys.

use crate::access::{Allowed, ApiKeysManage};
use crate::extract::{Body, Id, IfMatch, NoParams, Params, etag};
use crate::once::{IdempotencyKey, Once};
use crate::problem::{Answer, Failure};
use crate::reply::Reply;
use crate::state::State;
use crate::tokens::ApiSecret;
use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, delete, get, patch, post};
use rapport_contract::ApiKeyId;
use rapport_contract::api_key::{ApiKey, ApiKeyDraft, ApiKeyPatch, MadeApiKey};
use rapport_contract::page::{Cursors, Page};
use rapport_store::api_keys;

/// List the API keys
///
/// The latest first.
#[utoipa::path(
    operation_id = "list_api_keys", tag = "api-keys", security(("session" = ["api_keys:manage"])),
    responses((status = 200, body = Page<ApiKey>))
)]
#[get("/api-keys")]
pub(crate) async fn list(
    me: Allowed<ApiKeysManage>,
    state: Data<State>,
) -> Answer<Json<Page<ApiKey>>> {
    let data = api_keys::list(&state.store, me.account.id).await?;
    Ok(Json(Page {
        data,
        page: Cursors::default(),
    }))
}

/// Make an API key
///
/// The key is in this answer, and is never shown again. It may do what its scopes say, and never more than the role of whoever made it
/// allows at the moment of a request. A key that makes another one gives it no more than it has, and no longer than it holds.
#[utoipa::path(
    operation_id = "create_api_key", tag = "api-keys", security(("session" = ["api_keys:manage"])), params(IdempotencyKey),
    request_body(content = ApiKeyDraft, example = json!({
        "name": "Web shop", "scopes": ["contacts:read", "contacts:write"], "expires_at": "2027-11-20T00:00:00.000Z"
    })),
    responses((status = 201, body = MadeApiKey, headers(("Location" = String), ("ETag" = String))))
)]
#[post("/api-keys")]
pub(crate) async fn create(
    me: Allowed<ApiKeysManage>,
    state: Data<State>,
    once: Once,
    Body(draft): Body<ApiKeyDraft>,
) -> Answer<HttpResponse> {
    let new = draft.check(me.permissions, state.now())?;
    let secret =
        ApiSecret::random().ok_or_else(|| Failure::internal(&"the machine gives no randomness"))?;
    once.write(&state, &me.actor(), async |w| {
        let api_key = api_keys::create(w, &me, &new, secret.hashed()).await?;
        let (id, version) = (api_key.id, api_key.version);
        let made = MadeApiKey {
            key: secret.shown(),
            api_key,
        };
        Ok(Reply::created(&made)
            .at(format_args!("/api-keys/{id}"))
            .tagged(version))
    })
    .await
}

/// Show an API key
///
/// What is kept of it; not the key itself.
#[utoipa::path(
    operation_id = "get_api_key", tag = "api-keys", security(("session" = ["api_keys:manage"])),
    params(("id" = ApiKeyId, Path, description = "The API key")),
    responses((status = 200, body = ApiKey, headers(("ETag" = String))))
)]
#[get("/api-keys/{id}")]
pub(crate) async fn get(
    me: Allowed<ApiKeysManage>,
    state: Data<State>,
    Id(id): Id<ApiKeyId>,
) -> Answer<HttpResponse> {
    let key = api_keys::get(&state.store, me.account.id, id).await?;
    Ok(answer(&key))
}

/// Change an API key
///
/// Its name, and when it stops working. Refused for a key that may what you may not.
#[utoipa::path(
    operation_id = "update_api_key", tag = "api-keys", security(("session" = ["api_keys:manage"])),
    params(
        ("id" = ApiKeyId, Path, description = "The API key"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is made for"),
    ),
    request_body(content = ApiKeyPatch, example = json!({"name": "Web shop, old"})),
    responses((status = 200, body = ApiKey, headers(("ETag" = String))), (status = 412))
)]
#[patch("/api-keys/{id}")]
pub(crate) async fn update(
    me: Allowed<ApiKeysManage>,
    state: Data<State>,
    Id(id): Id<ApiKeyId>,
    IfMatch(version): IfMatch,
    Body(patch): Body<ApiKeyPatch>,
) -> Answer<HttpResponse> {
    let patch = patch.check(state.now())?;
    let key = state
        .write(async |w| api_keys::update(w, &me, id, &patch, version).await)
        .await?;
    Ok(answer(&key))
}

/// Delete an API key
///
/// It stops working at once.
#[utoipa::path(
    operation_id = "delete_api_key", tag = "api-keys", security(("session" = ["api_keys:manage"])),
    params(
        ("id" = ApiKeyId, Path, description = "The API key"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that is to be deleted"),
    ),
    responses((status = 204), (status = 412))
)]
#[delete("/api-keys/{id}")]
pub(crate) async fn delete(
    me: Allowed<ApiKeysManage>,
    state: Data<State>,
    Id(id): Id<ApiKeyId>,
    Params(NoParams {}): Params<NoParams>,
    IfMatch(version): IfMatch,
) -> Answer<HttpResponse> {
    let actor = me.actor();
    state
        .write(async |w| api_keys::delete(w, &actor, id, version).await)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn answer(key: &ApiKey) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(etag(key.version))
        .json(key)
}
