//! The session: one client for the whole app, and who it speaks for.

use crate::browser::{address, locks, storage, time};
use crate::i18n::{I18n, locale};
use crate::session::Start;
use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use rapport_client::{Client, ClientError};
use rapport_contract::Code;
use rapport_contract::auth::{Me, SignedIn};
use rapport_contract::role::{Permission, Role};
use std::future::Future;
use std::time::Duration;

/// Two tabs that refresh at once would each spend the other's token.
const LOCK: &str = "rapport.session";

/// The session. Cheap to copy; all copies are the same.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    client: StoredValue<Client, LocalStorage>,
    me: RwSignal<Option<Me>>,
    start: RwSignal<Start>,
    ended: RwSignal<bool>,
    offline: RwSignal<bool>,
    retries: RwSignal<u32>,
    waiting: StoredValue<Vec<oneshot::Sender<()>>, LocalStorage>,
    /// Counts sign-ins, so that a timer of an earlier one keeps quiet.
    turn: StoredValue<u32>,
    i18n: I18n,
}

impl Session {
    /// A session that has not begun, and is there for everything below.
    pub(crate) fn provide(i18n: I18n) -> Self {
        let session = Self {
            client: StoredValue::new_local(Client::new(&address::origin())),
            me: RwSignal::new(None),
            start: RwSignal::new(Start::Starting),
            ended: RwSignal::new(false),
            offline: RwSignal::new(false),
            retries: RwSignal::new(0),
            waiting: StoredValue::new_local(Vec::new()),
            turn: StoredValue::new(0),
            i18n,
        };
        provide_context(session);
        session
    }

    /// The client, for what goes past [`ask`](Self::ask).
    pub(crate) fn client(self) -> Client {
        self.client.get_value()
    }

    /// How far the start has come, tracked.
    pub(crate) fn start(self) -> Start {
        self.start.get()
    }

    /// The person who is signed in, tracked.
    pub(crate) fn me(self) -> Option<Me> {
        self.me.get()
    }

    /// What the person is, tracked by that alone.
    pub(crate) fn me_with<T>(self, read: impl Fn(&Me) -> T) -> Option<T> {
        self.me.with(|me| me.as_ref().map(read))
    }

    /// Whether somebody is signed in, tracked.
    pub(crate) fn is_signed_in(self) -> bool {
        self.me.with(Option::is_some)
    }

    /// Whether the person's role has the permission, tracked.
    pub(crate) fn may(self, permission: Permission) -> bool {
        self.role().is_some_and(|role| role.may(permission))
    }

    /// The person's role, tracked.
    pub(crate) fn role(self) -> Option<Role> {
        self.me.with(|me| me.as_ref().map(|me| me.role))
    }

    /// Whether the session has ended under the person's hands, tracked.
    pub(crate) fn has_ended(self) -> bool {
        self.ended.get()
    }

    /// Whether the last request found no server, tracked.
    pub(crate) fn is_offline(self) -> bool {
        self.offline.get()
    }

    /// Changes when the connection is there again, tracked: what failed may ask again.
    pub(crate) fn retries(self) -> u32 {
        self.retries.get()
    }

    /// Asks whether the server is there again.
    pub(crate) fn retry(self) {
        spawn_local(async move {
            if self.client().health().await.is_ok() {
                self.offline.set(false);
                self.retries.update(|retries| *retries += 1);
            }
        });
    }

    /// Asks the server something in the person's name.
    ///
    /// When the session has ended, a dialog over the page lets the person sign in again; the question waits meanwhile, and
    /// is then asked once more. So nothing that was typed is lost.
    pub(crate) async fn ask<T, F>(self, ask: impl Fn(Client) -> F) -> Result<T, ClientError>
    where
        F: Future<Output = Result<T, ClientError>>,
    {
        loop {
            let answer = ask(self.client()).await;
            match &answer {
                Err(ClientError::Connection(_)) => self.offline.set(true),
                _ => self.offline.set(false),
            }
            match answer {
                Err(error) if is_end(&error) && self.me.with_untracked(Option::is_some) => {
                    self.ended.set(true);
                    let (signed_in, again) = oneshot::channel();
                    self.waiting.update_value(|waiting| waiting.push(signed_in));
                    if again.await.is_err() {
                        return Err(error);
                    }
                }
                answer => return answer,
            }
        }
    }

    /// Takes the answer of a sign-in of any kind.
    pub(crate) fn sign_in(self, signed_in: SignedIn) {
        let before = self
            .me
            .with_untracked(|me| me.as_ref().map(|me| (me.id, me.account.id)));
        let now = (signed_in.me.id, signed_in.me.account.id);
        storage::set(storage::SIGNED_IN, Some("1"));
        if before.is_some_and(|before| before != now) {
            // Somebody else: nothing of what the page shows is theirs.
            address::reload();
            return;
        }
        self.renew_before(signed_in.expires_in);
        self.see(signed_in.me);
        self.start.set(Start::Ready);
        self.ended.set(false);
        for waiting in self
            .waiting
            .try_update_value(std::mem::take)
            .unwrap_or_default()
        {
            // Whoever asked may have gone elsewhere.
            let _ = waiting.send(());
        }
    }

    /// Takes what is new about the person or the account.
    pub(crate) fn see(self, me: Me) {
        self.speak(me.language.unwrap_or(me.account.language));
        self.me.set(Some(me));
    }

    /// Changes what is known about the person or the account.
    pub(crate) fn update(self, change: impl FnOnce(&mut Me)) {
        if let Some(mut me) = self.me.get_untracked() {
            change(&mut me);
            self.see(me);
        }
    }

    /// Speaks another language, and remembers it for the next sign-in page.
    pub(crate) fn speak(self, language: rapport_contract::language::Language) {
        storage::set(storage::LANGUAGE, Some(language.as_str()));
        if self.i18n.get_locale_untracked() != locale(language) {
            self.i18n.set_locale(locale(language));
        }
    }

    /// A new access token for the session in the cookie, one tab at a time.
    pub(crate) async fn refresh(self) -> Result<SignedIn, ClientError> {
        let client = self.client();
        let refreshed = locks::alone(LOCK, async move { client.refresh().await }).await;
        refreshed.unwrap_or_else(|| Err(ClientError::Connection("no lock".to_owned())))
    }

    /// Renews the access token before it expires, so that no request has to wait for that.
    fn renew_before(self, expires_in: u32) {
        let turn = self.turn.try_update_value(|turn| {
            *turn += 1;
            *turn
        });
        spawn_local(async move {
            time::sleep(Duration::from_secs(u64::from(expires_in) * 4 / 5)).await;
            if self.turn.try_get_value() != turn || !self.me.with_untracked(Option::is_some) {
                return;
            }
            // If it fails, the next request finds out what is the matter.
            if let Ok(signed_in) = self.refresh().await {
                self.sign_in(signed_in);
            }
        });
    }

    /// How the start ended.
    pub(crate) fn started(self, start: Start) {
        if matches!(start, Start::Ready | Start::NeedsSetup) {
            self.offline.set(false);
        }
        self.start.set(start);
    }

    /// Signs out, here at once and on the server when it hears of it.
    pub(crate) fn sign_out(self) {
        spawn_local(async move {
            let _ = self.client().log_out().await;
            storage::set(storage::SIGNED_IN, None);
            // A fresh page keeps nothing of what the last person saw.
            let _ = window().location().set_href("/login");
        });
    }
}

/// Whether the server no longer knows the session.
fn is_end(error: &ClientError) -> bool {
    matches!(
        error.code(),
        Some(Code::Unauthenticated | Code::SessionEnded)
    )
}

/// The session of the app.
pub(crate) fn use_session() -> Session {
    expect_context()
}
