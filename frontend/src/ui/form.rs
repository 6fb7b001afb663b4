//! Forms: their fields, what is wrong with each, and sending.

use super::{Alert, Tone};
use crate::browser::focus;
use crate::i18n::{t, use_i18n};
use crate::words::{error_text, fault_text, request_id};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_client::ClientError;
use rapport_contract::auth::{Secret, check_password};
use rapport_contract::contact::{LINE_MAX, check_email};
use rapport_contract::country::Country;
use rapport_contract::{Code, Fault, FaultCode, text};
use std::future::Future;
use std::sync::Arc;

type Check = Arc<dyn Fn(&str, &str) -> Result<(), Fault> + Send + Sync>;

/// One value that a person types.
#[derive(Clone, Copy)]
pub(crate) struct Field {
    pointer: &'static str,
    value: RwSignal<String>,
    left: RwSignal<bool>,
    server: RwSignal<Option<Fault>>,
    check: StoredValue<Check>,
}

impl Field {
    /// A field that the wire knows as `pointer`; `check` says what is wrong with a text.
    pub(crate) fn new(
        pointer: &'static str,
        text: &str,
        check: impl Fn(&str, &str) -> Result<(), Fault> + Send + Sync + 'static,
    ) -> Self {
        Self {
            pointer,
            value: RwSignal::new(text.to_owned()),
            left: RwSignal::new(false),
            server: RwSignal::new(None),
            check: StoredValue::new(Arc::new(check)),
        }
    }

    /// The text, tracked.
    pub(crate) fn get(self) -> String {
        self.value.get()
    }

    /// The text as it is sent.
    pub(crate) fn text(self) -> String {
        self.value.get_untracked()
    }

    /// Puts a text in; what the server said of the one before no longer holds.
    pub(crate) fn set(self, text: &str) {
        self.value.set(text.to_owned());
        self.server.set(None);
    }

    /// What is wrong, tracked: nothing until the person has left the field once.
    pub(crate) fn fault(self) -> Option<Fault> {
        if let Some(fault) = self.server.get() {
            return Some(fault);
        }
        if self.left.get() {
            self.checked()
        } else {
            None
        }
    }

    fn checked(self) -> Option<Fault> {
        let check = self.check.get_value();
        self.value.with(|text| check(text, self.pointer)).err()
    }

    /// The person went on to the next field.
    pub(crate) fn leave(self) {
        self.left.set(true);
    }

    /// What the server says is wrong.
    pub(crate) fn refuse(self, fault: Fault) {
        self.server.set(Some(fault));
    }
}

/// Fields that are sent together.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    fields: StoredValue<Vec<Field>>,
    error: RwSignal<Option<ClientError>>,
    busy: RwSignal<bool>,
}

impl Form {
    /// A form without fields.
    pub(crate) fn new() -> Self {
        Self {
            fields: StoredValue::new(Vec::new()),
            error: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Adds a field.
    pub(crate) fn field(
        self,
        pointer: &'static str,
        text: &str,
        check: impl Fn(&str, &str) -> Result<(), Fault> + Send + Sync + 'static,
    ) -> Field {
        let field = Field::new(pointer, text, check);
        self.fields.update_value(|fields| fields.push(field));
        field
    }

    /// Empties every field, as if nobody had been there.
    pub(crate) fn clear(self) {
        self.fields.with_value(|fields| {
            for field in fields {
                field.set("");
                field.left.set(false);
            }
        });
    }

    /// Whether it is being sent.
    pub(crate) fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// Why the last sending failed, tracked.
    pub(crate) fn error(self) -> Option<ClientError> {
        self.error.get()
    }

    /// Sends the form, if nothing is wrong with it; faults go to their fields.
    pub(crate) fn submit<F>(self, send: impl FnOnce() -> F)
    where
        F: Future<Output = Result<(), ClientError>> + 'static,
    {
        if self.busy.get_untracked() {
            return;
        }
        let wrong = self.fields.with_value(|fields| {
            fields.iter().for_each(|field| field.leave());
            fields
                .iter()
                .any(|field| untrack(|| field.fault()).is_some())
        });
        if wrong {
            focus::first_wrong();
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        let sending = send();
        spawn_local(async move {
            let answer = sending.await;
            self.busy.set(false);
            if let Err(error) = answer {
                self.refused(error);
            }
        });
    }

    fn refused(self, error: ClientError) {
        let faults = error
            .problem()
            .map(|problem| problem.faults.clone())
            .unwrap_or_default();
        let mut placed = 0;
        for fault in &faults {
            let place = |fields: &Vec<Field>| {
                fields
                    .iter()
                    .find(|field| field.pointer == fault.pointer)
                    .copied()
            };
            if let Some(field) = self.fields.try_with_value(place).flatten() {
                field.refuse(fault.clone());
                placed += 1;
            }
        }
        if placed > 0 {
            focus::first_wrong();
        }
        // When every fault stands at its field, there is nothing left to say below.
        let all_placed = !faults.is_empty() && placed == faults.len();
        if !(all_placed && error.code() == Some(Code::ValidationFailed)) {
            self.error.set(Some(error));
        }
    }
}

/// What was wrong with the form as a whole.
#[component]
pub(crate) fn FormFault(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        form.error().map(|error| {
            let locale = i18n.get_locale();
            let known = |pointer: &str| {
                form.fields
                    .with_value(|fields| fields.iter().any(|field| field.pointer == pointer))
            };
            let others: Vec<String> = error
                .problem()
                .map(|problem| problem.faults.as_slice())
                .unwrap_or_default()
                .iter()
                .filter(|fault| !known(&fault.pointer))
                .map(|fault| fault_text(locale, fault))
                .collect();
            let id = request_id(&error).filter(|_| error.code() == Some(Code::Internal));
            view! {
                <Alert tone=Tone::Bad>
                    <p>{error_text(locale, &error)}</p>
                    {others.into_iter().map(|text| view! { <p>{text}</p> }).collect_view()}
                    {id.map(|id| view! {
                        <p class="small mono">{t!(i18n, connection.request, id = id.clone())}</p>
                    })}
                </Alert>
            }
        })
    }
}

/// A check: something has to stand here.
pub(crate) fn required(text: &str, pointer: &str) -> Result<(), Fault> {
    if text.trim().is_empty() {
        Err(Fault::new(pointer, FaultCode::Required, "expected a text"))
    } else {
        Ok(())
    }
}

/// A check: a name or another line, of at most 255 characters, that has to be there.
pub(crate) fn required_line(text: &str, pointer: &str) -> Result<(), Fault> {
    text::required_line(text, LINE_MAX, pointer).map(drop)
}

/// A check: a line of at most 255 characters, or nothing.
pub(crate) fn optional_line(text: &str, pointer: &str) -> Result<(), Fault> {
    text::line(text, LINE_MAX, pointer).map(drop)
}

/// A check: a password that may be chosen.
pub(crate) fn new_password(text: &str, pointer: &str) -> Result<(), Fault> {
    required(text, pointer)?;
    check_password(&Secret(text.to_owned()), pointer)
}

/// A check: an e-mail address.
pub(crate) fn email(text: &str, pointer: &str) -> Result<(), Fault> {
    check_email(text, pointer).map(drop)
}

/// A check: one of the countries.
pub(crate) fn country(text: &str, pointer: &str) -> Result<(), Fault> {
    required(text, pointer)?;
    Country::from_code(text)
        .map(drop)
        .map_err(|error| error.at(pointer))
}
