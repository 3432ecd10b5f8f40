//! A database whose connections are looked at from outside, and futures that are dropped half-way.

use std::pin::pin;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;

use samara::application::Application;
use samara::database::{Backend, Database, Options};
use samara::engine::Engine;
use samara::migration::create_tables;
use samara::settings::Settings;
use samara::testing::{Cluster, Pooler, TestDatabase};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection};

/// What a server may not have to say about us.
const COMPLAINTS: [&str; 4] = [
    "there is already a transaction in progress",
    "there is no transaction in progress",
    "current transaction is aborted",
    "savepoint \"",
];

/// Fails if a connection of ours stays in a transaction, or at work, for more than ten seconds.
const ALL_IDLE: &str = "DO $$ BEGIN
    FOR attempt IN 1..1000 LOOP
        PERFORM pg_stat_clear_snapshot();
        IF NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()
            AND application_name LIKE 'samara%' AND state <> 'idle') THEN RETURN; END IF;
        PERFORM pg_sleep(0.01);
    END LOOP;
    RAISE EXCEPTION 'a connection stays in a transaction';
END $$";

/// Fails if a connection of ours holds the right to write for more than ten seconds.
const ALL_WRITTEN: &str = "PRAGMA busy_timeout = 10000; BEGIN IMMEDIATE; COMMIT";

/// A database on which requests are dropped.
pub(super) struct TestServer {
    pub(super) url: String,
    /// Looks on from outside.
    observer: DatabaseConnection,
    /// The SQLite file.
    file: Option<TestDatabase>,
    /// What is between us and the server.
    pooler: Option<Pooler>,
}

/// Runs `check` on an empty database of either kind, and on PostgreSQL through a pooler.
pub(super) async fn on_each(check: impl AsyncFn(&TestServer)) {
    for (backend, is_pooled) in [(Backend::Sqlite, false), (Backend::Postgres, false), (Backend::Postgres, true)] {
        eprintln!("on {backend:?}{}", if is_pooled { " through a pooler" } else { "" });
        let place = TestServer::new(backend, is_pooled).await;
        check(&place).await;
        place.leave().await;
    }
}

/// Polls `future` that often and then drops it; answers what it answered, if it did before.
pub(crate) async fn cut<T>(future: impl Future<Output = T>, polls: usize) -> Option<T> {
    let mut future = pin!(future);
    let mut left = polls;
    std::future::poll_fn(|cx| {
        if let Poll::Ready(answer) = future.as_mut().poll(cx) {
            return Poll::Ready(Some(answer));
        }
        left -= 1;
        if left == 0 { Poll::Ready(None) } else { Poll::Pending }
    })
    .await
}

impl TestServer {
    pub(super) async fn new(backend: Backend, is_pooled: bool) -> Self {
        if backend == Backend::Sqlite {
            let file = TestDatabase::empty(backend).await;
            let observer = observer(file.url()).await;
            return Self { url: file.url().to_owned(), observer, file: Some(file), pooler: None };
        }
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("dropped_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let server = sea_orm::Database::connect(&cluster().url("postgres")).await.unwrap();
        server.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        server.close().await.unwrap();
        let url = cluster().url(&name);
        let pooler = is_pooled.then(|| Pooler::before(&url, 2));
        Self { observer: observer(&url).await, url, file: None, pooler }
    }

    /// An engine on it, whose tables are made.
    pub(super) async fn engine(&self, application: &Application) -> Engine {
        let database = match &self.pooler {
            None => Database::connect(&self.url).await.unwrap(),
            Some(it) => Database::connect_through(it.url(), &self.url, &Options::default()).await.unwrap(),
        };
        create_tables(&self.observer, &application.ir).await.unwrap();
        let settings = Settings::read(|_| None).unwrap();
        Engine::new(application.clone().verified().unwrap(), database).keyed(settings.secret)
    }

    /// That none of our connections is in a transaction, or will be for long.
    pub(super) async fn is_quiet(&self) {
        let looks = if self.file.is_some() { ALL_WRITTEN } else { ALL_IDLE };
        self.observer.execute_unprepared(looks).await.unwrap();
    }

    /// That the server had nothing to complain about.
    async fn leave(self) {
        self.is_quiet().await;
        self.observer.close().await.unwrap();
        match self.file {
            Some(file) => file.remove().await,
            None => {
                let log = cluster().log();
                for complaint in COMPLAINTS {
                    assert!(!log.contains(complaint), "{log}");
                }
            }
        }
    }
}

async fn observer(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    sea_orm::Database::connect(options.max_connections(1).to_owned()).await.unwrap()
}

/// A server of this module alone, whose log nobody else writes to.
fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::own)
}
