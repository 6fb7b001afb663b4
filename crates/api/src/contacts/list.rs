//! Lists of contacts, and how many there are.

use crate::access::{Allowed, ContactsRead};
use crate::extract::{Body, Params, wrong_parameter};
use crate::problem::Answer;
use crate::state::State;
use actix_web::web::{Data, Json};
use actix_web::{get, post};
use rapport_contract::contact::{Contact, ContactQuery, CountQuery, Sort};
use rapport_contract::page::{Count, Limit, Page};
use rapport_contract::{Fault, FaultCode};
use rapport_store::contacts::{self, ContactList};
use serde::Deserialize;

/// The longest search, in characters.
const Q_MAX: usize = 1_000;

/// List contacts
///
/// Sorted by one key; missing values come last, ties go by id. Follow `page.next` for more: any depth costs the same.
#[utoipa::path(
    operation_id = "list_contacts", tag = "contacts", security(("session" = ["contacts:read"])),
    params(
        ("sort" = Option<String>, Query, description = "`name email phone company city country created_at updated_at last_activity_at`, with `-` before it for descending; `-created_at` without it"),
        ("q" = Option<String>, Query, description = "Words that must all occur, each within the name, an e-mail, the company, the city or the identifier, whatever the case and accents; or a part of a phone number"),
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 1000, description = "Rows on a page; 50 without it"),
        ("cursor" = Option<String>, Query, description = "`page.next` or `page.prev` of a page of the same list"),
    ),
    responses((status = 200, body = Page<Contact>), (status = 400))
)]
#[get("/contacts")]
pub(crate) async fn list(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Params(query): Params<ContactQuery>,
) -> Answer<Json<Page<Contact>>> {
    let list = read_query(query)?;
    Ok(Json(list.page(&state.store, me.account.id).await?))
}

/// Count contacts
#[utoipa::path(
    operation_id = "count_contacts", tag = "contacts", security(("session" = ["contacts:read"])),
    request_body = CountQuery,
    params(("at_most" = Option<u32>, Query, minimum = 1, description = "Stop counting there, and say so with `exact: false`")),
    responses((status = 200, body = Count), (status = 400))
)]
#[post("/contacts/count")]
pub(crate) async fn count(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Params(bound): Params<Bound>,
    Body(query): Body<CountQuery>,
) -> Answer<Json<Count>> {
    let q = query.q.unwrap_or_default();
    check_q(&q).map_err(|(code, detail)| vec![Fault::new("/q", code, detail)])?;
    if bound.at_most == Some(0) {
        return Err(wrong_parameter(
            "at_most",
            FaultCode::OutOfRange,
            "expected at least 1",
        ));
    }
    Ok(Json(
        contacts::count(&state.store, me.account.id, &q, bound.at_most).await?,
    ))
}

/// How far to count.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bound {
    at_most: Option<u32>,
}

fn read_query(query: ContactQuery) -> Answer<ContactList> {
    let ContactQuery {
        sort,
        q,
        limit,
        cursor,
    } = query;
    let sort: Sort = match sort {
        None => Sort::default(),
        Some(text) => text
            .parse()
            .map_err(|error: rapport_contract::contact::UnknownSort| {
                wrong_parameter("sort", FaultCode::UnknownValue, error.to_string())
            })?,
    };
    let limit = match limit {
        None => Limit::DEFAULT,
        Some(rows) => Limit::new(rows).ok_or_else(|| {
            wrong_parameter(
                "limit",
                FaultCode::OutOfRange,
                format!("expected 1 to {}", Limit::MAX),
            )
        })?,
    };
    let q = q.unwrap_or_default();
    check_q(&q).map_err(|(code, detail)| wrong_parameter("q", code, detail))?;
    Ok(ContactList {
        sort,
        q,
        limit,
        cursor,
    })
}

fn check_q(q: &str) -> Result<(), (FaultCode, String)> {
    if q.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err((
            FaultCode::InvalidCharacter,
            "no text has control characters".to_owned(),
        ));
    }
    if q.chars().count() > Q_MAX {
        return Err((
            FaultCode::TooLong,
            format!("expected at most {Q_MAX} characters"),
        ));
    }
    Ok(())
}
