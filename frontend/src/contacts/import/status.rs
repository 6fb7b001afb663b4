//! A running import in the toolbar: small, and a way back to its dialog.

use super::progress::percent_of;
use super::state::{Stage, use_imports};
use crate::browser::intl;
use crate::i18n::{shown_language, t_string, use_i18n};
use crate::ui::{Icon, Symbol};
use leptos::prelude::*;

/// Is there while an import is under way.
#[component]
pub(crate) fn ImportStatus() -> impl IntoView {
    let i18n = use_i18n();
    let imports = use_imports();
    imports.resume();
    let share = Memo::new(move |_| match imports.stage() {
        Stage::Sending { share, .. } => Some(share),
        Stage::There(import) if !import.state.is_final() => Some(import.progress),
        _ => None,
    });
    move || {
        share.get().map(|share| {
            view! {
                <button
                    type="button"
                    class="import-status"
                    title=move || t_string!(i18n, import.show)
                    on:click=move |_| imports.open()
                >
                    <span class="spin"><Icon symbol=Symbol::Loader/></span>
                    {move || {
                        let percent = intl::percent(shown_language(i18n), percent_of(share));
                        t_string!(i18n, import.running_short, percent = percent)
                    }}
                </button>
            }
        })
    }
}
