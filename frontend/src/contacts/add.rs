//! Adding a contact by hand.

use super::conflict::{ConflictNote, conflict_of};
use super::fields;
use super::list::use_list;
use crate::i18n::{shown_language, t, t_string, use_i18n};
use crate::session::use_session;
use crate::ui::{
    self, Button, CountryField, Dialog, DialogControl, Form, FormFault, Input, Tone, use_toasts,
};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use rapport_contract::contact::{ContactDraft, Source};

/// The dialog in which a contact is typed in.
#[component]
pub(crate) fn AddContact(
    /// It was closed.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Dialog heading=move || t_string!(i18n, add.title) on_close>
            <AddForm/>
        </Dialog>
    }
}

#[component]
fn AddForm() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let list = use_list();
    let toasts = use_toasts();
    let dialog = expect_context::<DialogControl>();
    let navigate = StoredValue::new(use_navigate());

    let home = untrack(|| session.me_with(|me| me.account.default_country));
    let form = Form::new();
    let first_name = form.field("/first_name", "", ui::required_line);
    let last_name = form.field("/last_name", "", ui::optional_line);
    let email = form.field("/email", "", ui::email);
    let phone = form.field("/phone", "", |text, pointer| {
        ui::required(text, pointer)?;
        fields::phone(text, pointer)
    });
    let country = home
        .map(|country| country.code().to_owned())
        .unwrap_or_default();
    let country = form.field("/country", &country, ui::country);

    let submit = move || {
        form.submit(move || async move {
            let draft = ContactDraft {
                first_name: Some(first_name.text()),
                last_name: Some(last_name.text()).filter(|text| !text.trim().is_empty()),
                email: Some(email.text()),
                phone: Some(phone.text()),
                country: Some(country.text()),
                source: Some(Source::Manual),
                ..ContactDraft::default()
            };
            let contact = session
                .ask(|client| {
                    let draft = draft.clone();
                    async move { client.create_contact(&draft).await }
                })
                .await?;
            dialog.close();
            list.added(contact.id);
            let (name, path) = (contact.name, format!("/contacts/{}", contact.id));
            toasts.offer(
                Tone::Good,
                t_string!(i18n, contacts.added, name = name),
                t_string!(i18n, contacts.view),
                move || navigate.with_value(|go| go(&path, NavigateOptions::default())),
            );
            Ok(())
        });
    };
    // Enter sends from any field; with Cmd or Ctrl it does from a select, too.
    let keys = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            submit();
        }
    };
    let conflict = move || form.error().as_ref().and_then(conflict_of);
    view! {
        <form
            class="form"
            on:submit=move |event| { event.prevent_default(); submit(); }
            on:keydown=keys
            novalidate
        >
            <div class="pair">
                <Input
                    field=first_name
                    label=move || t_string!(i18n, field.first_name)
                    autofocus=true
                />
                <Input
                    field=last_name
                    label=move || t_string!(i18n, field.last_name)
                    optional=true
                />
            </div>
            <Input field=email label=move || t_string!(i18n, field.email) kind="email"/>
            <Input
                field=phone
                label=move || t_string!(i18n, field.phone)
                kind="tel"
                hint=move || {
                    let country = home.map(|home| home.name(shown_language(i18n)));
                    t_string!(i18n, field.phone_hint, country = country.unwrap_or_default())
                }
            />
            <CountryField field=country label=move || t_string!(i18n, field.country)/>
            {move || match conflict() {
                Some(conflict) => view! { <ConflictNote conflict/> }.into_any(),
                None => view! { <FormFault form/> }.into_any(),
            }}
            <div class="dialog-foot">
                <Button on_press=move |()| dialog.close()>{t!(i18n, act.cancel)}</Button>
                <Button primary=true submit=true busy=form.busy()>{t!(i18n, add.submit)}</Button>
            </div>
        </form>
    }
}
