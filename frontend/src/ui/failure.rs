//! What stands where something could not be loaded.

use super::{Button, Icon, Symbol};
use crate::i18n::{t, use_i18n};
use crate::words::{error_text, request_id};
use leptos::prelude::*;
use rapport_client::ClientError;

/// Says what went wrong, under which number the server knows it, and lets try again.
#[component]
pub(crate) fn Failure(
    /// What could not be done.
    #[prop(into)]
    heading: TextProp,
    /// Why.
    error: ClientError,
    /// Tries again.
    #[prop(into)]
    on_retry: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = request_id(&error);
    view! {
        <div class="empty" role="alert">
            <span class="empty-symbol" data-tone="bad"><Icon symbol=Symbol::CircleAlert/></span>
            <p class="empty-title">{move || heading.get()}</p>
            <p class="muted">{move || error_text(i18n.get_locale(), &error)}</p>
            {id.map(|id| view! {
                <p class="muted small mono">{t!(i18n, connection.request, id = id.clone())}</p>
            })}
            <Button symbol=Symbol::Refresh on_press=on_retry>{t!(i18n, act.retry)}</Button>
        </div>
    }
}
