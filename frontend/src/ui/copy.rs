//! A text to take away.

use super::{Button, Symbol, unique_id};
use crate::browser::files;
use crate::i18n::{t, t_string, use_i18n};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// A text with a button that copies it.
#[component]
pub(crate) fn CopyField(
    /// What the text is.
    #[prop(into)]
    label: TextProp,
    /// The text.
    text: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = unique_id("copy");
    let copied = RwSignal::new(false);
    let to_copy = StoredValue::new(text.clone());
    let copy = move |()| {
        spawn_local(async move {
            let done = files::copy(&to_copy.get_value()).await;
            copied.set(done);
        });
    };
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>{move || label.get()}</label>
            <div class="copy-row">
                <input
                    id=id
                    class="input"
                    readonly
                    prop:value=text
                    on:focus=select_all
                />
                <Button symbol=Symbol::Copy on_press=copy autofocus=true>
                    {move || if copied.get() { t_string!(i18n, act.copied) } else { t_string!(i18n, act.copy) }}
                </Button>
            </div>
            <span class="visually-hidden" role="status">
                <Show when=move || copied.get()>{t!(i18n, act.copied)}</Show>
            </span>
        </div>
    }
}

/// Whoever goes to the text wants all of it.
fn select_all(event: web_sys::FocusEvent) {
    event_target::<web_sys::HtmlInputElement>(&event).select();
}
