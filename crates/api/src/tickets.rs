//! Tickets: addresses that let in once, for what carries no header.

use crate::access::{Allowed, ContactsExport};
use crate::contacts::export::asked;
use crate::extract::Body;
use crate::once::{IdempotencyKey, Once};
use crate::problem::{Answer, Failure};
use crate::reply::{Reply, json};
use crate::state::State;
use crate::tokens::TicketSecret;
use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use rapport_contract::auth::Secret;
use rapport_contract::contact::ContactExport;
use rapport_contract::ticket::{Ticket, TicketDraft};
use rapport_store::contacts::AskedIn;
use rapport_store::tickets::{self, Purpose};

/// Make a ticket
///
/// For a download that the browser makes by itself, without a header: the address in the answer works once, for a minute, and only as long as
/// the session or the API key does that it was made with. What is asked for is checked here, and answered as it is when the address is opened.
#[utoipa::path(
    operation_id = "create_ticket", tag = "tickets", security(("session" = ["contacts:export"])), params(IdempotencyKey),
    request_body(content = TicketDraft, example = json!({
        "for": "export", "q": "garcía", "sort": "name", "columns": ["name", "email"], "bom": true
    })),
    responses((status = 201, body = Ticket), (status = 404))
)]
#[post("/tickets")]
pub(crate) async fn create(
    me: Allowed<ContactsExport>,
    state: Data<State>,
    once: Once,
    Body(draft): Body<TicketDraft>,
) -> Answer<HttpResponse> {
    let export = ContactExport::from(draft);
    // The faults that opening the address would find, while there is somebody to read them.
    asked(export.clone(), AskedIn::Body)?
        .understand(&state.store, &me.viewer(), state.now())
        .await?;
    let secret = TicketSecret::random()
        .ok_or_else(|| Failure::internal(&"the machine gives no randomness"))?;
    let parameters = String::from_utf8(json(&export)).unwrap_or_default();
    once.write(&state, &me.actor(), async |w| {
        let (hash, parameters) = (secret.hash(), parameters.clone());
        let expires_at = tickets::make(w, &me, Purpose::Export, hash, parameters).await?;
        let url = format!(
            "{}/api/v1/contacts.csv?ticket={}",
            state.config.public_url,
            secret.text()
        );
        Ok(Reply::created(&Ticket {
            url: Secret(url),
            expires_at,
        }))
    })
    .await
}
