//! The app as a whole: what every page needs, and which page is shown.

use crate::browser::time::Minute;
use crate::browser::{address, storage};
use crate::contacts::{ContactPage, ContactsPage};
use crate::i18n::{I18nContextProvider, locale, t, t_string, title, use_i18n};
use crate::session::{JoinPage, LoginPage, ResetPage, Session, SetupPage, Start, Unreachable};
use crate::settings::{
    AccountSettings, ImportSettings, MemberSettings, ProfileSettings, SettingsFrame,
};
use crate::shell::Shell;
use crate::ui::Toasts;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::{ParentRoute, Redirect, Route, Router, Routes};
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::path;
use rapport_contract::language::Language;

/// The app.
#[component]
pub(crate) fn App() -> impl IntoView {
    view! {
        <I18nContextProvider>
            <Root/>
        </I18nContextProvider>
    }
}

/// How far the start has come, as far as it decides what is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Starting,
    Failed,
    Running,
}

#[component]
fn Root() -> impl IntoView {
    let i18n = use_i18n();
    let session = Session::provide(i18n);
    Toasts::provide();
    provide_context(Minute::start());

    // After the context's own first effect, which takes the browser's language.
    Effect::new(move |_| {
        let remembered = storage::get(storage::LANGUAGE);
        if let Some(language) = remembered.as_deref().and_then(Language::from_tag) {
            i18n.set_locale(locale(language));
        }
        session.begin();
    });
    let phase = Memo::new(move |_| match session.start() {
        Start::Starting => Phase::Starting,
        Start::Failed(_) => Phase::Failed,
        Start::NeedsSetup | Start::Ready => Phase::Running,
    });
    // The page as it was delivered has done its service when there is something to take its place.
    Effect::new(move |_| {
        if phase.get() != Phase::Starting
            && let Some(standing) = document().get_element_by_id("standing")
        {
            standing.remove();
        }
    });
    view! {
        <Router>
            {move || match phase.get() {
                Phase::Starting => ().into_any(),
                Phase::Failed => match session.start() {
                    Start::Failed(error) => view! { <Unreachable error/> }.into_any(),
                    _ => ().into_any(),
                },
                Phase::Running => view! { <Pages/> }.into_any(),
            }}
        </Router>
    }
}

#[component]
fn Pages() -> impl IntoView {
    guard();
    view! {
        <Routes fallback=NotFound>
            <Route path=path!("/setup") view=SetupPage/>
            <Route path=path!("/login") view=LoginPage/>
            <Route path=path!("/join") view=JoinPage/>
            <Route path=path!("/reset-password") view=ResetPage/>
            <ParentRoute path=path!("") view=Shell>
                <Route path=path!("/") view=|| view! { <Redirect path="/contacts"/> }/>
                <Route path=path!("/contacts") view=ContactsPage/>
                <Route path=path!("/contacts/:id") view=ContactPage/>
                <ParentRoute path=path!("/settings") view=SettingsFrame>
                    <Route path=path!("") view=|| view! { <Redirect path="/settings/profile"/> }/>
                    <Route path=path!("profile") view=ProfileSettings/>
                    <Route path=path!("account") view=AccountSettings/>
                    <Route path=path!("members") view=MemberSettings/>
                    <Route path=path!("imports") view=ImportSettings/>
                </ParentRoute>
            </ParentRoute>
        </Routes>
    }
}

/// Sends everybody to where they can do something: set up, sign in, or the page they asked for.
fn guard() {
    let session = expect_context::<Session>();
    let location = use_location();
    let navigate = use_navigate();
    Effect::new(move |_| {
        let path = location.pathname.get();
        let open = matches!(path.as_str(), "/login" | "/join" | "/reset-password");
        let go = |to: &str| {
            navigate(
                to,
                NavigateOptions {
                    replace: true,
                    ..Default::default()
                },
            )
        };
        match session.start() {
            Start::NeedsSetup if path != "/setup" => go("/setup"),
            Start::Ready if path == "/setup" => go("/contacts"),
            Start::Ready if !open && !session.is_signed_in() => {
                let next = address::path_and_query();
                if next == "/" {
                    go("/login");
                } else {
                    go(&format!("/login?next={}", address::encode(&next)));
                }
            }
            _ => {}
        }
    });
}

/// No page is at this address.
#[component]
fn NotFound() -> impl IntoView {
    let i18n = use_i18n();
    title(move || t_string!(i18n, app.not_found_title).to_owned());
    view! {
        <main class="center" id="main">
            <div class="empty">
                <h1 class="empty-title">{t!(i18n, app.not_found_title)}</h1>
                <p class="muted">{t!(i18n, app.not_found)}</p>
                <a class="button" href="/contacts">{t!(i18n, app.go_to_contacts)}</a>
            </div>
        </main>
    }
}
