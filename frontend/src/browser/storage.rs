//! What this browser remembers: never anything that lets somebody in.

use leptos::prelude::*;

/// Whether somebody was signed in here when the app was last open; the page's first paint depends on it.
pub(crate) const SIGNED_IN: &str = "rapport.signed-in";
/// `light` or `dark`; absent: as the system.
pub(crate) const THEME: &str = "rapport.theme";
/// The language shown last: what the sign-in page speaks.
pub(crate) const LANGUAGE: &str = "rapport.language";

/// A value, if the browser lets us remember.
pub(crate) fn get(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// Keeps a value, or forgets it.
pub(crate) fn set(key: &str, value: Option<&str>) {
    if let Ok(Some(storage)) = window().local_storage() {
        // Storage may be full or forbidden: the app then forgets, and works.
        let _ = match value {
            Some(value) => storage.set_item(key, value),
            None => storage.remove_item(key),
        };
    }
}
