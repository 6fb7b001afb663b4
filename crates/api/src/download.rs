//! Downloads: whoever asks is let in by a header, or by a ticket in the address that holds what they ask for.

use crate::access::{Allowed, Asks, Gate};
use crate::extract::wrong_parameter;
use crate::limits::{client, network};
use crate::problem::{Answer, Failure};
use crate::rate::Counted;
use crate::state::State;
use crate::tokens::ticket_hash;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use rapport_contract::contact::ContactExport;
use rapport_contract::{Code, FaultCode};
use rapport_store::tickets::{self, Purpose};
use std::pin::Pin;

/// A caller who has the permission, and what they ask for when a ticket says it; without one, the query does.
pub(crate) struct Download<P> {
    pub(crate) me: Allowed<P>,
    pub(crate) ticket: Option<ContactExport>,
}

impl<P: Asks> FromRequest for Download<P> {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Answer<Self>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let ticket = match ticket(request.query_string()) {
            Ok(Some(ticket)) => ticket,
            Ok(None) => {
                let me = Allowed::from_request(request, payload);
                return Box::pin(async move {
                    let (me, ticket) = (me.await?, None);
                    Ok(Self { me, ticket })
                });
            }
            Err(failure) => return Box::pin(std::future::ready(Err(failure))),
        };
        let (gate, request) = (Gate::shut(request), request.clone());
        Box::pin(async move {
            let download = redeem(&request, &ticket).await?;
            gate.open();
            Ok(download)
        })
    }
}

/// The ticket in a query. It stands alone: what is asked for is in it.
fn ticket(query: &str) -> Answer<Option<String>> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let Some((_, ticket)) = pairs.find(|(name, _)| name == "ticket") else {
        return Ok(None);
    };
    let alone = form_urlencoded::parse(query.as_bytes()).count() == 1;
    if alone {
        return Ok(Some(ticket.into_owned()));
    }
    let detail = "expected nothing beside the ticket: what it asks for was said when it was made";
    Err(wrong_parameter("ticket", FaultCode::NotTogether, detail))
}

async fn redeem<P: Asks>(request: &HttpRequest, ticket: &str) -> Answer<Download<P>> {
    let state = request
        .app_data::<web::Data<State>>()
        .ok_or_else(|| Failure::internal(&"the app has no state"))?;
    let hash = ticket_hash(ticket);
    let found = state
        .write(async |w| tickets::redeem(w, &hash, Purpose::Export).await)
        .await?;
    let Some((caller, parameters)) = found else {
        let from = network(client(request, &state.config.trusted_proxies));
        state.limits.wrong_key(from)?;
        return Err(Failure::new(
            Code::LinkSpent,
            "The ticket was used, has expired, or ended with the session or the API key it was made with. Make another one.",
        ));
    };
    state.rates.count(request, Counted::of(&caller))?;
    Ok(Download {
        me: Allowed::check(caller)?,
        ticket: Some(serde_json::from_str(&parameters).map_err(|error| Failure::internal(&error))?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_stands_alone() {
        assert_eq!(ticket("").unwrap(), None);
        assert_eq!(ticket("q=ticket&sort=name").unwrap(), None);
        assert_eq!(ticket("ticket=abc").unwrap().as_deref(), Some("abc"));
        assert!(ticket("ticket=abc&q=Ana").is_err());
        assert!(ticket("ticket=abc&ticket=def").is_err());
    }
}
