//! How many contacts match saved filters.

use super::list;
use crate::contacts::Ask;
use crate::{Error, Store, Viewer};
use rapport_contract::filter::Filter;
use rapport_contract::saved_filter::{COUNTED_MAX, SavedFilterCount};
use rapport_contract::{Instant, SavedFilterId};

/// Counts the contacts that match each of these saved filters, or the first ones that the viewer sees, up to `at_most` each; in the order of
/// the list. What is none, or is not for the viewer to see, is left out; a broken one has no count.
pub async fn counts(
    store: &Store,
    viewer: &Viewer,
    ids: Option<&[SavedFilterId]>,
    at_most: u32,
    now: Instant,
) -> Result<Vec<SavedFilterCount>, Error> {
    let filters = list(store, &viewer.actor).await?;
    let wanted = filters
        .into_iter()
        .filter(|filter| ids.is_none_or(|ids| ids.contains(&filter.id)));
    let mut counts = Vec::new();
    for filter in wanted.take(COUNTED_MAX) {
        let ask = Ask {
            filter: Some(Filter(filter.filter)),
            ..Ask::default()
        };
        counts.push(match store.select(viewer, &ask, now).await {
            Ok(selection) => {
                let count = selection.count_in(store, Some(at_most)).await?;
                SavedFilterCount {
                    id: filter.id,
                    count: Some(count.count),
                    exact: count.exact,
                    broken: false,
                }
            }
            Err(Error::Problem(_)) => SavedFilterCount {
                id: filter.id,
                count: None,
                exact: false,
                broken: true,
            },
            Err(error) => return Err(error),
        });
    }
    Ok(counts)
}
