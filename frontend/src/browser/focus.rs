//! Where the keyboard is.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Moves the focus to the first element that the selector finds, after what is being drawn has been drawn.
pub(crate) fn soon(selector: &'static str) {
    request_animation_frame(move || {
        if let Ok(Some(element)) = document().query_selector(selector) {
            element_now(&element);
        }
    });
}

/// Moves the focus to the first field that is wrong.
pub(crate) fn first_wrong() {
    soon("[aria-invalid='true']");
}

/// Moves the focus to an element.
pub(crate) fn element_now(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// Whether what has the focus takes letters: shortcuts keep quiet then.
pub(crate) fn is_typing() -> bool {
    document().active_element().is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
            || element.has_attribute("contenteditable")
    })
}

/// Whether a dialog stands over the page.
pub(crate) fn in_dialog() -> bool {
    document()
        .query_selector("dialog[open]")
        .ok()
        .flatten()
        .is_some()
}
