//! Fields to choose in: the browser's own `<select>`, which knows every keyboard and screen reader.

use super::input::{FieldNotes, Notes};
use super::{Field, Icon, Symbol, unique_id};
use crate::browser::intl;
use crate::i18n::{own_name, shown_language, t_string, use_i18n};
use leptos::prelude::*;
use rapport_contract::country::Country;
use rapport_contract::language::Language;

/// One of several values, with its label.
#[component]
pub(crate) fn SelectField(
    field: Field,
    /// What is chosen.
    #[prop(into)]
    label: TextProp,
    /// The values with their names, in the order shown.
    #[prop(into)]
    choices: Signal<Vec<(String, String)>>,
    /// Cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// A sentence that helps.
    #[prop(optional, into)]
    hint: Option<TextProp>,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Hears of each choice.
    #[prop(optional, into)]
    on_choose: Option<Callback<String>>,
) -> impl IntoView {
    let id = unique_id("select");
    let notes = Notes::of(&id, hint.is_some());
    let select_id = id.clone();
    let choose = move |event| {
        let value = event_target_value(&event);
        field.set(&value);
        field.leave();
        if let Some(on_choose) = on_choose {
            on_choose.run(value);
        }
    };
    view! {
        <div class="field">
            <label class="field-label" for=id>{move || label.get()}</label>
            <div class="select-wrap">
                <select
                    id=select_id
                    class="input select"
                    autocomplete=autocomplete
                    disabled=move || disabled.get()
                    aria-invalid=move || field.fault().map(|_| "true")
                    aria-describedby=notes.described(field)
                    on:change=choose
                >
                    {move || {
                        let now = field.get();
                        choices
                            .get()
                            .into_iter()
                            .map(|(value, name)| {
                                let selected = value == now;
                                view! { <option value=value prop:selected=selected>{name}</option> }
                            })
                            .collect_view()
                    }}
                </select>
                <Icon symbol=Symbol::ChevronDown/>
            </div>
            <FieldNotes field notes hint/>
        </div>
    }
}

/// A country, by its name in the shown language.
#[component]
pub(crate) fn CountryField(
    field: Field,
    /// What the country is for.
    #[prop(into)]
    label: TextProp,
    /// Cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// A sentence that helps.
    #[prop(optional, into)]
    hint: Option<TextProp>,
) -> impl IntoView {
    let i18n = use_i18n();
    let choices = Signal::derive(move || {
        country_choices(shown_language(i18n), t_string!(i18n, field.choose_country))
    });
    view! { <SelectField field label choices disabled hint=hint.unwrap_or_else(|| "".into()) autocomplete="country"/> }
}

/// Every country by name, behind a first choice that is none.
pub(crate) fn country_choices(language: Language, none: &str) -> Vec<(String, String)> {
    // The browser knows how a language sorts; the tables that `Country::rank` needs would be a tenth of the app.
    let compare = intl::comparing(language);
    let mut named =
        Country::ALL.map(|country| (country.code().to_owned(), country.name(language).to_owned()));
    named.sort_by(|one, other| compare(&one.1, &other.1));
    std::iter::once((String::new(), none.to_owned()))
        .chain(named)
        .collect()
}

/// A time zone of those that the browser knows.
#[component]
pub(crate) fn TimeZoneField(
    field: Field,
    /// What the time zone is for.
    #[prop(into)]
    label: TextProp,
    /// Cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// A sentence that helps.
    #[prop(optional, into)]
    hint: Option<TextProp>,
) -> impl IntoView {
    // The browser may know the account's zone by another name, or not at all: it can be kept all the same.
    let mut zones = intl::time_zones();
    let now = field.text();
    if !now.is_empty() && !zones.contains(&now) {
        zones.push(now);
        zones.sort_unstable();
    }
    let choices: Vec<(String, String)> = zones
        .into_iter()
        .map(|zone| (zone.clone(), zone.replace('_', " ")))
        .collect();
    view! { <SelectField field label choices disabled hint=hint.unwrap_or_else(|| "".into())/> }
}

/// A language of the app, each in its own words.
#[component]
pub(crate) fn LanguageField(
    field: Field,
    /// What the language is for.
    #[prop(into)]
    label: TextProp,
    /// Cannot be changed.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// A sentence that helps.
    #[prop(optional, into)]
    hint: Option<TextProp>,
    /// Hears of each choice.
    #[prop(optional, into)]
    on_choose: Option<Callback<String>>,
) -> impl IntoView {
    let choices: Vec<(String, String)> = Language::ALL
        .into_iter()
        .map(|language| (language.as_str().to_owned(), own_name(language).to_owned()))
        .collect();
    let on_choose = move |value| {
        if let Some(on_choose) = on_choose {
            on_choose.run(value);
        }
    };
    view! { <SelectField field label choices disabled hint=hint.unwrap_or_else(|| "".into()) on_choose/> }
}
