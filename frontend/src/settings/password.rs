//! One's own password.

use super::frame::Section;
use crate::i18n::{t, t_string, use_i18n};
use crate::session::use_session;
use crate::ui::{self, Button, Form, FormFault, PasswordInput, Tone, use_toasts};
use leptos::prelude::*;
use rapport_contract::auth::{PasswordChange, Secret};

/// Changes the password.
#[component]
pub(super) fn PasswordSection() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let form = Form::new();
    let current = form.field("/current", "", ui::required);
    let new = form.field("/new", "", ui::new_password);
    let submit = move || {
        form.submit(move || async move {
            let change = PasswordChange {
                current: Secret(current.text()),
                new: Secret(new.text()),
            };
            session
                .ask(|client| {
                    let change = change.clone();
                    async move { client.change_password(&change).await }
                })
                .await?;
            form.clear();
            toasts.say(Tone::Good, untrack(|| t_string!(i18n, me.password_changed)));
            Ok(())
        });
    };
    let user = untrack(|| session.me_with(|me| me.email.clone())).unwrap_or_default();
    view! {
        <Section
            heading=move || t_string!(i18n, me.password)
            about=move || t_string!(i18n, me.password_note)
        >
            <form class="form" on:submit=move |event| { event.prevent_default(); submit(); } novalidate>
                // For password stores: whose password this is.
                <input type="text" autocomplete="username" prop:value=user hidden readonly/>
                <PasswordInput
                    field=current
                    label=move || t_string!(i18n, me.current_password)
                    autocomplete="current-password"
                />
                <PasswordInput
                    field=new
                    label=move || t_string!(i18n, me.new_password)
                    hint=move || t_string!(i18n, setup.password_hint)
                    autocomplete="new-password"
                />
                <FormFault form/>
                <div class="form-foot">
                    <Button submit=true busy=form.busy()>{t!(i18n, me.change_password)}</Button>
                </div>
            </form>
        </Section>
    }
}
