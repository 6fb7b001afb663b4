//! One's own person.

use super::frame::Section;
use super::password::PasswordSection;
use super::sessions::SessionsSection;
use crate::browser::theme::Theme;
use crate::i18n::{Locale, own_name, t, t_string, td_string, use_i18n};
use crate::session::use_session;
use crate::ui::{self, Button, Field, Form, FormFault, Input, SelectField, Tone, use_toasts};
use crate::words::error_text;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_contract::Patch;
use rapport_contract::auth::MePatch;
use rapport_contract::language::Language;

/// Name, language, theme, password, sessions.
#[component]
pub(crate) fn ProfileSettings() -> impl IntoView {
    view! {
        <NameSection/>
        <AppearanceSection/>
        <PasswordSection/>
        <SessionsSection/>
    }
}

#[component]
fn NameSection() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let me = untrack(|| session.me());
    let (name, email) = me.map(|me| (me.name, me.email)).unwrap_or_default();
    let form = Form::new();
    let name = form.field("/name", &name, ui::required_line);
    let email = Field::new("/email", &email, |_, _| Ok(()));
    let submit = move || {
        form.submit(move || async move {
            let patch = MePatch {
                name: Some(name.text()),
                ..MePatch::default()
            };
            let me = session
                .ask(|client| {
                    let patch = patch.clone();
                    async move { client.update_me(&patch).await }
                })
                .await?;
            session.see(me);
            toasts.say(Tone::Good, untrack(|| t_string!(i18n, settings.saved)));
            Ok(())
        });
    };
    view! {
        <Section
            heading=move || t_string!(i18n, me.about)
            about=move || t_string!(i18n, me.about_hint)
        >
            <form class="form" on:submit=move |event| { event.prevent_default(); submit(); } novalidate>
                <Input field=name label=move || t_string!(i18n, me.name) autocomplete="name"/>
                <Input
                    field=email
                    label=move || t_string!(i18n, me.email)
                    hint=move || t_string!(i18n, me.email_hint)
                    readonly=true
                />
                <FormFault form/>
                <div class="form-foot">
                    <Button primary=true submit=true busy=form.busy()>{t!(i18n, act.save)}</Button>
                </div>
            </form>
        </Section>
    }
}

/// Language and theme: both apply at once.
#[component]
fn AppearanceSection() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let chosen = untrack(|| session.me_with(|me| me.language)).flatten();
    let language = Field::new("/language", chosen.map_or("", Language::as_str), |_, _| {
        Ok(())
    });
    let theme = Field::new("/theme", Theme::remembered().as_str(), |_, _| Ok(()));

    let languages = Signal::derive(move || {
        let account = session
            .me_with(|me| me.account.language)
            .unwrap_or_default();
        let first = t_string!(i18n, me.language_of_account, language = own_name(account));
        let each = Language::ALL.map(|one| (one.as_str().to_owned(), own_name(one).to_owned()));
        std::iter::once((String::new(), first))
            .chain(each)
            .collect::<Vec<_>>()
    });
    let themes = Signal::derive(move || {
        let locale = i18n.get_locale();
        Theme::ALL
            .map(|theme| {
                (
                    theme.as_str().to_owned(),
                    theme_name(locale, theme).to_owned(),
                )
            })
            .to_vec()
    });
    let speak = move |value: String| {
        let chosen = Language::from_tag(&value).filter(|_| !value.is_empty());
        let before = untrack(|| session.me_with(|me| me.language)).flatten();
        session.update(|me| me.language = chosen);
        let patch = MePatch {
            language: chosen.map_or(Patch::Null, Patch::Set),
            ..MePatch::default()
        };
        spawn_local(async move {
            let answer = session
                .ask(|client| {
                    let patch = patch.clone();
                    async move { client.update_me(&patch).await }
                })
                .await;
            if let Err(error) = answer {
                session.update(|me| me.language = before);
                language.set(before.map_or("", Language::as_str));
                toasts.say(Tone::Bad, error_text(i18n.get_locale_untracked(), &error));
            }
        });
    };
    let paint = move |value: String| {
        if let Some(theme) = Theme::from_name(&value) {
            theme.apply();
        }
    };
    view! {
        <Section
            heading=move || t_string!(i18n, me.appearance)
            about=move || t_string!(i18n, me.appearance_hint)
        >
            <div class="form">
                <div class="pair">
                    <SelectField
                        field=language
                        label=move || t_string!(i18n, me.language)
                        choices=languages
                        on_choose=speak
                    />
                    <SelectField
                        field=theme
                        label=move || t_string!(i18n, me.theme)
                        choices=themes
                        on_choose=paint
                    />
                </div>
            </div>
        </Section>
    }
}

fn theme_name(locale: Locale, theme: Theme) -> &'static str {
    match theme {
        Theme::System => td_string!(locale, me.theme_system),
        Theme::Light => td_string!(locale, me.theme_light),
        Theme::Dark => td_string!(locale, me.theme_dark),
    }
}
