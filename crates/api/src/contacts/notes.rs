//! The notes of a contact.

use crate::access::{Allowed, ContactsRead, NotesWrite};
use crate::extract::{Beside, Body, Id, IfMatch, NoParams, Params, etag};
use crate::once::{IdempotencyKey, Once};
use crate::paging::{names, paging};
use crate::problem::Answer;
use crate::reply::Reply;
use crate::state::State;
use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, delete, get, patch, post};
use rapport_contract::note::{Note, NoteDraft, NoteKind, NotePatch};
use rapport_contract::page::Page;
use rapport_contract::{ContactId, NoteId};
use rapport_store::notes;
use serde::Deserialize;

/// Which notes are asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    kinds: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// List a contact's notes
///
/// The latest of what they tell of first. Follow `page.next` for more.
#[utoipa::path(
    operation_id = "list_notes", tag = "notes", security(("session" = ["contacts:read"])),
    params(
        ("id" = ContactId, Path, description = "The contact"),
        ("kinds" = Option<String>, Query, description = "These kinds alone, with commas between", example = "call,meeting"),
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 1000, description = "Notes on a page; 50 without it"),
        ("cursor" = Option<String>, Query, description = "`page.next` of a page of the same list"),
    ),
    responses((status = 200, body = Page<Note>), (status = 400))
)]
#[get("/contacts/{id}/notes")]
pub(crate) async fn list(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Id(id): Id<ContactId>,
    Params(query): Params<Query>,
) -> Answer<Json<Page<Note>>> {
    let known = || NoteKind::ALL.map(NoteKind::as_str).join(", ");
    let kinds = names("kinds", query.kinds.as_deref(), NoteKind::from_name, known)?;
    let paging = paging(query.limit, query.cursor)?;
    let page = notes::list(&state.store, me.account.id, id, kinds.as_deref(), &paging).await?;
    Ok(Json(page))
}

/// Write a note
///
/// About a contact: what was said in a call or a meeting, or anything else. In Markdown; `html` is what it looks like.
#[utoipa::path(
    operation_id = "create_note", tag = "notes", security(("session" = ["notes:write"])),
    params(IdempotencyKey, ("id" = ContactId, Path, description = "The contact")),
    request_body(content = NoteDraft, example = json!({"kind": "call", "body": "Wants the **evening** course. Call again in May."})),
    responses((status = 201, body = Note, headers(("Location" = String), ("ETag" = String))))
)]
#[post("/contacts/{id}/notes")]
pub(crate) async fn create(
    me: Allowed<NotesWrite>,
    state: Data<State>,
    Id(id): Id<ContactId>,
    once: Once,
    Body(draft): Body<NoteDraft>,
) -> Answer<HttpResponse> {
    let new = draft.check()?;
    let actor = me.actor();
    once.write(&state, &actor, async |w| {
        let note = notes::create(w, &actor, id, &new).await?;
        Ok(Reply::created(&note)
            .at(format_args!("/contacts/{id}/notes/{}", note.id))
            .tagged(note.version)
            .about(id))
    })
    .await
}

/// Show a note
#[utoipa::path(
    operation_id = "get_note", tag = "notes", security(("session" = ["contacts:read"])),
    params(
        ("id" = ContactId, Path, description = "The contact"),
        ("note_id" = NoteId, Path, description = "The note"),
    ),
    responses((status = 200, body = Note, headers(("ETag" = String))))
)]
#[get("/contacts/{id}/notes/{note_id}")]
pub(crate) async fn get(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Id(id): Id<ContactId>,
    Beside(note): Beside<NoteId>,
) -> Answer<HttpResponse> {
    let note = notes::get(&state.store, me.account.id, id, note).await?;
    Ok(shown(note))
}

/// Change a note
///
/// One's own, or with `notes:manage` what others wrote. With `If-Match`, only if nobody changed it meanwhile.
#[utoipa::path(
    operation_id = "update_note", tag = "notes", security(("session" = ["notes:write"])),
    params(
        ("id" = ContactId, Path, description = "The contact"),
        ("note_id" = NoteId, Path, description = "The note"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is made for"),
    ),
    request_body(content = NotePatch, example = json!({"body": "Wants the **morning** course."})),
    responses((status = 200, body = Note, headers(("ETag" = String))), (status = 412))
)]
#[patch("/contacts/{id}/notes/{note_id}")]
pub(crate) async fn update(
    me: Allowed<NotesWrite>,
    state: Data<State>,
    Id(id): Id<ContactId>,
    Beside(note): Beside<NoteId>,
    IfMatch(version): IfMatch,
    Body(patch): Body<NotePatch>,
) -> Answer<HttpResponse> {
    let change = patch.check()?;
    let (actor, may) = (me.actor(), me.permissions);
    let note = state
        .write(async |w| notes::update(w, &actor, may, id, note, &change, version).await)
        .await?;
    Ok(shown(note))
}

/// Delete a note
///
/// One's own, or with `notes:manage` what others wrote. Can be taken back for 30 days.
#[utoipa::path(
    operation_id = "delete_note", tag = "notes", security(("session" = ["notes:write"])),
    params(
        ("id" = ContactId, Path, description = "The contact"),
        ("note_id" = NoteId, Path, description = "The note"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the version that is to be deleted"),
    ),
    responses((status = 204), (status = 412))
)]
#[delete("/contacts/{id}/notes/{note_id}")]
pub(crate) async fn delete(
    me: Allowed<NotesWrite>,
    state: Data<State>,
    Id(id): Id<ContactId>,
    Beside(note): Beside<NoteId>,
    Params(NoParams {}): Params<NoParams>,
    IfMatch(version): IfMatch,
) -> Answer<HttpResponse> {
    let (actor, may) = (me.actor(), me.permissions);
    state
        .write(async |w| notes::delete(w, &actor, may, id, note, version).await)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Restore a deleted note
#[utoipa::path(
    operation_id = "restore_note", tag = "notes", security(("session" = ["notes:write"])),
    params(
        IdempotencyKey,
        ("id" = ContactId, Path, description = "The contact"),
        ("note_id" = NoteId, Path, description = "The note"),
    ),
    responses((status = 200, body = Note, headers(("ETag" = String))), (status = 409))
)]
#[post("/contacts/{id}/notes/{note_id}/restore")]
pub(crate) async fn restore(
    me: Allowed<NotesWrite>,
    state: Data<State>,
    Id(id): Id<ContactId>,
    Beside(note): Beside<NoteId>,
    once: Once,
) -> Answer<HttpResponse> {
    let (actor, may) = (me.actor(), me.permissions);
    once.write(&state, &actor, async |w| {
        let note = notes::restore(w, &actor, may, id, note).await?;
        Ok(Reply::ok(&note).tagged(note.version).about(id))
    })
    .await
}

fn shown(note: Note) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(etag(note.version))
        .json(note)
}
