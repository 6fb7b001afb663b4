//! The page of one contact: its fields, each to be changed in its place.

use super::list::use_list;
use super::profile_field::{Part, ProfileField};
use super::toolbar::refusal;
use crate::i18n::{t, t_string, title, use_i18n};
use crate::session::use_session;
use crate::ui::{Avatar, Button, Icon, Load, Loaded, Moment, Symbol, Tone, use_toasts};
use crate::words::{error_text, source_name};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use rapport_client::ETagged;
use rapport_contract::contact::Contact;
use rapport_contract::role::Permission;
use rapport_contract::{Code, ContactId};

/// The contact in the address.
#[component]
pub(crate) fn ContactPage() -> impl IntoView {
    let parameters = use_params_map();
    let id = Memo::new(move |_| {
        parameters
            .with(|parameters| parameters.get("id"))
            .and_then(|id| id.parse::<ContactId>().ok())
    });
    move || match id.get() {
        Some(id) => view! { <Profile id/> }.into_any(),
        None => view! { <Missing/> }.into_any(),
    }
}

/// The contact as it was last seen, with the version that changes go out from.
pub(super) type Seen = RwSignal<ETagged<Contact>>;

#[component]
fn Profile(id: ContactId) -> impl IntoView {
    let loaded = Loaded::new(move |client| async move {
        match client.contact(id).await {
            Err(error) if error.code() == Some(Code::NotFound) => Ok(None),
            answer => answer.map(Some),
        }
    });
    let i18n = use_i18n();
    title(move || match loaded.get() {
        Load::Ready(Some(contact)) => contact.value.name,
        _ => t_string!(i18n, contacts.title).to_owned(),
    });
    view! {
        <div class="page page-scroll">
            {loaded.show(move |contact: Option<ETagged<Contact>>| match contact {
                Some(contact) => view! { <ProfileOf contact/> }.into_any(),
                None => view! { <Missing/> }.into_any(),
            })}
        </div>
    }
}

#[component]
fn Back() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <a class="back" href="/contacts">
            <Icon symbol=Symbol::ArrowLeft/>
            {t!(i18n, profile.back)}
        </a>
    }
}

#[component]
fn Missing() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="empty">
            <h1 class="empty-title">{t!(i18n, profile.missing_title)}</h1>
            <p class="muted">{t!(i18n, profile.missing)}</p>
            <a class="button" href="/contacts">{t!(i18n, profile.back)}</a>
        </div>
    }
}

#[component]
fn ProfileOf(contact: ETagged<Contact>) -> impl IntoView {
    let i18n = use_i18n();
    let seed = contact.value.id.as_i64();
    let seen: Seen = RwSignal::new(contact);
    let name = Signal::derive(move || seen.with(|seen| seen.value.name.clone()));
    view! {
        <header class="profile-head">
            <Back/>
            <div class="profile-title">
                <Avatar name seed/>
                <h1>{move || name.get()}</h1>
                <div class="toolbar-space"></div>
                <DeleteButton seen/>
            </div>
        </header>
        <div class="profile">
            <section class="panel" aria-labelledby="profile-details">
                <h2 id="profile-details">{t!(i18n, profile.details)}</h2>
                <div class="profile-fields">
                    {Part::ALL
                        .into_iter()
                        .map(|part| view! { <ProfileField part seen/> })
                        .collect_view()}
                </div>
            </section>
            <Record seen/>
        </div>
    }
}

/// What nobody types: where the contact came from, and when.
#[component]
fn Record(seen: Seen) -> impl IntoView {
    let i18n = use_i18n();
    let others = move |read: fn(&Contact) -> Vec<String>| seen.with(|seen| read(&seen.value));
    let emails = move || {
        others(|contact| {
            contact
                .emails
                .iter()
                .filter(|it| !it.primary)
                .map(|it| it.address.clone())
                .collect()
        })
    };
    let phones = move || {
        others(|contact| {
            contact
                .phones
                .iter()
                .filter(|it| !it.primary)
                .map(|it| it.number.to_string())
                .collect()
        })
    };
    view! {
        <section class="panel" aria-labelledby="profile-record">
            <h2 id="profile-record">{t!(i18n, profile.history)}</h2>
            <dl class="facts">
                <div class="fact">
                    <dt>{t!(i18n, field.source)}</dt>
                    <dd>{move || source_name(i18n.get_locale(), seen.with(|seen| seen.value.source))}</dd>
                </div>
                <div class="fact">
                    <dt>{t!(i18n, field.created)}</dt>
                    <dd>{move || view! { <Moment at=seen.with(|seen| seen.value.created_at)/> }}</dd>
                </div>
                <div class="fact">
                    <dt>{t!(i18n, field.updated)}</dt>
                    <dd>{move || view! { <Moment at=seen.with(|seen| seen.value.updated_at)/> }}</dd>
                </div>
                <div class="fact">
                    <dt>{t!(i18n, field.last_activity)}</dt>
                    <dd>{move || match seen.with(|seen| seen.value.last_activity_at) {
                        Some(at) => view! { <Moment at/> }.into_any(),
                        None => view! { <span class="muted">{t!(i18n, profile.never)}</span> }.into_any(),
                    }}</dd>
                </div>
                {move || some(emails()).map(|list| view! {
                    <div class="fact"><dt>{t!(i18n, profile.other_emails)}</dt><dd>{list}</dd></div>
                })}
                {move || some(phones()).map(|list| view! {
                    <div class="fact"><dt>{t!(i18n, profile.other_phones)}</dt><dd>{list}</dd></div>
                })}
            </dl>
        </section>
    }
}

fn some(list: Vec<String>) -> Option<String> {
    (!list.is_empty()).then(|| list.join(", "))
}

/// Deletes at once, and lets take it back.
#[component]
fn DeleteButton(seen: Seen) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let list = use_list();
    let toasts = use_toasts();
    let navigate = use_navigate();
    let busy = RwSignal::new(false);
    let restore = move |id: ContactId, name: String| {
        spawn_local(async move {
            let answer = session
                .ask(|client| async move { client.restore_contact(id).await })
                .await;
            match answer {
                Ok(contact) => {
                    list.reload();
                    toasts.say(Tone::Good, tu_restored(i18n, contact.name));
                }
                Err(error) => {
                    let why = error_text(i18n.get_locale_untracked(), &error);
                    let text = untrack(|| t_string!(i18n, contacts.not_restored, name = name));
                    toasts.say(Tone::Bad, format!("{text} {why}"));
                }
            }
        });
    };
    let delete = move |()| {
        let navigate = navigate.clone();
        let (id, name) = seen.with_untracked(|seen| (seen.value.id, seen.value.name.clone()));
        busy.set(true);
        spawn_local(async move {
            let answer = session
                .ask(|client| async move { client.delete_contact(id).await })
                .await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    list.forget();
                    navigate("/contacts", NavigateOptions::default());
                    let text = untrack(|| t_string!(i18n, contacts.deleted, name = name.clone()));
                    let undo = untrack(|| t_string!(i18n, act.undo));
                    toasts.offer(Tone::Plain, text, undo, move || restore(id, name.clone()));
                }
                Err(error) => {
                    toasts.say(Tone::Bad, error_text(i18n.get_locale_untracked(), &error));
                }
            }
        });
    };
    view! {
        <Button
            danger=true
            symbol=Symbol::Trash
            busy
            refused=refusal(Permission::ContactsDelete)
            on_press=delete
        >
            {t!(i18n, profile.delete)}
        </Button>
    }
}

fn tu_restored(i18n: crate::i18n::I18n, name: String) -> String {
    untrack(|| t_string!(i18n, contacts.restored, name = name))
}
