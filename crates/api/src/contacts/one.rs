//! One contact: made, shown, changed, deleted, restored.

use crate::access::{Allowed, Asks, ContactsDelete, ContactsRead, ContactsWrite, forbidden};
use crate::extract::{Body, BodyWithNulls, Id, IfMatch, Params, PathEnd, etag, wrong_parameter};
use crate::once::{IdempotencyKey, Once};
use crate::problem::Answer;
use crate::reply::Reply;
use crate::state::State;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put};
use rapport_contract::contact::{
    Contact, ContactDraft, ContactKey, ContactPatch, KeyKind, NewContact,
};
use rapport_contract::phone::{InvalidPhone, PhoneNumber};
use rapport_contract::role::Permission;
use rapport_contract::{ContactId, Fault, FaultCode, Problem};
use rapport_store::contacts::Upsert;
use rapport_store::{contacts, custom_attributes};
use serde::Deserialize;

/// Create a contact
///
/// At least one of a name, an e-mail, a phone, an identifier and an identity has to be there. E-mails, phones, identities and the identifier
/// are unique in the account; a conflict names the contact that holds the value. An address or identity that is given as `verified` moves here
/// from a contact that only claims it, unless nothing would be left there to know that contact by.
#[utoipa::path(
    operation_id = "create_contact", tag = "contacts", security(("session" = ["contacts:write"])), params(IdempotencyKey),
    request_body(content = ContactDraft, example = json!({
        "first_name": "Ana", "last_name": "Núñez", "email": "ana@example.com", "phone": "+52 55 1234 5678",
        "company": "Colegio Ágora", "city": "Mérida", "country": "MX", "language": "es-MX",
        "identities": [{"kind": "whatsapp", "external_id": "5215512345678"}], "consent": {"whatsapp": "granted"}
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
    let contact = contacts::get(&state.store, &me.viewer(), id).await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(contact.version))
        .json(contact))
}

/// Change a contact
///
/// A JSON merge patch: absent keys stay, null makes a value missing. `emails`, `phones` and `identities` are lists, which a patch replaces whole;
/// what stays in them keeps its `verified` where that is not given. With `If-Match`, only if nobody changed it meanwhile.
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
/// Its addresses, identities and identifier are free at once. Can be taken back for 30 days.
///
/// With `erase=true`, which asks for `contacts:erase`, it is gone for good, also when it was deleted before: contact, timeline, and what a
/// deletion kept. What is left are events with nothing but its id and, where an import brought it, the file for as long as that is kept,
/// its rejected rows, and values that its problems quote: nothing ties them to a contact.
#[utoipa::path(
    operation_id = "delete_contact", tag = "contacts", security(("session" = ["contacts:delete"])),
    params(
        ("id" = ContactId, Path, description = "The contact"),
        ("erase" = Option<bool>, Query, description = "Erase it for good"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that is to be deleted"),
    ),
    responses((status = 204), (status = 400), (status = 412))
)]
#[delete("/contacts/{id}")]
pub(crate) async fn delete(
    me: Allowed<ContactsDelete>,
    state: Data<State>,
    Id(id): Id<ContactId>,
    Params(Deletion { erase }): Params<Deletion>,
    IfMatch(version): IfMatch,
) -> Answer<HttpResponse> {
    let actor = me.actor();
    if erase {
        if !me.may(Permission::ContactsErase) {
            return Err(forbidden(Permission::ContactsErase).into());
        }
        state
            .write(async |w| contacts::erase(w, &actor, id, version).await)
            .await?;
    } else {
        state
            .write(async |w| contacts::delete(w, &actor, id, version).await)
            .await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

/// How a contact is deleted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deletion {
    #[serde(default)]
    erase: bool,
}

/// Restore a deleted contact
///
/// Refused when somebody else has one of its addresses or identities or its identifier now; the conflict names who. It is back in its segments,
/// but for those that are gone for good.
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

/// Create or change the contact with a key
///
/// The contact that has the e-mail address, the phone number or the identifier is changed, and made if there is none. What the body has is set;
/// null makes a value missing; what is absent stays. `source` and `created_at` are for a contact that is made; `last_activity_at` moves forwards
/// only. The body may have the key too, in any spelling. With `If-Match`, only if the contact is there and nobody changed it meanwhile.
#[utoipa::path(
    operation_id = "upsert_contact", tag = "contacts", security(("session" = ["contacts:write"])),
    params(
        IdempotencyKey,
        ("key" = KeyKind, Path, description = "Which value the contact is addressed by"),
        ("value" = String, Path, description = "The value, percent-encoded: `ana%40example.com`, `%2B525512345678`, `a%2F7`"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is made for"),
    ),
    request_body(content = ContactDraft, example = json!({"first_name": "Ana", "company": "Colegio Ágora", "city": null})),
    responses(
        (status = 200, body = Contact, headers(("ETag" = String))),
        (status = 201, body = Contact, headers(("Location" = String), ("ETag" = String))),
        (status = 404, description = "There is no such key"), (status = 409), (status = 412),
    )
)]
#[put("/contacts/by/{key}/{value}")]
pub(crate) async fn upsert(
    me: Allowed<ContactsWrite>,
    state: Data<State>,
    PathEnd(path): PathEnd<2>,
    IfMatch(if_version): IfMatch,
    request: HttpRequest,
    once: Once,
    BodyWithNulls(draft, nulls): BodyWithNulls<ContactDraft>,
) -> Answer<HttpResponse> {
    let [key, value] = path;
    let read_phone = |text: &str| read_phone(&me, text);
    let kind = KeyKind::from_name(&key).ok_or_else(|| Problem::not_found("key of contacts"))?;
    let key = ContactKey::parse(kind, &value, &read_phone, "value")
        .map_err(|fault| wrong_parameter(&fault.pointer, fault.code, fault.detail))?;
    let definitions = custom_attributes::definitions(&state.store, me.account.id).await?;
    let new = key
        .complete(draft.clone())
        .check(&read_phone, &definitions)?;
    key.agree(&new).map_err(|fault| vec![fault])?;
    refuse_history(&me, &new)?;
    let change = key
        .patch(draft, &|key| nulls.contains(key))
        .check(&read_phone, &definitions)?;
    let actor = me.actor();
    let upsert = Upsert {
        key: &key,
        new: &new,
        change: &change,
        must_be_there: request.headers().contains_key(header::IF_MATCH),
        if_version,
    };
    once.write(&state, &actor, async |w| {
        let (contact, made) = contacts::upsert(w, &actor, upsert).await?;
        let reply = if made {
            Reply::created(&contact).at(format_args!("/contacts/{}", contact.id))
        } else {
            Reply::ok(&contact)
        };
        Ok(reply.tagged(contact.version).about(contact.id))
    })
    .await
}

pub(super) fn read_phone<P: Asks>(
    me: &Allowed<P>,
    text: &str,
) -> Result<PhoneNumber, InvalidPhone> {
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
