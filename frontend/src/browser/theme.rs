//! Light, dark, or as the system.

use super::storage;
use leptos::prelude::*;

/// What the person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system has it, now and when it changes.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every choice.
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The choice as it is remembered.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The choice of this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == name)
    }

    /// What was chosen here before.
    pub(crate) fn remembered() -> Self {
        storage::get(storage::THEME)
            .and_then(|name| Self::from_name(&name))
            .unwrap_or(Self::System)
    }

    /// Shows the page so, and remembers it.
    pub(crate) fn apply(self) {
        let name = (self != Self::System).then(|| self.as_str());
        storage::set(storage::THEME, name);
        if let Some(page) = document().document_element() {
            let _ = match name {
                Some(name) => page.set_attribute("data-theme", name),
                None => page.remove_attribute("data-theme"),
            };
        }
    }
}
