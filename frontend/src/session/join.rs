//! Accepting an invitation.

use crate::browser::address;
use crate::i18n::{t, t_string, title, use_i18n};
use crate::session::frame::CardPage;
use crate::session::use_session;
use crate::ui::{self, Button, Form, FormFault, Input, Loaded, PasswordInput};
use crate::words::role_name;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use rapport_client::ClientError;
use rapport_contract::Code;
use rapport_contract::auth::Secret;
use rapport_contract::invitation::{Acceptance, LinkOffer, LinkPurpose, LinkToken};

/// What the link at hand offers, and a page for it.
#[component]
pub(crate) fn JoinPage() -> impl IntoView {
    let i18n = use_i18n();
    title(move || t_string!(i18n, join.submit).to_owned());
    view! {
        <LinkPage
            purpose=LinkPurpose::Join
            ready=|token, offer| view! { <JoinForm token offer/> }.into_any()
        />
    }
}

type Ready = fn(Secret, LinkOffer) -> AnyView;

/// Opens the link in the address bar; what is wrong with it stands in its place.
#[component]
pub(crate) fn LinkPage(purpose: LinkPurpose, ready: Ready) -> impl IntoView {
    let Some(token) = address::take_from_fragment("token").map(Secret) else {
        return view! { <DeadLink complete=false/> }.into_any();
    };
    let asked = token.clone();
    let offer = Loaded::new(move |client| {
        let token = LinkToken {
            token: asked.clone(),
        };
        async move {
            match client.open_link(&token).await {
                Err(error) if is_dead(&error) => Ok(None),
                answer => answer.map(Some),
            }
        }
    });
    offer
        .show(move |offer: Option<LinkOffer>| match offer {
            Some(offer) if offer.purpose == purpose => ready(token.clone(), offer),
            _ => view! { <DeadLink complete=true/> }.into_any(),
        })
        .into_any()
}

/// Whether no second try will open the link.
fn is_dead(error: &ClientError) -> bool {
    matches!(
        error.code(),
        Some(Code::LinkSpent | Code::NotFound | Code::ValidationFailed)
    )
}

/// The link is of no use.
#[component]
fn DeadLink(complete: bool) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <CardPage
            heading=move || t_string!(i18n, join.spent_title)
            lead=move || if complete { t_string!(i18n, join.spent) } else { t_string!(i18n, join.no_token) }
        >
            <p class="card-foot"><a href="/login">{t!(i18n, session.sign_in)}</a></p>
        </CardPage>
    }
}

#[component]
fn JoinForm(token: Secret, offer: LinkOffer) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let navigate = use_navigate();
    let form = Form::new();
    let name = form.field("/name", "", ui::required_line);
    let email = form.field(
        "/email",
        offer.email.as_deref().unwrap_or_default(),
        ui::email,
    );
    // Who has a password already gives that one: only the server knows which rules it was made by.
    let password = form.field("/password", "", ui::required);
    let bound = offer.email.is_some();
    let submit = move || {
        let (navigate, token) = (navigate.clone(), token.clone());
        form.submit(move || async move {
            let acceptance = Acceptance {
                token,
                name: name.text(),
                email: email.text(),
                password: Secret(password.text()),
            };
            let signed_in = session.client().accept_invitation(&acceptance).await?;
            session.sign_in(signed_in);
            navigate(
                "/contacts",
                NavigateOptions {
                    replace: true,
                    ..Default::default()
                },
            );
            Ok(())
        });
    };
    let (account, role) = (offer.account, offer.role);
    view! {
        <CardPage
            heading=move || t_string!(i18n, join.title, account = account.clone())
            lead=move || {
                let role = role.map(|role| role_name(i18n.get_locale(), role)).unwrap_or_default();
                t_string!(i18n, join.lead, role = role)
            }
        >
            <form class="form" on:submit=move |event| { event.prevent_default(); submit(); } novalidate>
                <Input
                    field=name
                    label=move || t_string!(i18n, setup.your_name)
                    autocomplete="name"
                    autofocus=true
                />
                <Input
                    field=email
                    label=move || t_string!(i18n, session.email)
                    kind="email"
                    autocomplete="username"
                    readonly=bound
                />
                <PasswordInput
                    field=password
                    label=move || t_string!(i18n, session.password)
                    hint=move || t_string!(i18n, setup.password_hint)
                    autocomplete="new-password"
                />
                <p class="muted small">{t!(i18n, join.have_account)}</p>
                <FormFault form/>
                <Button primary=true submit=true wide=true busy=form.busy()>{t!(i18n, join.submit)}</Button>
            </form>
        </CardPage>
    }
}
