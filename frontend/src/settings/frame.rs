//! What stands around every page of the settings.

use crate::i18n::{t, t_string, title, use_i18n};
use crate::session::use_session;
use leptos::prelude::*;
use leptos_router::components::{A, Outlet};
use rapport_contract::role::Permission;

/// Heading and sections.
#[component]
pub(crate) fn SettingsFrame() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    title(move || t_string!(i18n, settings.title).to_owned());
    view! {
        <div class="page page-scroll">
            <header class="toolbar"><h1 class="toolbar-title">{t!(i18n, settings.title)}</h1></header>
            <div class="settings">
                <nav class="settings-nav" aria-label=move || t_string!(i18n, settings.sections)>
                    <A href="/settings/profile" attr:class="settings-link">{t!(i18n, settings.profile)}</A>
                    <A href="/settings/account" attr:class="settings-link">{t!(i18n, settings.account)}</A>
                    <A href="/settings/members" attr:class="settings-link">{t!(i18n, settings.members)}</A>
                    <Show when=move || session.may(Permission::ContactsImport)>
                        <A href="/settings/imports" attr:class="settings-link">{t!(i18n, settings.imports)}</A>
                    </Show>
                </nav>
                <div class="settings-page"><Outlet/></div>
            </div>
        </div>
    }
}

/// One subject of a page: what it is about on one side, its controls on the other.
#[component]
pub(crate) fn Section(
    /// The subject.
    #[prop(into)]
    heading: TextProp,
    /// A sentence about it.
    #[prop(into)]
    about: TextProp,
    children: Children,
) -> impl IntoView {
    let id = crate::ui::unique_id("section");
    let heading_id = id.clone();
    view! {
        <section class="section" aria-labelledby=id>
            <div class="section-head">
                <h2 id=heading_id>{move || heading.get()}</h2>
                <p class="muted small">{move || about.get()}</p>
            </div>
            <div class="section-body">{children()}</div>
        </section>
    }
}
