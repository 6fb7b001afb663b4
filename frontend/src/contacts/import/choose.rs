//! Choosing the file.

use super::state::{Stage, use_imports};
use crate::browser::focus;
use crate::i18n::{t, t_string, use_i18n};
use crate::ui::{Alert, Button, Icon, Symbol, Tone};
use crate::words::{error_text, request_id};
use leptos::html;
use leptos::prelude::*;
use rapport_client::ClientError;

/// A place to drop a file on, and a button for those who would rather look for it.
#[component]
pub(super) fn Choose() -> impl IntoView {
    let i18n = use_i18n();
    let imports = use_imports();
    let input = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let too_many = move || matches!(imports.stage(), Stage::Choosing { too_many: true });
    let look = move |()| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    view! {
        <div
            class="drop"
            class:is-over=move || over.get()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                over.set(false);
                imports.take(event.data_transfer().and_then(|data| data.files()));
            }
        >
            <span class="drop-symbol"><Icon symbol=Symbol::FileSpreadsheet/></span>
            <p class="drop-title">{t!(i18n, import.drop)}</p>
            <p class="muted small">{t!(i18n, import.or)}</p>
            <Button primary=true autofocus=true on_press=look>{t!(i18n, import.choose)}</Button>
            <input
                node_ref=input
                class="visually-hidden"
                type="file"
                accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values"
                tabindex="-1"
                aria-label=move || t_string!(i18n, import.choose)
                on:change=move |_| if let Some(input) = input.get_untracked() {
                    imports.take(input.files());
                    // The same file again shall be a change again.
                    input.set_value("");
                }
            />
        </div>
        <Show when=too_many>
            <Alert tone=Tone::Warning>{t!(i18n, import.one_file)}</Alert>
        </Show>
        <p class="muted small">{t!(i18n, import.about)}</p>
    }
}

/// The file did not arrive.
#[component]
pub(super) fn NotSent(error: ClientError) -> impl IntoView {
    let i18n = use_i18n();
    let imports = use_imports();
    let id = request_id(&error);
    view! {
        <Alert tone=Tone::Bad>
            <p>{move || error_text(i18n.get_locale(), &error)}</p>
            {id.map(|id| view! {
                <p class="small mono">{t!(i18n, connection.request, id = id.clone())}</p>
            })}
        </Alert>
        <div class="dialog-foot">
            <Button primary=true on_press=move |()| {
                imports.choose_again();
                focus::soon("dialog[open] .drop .button");
            }>
                {t!(i18n, import.choose_other)}
            </Button>
        </div>
    }
}
