//! Another contact has the value.

use crate::i18n::{t, t_string, use_i18n};
use crate::ui::{Alert, Tone};
use leptos::prelude::*;
use rapport_client::ClientError;
use rapport_contract::problem::Conflict;

/// Who holds the value that was refused.
pub(crate) fn conflict_of(error: &ClientError) -> Option<Conflict> {
    error.problem().and_then(|problem| problem.conflict.clone())
}

/// Names the other contact, with a way to it.
#[component]
pub(crate) fn ConflictNote(conflict: Conflict) -> impl IntoView {
    let i18n = use_i18n();
    let name = conflict.name;
    view! {
        <Alert tone=Tone::Warning>
            <p>{move || t_string!(i18n, add.conflict, name = name.clone())}</p>
            <p><a href=format!("/contacts/{}", conflict.id)>{t!(i18n, add.open_other)}</a></p>
        </Alert>
    }
}
