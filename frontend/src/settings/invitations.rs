//! Inviting by a link, and the invitations that stand open.

use super::frame::Section;
use super::link::LinkDialog;
use super::members::roles_to_give;
use crate::browser::intl;
use crate::i18n::{shown_language, t, t_string, use_i18n};
use crate::session::use_session;
use crate::ui::{
    self, Button, Form, FormFault, Input, Loaded, SelectField, Symbol, Tone, use_toasts,
};
use crate::words::{error_text, role_may, role_name};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_contract::invitation::{Invitation, InvitationDraft, Link};
use rapport_contract::page::Page;
use rapport_contract::role::Role;

/// Makes a link with a role.
#[component]
pub(super) fn InviteSection(invitations: Loaded<Page<Invitation>>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let form = Form::new();
    let role = form.field("/role", Role::Agent.as_str(), ui::required);
    let email = form.field("/email", "", |text, pointer| {
        if text.trim().is_empty() {
            Ok(())
        } else {
            ui::email(text, pointer)
        }
    });
    let link = RwSignal::new(None::<Link>);
    let roles = Signal::derive(move || {
        let locale = i18n.get_locale();
        roles_to_give(session.role())
            .into_iter()
            .map(|role| {
                let name = format!("{} – {}", role_name(locale, role), role_may(locale, role));
                (role.as_str().to_owned(), name)
            })
            .collect::<Vec<_>>()
    });
    let submit = move || {
        form.submit(move || async move {
            let draft = InvitationDraft {
                role: Role::from_name(&role.text()).unwrap_or(Role::Viewer),
                email: Some(email.text().trim().to_owned()).filter(|email| !email.is_empty()),
            };
            let made = session
                .ask(|client| {
                    let draft = draft.clone();
                    async move { client.invite(&draft).await }
                })
                .await?;
            form.clear();
            role.set(draft.role.as_str());
            link.set(Some(made));
            invitations.reload();
            Ok(())
        });
    };
    view! {
        <Section
            heading=move || t_string!(i18n, members.invite)
            about=move || t_string!(i18n, members.invite_hint)
        >
            <form class="form" on:submit=move |event| { event.prevent_default(); submit(); } novalidate>
                <SelectField field=role label=move || t_string!(i18n, members.role) choices=roles/>
                <Input
                    field=email
                    label=move || t_string!(i18n, members.invite_email)
                    kind="email"
                    optional=true
                />
                <FormFault form/>
                <div class="form-foot">
                    <Button primary=true submit=true symbol=Symbol::Link busy=form.busy()>
                        {t!(i18n, members.invite_submit)}
                    </Button>
                </div>
            </form>
        </Section>
        {move || link.get().map(|made| view! {
            <LinkDialog link=made on_close=move |()| link.set(None)/>
        })}
    }
}

/// The invitations that nobody has accepted yet.
#[component]
pub(super) fn OpenInvitations(invitations: Loaded<Page<Invitation>>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Section heading=move || t_string!(i18n, members.open) about="">
            {invitations.show(move |page: Page<Invitation>| {
                if page.data.is_empty() {
                    view! { <p class="muted">{t!(i18n, members.none_open)}</p> }.into_any()
                } else {
                    view! {
                        <ul class="list">
                            {page
                                .data
                                .into_iter()
                                .map(|invitation| view! { <InvitationItem invitation invitations/> })
                                .collect_view()}
                        </ul>
                    }
                    .into_any()
                }
            })}
        </Section>
    }
}

#[component]
fn InvitationItem(invitation: Invitation, invitations: Loaded<Page<Invitation>>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let Invitation {
        id,
        email,
        role,
        expires_at,
        ..
    } = invitation;
    let email = StoredValue::new(email);
    let whom = Signal::derive(move || {
        email
            .get_value()
            .unwrap_or_else(|| t_string!(i18n, members.anyone).to_owned())
    });
    let withdraw = move |()| {
        busy.set(true);
        spawn_local(async move {
            let answer = session
                .ask(|client| async move { client.withdraw_invitation(id).await })
                .await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    invitations.update(|page| page.data.retain(|open| open.id != id));
                    toasts.say(Tone::Good, untrack(|| t_string!(i18n, members.withdrawn)));
                }
                Err(error) => {
                    toasts.say(Tone::Bad, error_text(i18n.get_locale_untracked(), &error));
                    invitations.reload();
                }
            }
        });
    };
    let label =
        Signal::derive(move || Some(t_string!(i18n, members.withdraw_for, name = whom.get())));
    view! {
        <li class="list-item">
            <div class="list-main">
                <p class="strong">{move || whom.get()}</p>
                <p class="muted small list-line">
                    {move || role_name(i18n.get_locale(), role)}
                    <span class="dot" aria-hidden="true">"·"</span>
                    {move || {
                        let when = intl::day(shown_language(i18n), expires_at);
                        t_string!(i18n, members.expires, when = when)
                    }}
                </p>
            </div>
            <Button busy label on_press=withdraw>{t!(i18n, members.withdraw)}</Button>
        </li>
    }
}
