//! Imports: uploading a file, and what became of it.

use crate::access::{Allowed, ContactsImport};
use crate::busy::Work;
use crate::extract::{Id, Params};
use crate::problem::{Answer, Failure};
use crate::state::State;
use crate::tags::etag_of_content;
use actix_multipart::{Field, Multipart};
use actix_web::web::{Bytes, Data, Json};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, get, post, web};
use futures::{StreamExt, TryStreamExt};
use rapport_contract::import::{Import, RowProblem};
use rapport_contract::page::{Cursors, Page};
use rapport_contract::phone::PhoneNumber;
use rapport_contract::{AccountId, Code, ImportId};
use rapport_store::Store;
use rapport_store::imports::{self, Chunk};
use serde::Deserialize;

/// A file is kept in pieces of this many bytes.
const CHUNK: usize = 1 << 20;

/// Import a file of contacts
///
/// A multipart form with one part, `file`: CSV or vCard (2.1, 3.0, 4.0) of any size. Format, encoding, delimiter and columns are found out; the work begins at once, in the
/// background. Ask for the import to see how far it is.
#[utoipa::path(
    operation_id = "create_import", tag = "imports", security(("session" = ["contacts:import"])),
    request_body(content = inline(Upload), content_type = "multipart/form-data"),
    responses((status = 202, body = Import, headers(("Location" = String))), (status = 400), (status = 413), (status = 415), (status = 429))
)]
#[post("/imports")]
pub(crate) async fn create(
    me: Allowed<ContactsImport>,
    state: Data<State>,
    request: HttpRequest,
    payload: web::Payload,
) -> Answer<HttpResponse> {
    let is_form = request
        .content_type()
        .eq_ignore_ascii_case("multipart/form-data");
    if !is_form {
        return Err(Failure::new(
            Code::UnsupportedMediaType,
            "Send a multipart form with one part, named file.",
        ));
    }
    let _under_way = state.begin(me.account.id, Work::Import)?;
    let mut payload = payload.into_inner();
    let mut form = Multipart::from_request(&request, &mut payload)
        .await
        .map_err(|error| broken(&error))?;
    let mut field = file_field(&mut form).await?;
    let disposition = field.content_disposition();
    let name = file_name(disposition.and_then(|disposition| disposition.get_filename()));
    let account = me.account.id;
    let id = state
        .write(async |w| imports::begin(w, account, me.person, &name).await)
        .await?;
    let kept = keep(&state, account, id, &mut field).await;
    let size = match kept {
        Ok(size) => size,
        Err(failure) => {
            state
                .write(async |w| imports::discard(w, account, id).await)
                .await?;
            return Err(failure);
        }
    };
    let import = state
        .write(async |w| imports::complete(w, account, id, size).await)
        .await?;
    state.jobs.notify_one();
    Ok(HttpResponse::Accepted()
        .insert_header((
            actix_web::http::header::LOCATION,
            format!("/api/v1/imports/{}", import.id),
        ))
        .json(import))
}

/// The form, as the document shows it.
#[derive(utoipa::ToSchema)]
#[expect(
    dead_code,
    reason = "it describes the form; the file itself is streamed"
)]
struct Upload {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

fn broken(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(
        Code::InvalidForm,
        format!("The form cannot be read: {error}. Send the file again."),
    )
}

/// The part named `file`; others before it are passed over.
async fn file_field(form: &mut Multipart) -> Answer<Field> {
    while let Some(field) = form.next().await {
        let mut field = field.map_err(|error| broken(&error))?;
        if field.name() == Some("file") {
            return Ok(field);
        }
        while field
            .try_next()
            .await
            .map_err(|error| broken(&error))?
            .is_some()
        {}
    }
    Err(Failure::new(
        Code::InvalidForm,
        "The form has no part named file.",
    ))
}

/// The name that the browser gave, without a path and bounded.
fn file_name(given: Option<&str>) -> String {
    let name = given
        .unwrap_or_default()
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(255).collect();
    if name.trim().is_empty() {
        "contacts.csv".to_owned()
    } else {
        name
    }
}

/// Keeps the file piece by piece, as it comes; gives its size.
async fn keep(state: &State, account: AccountId, id: ImportId, field: &mut Field) -> Answer<u64> {
    let mut piece = Vec::with_capacity(CHUNK);
    let (mut seq, mut size) = (0, 0_u64);
    while let Some(bytes) = field.try_next().await.map_err(|error| broken(&error))? {
        size += bytes.len() as u64;
        if size > state.config.upload_max {
            return Err(Failure::new(
                Code::PayloadTooLarge,
                format!(
                    "A file has at most {} MB here. Split it.",
                    state.config.upload_max >> 20
                ),
            ));
        }
        let mut rest: &[u8] = &bytes;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(CHUNK - piece.len()));
            piece.extend_from_slice(now);
            rest = later;
            if piece.len() == CHUNK {
                let bytes = std::mem::replace(&mut piece, Vec::with_capacity(CHUNK));
                keep_piece(state, account, id, Chunk { seq, bytes }).await?;
                seq += 1;
            }
        }
    }
    if !piece.is_empty() {
        keep_piece(state, account, id, Chunk { seq, bytes: piece }).await?;
    }
    Ok(size)
}

async fn keep_piece(state: &State, account: AccountId, id: ImportId, chunk: Chunk) -> Answer<()> {
    Ok(state
        .write(async |w| imports::add_chunk(w, account, id, &chunk).await)
        .await?)
}

/// List the imports
///
/// The latest hundred, the latest first.
#[utoipa::path(
    operation_id = "list_imports", tag = "imports", security(("session" = ["contacts:import"])),
    responses((status = 200, body = Page<Import>))
)]
#[get("/imports")]
pub(crate) async fn list(
    me: Allowed<ContactsImport>,
    state: Data<State>,
) -> Answer<Json<Page<Import>>> {
    let data = imports::list(&state.store, me.account.id).await?;
    Ok(Json(Page {
        data,
        page: Cursors::default(),
    }))
}

/// Show an import
///
/// Where it stands, what was understood of the file, and what became of its rows so far.
#[utoipa::path(
    operation_id = "get_import", tag = "imports", security(("session" = ["contacts:import"])),
    params(("id" = ImportId, Path, description = "The import")),
    responses((status = 200, body = Import, headers(("ETag" = String))))
)]
#[get("/imports/{id}")]
pub(crate) async fn get(
    me: Allowed<ContactsImport>,
    state: Data<State>,
    Id(id): Id<ImportId>,
) -> Answer<HttpResponse> {
    let import = imports::get(&state.store, me.account.id, id).await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag_of_content())
        .json(import))
}

/// List what is wrong with an import's rows
///
/// In the order of the file, a hundred on a page.
#[utoipa::path(
    operation_id = "list_import_problems", tag = "imports",
    security(("session" = ["contacts:import"])),
    params(
        ("id" = ImportId, Path, description = "The import"),
        ("cursor" = Option<String>, Query, description = "`page.next` of the page before"),
    ),
    responses((status = 200, body = Page<RowProblem>), (status = 400))
)]
#[get("/imports/{id}/problems")]
pub(crate) async fn problems(
    me: Allowed<ContactsImport>,
    state: Data<State>,
    Id(id): Id<ImportId>,
    Params(from): Params<From>,
) -> Answer<Json<Page<RowProblem>>> {
    let page = imports::problems(&state.store, me.account.id, id, from.cursor.as_deref()).await?;
    Ok(Json(page))
}

/// Where a page begins.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct From {
    cursor: Option<String>,
}

/// Download an import's rejected rows
///
/// As CSV: the file's own columns as they stand in it, with the line and the reason in front. Correct it and import it again.
#[utoipa::path(
    operation_id = "download_rejected_rows", tag = "imports",
    security(("session" = ["contacts:import"])),
    params(("id" = ImportId, Path, description = "The import")),
    responses((status = 200, body = String, content_type = "text/csv"))
)]
#[get("/imports/{id}/rejected.csv")]
pub(crate) async fn rejected(
    me: Allowed<ContactsImport>,
    state: Data<State>,
    Id(id): Id<ImportId>,
) -> Answer<HttpResponse> {
    let account = me.account.id;
    let import = imports::get(&state.store, account, id).await?;
    let mut header = vec!["rapport_line".to_owned(), "rapport_reason".to_owned()];
    header.extend(import.columns.into_iter().map(|column| column.header));
    // Spreadsheets read UTF-8 only when the file says so.
    let mut first = "\u{feff}".as_bytes().to_vec();
    first.extend(csv_lines([header]));
    let store = state.store.clone();
    let rows =
        futures::stream::try_unfold(0, move |line| next_rows(store.clone(), account, id, line));
    let body = futures::stream::iter([Ok(Bytes::from(first))]).chain(rows);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((
            "content-disposition",
            "attachment; filename=\"rejected.csv\"",
        ))
        .streaming(body))
}

/// The next rejected rows behind a line, and the line to go on from.
async fn next_rows(
    store: Store,
    account: AccountId,
    id: ImportId,
    line: u64,
) -> Result<Option<(Bytes, u64)>, Failure> {
    let rows = imports::rejected(&store, account, id, line).await?;
    let Some(last) = rows.last().map(|row| row.line) else {
        return Ok(None);
    };
    let records = rows.into_iter().map(|row| {
        let mut cells = vec![row.line.to_string(), row.reason];
        cells.extend(row.cells);
        cells
    });
    Ok(Some((Bytes::from(csv_lines(records)), last)))
}

fn csv_lines(records: impl IntoIterator<Item = Vec<String>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    for record in records {
        // A formula of the file stays text when a spreadsheet opens the answer.
        let cells = record.iter().map(|cell| match cell.chars().next() {
            Some('=' | '+' | '-' | '@' | '\t' | '\r') if PhoneNumber::from_e164(cell).is_err() => {
                format!("'{cell}")
            }
            _ => cell.clone(),
        });
        // Writing into memory cannot fail.
        let _ = writer.write_record(cells);
    }
    writer.into_inner().unwrap_or_default()
}
