//! Contacts as a file.

use crate::access::ContactsExport;
use crate::busy::{UnderWay, Work};
use crate::contacts::csv_file::CsvFile;
use crate::contacts::list::{ask, read_filter, read_sort};
use crate::download::Download;
use crate::extract::Params;
use crate::problem::{Answer, Failure};
use crate::state::State;
use actix_web::web::{Bytes, Data};
use actix_web::{HttpResponse, get};
use chrono_tz::Tz;
use futures::Stream;
use rapport_contract::contact::{ContactExport, ContactExportQuery};
use rapport_contract::{Instant, SavedFilterId};
use rapport_store::contacts::{AskedIn, ExportAsk, OpenExport};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Bytes that are sent at once.
const PIECE: usize = 64 << 10;
/// Pieces that wait to be sent.
const PIECES: usize = 4;
/// A caller who takes no piece for so long has gone: the snapshot of the database is not kept for them.
const STALLED: Duration = Duration::from_secs(60);
/// The longest that a snapshot is kept, however slowly a caller reads.
const WHOLE: Duration = Duration::from_secs(3600);

/// Download contacts
///
/// Every contact of a list, in its order, as CSV (RFC 4180, UTF-8): one row each, the names of the columns first. The rows are as they were when
/// the request came, whatever is written meanwhile. A file that ends before its end is cut off: the connection breaks, and the body has no proper
/// end.
///
/// Without `columns`: `id first_name last_name email phone identifier company city country language source blocked segments created_at updated_at
/// last_activity_at`, and every custom attribute. Of several values (`emails`, `phones`, `channels`, `segments`) `; ` stands between. A text that
/// begins with `=`, `+`, `-`, `@`, a tab or a carriage return, whatever apostrophes before it, gets an apostrophe, so that no spreadsheet takes it
/// for a formula; phone numbers, numbers and dates are as they are.
///
/// A browser that downloads by itself comes with a ticket (`POST /tickets`), and nothing beside it.
#[utoipa::path(
    operation_id = "download_contacts", tag = "contacts", security(("session" = ["contacts:export"])),
    params(
        ("filter" = Option<String>, Query, description = "A filter as JSON; its faults have pointers into it", example = r#"{"field":"country","op":"eq","value":"MX"}"#),
        ("saved_filter" = Option<SavedFilterId>, Query, description = "A saved filter that has to hold too"),
        ("q" = Option<String>, Query, description = "Words that must all occur, as in the list"),
        ("sort" = Option<String>, Query, description = "The order, as in the list; the saved filter's without it, else `-created_at`"),
        ("columns" = Option<String>, Query, description = "The columns in their order, with commas between: the keys of a contact but for `custom`, `identities`, `consent` and `version`, and `custom.` with the key of an attribute; the saved filter's without it, else the usual ones", example = "name,email,custom.plan"),
        ("bom" = Option<bool>, Query, description = "Whether the file begins with a byte-order mark, which spreadsheets take for a sign of UTF-8"),
        ("ticket" = Option<String>, Query, description = "A ticket: instead of a header and of everything above"),
    ),
    responses(
        (
            status = 200, body = String, content_type = "text/csv", headers(("Content-Disposition" = String)),
            example = "first_name,email,phone\r\nAna,ana@example.com,+525512345678\r\n"
        ),
        (status = 400), (status = 404), (status = 410, description = "The ticket was used, has expired, or ended with whoever made it"),
    )
)]
#[get("/contacts.csv")]
pub(crate) async fn download(
    caller: Download<ContactsExport>,
    state: Data<State>,
    Params(query): Params<ContactExportQuery>,
) -> Answer<HttpResponse> {
    let Download { me, ticket } = caller;
    let (export, asked_in) = match ticket {
        Some(export) => (export, AskedIn::Body),
        None => (in_query(query)?, AskedIn::Query),
    };
    let (bom, now) = (export.bom, state.now());
    let asked = asked(export, asked_in)?;
    let understood = asked.understand(&state.store, &me.viewer(), now).await?;
    let under_way = state.begin(me.account.id, Work::Export)?;
    let open = understood.open(&state.store).await?;
    let name = file_name(now, &me.account.time_zone);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((
            "content-disposition",
            format!("attachment; filename=\"{name}\""),
        ))
        .streaming(body(open, bom, under_way)))
}

fn in_query(query: ContactExportQuery) -> Answer<ContactExport> {
    let ContactExportQuery {
        filter,
        saved_filter,
        q,
        sort,
        columns,
        bom,
        ticket: _,
    } = query;
    let names = |columns: String| columns.split(',').map(str::to_owned).collect();
    Ok(ContactExport {
        filter: filter.as_deref().map(read_filter).transpose()?,
        saved_filter,
        q,
        sort,
        columns: columns.map(names),
        bom,
    })
}

/// What is asked for, as far as it can be read without the account.
pub(crate) fn asked(export: ContactExport, asked_in: AskedIn) -> Answer<ExportAsk> {
    let ContactExport {
        filter,
        saved_filter,
        q,
        sort,
        columns,
        bom: _,
    } = export;
    Ok(ExportAsk {
        sort: read_sort(sort, asked_in)?,
        ask: ask(filter, saved_filter, q, asked_in)?,
        columns,
    })
}

/// `contacts-2027-01-31.csv`: the day in the account's time zone.
fn file_name(now: Instant, zone: &str) -> String {
    let zone: Tz = zone.parse().unwrap_or_default();
    let day = chrono::DateTime::from_timestamp_millis(now.unix_millis()).unwrap_or_default();
    format!("contacts-{}.csv", day.with_timezone(&zone).date_naive())
}

/// What comes next of a file.
enum Next {
    Piece(Bytes),
    /// There is no more: the file is whole.
    End,
}

/// The file as it is written: by a task of its own, so that the database works on while a piece is sent. It ends as soon as nobody reads any more,
/// and everything that it holds is free then.
fn body(open: OpenExport, bom: bool, under_way: UnderWay) -> impl Stream<Item = Answer<Bytes>> {
    let (sender, receiver) = mpsc::channel(PIECES);
    actix_web::rt::spawn(async move {
        let _under_way = under_way;
        let written = timeout(WHOLE, write(open, bom, &sender));
        let written = tokio::select! {
            written = written => written.unwrap_or(Err(Stop::Gone)),
            () = sender.closed() => Err(Stop::Gone),
        };
        let last = match written {
            Ok(()) => Ok(Next::End),
            Err(Stop::Failed(failure)) => Err(failure),
            Err(Stop::Gone) => return,
        };
        // Whoever is gone misses nothing.
        let _ = timeout(STALLED, sender.send(last)).await;
    });
    futures::stream::unfold(Some(receiver), async |receiver| {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Ok(Next::Piece(piece))) => Some((Ok(piece), Some(receiver))),
            Some(Ok(Next::End)) => None,
            Some(Err(failure)) => Some((Err(failure), None)),
            // Without its end the file must not look whole.
            None => Some((
                Err(Failure::internal(
                    &"an export was broken off: it was read too slowly",
                )),
                None,
            )),
        }
    })
}

/// Why a file is not written on.
enum Stop {
    /// Nobody reads it.
    Gone,
    Failed(Failure),
}

impl From<rapport_store::Error> for Stop {
    fn from(error: rapport_store::Error) -> Self {
        Self::Failed(error.into())
    }
}

async fn write(
    open: OpenExport,
    bom: bool,
    sender: &mpsc::Sender<Answer<Next>>,
) -> Result<(), Stop> {
    let send = async |piece: Vec<u8>| match timeout(
        STALLED,
        sender.send(Ok(Next::Piece(Bytes::from(piece)))),
    )
    .await
    {
        Ok(Ok(())) => Ok(()),
        _ => Err(Stop::Gone),
    };
    let mut file = CsvFile::new(bom);
    for column in open.columns() {
        file.text(&column.to_string());
    }
    file.end_row();
    let mut first = true;
    open.rows(async |row| {
        row.cells(|cell| file.cell(cell))?;
        file.end_row();
        if first || file.len() >= PIECE {
            first = false;
            send(file.take(PIECE)).await?;
        }
        Ok::<(), Stop>(())
    })
    .await?;
    send(file.take(0)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_the_day_of_the_account() {
        let at: Instant = "2027-02-01T03:00:00Z".parse().unwrap();
        assert_eq!(
            file_name(at, "America/Mexico_City"),
            "contacts-2027-01-31.csv"
        );
        assert_eq!(file_name(at, "Asia/Shanghai"), "contacts-2027-02-01.csv");
    }
}
