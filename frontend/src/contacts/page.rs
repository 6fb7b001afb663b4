//! The home of the app: all contacts in a table.

use super::add::AddContact;
use super::import::use_imports;
use super::list::{Phase, Query, use_list};
use super::table::ContactTable;
use super::toolbar::{Toolbar, Ways};
use crate::browser::address;
use crate::i18n::{t, t_string, title, use_i18n};
use crate::session::use_session;
use crate::ui::{Button, Failure, Icon, Symbol, Tone, use_toasts};
use leptos::ev::DragEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use rapport_contract::contact::Sort;
use rapport_contract::role::Permission;

/// The table with its toolbar. What is listed stands in the address.
#[component]
pub(crate) fn ContactsPage() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let list = use_list();
    let toasts = use_toasts();
    title(move || t_string!(i18n, contacts.title).to_owned());

    let adding = RwSignal::new(false);
    let parameters = use_query_map();
    let query = Memo::new(move |_| {
        parameters.with(|parameters| Query {
            sort: parameters
                .get("sort")
                .and_then(|sort| sort.parse().ok())
                .unwrap_or_default(),
            q: parameters
                .get("q")
                .map(|q| q.trim().to_owned())
                .unwrap_or_default(),
        })
    });
    let sort = Signal::derive(move || query.with(|query| query.sort.clone()));
    let q = Signal::derive(move || query.with(|query| query.q.clone()));
    Effect::new(move |_| list.show(query.get()));
    // An address from elsewhere may ask for an order that does not exist.
    Effect::new(move |_| {
        let asked = parameters.with(|parameters| parameters.get("sort"));
        if asked.is_some_and(|asked| asked.parse::<Sort>().is_err()) {
            toasts.say(
                Tone::Plain,
                untrack(|| t_string!(i18n, contacts.unknown_sort)),
            );
        }
    });
    // What failed without a connection is asked again when there is one.
    Effect::new(move |before: Option<u32>| {
        let retries = session.retries();
        if before.is_some_and(|before| before != retries) {
            list.reload();
        }
        retries
    });

    let navigate = use_navigate();
    let go = Callback::new(move |(query, replace): (Query, bool)| {
        let options = NavigateOptions {
            replace,
            scroll: false,
            ..Default::default()
        };
        navigate(&address_of(&query), options);
    });
    let on_sort = move |sort| {
        go.run((
            Query {
                sort,
                q: q.get_untracked(),
            },
            false,
        ))
    };
    let on_search = move |text: String| {
        let before = query.get_untracked();
        if text != before.q {
            // Back leads to the list before the search, not through every letter of it.
            let replace = !before.q.is_empty() && !text.is_empty();
            go.run((
                Query {
                    sort: before.sort,
                    q: text,
                },
                replace,
            ));
        }
    };
    let add = move |()| adding.set(true);
    view! {
        <DropZone>
            <Toolbar q on_search on_add=add/>
            {move || match list.phase() {
                Phase::Failed(error) => view! {
                    <Failure
                        heading=move || t_string!(i18n, contacts.failed)
                        error
                        on_retry=move |()| list.reload()
                    />
                }
                .into_any(),
                Phase::Ready if list.rows().with(super::rows::Rows::is_empty) => view! {
                    <Empty q on_search=move |()| on_search(String::new()) on_add=add/>
                }
                .into_any(),
                _ => ().into_any(),
            }}
            <div
                class="table-place"
                class:is-away=move || match list.phase() {
                    Phase::Failed(_) => true,
                    Phase::Ready => list.rows().with(super::rows::Rows::is_empty),
                    Phase::Loading | Phase::Changing => false,
                }
            >
                <ContactTable list sort on_sort/>
            </div>
        </DropZone>
        <Show when=move || adding.get()>
            <AddContact on_close=move |()| adding.set(false)/>
        </Show>
    }
}

/// The address of a list; the usual order and an empty search are left out.
fn address_of(query: &Query) -> String {
    let mut parts = Vec::new();
    if query.sort != Sort::default() {
        parts.push(format!("sort={}", query.sort));
    }
    if !query.q.is_empty() {
        parts.push(format!("q={}", address::encode(&query.q)));
    }
    if parts.is_empty() {
        "/contacts".to_owned()
    } else {
        format!("/contacts?{}", parts.join("&"))
    }
}

/// Nothing to list: either there is nobody, or nobody matches.
#[component]
fn Empty(
    q: Signal<String>,
    #[prop(into)] on_search: Callback<()>,
    #[prop(into)] on_add: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        if q.with(String::is_empty) {
            view! {
                <div class="empty">
                    <span class="empty-symbol"><Icon symbol=Symbol::Users/></span>
                    <p class="empty-title">{t!(i18n, contacts.empty_title)}</p>
                    <p class="muted">{t!(i18n, contacts.empty)}</p>
                    <div class="empty-actions">
                        <Ways on_add/>
                    </div>
                </div>
            }
            .into_any()
        } else {
            view! {
                <div class="empty">
                    <span class="empty-symbol"><Icon symbol=Symbol::Search/></span>
                    <p class="empty-title">{t!(i18n, contacts.none_match_title)}</p>
                    <p class="muted">{move || t_string!(i18n, contacts.none_match, q = q.get())}</p>
                    <Button on_press=on_search>{t!(i18n, contacts.clear_search)}</Button>
                </div>
            }
            .into_any()
        }
    }
}

/// The page, onto which a file can be dropped.
#[component]
fn DropZone(children: Children) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let imports = use_imports();
    // Entering a child leaves its parent: what counts is how many were entered and not left.
    let depth = RwSignal::new(0_i32);
    let welcome = move |event: &DragEvent| {
        session.may(Permission::ContactsImport)
            && event.data_transfer().is_some_and(|data| {
                data.types()
                    .iter()
                    .any(|kind| kind.as_string().as_deref() == Some("Files"))
            })
    };
    view! {
        <div
            class="page"
            on:dragenter=move |event| if untrack(|| welcome(&event)) {
                event.prevent_default();
                depth.update(|depth| *depth += 1);
            }
            on:dragover=move |event| if untrack(|| welcome(&event)) { event.prevent_default() }
            on:dragleave=move |_| depth.update(|depth| *depth = (*depth - 1).max(0))
            on:drop=move |event| {
                depth.set(0);
                if untrack(|| welcome(&event)) {
                    event.prevent_default();
                    imports.take(event.data_transfer().and_then(|data| data.files()));
                }
            }
        >
            {children()}
            <Show when=move || { depth.get() > 0 }>
                <div class="drop-veil" aria-hidden="true">
                    <div class="drop-sign">
                        <Icon symbol=Symbol::FileUp/>
                        {t!(i18n, contacts.drop)}
                    </div>
                </div>
            </Show>
        </div>
    }
}
