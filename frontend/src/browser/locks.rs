//! One at a time, across all tabs of the browser.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

/// Does some work while no other tab does work under the same name. A browser without locks just does it.
pub(crate) async fn alone<T: 'static>(
    name: &str,
    work: impl Future<Output = T> + 'static,
) -> Option<T> {
    let result = Rc::new(RefCell::new(None));
    let kept = Rc::clone(&result);
    let work = async move {
        *kept.borrow_mut() = Some(work.await);
        Ok(JsValue::UNDEFINED)
    };
    match locks() {
        Some((locks, request)) => {
            let granted = Closure::once_into_js(move |_lock: JsValue| future_to_promise(work));
            let asked = request.call2(&locks, &name.into(), &granted);
            if let Ok(promise) = asked.and_then(|promise| promise.dyn_into::<Promise>()) {
                let _ = JsFuture::from(promise).await;
            }
        }
        None => {
            let _ = work.await;
        }
    }
    result.borrow_mut().take()
}

/// `navigator.locks` and its `request`: absent outside of secure contexts.
fn locks() -> Option<(JsValue, Function)> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    let request = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    Some((locks, request))
}
