//! What became of an import.

use super::problems::Problems;
use super::reading::Reading;
use super::state::use_imports;
use crate::browser::{files, focus, intl};
use crate::i18n::{shown_language, t, t_string, use_i18n};
use crate::session::use_session;
use crate::ui::{Alert, Button, DialogControl, Symbol, Tone, use_toasts};
use crate::words::{error_text, import_fault_text};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_contract::import::Import;

/// Every row was read: the numbers, what to look at, and the rows that were left out.
#[component]
pub(super) fn Done(import: Import) -> impl IntoView {
    let i18n = use_i18n();
    let dialog = expect_context::<DialogControl>();
    let (id, counts, file) = (import.id, import.counts, import.file_name.clone());
    let number = move |n: u64| intl::number(shown_language(i18n), n);
    let tone = if counts.rejected > 0 {
        Tone::Warning
    } else {
        Tone::Good
    };
    let title = file.clone();
    view! {
        <Alert tone>
            <p>{move || t_string!(i18n, import.done_title, file = title.clone())}</p>
        </Alert>
        <dl class="tallies">
            <div class="tally"><dt>{t!(i18n, import.created)}</dt><dd>{move || number(counts.created)}</dd></div>
            <div class="tally"><dt>{t!(i18n, import.updated)}</dt><dd>{move || number(counts.updated)}</dd></div>
            <div class="tally"><dt>{t!(i18n, import.unchanged)}</dt><dd>{move || number(counts.unchanged)}</dd></div>
            <div class="tally" data-tone=(counts.rejected > 0).then_some("bad")>
                <dt>{t!(i18n, import.rejected)}</dt><dd>{move || number(counts.rejected)}</dd>
            </div>
            <div class="tally" data-tone=(counts.warnings > 0).then_some("warning")>
                <dt>{t!(i18n, import.warnings)}</dt><dd>{move || number(counts.warnings)}</dd>
            </div>
        </dl>
        <Reading import/>
        {(counts.rejected + counts.warnings > 0).then(|| view! { <Problems id/> })}
        <div class="dialog-foot">
            {(counts.rejected > 0).then(|| view! { <DownloadRejected id file/> })}
            <span class="dialog-foot-space"></span>
            <Again/>
            <Button primary=true autofocus=true on_press=move |()| dialog.close()>{t!(i18n, act.done)}</Button>
        </div>
    }
}

/// The file could not be used: why, and another one.
#[component]
pub(super) fn Failed(import: Import) -> impl IntoView {
    let i18n = use_i18n();
    let (file, fault) = (import.file_name.clone(), import.fault.clone());
    view! {
        <Alert tone=Tone::Bad>
            <p class="strong">{move || t_string!(i18n, import.failed_title, file = file.clone())}</p>
            {fault.map(|fault| view! { <p>{move || import_fault_text(i18n.get_locale(), &fault)}</p> })}
            <p>{t!(i18n, import.nothing_changed)}</p>
        </Alert>
        <Reading import/>
        <div class="dialog-foot"><Again/></div>
    }
}

#[component]
fn Again() -> impl IntoView {
    let i18n = use_i18n();
    let imports = use_imports();
    view! {
        <Button on_press=move |()| {
            imports.choose_again();
            focus::soon("dialog[open] .drop .button");
        }>
            {t!(i18n, import.choose_other)}
        </Button>
    }
}

/// The rows that could not be used, as they stand in the file, each with its reason.
#[component]
fn DownloadRejected(id: rapport_contract::ImportId, file: String) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let name = format!("rejected-{}.csv", file.trim_end_matches(".csv"));
    let download = move |()| {
        let name = name.clone();
        busy.set(true);
        spawn_local(async move {
            let answer = session
                .ask(|client| async move { client.rejected_rows(id).await })
                .await;
            busy.set(false);
            match answer {
                Ok(bytes) => files::save(&name, "text/csv", &bytes),
                Err(error) => {
                    toasts.say(Tone::Bad, error_text(i18n.get_locale_untracked(), &error));
                }
            }
        });
    };
    view! {
        <Button symbol=Symbol::Download busy on_press=download>{t!(i18n, import.download_rejected)}</Button>
    }
}
