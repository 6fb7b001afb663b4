//! A link that lets somebody in: shown this once.

use crate::browser::intl;
use crate::i18n::{shown_language, t, t_string, use_i18n};
use crate::ui::{Button, CopyField, Dialog, DialogControl};
use leptos::prelude::*;
use rapport_contract::invitation::Link;

/// Shows the link until it is closed.
#[component]
pub(super) fn LinkDialog(
    link: Link,
    /// It was closed.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Link {
        url, expires_at, ..
    } = link;
    view! {
        <Dialog heading=move || t_string!(i18n, members.link_title) on_close>
            <p class="muted dialog-lead">
                {move || {
                    let when = intl::day(shown_language(i18n), expires_at);
                    t_string!(i18n, members.link_hint, when = when)
                }}
            </p>
            <CopyField label=move || t_string!(i18n, members.link) text=url.0/>
            <DoneFoot/>
        </Dialog>
    }
}

#[component]
fn DoneFoot() -> impl IntoView {
    let i18n = use_i18n();
    let dialog = expect_context::<DialogControl>();
    view! {
        <div class="dialog-foot">
            <Button on_press=move |()| dialog.close()>{t!(i18n, act.done)}</Button>
        </div>
    }
}
