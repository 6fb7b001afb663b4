//! A server for one test.

use migrations::Migrator;
use rapport_api::{Clock, Config, Keys, State};
use rapport_client::Client;
use rapport_contract::Instant;
use rapport_contract::account::AccountDraft;
use rapport_contract::auth::SignedIn;
use rapport_contract::invitation::{Acceptance, InvitationDraft};
use rapport_contract::language::Language;
use rapport_contract::role::Role;
use rapport_contract::setup::SetupDraft;
use rapport_store::{Options, Store, doctor};
use rapport_worker::Worker;
use sea_orm_migration::MigratorTrait;
use sea_orm_migration::sea_orm::{ConnectionTrait, Database};
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;
use tokio::sync::{Notify, watch};

/// The engine that a test runs on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// Makes one test for each engine out of an async function that takes a `&Server`.
macro_rules! on_both {
    ($($(#[$meta:meta])* $name:ident;)+) => {$(
        mod $name {
            $(#[$meta])*
            #[test]
            fn sqlite() {
                $crate::server::run($crate::server::Engine::Sqlite, |server| Box::pin(super::$name(server)));
            }

            $(#[$meta])*
            #[test]
            fn postgres() {
                $crate::server::run($crate::server::Engine::Postgres, |server| Box::pin(super::$name(server)));
            }
        }
    )+};
}
pub(crate) use on_both;

/// The clock begins here: 2026-11-20T08:00:00Z.
pub(crate) const BEGINNING: i64 = 1_795_161_600_000;

/// A running server with an empty database.
pub(crate) struct Server {
    /// Where it listens.
    pub(crate) url: String,
    /// Its database, for looking at what no operation shows.
    pub(crate) store: Store,
    /// What signs its tokens.
    keys: [u8; 32],
    clock: Arc<AtomicI64>,
}

/// A test. Of one type, whatever it does: the server around it is compiled once, not for each of some hundred tests.
pub(crate) type Test = for<'s> fn(&'s Server) -> Pin<Box<dyn Future<Output = ()> + 's>>;

/// Runs a test against a fresh server, then asks the doctor.
pub(crate) fn run(engine: Engine, test: Test) {
    actix_web::rt::System::new().block_on(async {
        let database = Fresh::fresh(engine).await;
        let store = Store::open(&Options {
            url: database.url.clone(),
            connections: 4,
            cache_mb: 8,
            process: "test".to_owned(),
        })
        .await
        .expect("the test's database opens");
        Migrator::up(store.migration_connection(), None)
            .await
            .expect("migrations run");
        let clock = Arc::new(AtomicI64::new(BEGINNING));
        let now = {
            let clock = clock.clone();
            move || Instant::from_unix_millis(clock.load(Ordering::SeqCst))
        };
        // A node number for ever: tests let years pass at once, and nobody renews it meanwhile.
        let for_ever = now().plus_seconds(100 * 365 * 24 * 3600);
        store.prepare(for_ever).await.expect("the store is ready");

        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let config = Config {
            public_url: url.clone(),
            trusted_proxies: Vec::new(),
            upload_max: 8 << 20,
            rates: rapport_api::RateLimits::default(),
        };
        let keys = [7; 32];
        let jobs = Arc::new(Notify::new());
        let state = State::new(
            store.clone(),
            config,
            Keys::derive(&keys),
            Clock::new(now.clone()),
            None,
            jobs.clone(),
        );
        let http = actix_web::HttpServer::new(move || rapport_api::app(state.clone()))
            .workers(1)
            .disable_signals()
            .listen(listener)
            .expect("the server listens")
            .run();
        let handle = http.handle();
        actix_web::rt::spawn(http);
        let (stop, stopping) = watch::channel(false);
        let worker = Worker {
            store: store.clone(),
            now: Arc::new(now),
            jobs,
            stop: stopping,
        };
        let worker = actix_web::rt::spawn(rapport_worker::run(worker));

        let server = Server {
            url,
            store,
            keys,
            clock,
        };
        test(&server).await;

        stop.send(true).expect("the worker runs");
        worker.await.expect("the worker ends in order");
        // While the server's thread lives: connections of PostgreSQL that it opened die with it.
        let findings = doctor::examine(&server.store)
            .await
            .expect("the doctor can look");
        assert!(findings.is_empty(), "the doctor found: {findings:#?}");
        server.store.close().await;
        handle.stop(true).await;
        database.drop().await;
    });
}

impl Server {
    /// Somebody who is not signed in, with cookies of their own.
    pub(crate) fn visitor(&self) -> Client {
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .build()
            .expect("an HTTP client");
        Client::with_http(&self.url, http)
    }

    /// What time it is on the server.
    pub(crate) fn now(&self) -> Instant {
        Instant::from_unix_millis(self.clock.load(Ordering::SeqCst))
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// The code of the first run.
    pub(crate) fn setup_code(&self) -> String {
        Keys::derive(&self.keys).setup_code().to_owned()
    }

    /// A set-up of the account "Ágora": Spanish, Mexico City, Mexico; its owner is Olga.
    pub(crate) fn setup_draft(&self) -> SetupDraft {
        SetupDraft {
            code: self.setup_code().as_str().into(),
            account: AccountDraft {
                name: "Ágora".to_owned(),
                language: Language::Es,
                time_zone: "America/Mexico_City".to_owned(),
                default_country: "MX".to_owned(),
            },
            name: "Olga Owner".to_owned(),
            email: "olga@example.com".to_owned(),
            password: PASSWORD.into(),
            sample_contacts: 0,
        }
    }

    /// Sets the server up; gives its owner.
    pub(crate) async fn owner(&self) -> Client {
        let owner = self.visitor();
        owner
            .set_up(&self.setup_draft())
            .await
            .expect("set-up works");
        owner
    }

    /// A new member of the owner's account with this role, who signs in as `{role}@example.com`.
    pub(crate) async fn member(&self, owner: &Client, role: Role) -> Client {
        let link = owner
            .invite(&InvitationDraft { role, email: None })
            .await
            .expect("owners can invite");
        let member = self.visitor();
        member
            .accept_invitation(&Acceptance {
                token: token_of(&link.url.0).into(),
                name: format!("Some {}", role.as_str()),
                email: format!("{}@example.com", role.as_str()),
                password: PASSWORD.into(),
            })
            .await
            .expect("the invitation works");
        member
    }

    /// The owner of a second account on the same server.
    pub(crate) async fn stranger(&self) -> Client {
        let draft = AccountDraft {
            name: "Elsewhere".to_owned(),
            ..self.setup_draft().account
        };
        let account = draft.check("").expect("a right draft");
        let password_hash = rapport_api::hash_password(&PASSWORD.into()).expect("a hash");
        let owner = rapport_store::users::HashedUser {
            name: "Stella Stranger".to_owned(),
            email: "stella@example.com".parse_email(),
            password_hash,
        };
        self.store
            .write(self.now(), async |w| {
                rapport_store::users::create_account(w, &account, &owner).await
            })
            .await
            .expect("a second account");
        let stranger = self.visitor();
        self.sign_in(&stranger, "stella@example.com").await;
        stranger
    }

    /// Signs somebody in with the password that everybody has here.
    pub(crate) async fn sign_in(&self, client: &Client, email: &str) -> SignedIn {
        let draft = rapport_contract::auth::LoginDraft {
            email: email.to_owned(),
            password: PASSWORD.into(),
            account: None,
        };
        client.log_in(&draft).await.expect("signing in works")
    }
}

/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// The token behind `#token=` in a link.
pub(crate) fn token_of(url: &str) -> &str {
    url.split_once("#token=").expect("a link with a token").1
}

trait ParseEmail {
    fn parse_email(&self) -> rapport_contract::email::EmailAddress;
}

impl ParseEmail for str {
    fn parse_email(&self) -> rapport_contract::email::EmailAddress {
        rapport_contract::email::EmailAddress::parse(self).expect("an address")
    }
}

/// A database for one test.
struct Fresh {
    url: String,
    /// SQLite's folder, which goes with the test.
    _folder: Option<TempDir>,
    /// PostgreSQL's maintenance database and the name of ours in the cluster.
    postgres: Option<(String, String)>,
}

impl Fresh {
    async fn fresh(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let url = format!("sqlite://{}", folder.path().join("test.db").display());
                Self {
                    url,
                    _folder: Some(folder),
                    postgres: None,
                }
            }
            Engine::Postgres => {
                let maintenance = std::env::var("TEST_POSTGRES_URL").expect(
                    "TEST_POSTGRES_URL names no PostgreSQL; `cargo xtask test` starts one and says where",
                );
                let name = format!("test_{:016x}", rand_name());
                execute(
                    &maintenance,
                    &format!("CREATE DATABASE {name} TEMPLATE template0"),
                )
                .await;
                let (server, _) = maintenance
                    .rsplit_once('/')
                    .expect("an address with a database");
                Self {
                    url: format!("{server}/{name}"),
                    _folder: None,
                    postgres: Some((maintenance, name)),
                }
            }
        }
    }

    async fn drop(self) {
        if let Some((maintenance, name)) = self.postgres {
            execute(&maintenance, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// A number that no other test has.
fn rand_name() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::collections::hash_map::RandomState::new()
        .build_hasher()
        .finish()
}

async fn execute(url: &str, sql: &str) {
    let connection = Database::connect(url).await.expect("PostgreSQL answers");
    connection
        .execute_unprepared(sql)
        .await
        .expect("PostgreSQL obeys");
    connection.close().await.expect("a closed connection");
}
