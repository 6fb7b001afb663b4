//! Writing, changing and deleting notes.

use super::list::{not_found, shown};
use crate::RESTORABLE_SECONDS;
use crate::accounts::check_version;
use crate::activities::{self, Change};
use crate::contacts::read::require;
use crate::entity::notes;
use crate::{Actor, Engine, Error, Write};
use rapport_contract::activity::{ActivityKind, FieldChange};
use rapport_contract::note::{NewNote, Note, NoteChange};
use rapport_contract::role::{Permission, Permissions};
use rapport_contract::{Code, ContactId, Instant, NoteId, Problem};
use sea_orm::{ActiveModelTrait, EntityTrait, FromQueryResult, IntoActiveModel};

/// Writes a note about a contact.
///
/// # Errors
/// `not_found` when there is no such contact; `forbidden` when nobody answers for whoever writes.
pub async fn create(
    w: &Write<'_>,
    actor: &Actor,
    contact: ContactId,
    new: &NewNote,
) -> Result<Note, Error> {
    hold_contact(w, actor, contact).await?;
    let author = actor.who.person().ok_or_else(|| {
        Problem::new(
            Code::Forbidden,
            "Notes are written by people and by their programs.",
        )
    })?;
    let now = w.now().unix_millis();
    let row = notes::Model {
        account_id: actor.account.as_i64(),
        id: w.id()?,
        contact_id: contact.as_i64(),
        kind: new.kind.as_str().to_owned(),
        happened_at: new.happened_at.unwrap_or(w.now()).unix_millis(),
        body: new.body.clone(),
        author_id: author.as_i64(),
        created_at: now,
        updated_at: now,
        version: 1,
        deleted_at: None,
        merge_id: None,
    };
    let id = NoteId::from_i64(row.id);
    let told = differences(None, Some(&row));
    notes::Entity::insert(row.into_active_model())
        .exec_without_returning(&w.tx)
        .await?;
    record(w, actor, contact, id, ActivityKind::NoteAdded, told).await?;
    shown(&w.tx, actor.account, contact, id).await
}

/// The contact, live until the change is done.
async fn hold_contact(w: &Write<'_>, actor: &Actor, contact: ContactId) -> Result<(), Error> {
    let lock = Engine::of(&w.tx).for_share();
    require(&w.tx, actor.account, contact, lock).await
}

/// A note that the actor may change, deleted or not, held until the change is done.
///
/// # Errors
/// `not_found`; `forbidden` when somebody else wrote it and the permissions are not enough.
async fn hold(
    w: &Write<'_>,
    actor: &Actor,
    permissions: Permissions,
    contact: ContactId,
    id: NoteId,
) -> Result<notes::Model, Error> {
    hold_contact(w, actor, contact).await?;
    let engine = Engine::of(&w.tx);
    let statement = engine.statement(
        format!(
            "SELECT * FROM notes WHERE account_id = $1 AND contact_id = $2 AND id = $3{}",
            engine.for_update()
        ),
        [
            actor.account.as_i64().into(),
            contact.as_i64().into(),
            id.as_i64().into(),
        ],
    );
    let row = notes::Model::find_by_statement(statement)
        .one(&w.tx)
        .await?;
    let row = row.ok_or_else(not_found)?;
    let permission = Permission::NotesManage;
    let is_own = actor.who.person().map(|person| person.as_i64()) == Some(row.author_id);
    if is_own || permissions.has(permission) {
        return Ok(row);
    }
    Err(Problem::new(
        Code::Forbidden,
        format!(
            "Somebody else wrote this note. To change it needs {}, which the role {} and above have. Write a note of your own instead.",
            permission.as_str(),
            permission.least_role().as_str()
        ),
    )
    .into())
}

/// Changes a note; with `if_version`, only if nobody changed it meanwhile. A change that changes nothing makes no new version.
///
/// # Errors
/// `not_found`, `forbidden`, `version_mismatch`.
pub async fn update(
    w: &Write<'_>,
    actor: &Actor,
    permissions: Permissions,
    contact: ContactId,
    id: NoteId,
    change: &NoteChange,
    if_version: Option<i64>,
) -> Result<Note, Error> {
    let before = hold(w, actor, permissions, contact, id).await?;
    if before.deleted_at.is_some() {
        return Err(not_found().into());
    }
    check_version(before.version, if_version)?;
    let NoteChange {
        kind,
        happened_at,
        body,
    } = change.clone();
    let mut after = before.clone();
    if let Some(kind) = kind {
        kind.as_str().clone_into(&mut after.kind);
    }
    if let Some(at) = happened_at {
        after.happened_at = at.unix_millis();
    }
    after.body = body.unwrap_or(after.body);
    if after != before {
        let told = differences(Some(&before), Some(&after));
        write(w, actor, after, ActivityKind::NoteChanged, told).await?;
    }
    shown(&w.tx, actor.account, contact, id).await
}

/// Deletes a note; it can be restored for 30 days. With `if_version`, only if nobody changed it meanwhile.
///
/// # Errors
/// `not_found`, `forbidden`, `version_mismatch`.
pub async fn delete(
    w: &Write<'_>,
    actor: &Actor,
    permissions: Permissions,
    contact: ContactId,
    id: NoteId,
    if_version: Option<i64>,
) -> Result<(), Error> {
    let mut row = hold(w, actor, permissions, contact, id).await?;
    if row.deleted_at.is_some() {
        return Err(not_found().into());
    }
    check_version(row.version, if_version)?;
    row.deleted_at = Some(w.now().unix_millis());
    let told = differences(Some(&row), None);
    write(w, actor, row, ActivityKind::NoteDeleted, told).await
}

/// Takes a deletion back.
///
/// # Errors
/// `not_found`, also when the deletion was too long ago; `forbidden`; `not_deleted`.
pub async fn restore(
    w: &Write<'_>,
    actor: &Actor,
    permissions: Permissions,
    contact: ContactId,
    id: NoteId,
) -> Result<Note, Error> {
    let mut row = hold(w, actor, permissions, contact, id).await?;
    let Some(at) = row.deleted_at else {
        return Err(Problem::new(Code::NotDeleted, "The note is not deleted.").into());
    };
    if Instant::from_unix_millis(at).plus_seconds(RESTORABLE_SECONDS) < w.now() {
        return Err(not_found().into());
    }
    row.deleted_at = None;
    let told = differences(None, Some(&row));
    write(w, actor, row, ActivityKind::NoteRestored, told).await?;
    shown(&w.tx, actor.account, contact, id).await
}

/// Writes a new version.
async fn write(
    w: &Write<'_>,
    actor: &Actor,
    mut row: notes::Model,
    kind: ActivityKind,
    told: Vec<FieldChange>,
) -> Result<(), Error> {
    row.updated_at = w.now().unix_millis();
    row.version += 1;
    let (contact, id) = (
        ContactId::from_i64(row.contact_id),
        NoteId::from_i64(row.id),
    );
    row.into_active_model().reset_all().update(&w.tx).await?;
    record(w, actor, contact, id, kind, told).await
}

async fn record(
    w: &Write<'_>,
    actor: &Actor,
    contact: ContactId,
    note: NoteId,
    kind: ActivityKind,
    fields: Vec<FieldChange>,
) -> Result<(), Error> {
    let change = Change {
        contact,
        kind,
        fields,
        note: Some(note),
    };
    activities::record(w, actor, &[change]).await
}

/// Characters of a note that the timeline quotes.
const QUOTED_MAX: usize = 500;

/// What is different, as the timeline tells it: of a text its beginning.
fn differences(before: Option<&notes::Model>, after: Option<&notes::Model>) -> Vec<FieldChange> {
    let of = |value: &dyn Fn(&notes::Model) -> String| (before.map(value), after.map(value));
    let told = [
        ("kind", of(&|row| row.kind.clone())),
        (
            "happened_at",
            of(&|row| Instant::from_unix_millis(row.happened_at).to_string()),
        ),
        ("body", of(&|row| row.body.clone())),
    ];
    told.into_iter()
        .filter(|(_, (from, to))| from != to)
        .map(|(field, (from, to))| FieldChange {
            field: field.to_owned(),
            from: from.map(beginning),
            to: to.map(beginning),
        })
        .collect()
}

fn beginning(text: String) -> String {
    match text.char_indices().nth(QUOTED_MAX) {
        None => text,
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}
