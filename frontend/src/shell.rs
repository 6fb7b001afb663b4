//! What stands around every page of the app: the rail, and what may appear over the page.

use crate::browser::focus;
use crate::contacts::{ContactList, ImportDialog, Imports};
use crate::i18n::{t, t_string, use_i18n};
use crate::session::{SessionEndedDialog, use_session};
use crate::ui::{Avatar, Button, Icon, IconButton, Logo, Symbol, Toaster};
use leptos::prelude::*;
use leptos_router::components::{A, Outlet};

/// Rail and page, for whoever is signed in.
#[component]
pub(crate) fn Shell() -> impl IntoView {
    let session = use_session();
    let list = ContactList::provide();
    Imports::provide(list);
    let signed_in = Memo::new(move |_| session.is_signed_in());
    view! {
        <Show when=move || signed_in.get()>
            <SkipLink/>
            <div class="frame">
                <Rail/>
                <main class="main" id="main" tabindex="-1">
                    <ConnectionBanner/>
                    <Outlet/>
                </main>
            </div>
            <ImportDialog/>
            <SessionEndedDialog/>
        </Show>
        <Toaster/>
    }
}

/// Past the rail, for the keyboard.
#[component]
fn SkipLink() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <a
            class="skip"
            href="#main"
            on:click=|event| {
                event.prevent_default();
                focus::soon("#main");
            }
        >
            {t!(i18n, app.skip)}
        </a>
    }
}

#[component]
fn Rail() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let name = Signal::derive(move || session.me_with(|me| me.name.clone()).unwrap_or_default());
    let seed = untrack(|| session.me_with(|me| me.id.as_i64())).unwrap_or_default();
    view! {
        <nav class="rail" aria-label=move || t_string!(i18n, app.navigation)>
            <a class="rail-brand" href="/contacts"><Logo/></a>
            <div class="rail-group">
                <p class="rail-heading">{t!(i18n, app.engage)}</p>
                <A href="/contacts" attr:class="rail-link">
                    <Icon symbol=Symbol::Users/>
                    <span>{t!(i18n, app.contacts)}</span>
                </A>
            </div>
            <div class="rail-group rail-end">
                <A href="/settings" attr:class="rail-link">
                    <Icon symbol=Symbol::Settings/>
                    <span>{t!(i18n, app.settings)}</span>
                </A>
                <div class="rail-person">
                    <a
                        class="rail-me"
                        href="/settings/profile"
                        title=move || t_string!(i18n, app.profile)
                    >
                        <Avatar name seed/>
                        <span class="rail-name">{move || name.get()}</span>
                    </a>
                    <IconButton
                        symbol=Symbol::LogOut
                        label=move || t_string!(i18n, app.sign_out)
                        on_press=move |()| session.sign_out()
                    />
                </div>
            </div>
        </nav>
    }
}

/// Stands above the page while the server cannot be reached.
#[component]
fn ConnectionBanner() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    view! {
        <div role="status">
            <Show when=move || session.is_offline()>
                <div class="banner">
                    <Icon symbol=Symbol::WifiOff/>
                    <span class="banner-text">
                        <strong>{t!(i18n, connection.none)}</strong>
                        " "
                        {t!(i18n, connection.none_detail)}
                    </span>
                    <Button on_press=move |()| session.retry()>{t!(i18n, act.retry)}</Button>
                </div>
            </Show>
        </div>
    }
}
