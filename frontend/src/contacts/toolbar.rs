//! Above the table: how many there are, search, and what can be done.

use super::import::{ImportStatus, use_imports};
use super::list::use_list;
use crate::browser::{focus, intl};
use crate::i18n::{shown_language, t, t_string, use_i18n};
use crate::session::use_session;
use crate::ui::{Button, Icon, IconButton, Symbol};
use crate::words::role_name;
use leptos::html;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use rapport_contract::role::Permission;
use std::time::Duration;

/// After the last key, before the search begins.
const DEBOUNCE: Duration = Duration::from_millis(200);

/// The toolbar.
#[component]
pub(crate) fn Toolbar(
    /// Words that must occur, as the address has them.
    #[prop(into)]
    q: Signal<String>,
    /// Other words were typed.
    #[prop(into)]
    on_search: Callback<String>,
    /// Somebody wants to add a contact.
    #[prop(into)]
    on_add: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <header class="toolbar">
            <h1 class="toolbar-title">{t!(i18n, contacts.title)}</h1>
            <Total/>
            <div class="toolbar-space"></div>
            <ImportStatus/>
            <SearchBox q on_search/>
            <Ways on_add/>
        </header>
    }
}

/// The ways in which contacts come: those that the person's role allows.
#[component]
pub(crate) fn Ways(
    /// Somebody wants to add a contact.
    on_add: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let imports = use_imports();
    view! {
        <Show when=move || session.may(Permission::ContactsImport)>
            <Button symbol=Symbol::Upload on_press=move |()| imports.open()>
                {t!(i18n, contacts.import)}
            </Button>
        </Show>
        <Show when=move || session.may(Permission::ContactsWrite)>
            <Button primary=true symbol=Symbol::Plus on_press=on_add>{t!(i18n, contacts.add)}</Button>
        </Show>
    }
}

/// Why the person's role does not allow something, if it does not.
pub(crate) fn refusal(permission: Permission) -> Signal<Option<String>> {
    let i18n = use_i18n();
    let session = use_session();
    Signal::derive(move || {
        (!session.may(permission)).then(|| {
            let role = role_name(i18n.get_locale(), permission.least_role());
            t_string!(i18n, role.needs, role = role)
        })
    })
}

/// How many contacts match; said aloud when it changes.
#[component]
fn Total() -> impl IntoView {
    let i18n = use_i18n();
    let list = use_list();
    view! {
        <p class="toolbar-total" role="status">
            {move || list.total().map(|total| {
                if total == 1 {
                    t_string!(i18n, contacts.one).to_owned()
                } else {
                    let n = intl::number(shown_language(i18n), total);
                    t_string!(i18n, contacts.many, n = n)
                }
            })}
        </p>
    }
}

#[component]
fn SearchBox(q: Signal<String>, on_search: Callback<String>) -> impl IntoView {
    let i18n = use_i18n();
    let node = NodeRef::<html::Input>::new();
    let text = RwSignal::new(q.get_untracked());
    let waiting = StoredValue::new(None::<TimeoutHandle>);

    // Back and forward change the address, and with it the box; while somebody types, the box leads.
    Effect::new(move |_| {
        let q = q.get();
        let pending = waiting.with_value(Option::is_some);
        if !pending && text.with_untracked(|text| text.trim() != q) {
            text.set(q);
        }
    });
    let stop = move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    on_cleanup(stop);
    let search_now = move || {
        stop();
        on_search.run(text.get_untracked().trim().to_owned());
    };
    let typed = move |event| {
        text.set(event_target_value(&event));
        stop();
        let handle = set_timeout_with_handle(search_now, DEBOUNCE).ok();
        waiting.set_value(handle);
    };
    let clear = move || {
        text.set(String::new());
        search_now();
        if let Some(input) = node.get_untracked() {
            focus::element_now(&input);
        }
    };
    let shortcut = window_event_listener(leptos::ev::keydown, move |event| {
        let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key();
        if event.key() == "/" && plain && !focus::is_typing() && !focus::in_dialog() {
            event.prevent_default();
            if let Some(input) = node.get_untracked() {
                focus::element_now(&input);
                input.select();
            }
        }
    });
    on_cleanup(move || shortcut.remove());
    view! {
        <form
            class="search"
            role="search"
            on:submit=move |event| { event.prevent_default(); search_now(); }
        >
            <Icon symbol=Symbol::Search/>
            <input
                node_ref=node
                class="input"
                type="search"
                enterkeyhint="search"
                autocomplete="off"
                spellcheck="false"
                maxlength="200"
                aria-label=move || t_string!(i18n, contacts.search)
                aria-keyshortcuts="/"
                placeholder=move || t_string!(i18n, contacts.search)
                prop:value=move || text.get()
                on:input=typed
                on:keydown=move |event| if event.key() == "Escape" && !text.get_untracked().is_empty() {
                    event.prevent_default();
                    clear();
                }
            />
            {move || if text.with(String::is_empty) {
                view! { <kbd class="search-key" aria-hidden="true">"/"</kbd> }.into_any()
            } else {
                view! {
                    <IconButton
                        symbol=Symbol::X
                        label=move || t_string!(i18n, contacts.clear_search)
                        on_press=move |()| clear()
                    />
                }
                .into_any()
            }}
        </form>
    }
}
