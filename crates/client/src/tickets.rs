//! Tickets.

use crate::request::{Client, ClientError};
use rapport_contract::ticket::{Ticket, TicketDraft};
use reqwest::Method;

impl Client {
    /// `POST /tickets`: an address that a browser can open by itself, once, within a minute.
    pub async fn make_ticket(&self, draft: &TicketDraft) -> Result<Ticket, ClientError> {
        self.write(Method::POST, "/tickets", draft).await
    }
}
