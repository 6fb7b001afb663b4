//! What filters can ask.

use crate::access::{Allowed, ContactsRead};
use crate::problem::Answer;
use crate::state::State;
use actix_web::get;
use actix_web::web::{Data, Json};
use rapport_contract::filter::FilterField;

/// List the fields of filters
///
/// Every field with its type, the operators of its type and, where the list is closed, the values of a choice: what a filter builder draws
/// itself from, and what filters are checked against.
#[utoipa::path(
    operation_id = "list_filter_fields", tag = "contacts", security(("session" = ["contacts:read"])),
    responses((status = 200, body = Vec<FilterField>))
)]
#[get("/filter-fields")]
pub(crate) async fn list(
    me: Allowed<ContactsRead>,
    state: Data<State>,
) -> Answer<Json<Vec<FilterField>>> {
    let catalogue = state.store.catalogue_for(&me.viewer()).await?;
    Ok(Json(
        catalogue
            .fields
            .fields()
            .iter()
            .map(FilterField::from)
            .collect(),
    ))
}
