//! Which page of a list is asked for, in the query.

use crate::extract::wrong_parameter;
use crate::problem::Answer;
use rapport_contract::FaultCode;
use rapport_contract::page::Limit;
use rapport_store::Paging;

/// The page that `limit` and `cursor` ask for.
pub(crate) fn paging(limit: Option<i64>, cursor: Option<String>) -> Answer<Paging> {
    let limit = limit.map_or(Ok(Limit::DEFAULT), |rows| {
        Limit::new(rows).ok_or_else(|| {
            let expected = format!("expected 1 to {}", Limit::MAX);
            wrong_parameter("limit", FaultCode::OutOfRange, expected)
        })
    })?;
    Ok(Paging { limit, cursor })
}

/// Names with commas between; `known` finds what each means, `expected` says which there are.
pub(crate) fn names<T>(
    parameter: &str,
    text: Option<&str>,
    known: impl Fn(&str) -> Option<T>,
    expected: impl Fn() -> String,
) -> Answer<Option<Vec<T>>> {
    let one = |name: &str| {
        known(name).ok_or_else(|| {
            let detail = format!("{name:?} is none of {}", expected());
            wrong_parameter(parameter, FaultCode::UnknownValue, detail)
        })
    };
    text.map(|text| text.split(',').map(one).collect())
        .transpose()
}
