//! The account: only its owners change it.

use super::frame::Section;
use crate::i18n::{t, t_string, use_i18n};
use crate::session::use_session;
use crate::ui::{
    self, Alert, Button, CountryField, Form, FormFault, Input, LanguageField, TimeZoneField, Tone,
    use_toasts,
};
use leptos::prelude::*;
use rapport_contract::account::AccountPatch;
use rapport_contract::language::Language;
use rapport_contract::role::Permission;

/// Name, language, time zone, default country.
#[component]
pub(crate) fn AccountSettings() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let locked = Signal::derive(move || !session.may(Permission::AccountManage));

    let Some(account) = untrack(|| session.me_with(|me| me.account.clone())) else {
        return ().into_any();
    };
    let form = Form::new();
    let name = form.field("/name", &account.name, ui::required_line);
    let language = form.field("/language", account.language.as_str(), ui::required);
    let zone = form.field("/time_zone", &account.time_zone, ui::required);
    let country = form.field(
        "/default_country",
        account.default_country.code(),
        ui::country,
    );
    let submit = move || {
        form.submit(move || async move {
            let patch = AccountPatch {
                name: Some(name.text()),
                language: Language::from_tag(&language.text()),
                time_zone: Some(zone.text()),
                default_country: Some(country.text()),
            };
            let account = session
                .ask(|client| {
                    let patch = patch.clone();
                    async move { client.update_account(&patch).await }
                })
                .await?;
            session.update(|me| me.account = account);
            toasts.say(Tone::Good, untrack(|| t_string!(i18n, settings.saved)));
            Ok(())
        });
    };
    view! {
        <form on:submit=move |event| { event.prevent_default(); submit(); } novalidate>
            <Show when=move || locked.get()>
                <Alert tone=Tone::Plain>{t!(i18n, settings.read_only)}</Alert>
            </Show>
            <Section
                heading=move || t_string!(i18n, account.about)
                about=move || t_string!(i18n, account.about_hint)
            >
                <div class="form">
                    <Input
                        field=name
                        label=move || t_string!(i18n, setup.account_name)
                        autocomplete="organization"
                        readonly=locked
                    />
                </div>
            </Section>
            <Section
                heading=move || t_string!(i18n, account.regional)
                about=move || t_string!(i18n, account.regional_hint)
            >
                <div class="form">
                    <LanguageField
                        field=language
                        label=move || t_string!(i18n, setup.language)
                        hint=move || t_string!(i18n, account.language_hint)
                        disabled=locked
                    />
                    <TimeZoneField
                        field=zone
                        label=move || t_string!(i18n, setup.time_zone)
                        hint=move || t_string!(i18n, account.time_zone_hint)
                        disabled=locked
                    />
                    <CountryField
                        field=country
                        label=move || t_string!(i18n, setup.country)
                        hint=move || t_string!(i18n, setup.country_hint)
                        disabled=locked
                    />
                    <FormFault form/>
                    <Show when=move || !locked.get()>
                        <div class="form-foot">
                            <Button primary=true submit=true busy=form.busy()>{t!(i18n, act.save)}</Button>
                        </div>
                    </Show>
                </div>
            </Section>
        </form>
    }
    .into_any()
}
