//! The dialog of an import, at each of its stages.

use super::choose::{Choose, NotSent};
use super::outcome::{Done, Failed};
use super::progress::ProgressBar;
use super::reading::Reading;
use super::state::{Stage, use_imports};
use crate::browser::intl;
use crate::i18n::{shown_language, t, t_string, use_i18n};
use crate::ui::{Button, Dialog, DialogControl};
use leptos::prelude::*;
use rapport_contract::import::{Import, ImportState};

/// Is there while it is open.
#[component]
pub(crate) fn ImportDialog() -> impl IntoView {
    let i18n = use_i18n();
    let imports = use_imports();
    view! {
        <Show when=move || imports.is_shown()>
            <Dialog
                heading=move || t_string!(i18n, import.title)
                wide=true
                on_close=move |()| imports.hide()
            >
                <Stages/>
            </Dialog>
        </Show>
    }
}

/// Which part of the dialog is drawn; within a part, only what changes is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Choosing,
    Sending,
    NotSent,
    Running,
    Done,
    Failed,
}

#[component]
fn Stages() -> impl IntoView {
    let imports = use_imports();
    let part = Memo::new(move |_| match imports.stage() {
        Stage::Choosing { .. } => Part::Choosing,
        Stage::Sending { .. } => Part::Sending,
        Stage::NotSent(_) => Part::NotSent,
        Stage::There(import) => match import.state {
            ImportState::Queued | ImportState::Running => Part::Running,
            ImportState::Done => Part::Done,
            ImportState::Failed => Part::Failed,
        },
    });
    let import = move || match imports.stage.get_untracked() {
        Stage::There(import) => Some(import),
        _ => None,
    };
    move || match part.get() {
        Part::Choosing => view! { <Choose/> }.into_any(),
        Part::Sending => view! { <Sending/> }.into_any(),
        Part::NotSent => match imports.stage.get_untracked() {
            Stage::NotSent(error) => view! { <NotSent error/> }.into_any(),
            _ => ().into_any(),
        },
        Part::Running => view! { <Running/> }.into_any(),
        Part::Done => import().map(|import| view! { <Done import/> }).into_any(),
        Part::Failed => import().map(|import| view! { <Failed import/> }).into_any(),
    }
}

#[component]
fn Sending() -> impl IntoView {
    let i18n = use_i18n();
    let imports = use_imports();
    let sending = move || match imports.stage() {
        Stage::Sending { file, share } => (file, share),
        _ => (String::new(), 1.0),
    };
    view! {
        <ProgressBar
            share=move || Some(sending().1)
            label=move || t_string!(i18n, import.uploading, file = sending().0)
        />
        <Leave/>
    }
}

#[component]
fn Running() -> impl IntoView {
    let i18n = use_i18n();
    let imports = use_imports();
    let import = Signal::derive(move || match imports.stage() {
        Stage::There(import) => Some(import),
        _ => None,
    });
    let with = move |read: fn(&Import) -> Option<f64>| {
        import.with(|import| import.as_ref().and_then(read))
    };
    let label = move || {
        import.with(|import| match import {
            Some(import) if import.state == ImportState::Running => {
                t_string!(i18n, import.running, file = import.file_name.clone())
            }
            _ => t_string!(i18n, import.queued).to_owned(),
        })
    };
    let rows =
        move || import.with(|import| import.as_ref().map_or(0, |import| import.counts.rows()));
    view! {
        <ProgressBar
            share=move || with(|import| (import.state == ImportState::Running).then_some(import.progress))
            label
        />
        <p class="muted small" role="status">
            {move || match rows() {
                0 => t_string!(i18n, import.finishing).to_owned(),
                n => t_string!(i18n, import.rows_done, n = intl::number(shown_language(i18n), n)),
            }}
        </p>
        {move || import.get().map(|import| view! { <Reading import/> })}
        <Leave/>
    }
}

/// Nobody has to wait for it.
#[component]
fn Leave() -> impl IntoView {
    let i18n = use_i18n();
    let dialog = expect_context::<DialogControl>();
    view! {
        <p class="muted small">{t!(i18n, import.leave)}</p>
        <div class="dialog-foot">
            <Button on_press=move |()| dialog.close()>{t!(i18n, act.close)}</Button>
        </div>
    }
}
