#![doc = include_str!("../README.md")]
#![expect(
    unreachable_pub,
    reason = "the component macro makes the types of properties public"
)]

mod app;
mod browser;
mod contacts;
mod i18n;
mod session;
mod settings;
mod shell;
mod ui;
mod words;

use leptos::prelude::*;
use wasm_bindgen::JsCast;

fn main() {
    console_error_panic_hook::set_once();
    let place = document()
        .get_element_by_id("app")
        .and_then(|place| place.dyn_into().ok());
    match place {
        Some(place) => leptos::mount::mount_to(place, app::App).forget(),
        None => leptos::mount::mount_to_body(app::App),
    }
}
