//! A contact's timeline.

use crate::access::{Allowed, ContactsRead};
use crate::extract::{Id, Params, wrong_parameter};
use crate::paging::{names, paging};
use crate::problem::Answer;
use crate::state::State;
use actix_web::get;
use actix_web::web::{Data, Json};
use rapport_contract::activity::{Activity, ActivityKind, ByWhom};
use rapport_contract::page::Page;
use rapport_contract::{ContactId, FaultCode};
use rapport_store::activities::{self, Asked};
use serde::Deserialize;

/// Which entries are asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    kinds: Option<String>,
    by: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
}

/// List a contact's activities
///
/// Its timeline, the latest first: what changed, from what to what, when and by whom. Follow `page.next` for more.
#[utoipa::path(
    operation_id = "list_contact_activities", tag = "activities", security(("session" = ["contacts:read"])),
    params(
        ("id" = ContactId, Path, description = "The contact"),
        ("kinds" = Option<String>, Query, description = "These kinds alone, with commas between", example = "created,updated"),
        ("by" = Option<String>, Query, description = "What this one did alone: the id of a person, an API key or an import, or `system`"),
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 1000, description = "Entries on a page; 50 without it"),
        ("cursor" = Option<String>, Query, description = "`page.next` of a page of the same list"),
    ),
    responses((status = 200, body = Page<Activity>), (status = 400))
)]
#[get("/contacts/{id}/activities")]
pub(crate) async fn list(
    me: Allowed<ContactsRead>,
    state: Data<State>,
    Id(id): Id<ContactId>,
    Params(query): Params<Query>,
) -> Answer<Json<Page<Activity>>> {
    let (asked, paging) = (query.asked()?, paging(query.limit, query.cursor)?);
    let page = activities::list(&state.store, me.account.id, id, &asked, &paging).await?;
    Ok(Json(page))
}

impl Query {
    fn asked(&self) -> Answer<Asked> {
        let known = || ActivityKind::ALL.map(ActivityKind::as_str).join(", ");
        let kinds = names(
            "kinds",
            self.kinds.as_deref(),
            ActivityKind::from_name,
            known,
        )?;
        let by = self.by.as_deref().map(|text| {
            ByWhom::parse(text).ok_or_else(|| {
                let expected = "expected the id of a person, an API key or an import, or system";
                wrong_parameter("by", FaultCode::UnknownValue, expected)
            })
        });
        Ok(Asked {
            kinds,
            by: by.transpose()?,
        })
    }
}
