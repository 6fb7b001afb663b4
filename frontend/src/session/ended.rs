//! The session has ended under the person's hands.

use crate::i18n::{t, t_string, use_i18n};
use crate::session::login::SignInForm;
use crate::session::use_session;
use crate::ui::Dialog;
use leptos::prelude::*;

/// Lets the person sign in again over the page, so that nothing typed below is lost.
#[component]
pub(crate) fn SessionEndedDialog() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let email = move || session.me_with(|me| me.email.clone()).unwrap_or_default();
    view! {
        <Show when=move || session.has_ended()>
            <Dialog
                heading=move || t_string!(i18n, session.ended_title)
                firm=true
                on_close=|()| ()
            >
                <p class="muted dialog-lead">{t!(i18n, session.ended_detail)}</p>
                <SignInForm email=untrack(email)/>
            </Dialog>
        </Show>
    }
}
