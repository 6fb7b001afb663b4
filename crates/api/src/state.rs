//! What every request can reach.

use crate::busy::Busy;
use crate::limits::Limits;
use crate::once::Running;
use crate::passwords::Hasher;
use crate::problem::Answer;
use crate::rate::{RateLimits, Rates};
use crate::uses::Uses;
use crate::{AppFiles, Keys};
use actix_web::HttpRequest;
use rapport_contract::Instant;
use rapport_store::{Error, Store, Write};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::{Notify, watch};

/// What time it is: the machine's, or a test's.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Instant + Send + Sync>);

impl Clock {
    /// A clock that tells what `now` tells.
    pub fn new(now: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// What time it is.
    pub fn now(&self) -> Instant {
        (self.0)()
    }
}

/// What was configured.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where people reach the server, without a slash at the end: `https://rapport.example.org`. Never taken from a request.
    pub public_url: String,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The largest file that can be uploaded, in bytes.
    pub upload_max: u64,
    /// How many requests are allowed.
    pub rates: RateLimits,
}

impl Config {
    /// Whether cookies go over https only.
    pub(crate) fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// What every request can reach. Cheap to clone.
#[derive(Clone)]
pub struct State {
    pub(crate) store: Store,
    pub(crate) config: Arc<Config>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) clock: Clock,
    pub(crate) files: Option<Arc<AppFiles>>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) hasher: Hasher,
    pub(crate) jobs: Arc<Notify>,
    pub(crate) running: Running,
    pub(crate) uses: Uses,
    pub(crate) rates: Arc<Rates>,
    pub(crate) busy: Busy,
    /// Becomes true when the server is to stop: answers that have no end end then.
    stopping: Arc<watch::Sender<bool>>,
}

impl State {
    /// `files` is the browser app, if this server serves it; `jobs` wakes whoever works on jobs.
    pub fn new(
        store: Store,
        config: Config,
        keys: Keys,
        clock: Clock,
        files: Option<AppFiles>,
        jobs: Arc<Notify>,
    ) -> Self {
        Self {
            store,
            rates: Arc::new(Rates::new(config.rates)),
            busy: Busy::default(),
            config: Arc::new(config),
            keys: Arc::new(keys),
            clock,
            files: files.map(Arc::new),
            limits: Arc::new(Limits::new()),
            hasher: Hasher::new(),
            jobs,
            running: Running::default(),
            uses: Uses::default(),
            stopping: Arc::new(watch::Sender::new(false)),
        }
    }

    /// Ends the answers that have no end of their own: the server is to stop.
    pub fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Becomes true when the server is to stop.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stopping.subscribe()
    }

    /// What time it is.
    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Counts a try from where the request comes from.
    ///
    /// # Errors
    /// `too_many_requests`.
    pub(crate) fn count_try(&self, request: &HttpRequest) -> Answer<()> {
        self.limits.try_from(request, &self.config.trusted_proxies)
    }

    /// Makes a change, now.
    pub(crate) async fn write<T>(
        &self,
        change: impl AsyncFn(&Write<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.store.write(self.now(), change).await
    }
}
