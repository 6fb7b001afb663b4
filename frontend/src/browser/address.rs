//! The address bar.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

/// Where the app was loaded from: scheme, host and port.
pub(crate) fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Path and query of the page.
pub(crate) fn path_and_query() -> String {
    let location = window().location();
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

/// Takes a value out of the fragment (`#code=…`), and the fragment out of the address: what lets somebody in shall not
/// stay on the screen or in the history.
pub(crate) fn take_from_fragment(key: &str) -> Option<String> {
    let hash = window().location().hash().unwrap_or_default();
    let value = hash
        .trim_start_matches('#')
        .split('&')
        .find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='))
        .map(decode)?;
    if let Ok(history) = window().history() {
        let path = path_and_query();
        // The entry's own state stays: the router reads it.
        let state = history.state().unwrap_or(JsValue::NULL);
        let _ = history.replace_state_with_url(&state, "", Some(&path));
    }
    Some(value)
}

fn decode(text: &str) -> String {
    js_sys::decode_uri_component(text).map_or_else(|_| text.to_owned(), String::from)
}

/// A text as it may stand in a query.
pub(crate) fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// Loads the page anew, and the app with it.
pub(crate) fn reload() {
    let _ = window().location().reload();
}

/// The path to go to after signing in, if it is one of this app: one slash at its start, and nothing that a browser
/// reads as another host (`//host`, `/\host`, control characters that it leaves out).
pub(crate) fn safe_path(next: &str) -> Option<&str> {
    let rest = next.strip_prefix('/')?;
    let foreign =
        rest.starts_with(['/', '\\']) || next.chars().any(|c| c.is_control() || c == '\\');
    (!foreign).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::safe_path;

    #[test]
    fn only_paths_of_this_app_are_gone_to() {
        for path in ["/contacts", "/contacts?q=a%2Fb&sort=-name", "/"] {
            assert_eq!(safe_path(path), Some(path));
        }
        for path in [
            "",
            "contacts",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil.example",
            "/a\\b",
            "/\n/x",
        ] {
            assert_eq!(safe_path(path), None, "{path:?}");
        }
    }
}
