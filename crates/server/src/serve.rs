//! The server: the API, the app and the worker in one process.

use crate::config::Config;
use crate::database::{self, RENEW, now};
use crate::secret;
use actix_web::HttpServer;
use anyhow::Context;
use rapport_api::{AppFiles, Clock, Keys, State};
use rapport_store::{Store, users};
use rapport_worker::Worker;
use std::sync::Arc;
use tokio::sync::{Notify, watch};

/// How long requests that are under way may take to finish when the server is told to stop.
const GRACE_SECONDS: u64 = 30;

/// Runs until SIGINT or SIGTERM, then finishes what is under way.
pub(crate) async fn serve(config: Config) -> anyhow::Result<()> {
    let files = config.app_dir.as_deref().map(AppFiles::read).transpose()?;
    let store = database::open(&config).await?;
    let keys = Keys::derive(&secret::key(config.secret_key, &config.database.url)?);
    let setup = format!("{}/setup#code={}", config.public_url, keys.setup_code());
    let jobs = Arc::new(Notify::new());
    let api = rapport_api::Config {
        public_url: config.public_url.clone(),
        trusted_proxies: config.trusted_proxies,
        upload_max: config.upload_max,
        rates: config.rates,
    };
    let state = State::new(
        store.clone(),
        api,
        keys,
        Clock::new(now),
        files,
        jobs.clone(),
    );
    let ending = state.clone();
    let server = HttpServer::new(move || rapport_api::app(state.clone()))
        .shutdown_timeout(GRACE_SECONDS)
        .bind(config.listen)
        .with_context(|| format!("{} cannot be listened on", config.listen))?
        .run();

    actix_web::rt::spawn(async move {
        if told_to_stop().await {
            ending.stop();
        }
    });

    let (stop, stopping) = watch::channel(false);
    let worker = Worker {
        store: store.clone(),
        now: Arc::new(now),
        jobs,
        stop: stopping.clone(),
    };
    let worker = std::thread::Builder::new()
        .name("worker".to_owned())
        .spawn(move || work(worker))
        .context("the worker's thread cannot be started")?;
    let renewal = actix_web::rt::spawn(renew(store.clone(), stopping));

    if users::is_set_up(&store).await? {
        println!("Rapport runs at {}", config.public_url);
    } else {
        println!("Set up Rapport: {setup}");
    }
    server.await?;

    tracing::info!("stopping");
    // Whoever listens is gone already when the channel has nobody at its other end.
    let _ = stop.send(true);
    let _ = renewal.await;
    if actix_web::web::block(move || worker.join().is_err())
        .await
        .unwrap_or(true)
    {
        tracing::error!("the worker died");
    }
    store.close().await;
    Ok(())
}

/// Waits until the process is told to stop, as the server does by itself; false when it cannot be heard.
async fn told_to_stop() -> bool {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return false;
        };
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted.is_ok(),
            _ = terminate.recv() => true,
        }
    }
    #[cfg(not(unix))]
    {
        tokio::signal::ctrl_c().await.is_ok()
    }
}

/// The worker's thread: its futures stay on it.
fn work(worker: Worker) {
    match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime.block_on(rapport_worker::run(worker)),
        Err(error) => tracing::error!(%error, "the worker cannot start"),
    }
}

async fn renew(store: Store, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        tokio::select! {
            () = tokio::time::sleep(RENEW) => {}
            _ = stopping.changed() => return,
        }
        if let Err(error) = store.renew_node(now()).await {
            tracing::error!(%error, "the node number cannot be prolonged");
        }
    }
}
