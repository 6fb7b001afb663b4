//! Where one is signed in.

use super::frame::Section;
use crate::browser::device;
use crate::i18n::{I18n, t, t_string, use_i18n};
use crate::session::use_session;
use crate::ui::{Button, Loaded, Moment, Tone, use_toasts};
use crate::words::error_text;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_contract::SessionId;
use rapport_contract::auth::Session;
use rapport_contract::page::Page;

/// The sessions, each with a way to end it.
#[component]
pub(super) fn SessionsSection() -> impl IntoView {
    let i18n = use_i18n();
    let sessions = Loaded::new(|client| async move { client.sessions().await });
    view! {
        <Section
            heading=move || t_string!(i18n, me.sessions)
            about=move || t_string!(i18n, me.sessions_hint)
        >
            {sessions.show(move |page: Page<Session>| view! {
                <ul class="list">
                    {page
                        .data
                        .into_iter()
                        .map(|session| view! { <SessionItem session sessions/> })
                        .collect_view()}
                </ul>
            })}
        </Section>
    }
}

/// What the browser calls itself, in words.
fn device_name(i18n: I18n, user_agent: Option<&str>) -> String {
    match user_agent.map(device::names) {
        Some((Some(browser), Some(system))) => {
            t_string!(i18n, me.on_system, browser = browser, system = system)
        }
        Some((Some(name), None) | (None, Some(name))) => name.to_owned(),
        _ => t_string!(i18n, me.unknown_browser).to_owned(),
    }
}

#[component]
fn SessionItem(session: Session, sessions: Loaded<Page<Session>>) -> impl IntoView {
    let i18n = use_i18n();
    let Session {
        id,
        current,
        user_agent,
        last_seen_at,
        ..
    } = session;
    let agent = StoredValue::new(user_agent);
    let device =
        Signal::derive(move || agent.with_value(|agent| device_name(i18n, agent.as_deref())));
    view! {
        <li class="list-item">
            <div class="list-main">
                <p class="strong">
                    {move || device.get()}
                    {current.then(|| view! { <span class="tag">{t!(i18n, me.this_session)}</span> })}
                </p>
                <p class="muted small"><Moment at=last_seen_at/></p>
            </div>
            {(!current).then(|| view! { <EndButton id device sessions/> })}
        </li>
    }
}

#[component]
fn EndButton(
    id: SessionId,
    device: Signal<String>,
    sessions: Loaded<Page<Session>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let end = move |()| {
        busy.set(true);
        spawn_local(async move {
            let answer = session
                .ask(|client| async move { client.end_session(id).await })
                .await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    sessions.update(|page| page.data.retain(|session| session.id != id));
                    toasts.say(Tone::Good, untrack(|| t_string!(i18n, me.ended)));
                }
                Err(error) => {
                    toasts.say(Tone::Bad, error_text(i18n.get_locale_untracked(), &error));
                    sessions.reload();
                }
            }
        });
    };
    let label = Signal::derive(move || Some(t_string!(i18n, me.end_this, device = device.get())));
    view! { <Button busy label on_press=end>{t!(i18n, me.end)}</Button> }
}
