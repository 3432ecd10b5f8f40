//! Databases for tests: a PostgreSQL cluster of their own and SQLite files, each test with a fresh database.
//!
//! ```
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/example.rs"));
//! use samara::testing::on_both;
//!
//! #[tokio::test]
//! async fn a_room_belongs_to_its_world() {
//!     on_both(&App::application(), async |engine| {
//!         let cx = engine.system("tests");
//!         let hall = World::create().name("Hall").slug("hall").run(&cx).await.unwrap();
//!         let stage = Room::create().name("Stage").world(hall.id).run(&cx).await.unwrap();
//!         assert_eq!(stage.world_id, hall.id);
//!     })
//!     .await;
//! }
//! # fn main() {}
//! ```
//! The server named by `SAMARA_TEST_POSTGRES` (`postgres://…`, with the right to create databases) is used where it is set; else a
//! cluster is started under a temporary folder, once for the process, and stopped when the process ends, also when it is killed.

mod cluster;
mod database;
mod pooler;

use sea_orm::{QueryResult, Values};

use crate::application::Application;
use crate::database::{Backend, Executor, Statement};
use crate::engine::Engine;

pub use cluster::Cluster;
pub use database::TestDatabase;
pub use pooler::Pooler;

/// Runs `check` on a fresh SQLite file and on a fresh PostgreSQL database, each with the application's tables.
///
/// # Panics
/// If `check` does; if there is no PostgreSQL to be found.
pub async fn on_both(application: &Application, check: impl AsyncFn(Engine)) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        on(backend, application, &check).await;
    }
}

/// Runs `check` on a fresh database of one kind, with the application's tables.
///
/// # Panics
/// If `check` does; if there is no PostgreSQL to be found.
pub async fn on(backend: Backend, application: &Application, check: impl AsyncFn(Engine)) {
    let database = TestDatabase::with_tables(backend, &application.ir).await;
    let engine = database.engine(application).await;
    let said = NameOnPanic(backend);
    check(engine.clone()).await;
    drop(said);
    engine.database().close().await;
    database.remove().await;
}

/// What the database answers on one of the engine's own connections, which is what its reads have left there.
///
/// # Panics
/// If it refuses the statement.
#[expect(clippy::panic, reason = "a test cannot go on, and its author has to read why")]
pub async fn ask(engine: &Engine, sql: &str) -> Vec<QueryResult> {
    let statement = Statement::new(sql, Values(Vec::new()));
    let answer = Executor::new(engine.database().clone()).rows(statement).await;
    answer.unwrap_or_else(|error| panic!("{error}"))
}

/// Prints, when a test panics, which database it was on.
struct NameOnPanic(Backend);

impl Drop for NameOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("… on {:?}", self.0);
        }
    }
}
