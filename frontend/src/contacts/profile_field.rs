//! One field of a contact: shown, then changed in its place.

use super::conflict::{ConflictNote, conflict_of};
use super::fields;
use super::list::use_list;
use super::profile::Seen;
use super::toolbar::refusal;
use crate::browser::focus;
use crate::i18n::{Locale, shown_language, t, t_string, td_string, use_i18n};
use crate::session::use_session;
use crate::ui::{self, Icon, IconButton, Symbol, Tone, country_choices, unique_id, use_toasts};
use crate::words::{error_text, fault_text};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_client::ClientError;
use rapport_contract::contact::{Contact, ContactPatch};
use rapport_contract::country::Country;
use rapport_contract::role::Permission;
use rapport_contract::{Code, Fault, Patch};

/// A field that people change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    FirstName,
    LastName,
    Email,
    Phone,
    Company,
    City,
    Country,
    Language,
    Identifier,
}

impl Part {
    /// Every field, in the order shown.
    pub(crate) const ALL: [Self; 9] = [
        Self::FirstName,
        Self::LastName,
        Self::Email,
        Self::Phone,
        Self::Company,
        Self::City,
        Self::Country,
        Self::Language,
        Self::Identifier,
    ];

    fn label(self, locale: Locale) -> &'static str {
        match self {
            Self::FirstName => td_string!(locale, field.first_name),
            Self::LastName => td_string!(locale, field.last_name),
            Self::Email => td_string!(locale, field.email),
            Self::Phone => td_string!(locale, field.phone),
            Self::Company => td_string!(locale, field.company),
            Self::City => td_string!(locale, field.city),
            Self::Country => td_string!(locale, field.country),
            Self::Language => td_string!(locale, field.language),
            Self::Identifier => td_string!(locale, field.identifier),
        }
    }

    /// What the wire calls it.
    const fn pointer(self) -> &'static str {
        match self {
            Self::FirstName => "/first_name",
            Self::LastName => "/last_name",
            Self::Email => "/email",
            Self::Phone => "/phone",
            Self::Company => "/company",
            Self::City => "/city",
            Self::Country => "/country",
            Self::Language => "/language",
            Self::Identifier => "/identifier",
        }
    }

    /// The keyboard for it.
    const fn kind(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "tel",
            _ => "text",
        }
    }

    /// The value as it is typed.
    fn read(self, contact: &Contact) -> String {
        let value = match self {
            Self::FirstName => contact.first_name.clone(),
            Self::LastName => contact.last_name.clone(),
            Self::Email => contact.email.clone(),
            Self::Phone => contact.phone.as_ref().map(ToString::to_string),
            Self::Company => contact.company.clone(),
            Self::City => contact.city.clone(),
            Self::Country => contact.country.map(|country| country.code().to_owned()),
            Self::Language => contact.language.as_ref().map(ToString::to_string),
            Self::Identifier => contact.identifier.clone(),
        };
        value.unwrap_or_default()
    }

    fn check(self, text: &str) -> Result<(), Fault> {
        match self {
            Self::Email => fields::email(text, self.pointer()),
            Self::Phone => fields::phone(text, self.pointer()),
            Self::Language => fields::language(text, self.pointer()),
            _ => ui::optional_line(text, self.pointer()),
        }
    }

    /// The change that sets this field alone; an empty text makes it missing.
    fn patch(self, text: &str) -> ContactPatch {
        let value = match text.trim() {
            "" => Patch::Null,
            text => Patch::Set(text.to_owned()),
        };
        let mut patch = ContactPatch::default();
        match self {
            Self::FirstName => patch.first_name = value,
            Self::LastName => patch.last_name = value,
            Self::Email => patch.email = value,
            Self::Phone => patch.phone = value,
            Self::Company => patch.company = value,
            Self::City => patch.city = value,
            Self::Country => patch.country = value,
            Self::Language => patch.language = value,
            Self::Identifier => patch.identifier = value,
        }
        patch
    }
}

/// A field with its pencil.
#[component]
pub(crate) fn ProfileField(part: Part, seen: Seen) -> impl IntoView {
    let i18n = use_i18n();
    let editing = RwSignal::new(false);
    let id = unique_id("profile");
    let button_id = StoredValue::new(id.clone());
    let label = move || part.label(i18n.get_locale());
    let value = move || seen.with(|seen| part.read(&seen.value));
    let refused = refusal(Permission::ContactsWrite);
    // Back from the input, the keyboard is at the pencil again.
    let done = move |()| {
        editing.set(false);
        request_animation_frame(move || {
            let button = button_id.try_get_value();
            if let Some(button) = button.and_then(|id| document().get_element_by_id(&id)) {
                focus::element_now(&button);
            }
        });
    };
    view! {
        <div class="profile-field">
            <span class="profile-label">{label}</span>
            <Show
                when=move || editing.get()
                fallback=move || {
                    view! {
                        <div class="profile-value">
                            <Shown part value=Signal::derive(value)/>
                            <Show when=move || refused.with(Option::is_none)>
                                <button
                                    type="button"
                                    class="icon-button profile-pencil"
                                    id=button_id.get_value()
                                    aria-label=move || t_string!(i18n, act.edit, field = label())
                                    title=move || t_string!(i18n, act.edit, field = label())
                                    on:click=move |_| editing.set(true)
                                >
                                    <Icon symbol=Symbol::Pencil/>
                                </button>
                            </Show>
                        </div>
                    }
                }
            >
                <FieldEditor part seen on_done=done/>
            </Show>
        </div>
    }
}

/// The value as it is read.
#[component]
fn Shown(part: Part, value: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        let text = value.get();
        if text.is_empty() {
            return view! { <span class="muted">{t!(i18n, profile.empty_value)}</span> }.into_any();
        }
        match part {
            Part::Email => {
                let href = format!("mailto:{text}");
                view! { <a class="profile-text" href=href>{text}</a> }.into_any()
            }
            Part::Phone => {
                let href = format!("tel:{text}");
                view! { <a class="profile-text number" href=href>{text}</a> }.into_any()
            }
            Part::Country => {
                let name = Country::from_code(&text).map_or(text.clone(), |country| {
                    country.name(shown_language(i18n)).to_owned()
                });
                view! { <span class="profile-text">{name}</span> }.into_any()
            }
            _ => view! { <span class="profile-text">{text}</span> }.into_any(),
        }
    }
}

/// What went wrong with a change.
#[derive(Debug, Clone, PartialEq)]
enum Refusal {
    Fault(Fault),
    /// Somebody else was faster.
    Changed,
    Error(ClientError),
}

#[component]
fn FieldEditor(part: Part, seen: Seen, #[prop(into)] on_done: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let list = use_list();
    let toasts = use_toasts();
    let before = seen.with_untracked(|seen| part.read(&seen.value));
    let text = RwSignal::new(before.clone());
    let refusal = RwSignal::new(None::<Refusal>);
    let busy = RwSignal::new(false);
    let label = move || part.label(i18n.get_locale());
    let note = unique_id("note");

    let save = move || {
        let typed = text.get_untracked();
        if busy.get_untracked() {
            return;
        }
        if typed.trim() == before {
            on_done.run(());
            return;
        }
        if let Err(fault) = part.check(&typed) {
            refusal.set(Some(Refusal::Fault(fault)));
            return;
        }
        busy.set(true);
        refusal.set(None);
        let (id, etag) = seen.with_untracked(|seen| (seen.value.id, seen.etag.clone()));
        let patch = part.patch(&typed);
        spawn_local(async move {
            let answer = session
                .ask(|client| {
                    let (patch, etag) = (patch.clone(), etag.clone());
                    async move { client.update_contact(id, &patch, etag.as_deref()).await }
                })
                .await;
            busy.set(false);
            match answer {
                Ok(contact) => {
                    list.changed(&contact.value);
                    seen.set(contact);
                    let text = untrack(|| t_string!(i18n, profile.saved, field = label()));
                    toasts.say(Tone::Good, text);
                    on_done.run(());
                }
                Err(error) if error.code() == Some(Code::VersionMismatch) => {
                    // What was typed stays; everything else is shown as it is now, to decide again.
                    if let Ok(now) = session
                        .ask(|client| async move { client.contact(id).await })
                        .await
                    {
                        seen.set(now);
                    }
                    refusal.set(Some(Refusal::Changed));
                }
                Err(error) => {
                    let fault = error
                        .problem()
                        .and_then(|problem| problem.faults.first().cloned())
                        .filter(|_| error.code() == Some(Code::ValidationFailed));
                    refusal.set(Some(fault.map_or(Refusal::Error(error), Refusal::Fault)));
                }
            }
        });
    };
    let save = StoredValue::new_local(save);
    let save = move || save.with_value(|save| save());
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            on_done.run(());
        }
        // A choice in a list takes Enter for itself in some browsers.
        "Enter" if !event.is_composing() => {
            event.prevent_default();
            save();
        }
        _ => {}
    };
    view! {
        <form
            class="profile-editor"
            on:submit=move |event| { event.prevent_default(); save(); }
            on:keydown=keys
            novalidate
        >
            <div class="profile-editor-row">
                <EditorInput part text label note=note.clone() wrong=move || refusal.with(Option::is_some)/>
                <IconButton symbol=Symbol::Check label=move || t_string!(i18n, act.save) submit=true/>
                <IconButton
                    symbol=Symbol::X
                    label=move || t_string!(i18n, act.cancel)
                    on_press=on_done
                />
            </div>
            <div id=note role="alert">
                {move || refusal.get().map(|refusal| match refusal {
                    Refusal::Fault(fault) => view! {
                        <p class="field-fault">{fault_text(i18n.get_locale(), &fault)}</p>
                    }
                    .into_any(),
                    Refusal::Changed => view! {
                        <p class="field-fault">{t!(i18n, profile.changed)}</p>
                    }
                    .into_any(),
                    Refusal::Error(error) => match conflict_of(&error) {
                        Some(conflict) => view! { <ConflictNote conflict/> }.into_any(),
                        None => view! {
                            <p class="field-fault">{error_text(i18n.get_locale(), &error)}</p>
                        }
                        .into_any(),
                    },
                })}
            </div>
        </form>
    }
}

/// A line to type, or the countries to choose from; it has the focus, and what was there is selected.
#[component]
fn EditorInput(
    part: Part,
    text: RwSignal<String>,
    #[prop(into)] label: TextProp,
    note: String,
    #[prop(into)] wrong: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    if part == Part::Country {
        let node = NodeRef::<html::Select>::new();
        Effect::new(move |_| {
            if let Some(select) = node.get() {
                let _ = select.focus();
            }
        });
        let choices =
            move || country_choices(shown_language(i18n), t_string!(i18n, field.no_country));
        return view! {
            <div class="select-wrap">
                <select
                    node_ref=node
                    class="input select"
                    aria-label=move || label.get()
                    aria-describedby=note
                    on:change=move |event| text.set(event_target_value(&event))
                >
                    {move || {
                        let now = text.get_untracked();
                        choices()
                            .into_iter()
                            .map(|(value, name)| {
                                let selected = value == now;
                                view! { <option value=value prop:selected=selected>{name}</option> }
                            })
                            .collect_view()
                    }}
                </select>
                <Icon symbol=Symbol::ChevronDown/>
            </div>
        }
        .into_any();
    }
    let node = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = node.get() {
            // After the value has been put in: that would take the selection away.
            request_animation_frame(move || {
                let _ = input.focus();
                input.select();
            });
        }
    });
    view! {
        <input
            node_ref=node
            class="input"
            type=part.kind()
            autocomplete="off"
            spellcheck="false"
            aria-label=move || label.get()
            aria-describedby=note
            aria-invalid=move || wrong.get().then_some("true")
            placeholder=move || (part == Part::Language).then(|| t_string!(i18n, field.language_hint))
            prop:value=move || text.get()
            on:input=move |event| text.set(event_target_value(&event))
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_says_one_thing_only() {
        for part in Part::ALL {
            let key = part.pointer().trim_start_matches('/');
            let set = serde_json::to_value(part.patch(" x ")).unwrap();
            assert_eq!(set, serde_json::json!({ key: "x" }));
            let missing = serde_json::to_value(part.patch("  ")).unwrap();
            assert_eq!(missing, serde_json::json!({ key: null }));
        }
    }
}
