//! Fields to type in.

use super::{Field, Icon, Symbol, unique_id};
use crate::i18n::{t, t_string, use_i18n};
use crate::words::fault_text;
use leptos::prelude::*;

/// A line of text with its label, a hint, and what is wrong with it.
#[component]
pub(crate) fn Input(
    field: Field,
    /// What belongs in it.
    #[prop(into)]
    label: TextProp,
    /// The keyboard and the checks of the browser: `text`, `email`, `tel`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// May stay empty, and says so.
    #[prop(optional)]
    optional: bool,
    /// Has the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
    /// Cannot be changed.
    #[prop(optional, into)]
    readonly: Signal<bool>,
    /// A sentence that helps.
    #[prop(optional, into)]
    hint: Option<TextProp>,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = unique_id("input");
    let notes = Notes::of(&id, hint.is_some());
    let input_id = id.clone();
    view! {
        <div class="field">
            <label class="field-label" for=id>
                {move || label.get()}
                {optional.then(|| view! { <span class="field-optional">{t!(i18n, field.optional)}</span> })}
            </label>
            <input
                id=input_id
                class="input"
                type=kind
                autocomplete=autocomplete
                autofocus=autofocus
                spellcheck="false"
                readonly=move || readonly.get()
                required=!optional
                prop:value=move || field.get()
                aria-invalid=move || field.fault().map(|_| "true")
                aria-describedby=notes.described(field)
                on:input=move |event| field.set(&event_target_value(&event))
                on:change=move |_| field.leave()
                on:blur=move |_| if !field.text().is_empty() { field.leave() }
            />
            <FieldNotes field notes hint/>
        </div>
    }
}

/// A password, with an eye to look at it.
#[component]
pub(crate) fn PasswordInput(
    field: Field,
    /// What belongs in it.
    #[prop(into)]
    label: TextProp,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    /// Has the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
    /// A sentence that helps.
    #[prop(optional, into)]
    hint: Option<TextProp>,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = unique_id("password");
    let notes = Notes::of(&id, hint.is_some());
    let shown = RwSignal::new(false);
    let input_id = id.clone();
    view! {
        <div class="field">
            <label class="field-label" for=id>{move || label.get()}</label>
            <div class="input-wrap">
                <input
                    id=input_id
                    class="input"
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="off"
                    spellcheck="false"
                    autofocus=autofocus
                    required
                    prop:value=move || field.get()
                    aria-invalid=move || field.fault().map(|_| "true")
                    aria-describedby=notes.described(field)
                    on:input=move |event| field.set(&event_target_value(&event))
                    on:change=move |_| field.leave()
                />
                <button
                    type="button"
                    class="icon-button input-eye"
                    aria-pressed=move || if shown.get() { "true" } else { "false" }
                    aria-label=move || t_string!(i18n, act.show_password)
                    title=move || if shown.get() { t_string!(i18n, act.hide_password) } else { t_string!(i18n, act.show_password) }
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || {
                        let symbol = if shown.get() { Symbol::EyeOff } else { Symbol::Eye };
                        view! { <Icon symbol/> }
                    }}
                </button>
            </div>
            <FieldNotes field notes hint/>
        </div>
    }
}

/// The ids of what describes a field.
#[derive(Clone)]
pub(crate) struct Notes {
    hint: Option<String>,
    fault: String,
}

impl Notes {
    /// Those of the field with this id.
    pub(crate) fn of(id: &str, has_hint: bool) -> Self {
        Self {
            hint: has_hint.then(|| format!("{id}-hint")),
            fault: format!("{id}-fault"),
        }
    }

    /// What `aria-describedby` says: the fault while there is one, and the hint.
    pub(crate) fn described(
        &self,
        field: Field,
    ) -> impl Fn() -> Option<String> + Send + Sync + Clone + use<> {
        let Self { hint, fault } = self.clone();
        move || match (field.fault().is_some(), &hint) {
            (true, _) => Some(fault.clone()),
            (false, hint) => hint.clone(),
        }
    }
}

/// Hint or fault, below the field; the fault takes the hint's place, so that nothing below jumps.
#[component]
pub(crate) fn FieldNotes(field: Field, notes: Notes, hint: Option<TextProp>) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        match field.fault() {
        Some(fault) => view! {
            <p class="field-fault" id=notes.fault.clone()>{fault_text(i18n.get_locale(), &fault)}</p>
        }
        .into_any(),
        None => hint
            .clone()
            .map(|hint| view! {
                <p class="field-hint" id=notes.hint.clone()>{move || hint.get()}</p>
            })
            .into_any(),
    }
    }
}
