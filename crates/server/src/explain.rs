//! `rapport explain`: what the database does for a search or a count.

use crate::accounts::one_account;
use crate::database::now;
use anyhow::{Context, anyhow};
use rapport_contract::AccountId;
use rapport_contract::contact::{ContactSearch, CountQuery};
use rapport_contract::page::Limit;
use rapport_store::contacts::{self, Ask, AskedIn, ContactList};
use rapport_store::{Actor, Store, Who};
use serde::de::DeserializeOwned;

/// What is to be explained.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Question {
    /// A page; asked as in the body of `POST /contacts/search`.
    Page,
    /// A count, up to a bound; asked as in the body of `POST /contacts/count`.
    Count(Option<u32>),
}

/// Prints, as JSON, each statement that answers the question on standard input, with its times and its plan.
pub(crate) async fn explain(
    store: &Store,
    account: Option<AccountId>,
    question: Question,
    repeats: u32,
) -> anyhow::Result<()> {
    let actor = Actor {
        account: one_account(store, account).await?,
        who: Who::System,
    };
    let body = std::io::read_to_string(std::io::stdin()).context("standard input")?;
    let explanation = match question {
        Question::Page => {
            let list = list(read(&body)?)?;
            contacts::explain_page(store, &actor, &list, now(), repeats).await
        }
        Question::Count(at_most) => {
            let CountQuery {
                filter,
                saved_filter,
                q,
            } = read(&body)?;
            let ask = Ask {
                filter,
                saved_filter,
                q: q.unwrap_or_default(),
                asked_in: AskedIn::Body,
            };
            contacts::explain_count(store, &actor, &ask, at_most, now(), repeats).await
        }
    };
    let explanation = explanation.map_err(told)?;
    println!("{}", serde_json::to_string_pretty(&explanation)?);
    Ok(())
}

fn read<T: DeserializeOwned>(body: &str) -> anyhow::Result<T> {
    serde_json::from_str(body).context("standard input is no such question")
}

fn list(search: ContactSearch) -> anyhow::Result<ContactList> {
    let ContactSearch {
        filter,
        saved_filter,
        q,
        sort,
        limit,
        cursor,
        fields: _,
    } = search;
    let limit = match limit {
        None => Limit::DEFAULT,
        Some(rows) => {
            Limit::new(rows).with_context(|| format!("limit: expected 1 to {}", Limit::MAX))?
        }
    };
    Ok(ContactList {
        ask: Ask {
            filter,
            saved_filter,
            q: q.unwrap_or_default(),
            asked_in: AskedIn::Body,
        },
        sort: sort.map(|sort| sort.parse()).transpose().context("sort")?,
        limit,
        cursor,
    })
}

/// With every fault of the question.
fn told(error: rapport_store::Error) -> anyhow::Error {
    let rapport_store::Error::Problem(problem) = &error else {
        return error.into();
    };
    let faults = problem
        .faults
        .iter()
        .map(|fault| format!("\n  {}: {}", fault.pointer, fault.detail));
    anyhow!("{}{}", problem.detail, faults.collect::<String>())
}
