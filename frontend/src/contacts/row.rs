//! One row of the table.

use super::columns::Column;
use crate::i18n::{I18n, shown_language, use_i18n};
use crate::ui::{Avatar, Moment};
use crate::words::source_name;
use leptos::prelude::*;
use rapport_contract::contact::Contact;
use std::sync::Arc;

/// The height of a row in pixels, as in the style sheet.
pub(crate) const ROW: i32 = 40;

/// The id of the row at a place of the list.
pub(crate) fn row_id(place: usize) -> String {
    format!("row-{place}")
}

/// A contact in the table.
#[component]
pub(crate) fn ContactRow(
    place: usize,
    contact: Arc<Contact>,
    /// Whether the arrow keys are here.
    #[prop(into)]
    active: Signal<bool>,
    /// Whether it was just made.
    #[prop(into)]
    fresh: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let cells = Column::ALL
        .into_iter()
        .map(|column| cell(column, &contact, i18n))
        .collect_view();
    view! {
        <div
            class="row"
            class:row-active=move || active.get()
            class:row-fresh=move || fresh.get()
            role="row"
            id=row_id(place)
            aria-rowindex=(place + 2).to_string()
            style:transform=format!("translateY({}px)", place as i64 * i64::from(ROW))
        >
            {cells}
        </div>
    }
}

fn cell(column: Column, contact: &Arc<Contact>, i18n: I18n) -> AnyView {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    match column {
        Column::Name => view! {
            <div class="cell cell-name" role="gridcell">
                <Avatar name=contact.name.clone() seed=contact.id.as_i64()/>
                <a class="cell-link" href=format!("/contacts/{}", contact.id) tabindex="-1" title=contact.name.clone()>
                    {contact.name.clone()}
                </a>
            </div>
        }
        .into_any(),
        Column::Email => plain(column, text(&contact.email)),
        Column::Phone => {
            let phone = contact.phone.as_ref().map(ToString::to_string).unwrap_or_default();
            plain(column, phone)
        }
        Column::Company => plain(column, text(&contact.company)),
        Column::City => plain(column, text(&contact.city)),
        Column::Country => {
            let country = contact.country;
            view! {
                <div class="cell cell-country" role="gridcell">
                    {move || country.map(|country| country.name(shown_language(i18n)))}
                </div>
            }
            .into_any()
        }
        Column::Source => {
            let source = contact.source;
            view! {
                <div class="cell cell-source" role="gridcell">
                    {move || source_name(i18n.get_locale(), source)}
                </div>
            }
            .into_any()
        }
        Column::LastActivity => view! {
            <div class="cell cell-last-activity" role="gridcell">
                {contact.last_activity_at.map(|at| view! { <Moment at/> })}
            </div>
        }
        .into_any(),
        Column::Created => view! {
            <div class="cell cell-created" role="gridcell"><Moment at=contact.created_at/></div>
        }
        .into_any(),
    }
}

fn plain(column: Column, text: String) -> AnyView {
    let class = format!("cell cell-{}", column.id());
    let title = (!text.is_empty()).then(|| text.clone());
    view! { <div class=class role="gridcell" title=title>{text}</div> }.into_any()
}
