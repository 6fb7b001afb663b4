//! Buttons.

use super::{Icon, Symbol};
use leptos::prelude::*;

/// A button with words.
#[component]
pub(crate) fn Button(
    /// The one thing that the page is for.
    #[prop(optional)]
    primary: bool,
    /// It takes something away.
    #[prop(optional)]
    danger: bool,
    /// Without a border, for what is beside the point.
    #[prop(optional)]
    quiet: bool,
    /// As wide as its place.
    #[prop(optional)]
    wide: bool,
    /// It sends the form that it stands in.
    #[prop(optional)]
    submit: bool,
    /// A symbol before the words.
    #[prop(optional)]
    symbol: Option<Symbol>,
    /// Whether what it does is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why it cannot be pressed; then it cannot.
    #[prop(optional, into)]
    refused: Signal<Option<String>>,
    /// The whole sentence, where the words alone do not say it.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// Has the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
    /// What it does.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let off = move || busy.get() || refused.with(Option::is_some);
    // It keeps the focus and can be read while it is off: `disabled` would take both.
    let press = move |event: leptos::ev::MouseEvent| {
        if off() {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class="button"
            class:button-primary=primary
            class:button-danger=danger
            class:button-quiet=quiet
            class:button-wide=wide
            class:is-busy=move || busy.get()
            aria-disabled=move || off().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            aria-label=move || label.get()
            title=move || refused.get()
            autofocus=autofocus
            on:click=press
        >
            {symbol.map(|symbol| view! { <Icon symbol/> })}
            <span class="button-words">{children()}</span>
        </button>
    }
}

/// A button that is only a symbol; its label is read out and shown on hover.
#[component]
pub(crate) fn IconButton(
    symbol: Symbol,
    /// What it does.
    #[prop(into)]
    label: TextProp,
    /// It takes something away.
    #[prop(optional)]
    danger: bool,
    /// It sends the form that it stands in.
    #[prop(optional)]
    submit: bool,
    /// What it does.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
) -> impl IntoView {
    let hover = label.clone();
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class="icon-button"
            class:icon-button-danger=danger
            aria-label=move || label.get()
            title=move || hover.get()
            on:click=move |_| if let Some(on_press) = on_press { on_press.run(()) }
        >
            <Icon symbol/>
        </button>
    }
}
