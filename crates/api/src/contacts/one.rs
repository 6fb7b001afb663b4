//! One contact: made, shown, changed, deleted, restored.

use crate::access::{Allowed, Asks, ContactsDelete, ContactsRead, ContactsWrite, forbidden};
use crate::extract::{Body, Id, IfMatch, NoParams, Params, etag};
use crate::once::{IdempotencyKey, Once};
use crate::problem::Answer;
use crate::reply::Reply;
use crate::state::State;
use actix_web::web::Data;
use actix_web::{HttpResponse, delete, get, patch, post};
use rapport_contract::contact::{Contact, ContactDraft, ContactPatch, NewContact};
use rapport_contract::phone::{InvalidPhone, PhoneNumber};
use rapport_contract::role::Permission;
use rapport_contract::{ContactId, Fault, FaultCode};
use rapport_store::{contacts, custom_attributes};

/// Create a contact
///
/// At least one of a name, an e-mail, a phone and an identifier has to be there. E-mail, phone and identifier are unique in the account;
/// a conflict names the contact that holds the value.
#[utoipa::path(
    operation_id = "create_contact", tag = "contacts", security(("session" = ["contacts:write"])), params(IdempotencyKey),
    request_body(content = ContactDraft, example = json!({
        "first_name": "Ana", "last_name": "Núñez", "email": "ana@example.com", "phone": "+52 55 1234 5678",
        "company": "Colegio Ágora", "city": "Mérida", "country": "MX", "language": "es-MX"
    })),
    responses((status = 201, body = Contact, headers(("Location" = String), ("ETag" = String))), (status = 409))
)]
#[post("/contacts")]
pub(crate) async fn create(
    me: Allowed<ContactsWrite>,
    state: Data<State>,
    once: Once,
    Body(draft): Body<ContactDraft>,
) -> Answer<HttpResponse> {
    let definitions = custom_attributes::definitions(&state.store, me.account.id).await?;
    let new = draft.check(&|text| read_phone(&me, text), &definitions)?;
    refuse_history(&me, &new)?;
    let actor = me.actor();
    once.write(&state, &actor, async |w| {
        let contact = contacts::create(w, &actor, &new).await?;
        Ok(Reply::created(&contact)
            .at(format_args!("/contacts/{}", contact.id))
            .tagged(contact.version)
            .about(contact.id))
    })
    .await
}

/// Show a contact
#[utoipa::path(
    operation_id = "get_contact", tag = "contacts", security(("session" = ["contacts:read"])),
    params(("id" = ContactId, Path, description = "The contact")),
    responses((status = 200, body = Contact, headers(("ETag" = String))))
)]
#[get("/contacts/{id}")]
pub(crate) async fn get(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Id(id): Id<ContactId>,
) -> Answer<HttpResponse> {
    let contact = contacts::get(&state.store, me.account.id, id).await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(contact.version))
        .json(contact))
}

/// Change a contact
///
/// A JSON merge patch: absent keys stay, null makes a value missing. With `If-Match`, only if nobody changed it meanwhile.
#[utoipa::path(
    operation_id = "update_contact", tag = "contacts", security(("session" = ["contacts:write"])),
    params(
        ("id" = ContactId, Path, description = "The contact"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is made for"),
    ),
    request_body(content = ContactPatch, example = json!({"city": "Lima", "company": null})),
    responses((status = 200, body = Contact, headers(("ETag" = String))), (status = 409), (status = 412))
)]
#[patch("/contacts/{id}")]
pub(crate) async fn update(
    me: Allowed<ContactsWrite>,
    state: Data<State>,
    Id(id): Id<ContactId>,
    IfMatch(version): IfMatch,
    Body(patch): Body<ContactPatch>,
) -> Answer<HttpResponse> {
    let definitions = custom_attributes::definitions(&state.store, me.account.id).await?;
    let change = patch.check(&|text| read_phone(&me, text), &definitions)?;
    let actor = me.actor();
    let contact = state
        .write(async |w| contacts::update(w, &actor, id, &change, version).await)
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(contact.version))
        .json(contact))
}

/// Delete a contact
///
/// Its addresses and its identifier are free at once. Can be taken back for 30 days.
#[utoipa::path(
    operation_id = "delete_contact", tag = "contacts", security(("session" = ["contacts:delete"])),
    params(
        ("id" = ContactId, Path, description = "The contact"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that is to be deleted"),
    ),
    responses((status = 204), (status = 412))
)]
#[delete("/contacts/{id}")]
pub(crate) async fn delete(
    me: Allowed<ContactsDelete>,
    state: Data<State>,
    Id(id): Id<ContactId>,
    Params(NoParams {}): Params<NoParams>,
    IfMatch(version): IfMatch,
) -> Answer<HttpResponse> {
    let actor = me.actor();
    state
        .write(async |w| contacts::delete(w, &actor, id, version).await)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Restore a deleted contact
///
/// Refused when somebody else has one of its addresses or its identifier now; the conflict names who.
#[utoipa::path(
    operation_id = "restore_contact", tag = "contacts", security(("session" = ["contacts:delete"])),
    params(IdempotencyKey, ("id" = ContactId, Path, description = "The contact")),
    responses((status = 200, body = Contact, headers(("ETag" = String))), (status = 409))
)]
#[post("/contacts/{id}/restore")]
pub(crate) async fn restore(
    me: Allowed<ContactsDelete>,
    state: Data<State>,
    Id(id): Id<ContactId>,
    once: Once,
) -> Answer<HttpResponse> {
    let actor = me.actor();
    once.write(&state, &actor, async |w| {
        let contact = contacts::restore(w, &actor, id).await?;
        Ok(Reply::ok(&contact)
            .tagged(contact.version)
            .about(contact.id))
    })
    .await
}

fn read_phone<P: Asks>(me: &Allowed<P>, text: &str) -> Result<PhoneNumber, InvalidPhone> {
    rapport_store::phones::read(text, me.account.default_country).map(|phone| phone.number)
}

/// A history from elsewhere is for those who may import.
fn refuse_history(me: &Allowed<ContactsWrite>, new: &NewContact) -> Result<(), Vec<Fault>> {
    if me.may(Permission::ContactsImport) {
        return Ok(());
    }
    let why = forbidden(Permission::ContactsImport).detail;
    let given = [
        ("/created_at", new.created_at),
        ("/last_activity_at", new.last_activity_at),
    ];
    let faults: Vec<_> = given
        .into_iter()
        .filter(|(_, at)| at.is_some())
        .map(|(pointer, _)| Fault::new(pointer, FaultCode::NotAllowed, why.clone()))
        .collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}
