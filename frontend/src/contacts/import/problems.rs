//! What is wrong with rows: line, column, value, and a sentence.

use crate::i18n::{t, t_string, use_i18n};
use crate::session::use_session;
use crate::ui::{Button, Icon, Symbol};
use crate::words::{error_text, row_problem_text};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_client::ClientError;
use rapport_contract::ImportId;
use rapport_contract::import::{RowProblem, Severity};

/// The problems in the order of the file, a page at a time.
#[component]
pub(super) fn Problems(id: ImportId) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let problems = RwSignal::new(Vec::<RowProblem>::new());
    let next = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<ClientError>);
    let load = move |()| {
        let cursor = next.get_untracked();
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let answer = session
                .ask(|client| {
                    let cursor = cursor.clone();
                    async move { client.import_problems(id, cursor.as_deref()).await }
                })
                .await;
            busy.set(false);
            match answer {
                Ok(page) => {
                    problems.update(|problems| problems.extend(page.data));
                    next.set(page.page.next);
                }
                Err(error) => failed.set(Some(error)),
            }
        });
    };
    load(());
    view! {
        <section class="problems" aria-busy=move || busy.get().to_string()>
            <h3>{t!(i18n, import.problems)}</h3>
            <ul class="problem-list" tabindex="0" aria-label=move || t_string!(i18n, import.problems)>
                <For
                    each=move || problems.get().into_iter().enumerate()
                    key=|(place, _)| *place
                    let((_, problem))
                >
                    <ProblemItem problem/>
                </For>
            </ul>
            {move || failed.get().map(|error| view! {
                <p class="field-fault" role="alert">{move || error_text(i18n.get_locale(), &error)}</p>
            })}
            <Show when=move || next.with(Option::is_some) || failed.with(Option::is_some)>
                <Button busy on_press=load>{t!(i18n, import.more)}</Button>
            </Show>
        </section>
    }
}

#[component]
fn ProblemItem(problem: RowProblem) -> impl IntoView {
    let i18n = use_i18n();
    let RowProblem {
        line,
        severity,
        code,
        column,
        value,
    } = problem;
    let (tone, symbol) = match severity {
        Severity::Rejected => ("bad", Symbol::CircleAlert),
        Severity::Warning => ("warning", Symbol::TriangleAlert),
    };
    view! {
        <li class="problem" data-tone=tone>
            <Icon symbol/>
            <span class="problem-line">{move || t_string!(i18n, import.line, n = line)}</span>
            <span class="problem-what">
                {column.map(|column| view! { <span class="strong">{column}</span> })}
                {value.map(|value| view! { <code class="problem-value" title=value.clone()>{value.clone()}</code> })}
                <span class="problem-words">{move || row_problem_text(i18n.get_locale(), code)}</span>
            </span>
        </li>
    }
}
