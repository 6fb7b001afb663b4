//! Short messages that come and go, with a way back where there is one.

use super::{Icon, IconButton, Symbol, Tone};
use crate::i18n::{t_string, use_i18n};
use leptos::prelude::*;
use std::time::Duration;

/// How long a message stays, in ticks.
const STAY: u32 = 24;
/// How long one with an action stays: time enough to read, think and reach for it.
const STAY_WITH_ACTION: u32 = 40;
const TICK: Duration = Duration::from_millis(250);

#[derive(Clone)]
struct Toast {
    id: u32,
    tone: Tone,
    text: String,
    action: Option<(String, Callback<()>)>,
    left: u32,
}

/// The messages.
#[derive(Clone, Copy)]
pub(crate) struct Toasts {
    list: RwSignal<Vec<Toast>>,
    /// While somebody points at them or has the focus there, they stay.
    held: RwSignal<bool>,
    last_id: StoredValue<u32>,
}

impl Toasts {
    /// The messages of everything below.
    pub(crate) fn provide() -> Self {
        let toasts = Self {
            list: RwSignal::new(Vec::new()),
            held: RwSignal::new(false),
            last_id: StoredValue::new(0),
        };
        provide_context(toasts);
        set_interval(move || toasts.tick(), TICK);
        toasts
    }

    /// Shows a message.
    pub(crate) fn say(self, tone: Tone, text: impl Into<String>) {
        self.add(tone, text.into(), None);
    }

    /// Shows a message with something to do about it.
    pub(crate) fn offer(
        self,
        tone: Tone,
        text: impl Into<String>,
        action: impl Into<String>,
        run: impl Fn() + Send + Sync + 'static,
    ) {
        let run = Callback::new(move |()| run());
        self.add(tone, text.into(), Some((action.into(), run)));
    }

    fn add(self, tone: Tone, text: String, action: Option<(String, Callback<()>)>) {
        let id = self.last_id.get_value() + 1;
        self.last_id.set_value(id);
        let left = if action.is_some() {
            STAY_WITH_ACTION
        } else {
            STAY
        };
        self.list.update(|list| {
            list.push(Toast {
                id,
                tone,
                text,
                action,
                left,
            });
            // Who does many things quickly wants to see the last.
            let surplus = list.len().saturating_sub(3);
            list.drain(..surplus);
        });
    }

    fn take(self, id: u32) {
        self.list.update(|list| list.retain(|toast| toast.id != id));
    }

    fn tick(self) {
        if self.held.get_untracked() || self.list.with_untracked(Vec::is_empty) {
            return;
        }
        self.list.update_untracked(|list| {
            list.iter_mut()
                .for_each(|toast| toast.left = toast.left.saturating_sub(1));
        });
        if self
            .list
            .with_untracked(|list| list.iter().any(|toast| toast.left == 0))
        {
            self.list.update(|list| list.retain(|toast| toast.left > 0));
        }
    }
}

/// The messages of the page.
pub(crate) fn use_toasts() -> Toasts {
    expect_context()
}

/// Where the messages appear. It is there from the start: screen readers hear only what changes.
#[component]
pub(crate) fn Toaster() -> impl IntoView {
    let i18n = use_i18n();
    let toasts = use_toasts();
    view! {
        <div
            class="toasts"
            role="status"
            aria-live="polite"
            on:mouseenter=move |_| toasts.held.set(true)
            on:mouseleave=move |_| toasts.held.set(false)
            on:focusin=move |_| toasts.held.set(true)
            on:focusout=move |_| toasts.held.set(false)
        >
            <For each=move || toasts.list.get() key=|toast| toast.id let:toast>
                <div class="toast" data-tone=toast.tone.as_str()>
                    <Icon symbol=toast.tone.symbol()/>
                    <span class="toast-text">{toast.text.clone()}</span>
                    {toast.action.clone().map(|(words, run)| view! {
                        <button
                            type="button"
                            class="link-button"
                            on:click=move |_| {
                                toasts.take(toast.id);
                                toasts.held.set(false);
                                run.run(());
                            }
                        >
                            {words}
                        </button>
                    })}
                    <IconButton
                        symbol=Symbol::X
                        label=move || t_string!(i18n, act.dismiss)
                        on_press=move |()| {
                            toasts.take(toast.id);
                            toasts.held.set(false);
                        }
                    />
                </div>
            </For>
        </div>
    }
}
