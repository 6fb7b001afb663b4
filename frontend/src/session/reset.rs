//! A new password by a link.

use crate::i18n::{t, t_string, title, use_i18n};
use crate::session::frame::CardPage;
use crate::session::join::LinkPage;
use crate::session::use_session;
use crate::ui::{self, Button, Form, FormFault, PasswordInput};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use rapport_contract::auth::Secret;
use rapport_contract::invitation::{LinkOffer, LinkPurpose, PasswordReset};

/// What the link at hand offers, and a page for it.
#[component]
pub(crate) fn ResetPage() -> impl IntoView {
    let i18n = use_i18n();
    title(move || t_string!(i18n, reset.title).to_owned());
    view! {
        <LinkPage
            purpose=LinkPurpose::ResetPassword
            ready=|token, offer| view! { <ResetForm token offer/> }.into_any()
        />
    }
}

#[component]
fn ResetForm(token: Secret, offer: LinkOffer) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let navigate = use_navigate();
    let form = Form::new();
    let password = form.field("/password", "", ui::new_password);
    let submit = move || {
        let (navigate, token) = (navigate.clone(), token.clone());
        form.submit(move || async move {
            let reset = PasswordReset {
                token,
                password: Secret(password.text()),
            };
            session.client().reset_password(&reset).await?;
            navigate(
                "/login?reset=1",
                NavigateOptions {
                    replace: true,
                    ..Default::default()
                },
            );
            Ok(())
        });
    };
    let (account, email) = (offer.account, offer.email.unwrap_or_default());
    let user_name = email.clone();
    view! {
        <CardPage
            heading=move || t_string!(i18n, reset.title)
            lead=move || t_string!(i18n, reset.lead, email = email.clone(), account = account.clone())
        >
            <form class="form" on:submit=move |event| { event.prevent_default(); submit(); } novalidate>
                // For password stores: whose password this is.
                <input type="text" autocomplete="username" prop:value=user_name hidden readonly/>
                <PasswordInput
                    field=password
                    label=move || t_string!(i18n, reset.new_password)
                    hint=move || t_string!(i18n, setup.password_hint)
                    autocomplete="new-password"
                    autofocus=true
                />
                <FormFault form/>
                <Button primary=true submit=true wide=true busy=form.busy()>{t!(i18n, reset.submit)}</Button>
            </form>
        </CardPage>
    }
}
