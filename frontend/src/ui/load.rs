//! What is asked of the server when a page opens.

use super::Failure;
use crate::i18n::{t_string, use_i18n};
use crate::session::{Session, use_session};
use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_client::{Client, ClientError};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

type Answer<T> = Pin<Box<dyn Future<Output = Result<T, ClientError>>>>;
type Ask<T> = Rc<dyn Fn(Client) -> Answer<T>>;

/// How far it has come.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Load<T> {
    /// Asked, not answered.
    Loading,
    /// Here it is.
    Ready(T),
    /// It could not be had.
    Failed(ClientError),
}

/// Something of the server, asked for once and again on demand.
pub(crate) struct Loaded<T: Send + Sync + 'static> {
    state: RwSignal<Load<T>>,
    ask: StoredValue<Ask<T>, LocalStorage>,
    session: Session,
}

impl<T: Send + Sync + 'static> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Loaded<T> {}

impl<T: Clone + Send + Sync + 'static> Loaded<T> {
    /// Asks now.
    pub(crate) fn new<F>(ask: impl Fn(Client) -> F + 'static) -> Self
    where
        F: Future<Output = Result<T, ClientError>> + 'static,
    {
        let ask: Ask<T> = Rc::new(move |client| Box::pin(ask(client)));
        let loaded = Self {
            state: RwSignal::new(Load::Loading),
            ask: StoredValue::new_local(ask),
            session: use_session(),
        };
        loaded.reload();
        loaded
    }

    /// Asks again; what is there stays until the answer comes.
    pub(crate) fn reload(self) {
        spawn_local(async move {
            let Some(ask) = self.ask.try_get_value() else {
                return;
            };
            let answer = self.session.ask(|client| ask(client)).await;
            self.state.set(match answer {
                Ok(value) => Load::Ready(value),
                Err(error) => Load::Failed(error),
            });
        });
    }

    /// The state, tracked.
    pub(crate) fn get(self) -> Load<T> {
        self.state.get()
    }

    /// Changes what is there, where one's own change is known already.
    pub(crate) fn update(self, change: impl FnOnce(&mut T)) {
        self.state.update(|state| {
            if let Load::Ready(value) = state {
                change(value);
            }
        });
    }

    /// Skeletons, the failure with a way to try again, or what `ready` makes of the value.
    pub(crate) fn show<V: IntoView + 'static>(
        self,
        ready: impl Fn(T) -> V + Send + Sync + 'static,
    ) -> impl IntoView {
        let i18n = use_i18n();
        move || {
            match self.get() {
            Load::Loading => view! {
                <div class="skeleton-block" aria-busy="true" aria-label=t_string!(i18n, app.loading)>
                    <span class="skeleton"></span>
                    <span class="skeleton"></span>
                    <span class="skeleton"></span>
                </div>
            }
            .into_any(),
            Load::Failed(error) => view! {
                <Failure
                    heading=move || t_string!(i18n, connection.failed_title)
                    error
                    on_retry=move |()| {
                        self.state.set(Load::Loading);
                        self.reload();
                    }
                />
            }
            .into_any(),
            Load::Ready(value) => ready(value).into_any(),
        }
        }
    }
}
