//! Lists of contacts, and how many there are.

use crate::access::{Allowed, ContactsRead};
use crate::busy::Work;
use crate::extract::{Body, Params, wrong_parameter};
use crate::problem::{Answer, Failure};
use crate::state::State;
use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, get, post};
use rapport_contract::contact::{
    Contact, ContactQuery, ContactSearch, CountQuery, Sort, UnknownSort,
};
use rapport_contract::filter::Filter;
use rapport_contract::page::{Count, Limit, Page};
use rapport_contract::{Fault, FaultCode, SavedFilterId};
use rapport_store::contacts::{self, Ask, AskedIn, ContactList};
use serde::Deserialize;
use std::collections::BTreeSet;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The longest search, in characters.
const Q_MAX: usize = 1_000;

/// List contacts
///
/// Sorted by one key; missing values come last, ties go by id. Follow `page.next` for more: any depth costs the same. Relative dates of the
/// filter are counted from the first page on all pages.
#[utoipa::path(
    operation_id = "list_contacts", tag = "contacts", security(("session" = ["contacts:read"])),
    params(
        ("filter" = Option<String>, Query, description = "A filter as JSON; its faults have pointers into it", example = r#"{"field":"country","op":"eq","value":"MX"}"#),
        ("saved_filter" = Option<SavedFilterId>, Query, description = "A saved filter that has to hold too"),
        ("q" = Option<String>, Query, description = "Words that must all occur, each within the name, an e-mail, the company, the city or the identifier, whatever the case and accents; or a part of a phone number"),
        ("sort" = Option<String>, Query, description = "`name email phone company city country created_at updated_at last_activity_at`, or `custom.` and the key of an attribute that is indexed, with `-` before it for descending; the saved filter's without it, else `-created_at`"),
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 1000, description = "Rows on a page; 50 without it"),
        ("cursor" = Option<String>, Query, description = "`page.next` or `page.prev` of a page of the same list"),
        ("fields" = Option<String>, Query, description = "The keys that the contacts are to have, with commas between; all without it, and `id` always", example = "name,email,segments"),
    ),
    responses((status = 200, body = Page<ListedContact>), (status = 400), (status = 404))
)]
#[get("/contacts")]
pub(crate) async fn list(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Params(query): Params<ContactQuery>,
) -> Answer<HttpResponse> {
    let (asked, fields) = Question::in_query(query)?.read()?;
    let page = asked.page(&state.store, &me.viewer(), state.now()).await?;
    answer(page, fields)
}

/// Search contacts
///
/// As the list, with everything in the body, for filters that are too long for an address.
#[utoipa::path(
    operation_id = "search_contacts", tag = "contacts", security(("session" = ["contacts:read"])),
    request_body(content = ContactSearch, example = json!({
        "filter": {"all": [
            {"field": "country", "op": "any_of", "value": ["MX", "ES"]},
            {"not": {"field": "city", "op": "eq", "value": "Lima"}},
            {"field": "last_activity_at", "op": "in_last", "value": {"count": 30, "unit": "day"}}
        ]},
        "q": "garcía", "sort": "name", "limit": 50
    })),
    responses((status = 200, body = Page<ListedContact>), (status = 400), (status = 404), (status = 422))
)]
#[post("/contacts/search")]
pub(crate) async fn search(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Body(query): Body<ContactSearch>,
) -> Answer<HttpResponse> {
    let (asked, fields) = Question::in_body(query).read()?;
    let page = asked.page(&state.store, &me.viewer(), state.now()).await?;
    answer(page, fields)
}

/// Count contacts
///
/// Never a part of a list: counting costs more than a page. With `at_most` it stops early.
#[utoipa::path(
    operation_id = "count_contacts", tag = "contacts", security(("session" = ["contacts:read"])),
    request_body(content = CountQuery, example = json!({"filter": {"field": "country", "op": "eq", "value": "MX"}})),
    params(("at_most" = Option<u32>, Query, minimum = 1, description = "Stop counting there, and say so with `exact: false`")),
    responses((status = 200, body = Count), (status = 400), (status = 404), (status = 422))
)]
#[post("/contacts/count")]
pub(crate) async fn count(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Params(bound): Params<Bound>,
    Body(query): Body<CountQuery>,
) -> Answer<Json<Count>> {
    let CountQuery {
        filter,
        saved_filter,
        q,
    } = query;
    let ask = ask(filter, saved_filter, q, AskedIn::Body)?;
    if bound.at_most == Some(0) {
        return Err(wrong_parameter(
            "at_most",
            FaultCode::OutOfRange,
            "expected at least 1",
        ));
    }
    let exact = bound.at_most.is_none();
    let _under_way = exact
        .then(|| state.begin(me.account.id, Work::Count))
        .transpose()?;
    let now = state.now();
    Ok(Json(
        contacts::count(&state.store, &me.viewer(), &ask, bound.at_most, now).await?,
    ))
}

/// A contact of a list, as the document shows it: `fields` may leave out every key but `id`.
pub(crate) struct ListedContact;

impl PartialSchema for ListedContact {
    fn schema() -> RefOr<Schema> {
        let mut schema = Contact::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.required.retain(|key| key == "id");
            object.description = Some(
                "A contact of a list. With `fields`, the keys that were not asked for are absent; without it, every key is there.".to_owned(),
            );
        }
        schema
    }
}

impl ToSchema for ListedContact {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Contact::schemas(schemas);
    }
}

/// How far to count.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bound {
    at_most: Option<u32>,
}

/// What is asked of a list, wherever it was asked.
struct Question {
    filter: Option<Filter>,
    saved_filter: Option<SavedFilterId>,
    q: Option<String>,
    sort: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
    fields: Option<Vec<String>>,
    asked_in: AskedIn,
}

impl Question {
    fn in_query(query: ContactQuery) -> Answer<Self> {
        let ContactQuery {
            filter,
            saved_filter,
            q,
            sort,
            limit,
            cursor,
            fields,
        } = query;
        Ok(Self {
            filter: filter.as_deref().map(read_filter).transpose()?,
            saved_filter,
            q,
            sort,
            limit,
            cursor,
            fields: fields.map(|keys| keys.split(',').map(str::to_owned).collect()),
            asked_in: AskedIn::Query,
        })
    }

    fn in_body(query: ContactSearch) -> Self {
        let ContactSearch {
            filter,
            saved_filter,
            q,
            sort,
            limit,
            cursor,
            fields,
        } = query;
        Self {
            filter,
            saved_filter,
            q,
            sort,
            limit,
            cursor,
            fields,
            asked_in: AskedIn::Body,
        }
    }

    fn read(self) -> Answer<(ContactList, Option<BTreeSet<String>>)> {
        let Self {
            filter,
            saved_filter,
            q,
            sort,
            limit,
            cursor,
            fields,
            asked_in,
        } = self;
        let sort = read_sort(sort, asked_in)?;
        let limit = limit.map_or(Ok(Limit::DEFAULT), |rows| {
            Limit::new(rows).ok_or_else(|| {
                wrong(
                    asked_in,
                    "limit",
                    FaultCode::OutOfRange,
                    format!("expected 1 to {}", Limit::MAX),
                )
            })
        })?;
        let fields = fields.map(|keys| read_fields(keys, asked_in)).transpose()?;
        let ask = ask(filter, saved_filter, q, asked_in)?;
        Ok((
            ContactList {
                ask,
                sort,
                limit,
                cursor,
            },
            fields,
        ))
    }
}

/// A wrong value, told where it was asked.
fn wrong(asked_in: AskedIn, name: &str, code: FaultCode, detail: String) -> Failure {
    match asked_in {
        AskedIn::Query => wrong_parameter(name, code, detail),
        AskedIn::Body => vec![Fault::new(format!("/{name}"), code, detail)].into(),
        AskedIn::Select => vec![Fault::new(format!("/select/{name}"), code, detail)].into(),
    }
}

/// An order.
pub(crate) fn read_sort(text: Option<String>, asked_in: AskedIn) -> Answer<Option<Sort>> {
    let sort = text.map(|text| text.parse::<Sort>()).transpose();
    sort.map_err(|error: UnknownSort| {
        wrong(asked_in, "sort", FaultCode::UnknownValue, error.to_string())
    })
}

/// A filter in an address.
pub(crate) fn read_filter(text: &str) -> Answer<Filter> {
    serde_json::from_str(text).map_err(|error| {
        wrong_parameter(
            "filter",
            FaultCode::WrongType,
            format!("expected a filter as JSON: {error}"),
        )
    })
}

/// Who is asked for, with a search box that can be looked up.
pub(crate) fn ask(
    filter: Option<Filter>,
    saved_filter: Option<SavedFilterId>,
    q: Option<String>,
    asked_in: AskedIn,
) -> Answer<Ask> {
    let q = q.unwrap_or_default();
    if q.chars().any(|c| c.is_control() && !c.is_whitespace()) {
        return Err(wrong(
            asked_in,
            "q",
            FaultCode::InvalidCharacter,
            "no text has control characters".to_owned(),
        ));
    }
    if q.chars().count() > Q_MAX {
        return Err(wrong(
            asked_in,
            "q",
            FaultCode::TooLong,
            format!("expected at most {Q_MAX} characters"),
        ));
    }
    Ok(Ask {
        filter,
        saved_filter,
        q,
        asked_in,
    })
}

/// The keys that a contact has on the wire.
const KEYS: [&str; 24] = [
    "id",
    "name",
    "first_name",
    "last_name",
    "email",
    "emails",
    "phone",
    "phones",
    "identifier",
    "company",
    "city",
    "country",
    "language",
    "source",
    "channels",
    "identities",
    "consent",
    "blocked",
    "custom",
    "segments",
    "created_at",
    "updated_at",
    "last_activity_at",
    "version",
];

fn read_fields(keys: Vec<String>, asked_in: AskedIn) -> Answer<BTreeSet<String>> {
    if let Some(unknown) = keys.iter().find(|key| !KEYS.contains(&key.as_str())) {
        let detail = format!(
            "{unknown:?} is no key of a contact; expected some of {}",
            KEYS.join(", ")
        );
        return Err(wrong(asked_in, "fields", FaultCode::UnknownValue, detail));
    }
    Ok(keys.into_iter().chain(["id".to_owned()]).collect())
}

/// The page, with the wanted keys alone.
fn answer(page: Page<Contact>, fields: Option<BTreeSet<String>>) -> Answer<HttpResponse> {
    let Some(fields) = fields else {
        return Ok(HttpResponse::Ok().json(page));
    };
    let mut page = serde_json::to_value(page).map_err(|error| Failure::internal(&error))?;
    let contacts = page
        .get_mut("data")
        .and_then(serde_json::Value::as_array_mut);
    for contact in contacts
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_object_mut)
    {
        contact.retain(|key, _| fields.contains(key));
    }
    Ok(HttpResponse::Ok().json(page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_a_contact_can_be_asked_for() {
        let contact = serde_json::json!({
            "id": "ct_0g4zk8q1w9r2t", "name": "Ana", "emails": [], "phones": [], "source": "api", "channels": [],
            "identities": [], "consent": {}, "blocked": false, "custom": {}, "segments": [],
            "created_at": "2026-11-20T08:15:30.123Z", "updated_at": "2026-11-20T08:15:30.123Z", "version": 1
        });
        let contact: Contact = serde_json::from_value(contact).unwrap();
        let contact = serde_json::to_value(contact).unwrap();
        let keys: BTreeSet<_> = contact
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(keys, BTreeSet::from(KEYS));
    }
}
