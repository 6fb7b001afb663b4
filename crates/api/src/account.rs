//! The account's settings.

use crate::access::{AccountManage, Allowed, ContactsRead};
use crate::extract::{Body, IfMatch, etag};
use crate::problem::Answer;
use crate::state::State;
use actix_web::web::Data;
use actix_web::{HttpResponse, get, patch};
use rapport_contract::account::{Account, AccountPatch};
use rapport_contract::country::Country;
use rapport_contract::text::{keep, required_line};
use rapport_contract::{Fault, FaultCode};
use rapport_store::accounts::{self, AccountChange};

/// Show the account's settings
#[utoipa::path(
    operation_id = "get_account", tag = "account", security(("session" = ["contacts:read"])),
    responses((status = 200, body = Account, headers(("ETag" = String))))
)]
#[get("/account")]
pub(crate) async fn get(me: Allowed<ContactsRead>) -> HttpResponse {
    answer(&me.account)
}

/// Change the account's settings
///
/// A new language sorts contacts by country anew, in the background.
#[utoipa::path(
    operation_id = "update_account", tag = "account", security(("session" = ["account:manage"])),
    params(("If-Match" = Option<String>, Header, description = "The `ETag` of the version that the change is made for")),
    request_body(content = AccountPatch, example = json!({"time_zone": "America/Mexico_City"})),
    responses((status = 200, body = Account, headers(("ETag" = String))), (status = 412))
)]
#[patch("/account")]
pub(crate) async fn update(
    me: Allowed<AccountManage>,
    state: Data<State>,
    IfMatch(version): IfMatch,
    Body(patch): Body<AccountPatch>,
) -> Answer<HttpResponse> {
    let change = check(patch)?;
    let actor = me.actor();
    let account = state
        .write(async |w| accounts::update(w, &actor, &change, version).await)
        .await?;
    state.jobs.notify_one();
    Ok(answer(&account))
}

fn answer(account: &Account) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(etag(account.version))
        .json(account)
}

fn check(patch: AccountPatch) -> Result<AccountChange, Vec<Fault>> {
    let AccountPatch {
        name,
        language,
        time_zone,
        default_country,
    } = patch;
    let mut faults = Vec::new();
    let change = AccountChange {
        name: name.and_then(|name| keep(required_line(&name, 255, "/name"), &mut faults)),
        language,
        time_zone: time_zone.and_then(|zone| {
            keep(
                check_time_zone(&zone, "/time_zone").map(|()| zone),
                &mut faults,
            )
        }),
        default_country: default_country.and_then(|code| {
            let country = Country::from_code(&code).map_err(|error| error.at("/default_country"));
            keep(country, &mut faults)
        }),
    };
    if faults.is_empty() {
        Ok(change)
    } else {
        Err(faults)
    }
}

/// A time zone of the IANA database, in its own spelling.
pub(crate) fn check_time_zone(zone: &str, pointer: &str) -> Result<(), Fault> {
    zone.parse::<chrono_tz::Tz>().map(drop).map_err(|_| {
        Fault::new(
            pointer,
            FaultCode::UnknownTimeZone,
            "expected a time zone of the IANA database, such as America/Mexico_City",
        )
    })
}
