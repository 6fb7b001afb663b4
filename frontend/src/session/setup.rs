//! The first run: the account and its owner.

use crate::browser::{address, intl};
use crate::i18n::{language, locale, shown_language, t, t_string, title, use_i18n};
use crate::session::frame::CardPage;
use crate::session::use_session;
use crate::ui::{
    self, Button, CountryField, Form, FormFault, Input, LanguageField, PasswordInput, TimeZoneField,
};
use leptos::prelude::*;
use rapport_contract::Code;
use rapport_contract::account::AccountDraft;
use rapport_contract::auth::Secret;
use rapport_contract::language::Language;
use rapport_contract::setup::SetupDraft;

/// How many sample contacts the choice stands for.
const SAMPLES: u32 = 200;

/// Makes the account and its owner.
#[component]
pub(crate) fn SetupPage() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    title(move || t_string!(i18n, setup.title).to_owned());

    let code = address::take_from_fragment("code");
    let code_given = RwSignal::new(code.is_some());
    let country = intl::browser_country().map(|country| country.code().to_owned());

    let form = Form::new();
    let code = form.field("/code", &code.unwrap_or_default(), ui::required);
    let account = form.field("/account/name", "", ui::required_line);
    let spoken = untrack(|| shown_language(i18n));
    let spoken = form.field("/account/language", spoken.as_str(), ui::required);
    let zone = form.field(
        "/account/time_zone",
        &intl::browser_time_zone(),
        ui::required,
    );
    let country = form.field(
        "/account/default_country",
        &country.unwrap_or_default(),
        ui::country,
    );
    let name = form.field("/name", "", ui::required_line);
    let email = form.field("/email", "", ui::email);
    let password = form.field("/password", "", ui::new_password);
    let samples = RwSignal::new(true);

    // The link may be opened in a page that is here already: only the fragment changes then.
    let late = window_event_listener(leptos::ev::hashchange, move |_| {
        if let Some(given) = address::take_from_fragment("code") {
            code.set(&given);
            code_given.set(true);
        }
    });
    on_cleanup(move || late.remove());

    // Whoever speaks another language below the card means the account's too.
    Effect::new(move |_| spoken.set(shown_language(i18n).as_str()));
    let speak = move |chosen: String| {
        if let Some(chosen) = Language::from_tag(&chosen) {
            i18n.set_locale(locale(chosen));
        }
    };
    let submit = move || {
        form.submit(move || async move {
            let draft = SetupDraft {
                code: Secret(code.text().trim().to_owned()),
                account: AccountDraft {
                    name: account.text(),
                    language: Language::from_tag(&spoken.text())
                        .unwrap_or(language(i18n.get_locale_untracked())),
                    time_zone: zone.text(),
                    default_country: country.text(),
                },
                name: name.text(),
                email: email.text(),
                password: Secret(password.text()),
                sample_contacts: if samples.get_untracked() { SAMPLES } else { 0 },
            };
            let answer = session.client().set_up(&draft).await;
            if answer
                .as_ref()
                .is_err_and(|error| error.code() == Some(Code::WrongSetupCode))
            {
                // Here it can be corrected, whichever link it came with.
                code_given.set(false);
            }
            session.sign_in(answer?);
            Ok(())
        });
    };
    view! {
        <CardPage
            heading=move || t_string!(i18n, setup.title)
            lead=move || t_string!(i18n, setup.lead)
        >
            <form class="form" on:submit=move |event| { event.prevent_default(); submit(); } novalidate>
                <Show when=move || !code_given.get()>
                    <Input
                        field=code
                        label=move || t_string!(i18n, setup.code)
                        hint=move || t_string!(i18n, setup.no_code)
                        autofocus=true
                    />
                </Show>
                <fieldset class="group">
                    <legend>{t!(i18n, setup.account)}</legend>
                    <Input
                        field=account
                        label=move || t_string!(i18n, setup.account_name)
                        autocomplete="organization"
                        autofocus=code_given.get_untracked()
                    />
                    <div class="pair">
                        <LanguageField
                            field=spoken
                            label=move || t_string!(i18n, setup.language)
                            on_choose=speak
                        />
                        <TimeZoneField field=zone label=move || t_string!(i18n, setup.time_zone)/>
                    </div>
                    <CountryField
                        field=country
                        label=move || t_string!(i18n, setup.country)
                        hint=move || t_string!(i18n, setup.country_hint)
                    />
                </fieldset>
                <fieldset class="group">
                    <legend>{t!(i18n, setup.owner)}</legend>
                    <Input field=name label=move || t_string!(i18n, setup.your_name) autocomplete="name"/>
                    <Input
                        field=email
                        label=move || t_string!(i18n, session.email)
                        kind="email"
                        autocomplete="username"
                    />
                    <PasswordInput
                        field=password
                        label=move || t_string!(i18n, session.password)
                        hint=move || t_string!(i18n, setup.password_hint)
                        autocomplete="new-password"
                    />
                </fieldset>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || samples.get()
                        on:change=move |event| samples.set(event_target_checked(&event))
                    />
                    <span>
                        {t!(i18n, setup.samples)}
                        <span class="check-hint">{t!(i18n, setup.samples_hint)}</span>
                    </span>
                </label>
                <FormFault form/>
                <Button primary=true submit=true wide=true busy=form.busy()>{t!(i18n, setup.submit)}</Button>
            </form>
        </CardPage>
    }
}
