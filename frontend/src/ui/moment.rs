//! A point in time.

use crate::browser::intl;
use crate::browser::time::Minute;
use crate::i18n::{shown_language, t_string, use_i18n};
use leptos::prelude::*;
use rapport_contract::Instant;

/// How long ago, or on which day; exactly, on hover.
#[component]
pub(crate) fn Moment(at: Instant) -> impl IntoView {
    let i18n = use_i18n();
    let minute = expect_context::<Minute>();
    view! {
        <time datetime=at.to_string() title=move || intl::exact(shown_language(i18n), at)>
            {move || {
                intl::ago(shown_language(i18n), at, minute.get())
                    .unwrap_or_else(|| t_string!(i18n, time.now).to_owned())
            }}
        </time>
    }
}
