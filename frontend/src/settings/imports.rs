//! The imports of the account, and what became of each.

use super::frame::Section;
use crate::browser::intl;
use crate::contacts::{Imports, use_imports};
use crate::i18n::{shown_language, t, t_string, use_i18n};
use crate::ui::{Loaded, Moment};
use crate::words::{import_fault_text, import_state_text};
use leptos::prelude::*;
use rapport_contract::import::{Import, ImportState};
use rapport_contract::page::Page;

/// The imports, the latest first.
#[component]
pub(crate) fn ImportSettings() -> impl IntoView {
    let i18n = use_i18n();
    let imports = use_imports();
    let list = Loaded::new(|client| async move { client.imports().await });
    Effect::new(move |before: Option<u32>| {
        let ended = imports.ended();
        if before.is_some_and(|before| before != ended) {
            list.reload();
        }
        ended
    });
    view! {
        <Section
            heading=move || t_string!(i18n, imports.about)
            about=move || t_string!(i18n, imports.about_hint)
        >
            {list.show(move |page: Page<Import>| {
                if page.data.is_empty() {
                    view! { <p class="muted">{t!(i18n, imports.none)}</p> }.into_any()
                } else {
                    view! {
                        <ul class="list">
                            {page
                                .data
                                .into_iter()
                                .map(|import| view! { <ImportItem import imports/> })
                                .collect_view()}
                        </ul>
                    }
                    .into_any()
                }
            })}
        </Section>
    }
}

#[component]
fn ImportItem(import: Import, imports: Imports) -> impl IntoView {
    let i18n = use_i18n();
    let (file, state, at) = (import.file_name.clone(), import.state, import.created_at);
    let kept = StoredValue::new(import);
    let tone = match state {
        ImportState::Queued | ImportState::Running => "plain",
        ImportState::Done => "good",
        ImportState::Failed => "bad",
    };
    let result = move || {
        let number = |n| intl::number(shown_language(i18n), n);
        kept.with_value(|import| match (&import.fault, import.state) {
            (Some(fault), _) => import_fault_text(i18n.get_locale(), fault),
            (None, ImportState::Queued) => String::new(),
            (None, _) => t_string!(
                i18n,
                imports.result_text,
                created = number(import.counts.created),
                updated = number(import.counts.updated),
                unchanged = number(import.counts.unchanged),
                rejected = number(import.counts.rejected)
            ),
        })
    };
    let label = file.clone();
    view! {
        <li class="list-item">
            <div class="list-main">
                <p class="list-line">
                    <button
                        type="button"
                        class="link-button strong"
                        title=move || t_string!(i18n, imports.open, file = label.clone())
                        on:click=move |_| imports.show(kept.get_value())
                    >
                        {file}
                    </button>
                    <span class="tag" data-tone=tone>{move || import_state_text(i18n.get_locale(), state)}</span>
                </p>
                <p class="muted small">{result}</p>
            </div>
            <span class="muted small"><Moment at/></span>
        </li>
    }
}
