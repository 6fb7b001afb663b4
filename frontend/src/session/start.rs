//! The first moments: is there an account, and is somebody signed in?

use crate::browser::storage;
use crate::i18n::{t, use_i18n};
use crate::session::{Session, use_session};
use crate::ui::{Button, Icon, Symbol};
use crate::words::{error_text, request_id};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_client::ClientError;
use rapport_contract::Code;

/// How far the start has come.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Start {
    /// Nothing is known yet: the page stands as it was delivered.
    Starting,
    /// There is no account yet.
    NeedsSetup,
    /// Somebody is signed in, or may sign in.
    Ready,
    /// The server does not answer as it should.
    Failed(ClientError),
}

impl Session {
    /// Finds out how things stand.
    pub(crate) fn begin(self) {
        spawn_local(async move {
            self.started(Start::Starting);
            let start = self.find_out().await;
            self.started(start);
        });
    }

    async fn find_out(self) -> Start {
        // Who was here before is most likely signed in still: one request less on the way to the table.
        let was_here = storage::get(storage::SIGNED_IN).is_some();
        if was_here && let Some(start) = self.resume().await {
            return start;
        }
        match self.client().setup_state().await {
            Ok(state) if state.needed => Start::NeedsSetup,
            Ok(_) if was_here => Start::Ready,
            Ok(_) => self.resume().await.unwrap_or(Start::Ready),
            Err(error) => Start::Failed(error),
        }
    }

    /// Goes on with the session in the cookie; nothing if there is none.
    async fn resume(self) -> Option<Start> {
        match self.refresh().await {
            Ok(signed_in) => {
                self.sign_in(signed_in);
                Some(Start::Ready)
            }
            Err(error) if nobody_is_signed_in(&error) => {
                storage::set(storage::SIGNED_IN, None);
                None
            }
            Err(error) => Some(Start::Failed(error)),
        }
    }
}

fn nobody_is_signed_in(error: &ClientError) -> bool {
    matches!(
        error.code(),
        Some(Code::Unauthenticated | Code::SessionEnded | Code::NotSetUp)
    )
}

/// The server cannot be reached at the start.
#[component]
pub(crate) fn Unreachable(error: ClientError) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let id = request_id(&error);
    view! {
        <main class="center">
            <div class="empty" role="alert">
                <Icon symbol=Symbol::WifiOff/>
                <h1 class="empty-title">{t!(i18n, connection.start_title)}</h1>
                <p class="muted">{move || error_text(i18n.get_locale(), &error)}</p>
                {id.map(|id| view! { <p class="muted small">{t!(i18n, connection.request, id = id.clone())}</p> })}
                <Button primary=true on_press=move || session.begin()>{t!(i18n, act.retry)}</Button>
            </div>
        </main>
    }
}
