//! A message that belongs to its place on the page.

use super::{Icon, Symbol};
use leptos::prelude::*;

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Something to know.
    Plain,
    /// It worked.
    Good,
    /// Something to look at.
    Warning,
    /// It failed.
    Bad,
}

impl Tone {
    /// The name in the style sheets.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }

    /// The symbol that says the same without colour.
    pub(crate) const fn symbol(self) -> Symbol {
        match self {
            Self::Plain => Symbol::Info,
            Self::Good => Symbol::CircleCheck,
            Self::Warning => Symbol::TriangleAlert,
            Self::Bad => Symbol::CircleAlert,
        }
    }
}

/// A message; a bad one is read out at once.
#[component]
pub(crate) fn Alert(tone: Tone, children: Children) -> impl IntoView {
    let role = if tone == Tone::Bad { "alert" } else { "status" };
    view! {
        <div class="alert" data-tone=tone.as_str() role=role>
            <Icon symbol=tone.symbol()/>
            <div class="alert-text">{children()}</div>
        </div>
    }
}
