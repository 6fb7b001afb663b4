//! Sending a file from the browser: as a form, by the browser itself, so that it never goes through the app's memory.

use crate::request::{Client, ClientError};
use js_sys::{Function, Promise};
use rapport_contract::import::Import;
use rapport_contract::{Code, Problem};
use serde::de::DeserializeOwned;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FormData, ProgressEvent, XmlHttpRequest};

impl Client {
    /// `POST /imports` with a file that the person chose. The import starts at once.
    ///
    /// `progress` hears the share that has been sent, 0 to 1. (`fetch` does not tell; so this is an `XMLHttpRequest`.)
    pub async fn upload_import(
        &self,
        file: &File,
        progress: impl Fn(f64) + Clone + 'static,
    ) -> Result<Import, ClientError> {
        match self.upload_once(file, progress.clone()).await {
            Err(error) if error.code() == Some(Code::Unauthenticated) && self.is_signed_in() => {
                self.refresh().await?;
                self.upload_once(file, progress).await
            }
            answer => answer,
        }
    }

    async fn upload_once(
        &self,
        file: &File,
        progress: impl Fn(f64) + 'static,
    ) -> Result<Import, ClientError> {
        let form = FormData::new().map_err(broken)?;
        form.append_with_blob_and_filename("file", file, &file.name())
            .map_err(broken)?;
        let request = XmlHttpRequest::new().map_err(broken)?;
        request
            .open_with_async("POST", &self.url("/api/v1/imports"), true)
            .map_err(broken)?;
        if let Some(token) = self.access_token() {
            request
                .set_request_header("Authorization", &format!("Bearer {}", token.0))
                .map_err(broken)?;
        }
        let heard = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| {
            if event.length_computable() && event.total() > 0.0 {
                progress(event.loaded() / event.total());
            }
        });
        let upload = request.upload().map_err(broken)?;
        upload.set_onprogress(Some(heard.as_ref().unchecked_ref()));

        let _aborted = AbortOnDrop(request.clone());
        let ended = Promise::new(&mut |resolve: Function, _| {
            // `loadend` comes whatever happened: success, failure, or no connection.
            request.set_onloadend(Some(&resolve));
        });
        request
            .send_with_opt_form_data(Some(&form))
            .map_err(broken)?;
        let _ = JsFuture::from(ended).await;
        upload.set_onprogress(None);
        request.set_onloadend(None);

        let status = request.status().unwrap_or(0);
        let body = request.response_text().ok().flatten().unwrap_or_default();
        match status {
            0 => Err(ClientError::Connection("the upload broke off".to_owned())),
            200..=299 => parsed(status, &body),
            _ => Err(match parsed::<Problem>(status, &body) {
                Ok(problem) => ClientError::Problem(Box::new(problem)),
                Err(error) => error,
            }),
        }
    }
}

/// Ends the upload when nobody waits for it any more. Aborting a finished request does nothing.
struct AbortOnDrop(XmlHttpRequest);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        let _ = self.0.abort();
    }
}

fn broken(error: JsValue) -> ClientError {
    ClientError::Connection(format!("{error:?}"))
}

fn parsed<T: DeserializeOwned>(status: u16, body: &str) -> Result<T, ClientError> {
    serde_json::from_str(body).map_err(|error| ClientError::Unexpected {
        status,
        detail: error.to_string(),
    })
}
