//! The frame of the pages outside the app: a card on an empty page.

use crate::browser::storage;
use crate::i18n::{language, locale, own_name, t_string, use_i18n};
use crate::ui::Logo;
use leptos::prelude::*;
use rapport_contract::language::Language;

/// A card with a heading, the name of the product above, and the choice of language below.
#[component]
pub(crate) fn CardPage(
    /// What the page is for.
    #[prop(into)]
    heading: TextProp,
    /// A sentence below the heading.
    #[prop(into, optional)]
    lead: Option<TextProp>,
    children: Children,
) -> impl IntoView {
    view! {
        <main class="card-page" id="main">
            <div class="card-brand"><Logo/></div>
            <section class="card" aria-labelledby="card-heading">
                <h1 id="card-heading">{move || heading.get()}</h1>
                {lead.map(|lead| view! { <p class="muted card-lead">{move || lead.get()}</p> })}
                {children()}
            </section>
            <LanguageChoice/>
        </main>
    }
}

/// The languages, each in its own: for people who are not signed in yet.
#[component]
fn LanguageChoice() -> impl IntoView {
    let i18n = use_i18n();
    let choose = move |chosen: Language| {
        storage::set(storage::LANGUAGE, Some(chosen.as_str()));
        i18n.set_locale(locale(chosen));
    };
    view! {
        <nav class="card-languages" aria-label=move || t_string!(i18n, field.language)>
            {Language::ALL
                .into_iter()
                .map(|one| {
                    let current = move || language(i18n.get_locale()) == one;
                    view! {
                        <button
                            type="button"
                            class="link-button"
                            lang=one.as_str()
                            aria-pressed=move || if current() { "true" } else { "false" }
                            on:click=move |_| choose(one)
                        >
                            {own_name(one)}
                        </button>
                    }
                })
                .collect_view()}
        </nav>
    }
}
