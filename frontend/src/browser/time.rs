//! Waiting, and the time of day.

use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Milliseconds since the epoch.
pub(crate) fn now() -> f64 {
    js_sys::Date::now()
}

/// Comes back after so long.
pub(crate) async fn sleep(duration: Duration) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        set_timeout(
            move || {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            },
            duration,
        );
    });
    let _ = JsFuture::from(promise).await;
}

/// The time, renewed each minute: for texts such as "3 minutes ago".
#[derive(Clone, Copy)]
pub(crate) struct Minute(RwSignal<f64>);

impl Minute {
    /// Starts the clock, for as long as the page lives.
    pub(crate) fn start() -> Self {
        let minute = RwSignal::new(now());
        set_interval(move || minute.set(now()), Duration::from_secs(60));
        Self(minute)
    }

    /// Milliseconds since the epoch, tracked.
    pub(crate) fn get(self) -> f64 {
        self.0.get()
    }
}
