//! Signing in.

use crate::browser::address;
use crate::i18n::{t, t_string, title, use_i18n};
use crate::session::frame::CardPage;
use crate::session::use_session;
use crate::ui::{self, Alert, Button, Form, FormFault, Input, PasswordInput, Tone, required};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use rapport_contract::auth::{LoginDraft, Secret};

/// The page on which a person signs in.
#[component]
pub(crate) fn LoginPage() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let query = use_query_map();
    let navigate = use_navigate();
    title(move || t_string!(i18n, session.sign_in).to_owned());

    // Signed in, now or already: go where the person wanted to go.
    Effect::new(move |_| {
        if session.is_signed_in() {
            let next = query.with_untracked(|query| query.get("next"));
            let next = next
                .as_deref()
                .and_then(address::safe_path)
                .unwrap_or("/contacts");
            navigate(
                next,
                NavigateOptions {
                    replace: true,
                    ..Default::default()
                },
            );
        }
    });
    let was_reset = move || query.with(|query| query.get("reset").is_some());

    view! {
        <CardPage heading=move || t_string!(i18n, session.sign_in_title)>
            <Show when=was_reset>
                <Alert tone=Tone::Good>{t!(i18n, session.password_was_set)}</Alert>
            </Show>
            <SignInForm/>
            <p class="muted small card-foot">{t!(i18n, session.forgot)}</p>
        </CardPage>
    }
}

/// E-mail and password. When the session has ended, the e-mail is known.
#[component]
pub(crate) fn SignInForm(
    /// The e-mail to begin with.
    #[prop(optional, into)]
    email: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let form = Form::new();
    let known = !email.is_empty();
    let email = form.field("/email", &email, ui::email);
    let password = form.field("/password", "", required);

    let submit = move || {
        form.submit(move || async move {
            let draft = LoginDraft {
                email: email.text(),
                password: Secret(password.text()),
                account: None,
            };
            session.sign_in(session.client().log_in(&draft).await?);
            Ok(())
        });
    };
    view! {
        <form class="form" on:submit=move |event| { event.prevent_default(); submit(); } novalidate>
            <Input
                field=email
                label=move || t_string!(i18n, session.email)
                kind="email"
                autocomplete="username"
                autofocus=!known
            />
            <PasswordInput
                field=password
                label=move || t_string!(i18n, session.password)
                autocomplete="current-password"
                autofocus=known
            />
            <FormFault form/>
            <Button primary=true submit=true wide=true busy=form.busy()>{t!(i18n, session.sign_in)}</Button>
        </form>
    }
}
