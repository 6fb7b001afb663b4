//! The table: only the rows on screen are in the document.

use super::columns::Column;
use super::list::{ContactList, More, Phase};
use super::row::{ContactRow, ROW, row_id};
use crate::i18n::{t, t_string, use_i18n};
use crate::ui::{Button, Icon, Symbol};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use rapport_contract::contact::{Sort, SortKey};
use std::ops::Range;
use std::sync::Arc;

/// Rows beyond the edges of the screen, for quick hands.
const OVERSCAN: usize = 8;
/// Placeholders while nothing is known.
const SKELETONS: usize = 14;
/// Placeholders behind the last loaded row, when there are more.
const MORE_SKELETONS: usize = 3;

/// The contacts of a list, sorted by clicks on the headers.
#[component]
pub(crate) fn ContactTable(
    list: ContactList,
    /// The order.
    #[prop(into)]
    sort: Signal<Sort>,
    /// Another order was asked for.
    #[prop(into)]
    on_sort: Callback<Sort>,
) -> impl IntoView {
    let i18n = use_i18n();
    let node = NodeRef::<html::Div>::new();
    let seen = RwSignal::new(0..30_usize);
    let active = RwSignal::new(None::<usize>);

    // Which places of the list are on screen; renewed on every scroll, changed only when a row comes or goes.
    let look = move || {
        if let Some(grid) = node.get_untracked() {
            list.remember_scroll(grid.scroll_top());
            let range = visible(grid.scroll_top(), grid.client_height());
            if seen.get_untracked() != range {
                seen.set(range.clone());
            }
            list.look_ahead(range.start, range.end);
        }
    };
    // A new list begins at its top; one that was left is found as it was.
    Effect::new(move |before: Option<u32>| {
        let begun = list.begun();
        if let Some(grid) = node.get() {
            grid.set_scroll_top(list.scrolled());
            if before.is_some_and(|before| before != begun) {
                active.set(None);
            }
        }
        request_animation_frame(look);
        begun
    });
    // When rows arrive, the next ones may be wanted already.
    Effect::new(move |_| {
        list.rows().track();
        request_animation_frame(look);
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| look());
    on_cleanup(move || resized.remove());

    let rows = move || {
        let range = seen.get();
        list.rows().with(|rows| {
            range
                .filter_map(|place| rows.get(place).map(|contact| (place, Arc::clone(contact))))
                .collect::<Vec<_>>()
        })
    };
    let skeletons = move || {
        let (first, end, more) = list
            .rows()
            .with(|rows| (rows.first(), rows.end(), rows.next().is_some()));
        match list.phase() {
            Phase::Loading => (0..SKELETONS).collect::<Vec<_>>(),
            Phase::Ready => {
                let before = seen.get().start..first.min(seen.get().end);
                let behind = if more {
                    end..end + MORE_SKELETONS
                } else {
                    end..end
                };
                before.chain(behind).collect()
            }
            Phase::Changing | Phase::Failed(_) => Vec::new(),
        }
    };
    let height = move || {
        let places = list.rows().with(|rows| {
            rows.end()
                + if rows.next().is_some() {
                    MORE_SKELETONS
                } else {
                    0
                }
        });
        format!("{}px", places as i64 * i64::from(ROW))
    };
    let row_count = move || match list.total() {
        Some(total) => (total + 1).to_string(),
        None => "-1".to_owned(),
    };
    let on_key = keyboard(list, node, active);

    view! {
        <div
            class="grid"
            class:is-changing=move || list.phase() == Phase::Changing
            node_ref=node
            role="grid"
            tabindex="0"
            aria-label=move || t_string!(i18n, contacts.table)
            aria-rowcount=row_count
            aria-colcount=Column::ALL.len().to_string()
            aria-busy=move || matches!(list.phase(), Phase::Loading | Phase::Changing).to_string()
            aria-activedescendant=move || active.get().map(row_id)
            on:scroll=move |_| look()
            on:keydown=on_key
        >
            <div class="grid-head" role="rowgroup">
                <div class="grid-head-row" role="row" aria-rowindex="1">
                    {Column::ALL
                        .into_iter()
                        .map(|column| view! { <HeaderCell column sort on_sort/> })
                        .collect_view()}
                </div>
            </div>
            <div class="grid-body" role="rowgroup" style:height=height>
                <For each=rows key=|(place, contact)| (*place, contact.id, contact.version) let((place, contact))>
                    <ContactRow
                        place
                        active=move || active.get() == Some(place)
                        fresh={
                            let id = contact.id;
                            move || list.fresh() == Some(id)
                        }
                        contact
                        on:click=move |_| active.set(Some(place))
                    />
                </For>
                <For each=skeletons key=|place| *place let:place>
                    <SkeletonRow place/>
                </For>
            </div>
            <Show when=move || list.more() == More::Failed>
                <div class="grid-more" role="row">
                    <div role="gridcell">
                        <Icon symbol=Symbol::CircleAlert/>
                        {t!(i18n, contacts.load_more_failed)}
                        <Button on_press=move |()| list.retry_more()>{t!(i18n, act.retry)}</Button>
                    </div>
                </div>
            </Show>
        </div>
    }
}

/// The places on screen, with some beyond both edges. The header covers one row.
fn visible(scroll_top: i32, height: i32) -> Range<usize> {
    let top = usize::try_from(scroll_top / ROW).unwrap_or(0);
    let rows = usize::try_from(height / ROW + 1).unwrap_or(0);
    top.saturating_sub(OVERSCAN)..top + rows + OVERSCAN
}

#[component]
fn HeaderCell(column: Column, sort: Signal<Sort>, on_sort: Callback<Sort>) -> impl IntoView {
    let i18n = use_i18n();
    let class = format!("cell cell-{}", column.id());
    let name = move || column.name(i18n.get_locale());
    let Some(key) = column.sort_key() else {
        return view! { <div class=class role="columnheader">{name}</div> }.into_any();
    };
    let direction = Memo::new({
        let key = key.clone();
        move |_| sort.with(|sort| (sort.key == key).then_some(sort.descending))
    });
    let aria_sort = move || match direction.get() {
        Some(true) => "descending",
        Some(false) => "ascending",
        None => "none",
    };
    view! {
        <div class=class role="columnheader" aria-sort=aria_sort>
            <button
                type="button"
                class="sort"
                title=move || t_string!(i18n, contacts.sort_by, column = name())
                on:click=move |_| on_sort.run(clicked(sort.get_untracked(), key.clone()))
            >
                <span class="sort-name">{name}</span>
                {move || {
                    let symbol = match direction.get() {
                        Some(true) => Symbol::SortDown,
                        Some(false) => Symbol::SortUp,
                        None => Symbol::Sort,
                    };
                    view! { <Icon symbol/> }
                }}
            </button>
        </div>
    }
    .into_any()
}

/// The order after a click on a header: ascending, then descending, and so on.
fn clicked(now: Sort, key: SortKey) -> Sort {
    Sort {
        descending: now.key == key && !now.descending,
        key,
    }
}

#[component]
fn SkeletonRow(place: usize) -> impl IntoView {
    view! {
        <div
            class="row row-skeleton"
            role="row"
            aria-hidden="true"
            style:transform=format!("translateY({}px)", place as i64 * i64::from(ROW))
        >
            {Column::ALL
                .into_iter()
                .map(|column| {
                    let class = format!("cell cell-{}", column.id());
                    view! { <div class=class role="gridcell"><span class="skeleton"></span></div> }
                })
                .collect_view()}
        </div>
    }
}

/// Arrow keys move along the rows, Enter opens the contact.
fn keyboard(
    list: ContactList,
    node: NodeRef<html::Div>,
    active: RwSignal<Option<usize>>,
) -> impl Fn(KeyboardEvent) + 'static {
    let navigate = use_navigate();
    move |event: KeyboardEvent| {
        let on_grid = event.target() == event.current_target();
        if !on_grid || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let Some(grid) = node.get_untracked() else {
            return;
        };
        let (first, end) = list
            .rows()
            .with_untracked(|rows| (rows.first(), rows.end()));
        if end == 0 {
            return;
        }
        let page = usize::try_from(grid.client_height() / ROW)
            .unwrap_or(1)
            .saturating_sub(2)
            .max(1);
        let now = active.get_untracked();
        let top = usize::try_from(grid.scroll_top() / ROW).unwrap_or(0);
        let place = match event.key().as_str() {
            "ArrowDown" => now.map_or(top, |now| now + 1),
            "ArrowUp" => now.map_or(top, |now| now.saturating_sub(1)),
            "PageDown" => now.unwrap_or(top) + page,
            "PageUp" => now.unwrap_or(top).saturating_sub(page),
            "Home" if first > 0 => {
                // The start was let go on the long way down.
                event.prevent_default();
                list.reload();
                return;
            }
            "Home" => 0,
            "End" => end - 1,
            "Enter" => {
                let contact = list.rows().with_untracked(|rows| {
                    now.and_then(|place| rows.get(place).map(|contact| contact.id))
                });
                if let Some(id) = contact {
                    navigate(
                        &format!("/contacts/{id}"),
                        leptos_router::NavigateOptions::default(),
                    );
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        let place = place.clamp(first, end - 1);
        active.set(Some(place));
        // Into sight: below the header, above the lower edge.
        let above = i32::try_from(place)
            .unwrap_or(i32::MAX / ROW)
            .saturating_mul(ROW);
        let room = grid.client_height() - 2 * ROW;
        if above < grid.scroll_top() {
            grid.set_scroll_top(above);
        } else if above > grid.scroll_top() + room {
            grid.set_scroll_top(above - room);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_turns_the_order_around() {
        let newest = Sort::default();
        let by_name = clicked(newest.clone(), SortKey::Name);
        assert_eq!(by_name.to_string(), "name");
        assert_eq!(clicked(by_name.clone(), SortKey::Name).to_string(), "-name");
        assert_eq!(
            clicked(newest, SortKey::CreatedAt).to_string(),
            "created_at"
        );
    }

    #[test]
    fn what_is_on_screen() {
        assert_eq!(visible(0, 400), 0..19);
        assert_eq!(visible(4_000, 400), 92..119);
        assert_eq!(visible(-20, 0), 0..9);
    }
}
