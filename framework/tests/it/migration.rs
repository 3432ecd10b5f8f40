//! Migrators: several at once, failures, and databases that are not what they should be.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use samara::database::Backend;
use samara::migration::sea_orm::{ConnectOptions, ConnectionTrait, Database, DbBackend};
use samara::migration::{
    Column, Created, DbErr, Dropped, MigrationCode, MigrationName, MigrationState, MigrationTrait, Migrations,
    Migrator, OnDelete, Schema, SchemaManager, Table, async_trait, create, drop,
};
use samara::testing::TestDatabase;

/// A migration that makes a table of its own name.
struct Make {
    table: &'static str,
    then: Then,
    runs: Arc<AtomicUsize>,
}

/// What else it does.
#[derive(Clone, Copy)]
enum Then {
    Nothing,
    Fail,
    /// Leaves a row that points at nothing.
    Dangle,
    /// Wants no transaction.
    Alone,
}

impl MigrationName for Make {
    fn name(&self) -> &str {
        self.table
    }
}

#[async_trait]
impl MigrationTrait for Make {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        let schema = Schema::of(manager);
        let parent = Column::uuid("parent_id").nullable().references(self.table, "id", OnDelete::Cascade);
        schema.create_table(Table::new(self.table).with(Column::uuid("id").primary_key()).with(parent)).await?;
        match self.then {
            Then::Nothing | Then::Alone => Ok(()),
            Then::Fail => schema.drop_table("nothing_of_that_name").await,
            Then::Dangle => {
                let sql = format!("INSERT INTO {} (id, parent_id) VALUES ('a', 'b')", self.table);
                manager.get_connection().execute_unprepared(&sql).await.map(|_| ())
            }
        }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Schema::of(manager).drop_table(self.table).await
    }

    fn use_transaction(&self) -> Option<bool> {
        matches!(self.then, Then::Alone).then_some(false)
    }
}

fn make(tables: &[&'static str]) -> Migrations {
    counted(tables, &Arc::default())
}

fn counted(tables: &[&'static str], runs: &Arc<AtomicUsize>) -> Migrations {
    let migration = |table: &&'static str| -> Box<dyn MigrationTrait> {
        Box::new(Make { table, then: Then::Nothing, runs: Arc::clone(runs) })
    };
    tables.iter().map(migration).collect()
}

fn one(table: &'static str, then: Then) -> Box<dyn MigrationTrait> {
    Box::new(Make { table, then, runs: Arc::default() })
}

/// Runs `check` on an empty database of either kind.
async fn on_both(check: impl AsyncFn(&str)) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        check(database.url()).await;
        database.remove().await;
    }
}

async fn migrator(url: &str, migrations: Migrations) -> Migrator {
    Migrator::connect(url, migrations).await.unwrap()
}

async fn code(url: &str, migrations: Migrations) -> (MigrationCode, String) {
    let error = match Migrator::connect(url, migrations).await {
        Ok(migrator) => migrator.up().await.unwrap_err(),
        Err(error) => error,
    };
    (error.code(), error.to_string())
}

async fn has_table(url: &str, table: &str) -> bool {
    let connection = Database::connect(url).await.unwrap();
    connection.execute_unprepared(&format!("SELECT * FROM {table}")).await.is_ok()
}

#[tokio::test]
async fn migrations_go_up_and_down_and_are_accounted_for() {
    on_both(async |url| {
        let migrator = migrator(url, make(&["m2", "m1", "m3"])).await;
        assert_eq!(migrator.pending().await.unwrap(), ["m1", "m2", "m3"]);
        assert_eq!(migrator.require_current().await.unwrap_err().code(), MigrationCode::Behind);
        assert_eq!(migrator.up().await.unwrap(), ["m1", "m2", "m3"]);
        assert_eq!(migrator.up().await.unwrap(), Vec::<String>::new());
        migrator.require_current().await.unwrap();
        assert_eq!(migrator.down(2).await.unwrap(), ["m3", "m2"]);
        let states: Vec<MigrationState> = migrator.status().await.unwrap().into_iter().map(|it| it.state).collect();
        assert_eq!(states, [MigrationState::Applied, MigrationState::Pending, MigrationState::Pending]);
        assert_eq!(migrator.down(9).await.unwrap(), ["m1"]);
    })
    .await;
}

#[tokio::test]
async fn an_older_migration_that_came_later_is_run() {
    on_both(async |url| {
        migrator(url, make(&["m1", "m3"])).await.up().await.unwrap();
        assert_eq!(migrator(url, make(&["m1", "m2", "m3"])).await.up().await.unwrap(), ["m2"]);
    })
    .await;
}

#[tokio::test]
async fn status_changes_nothing() {
    on_both(async |url| {
        migrator(url, make(&["m1"])).await.status().await.unwrap();
        assert!(!has_table(url, "seaql_migrations").await);
    })
    .await;
}

#[tokio::test]
async fn a_failed_migration_leaves_nothing_and_the_next_try_goes_on() {
    on_both(async |url| {
        let failing = vec![one("m1", Then::Nothing), one("m2", Then::Fail), one("m3", Then::Nothing)];
        let (code, text) = code(url, failing).await;
        assert_eq!(code, MigrationCode::Failed);
        assert!(text.starts_with("error[R0723]: the migration `m2` could not be applied"), "{text}");
        assert!(text.contains("nothing_of_that_name"), "{text}");
        assert!(!has_table(url, "m2").await);
        assert_eq!(migrator(url, make(&["m1", "m2", "m3"])).await.up().await.unwrap(), ["m2", "m3"]);
    })
    .await;
}

#[tokio::test]
async fn a_row_that_would_point_at_nothing_stops_the_migration() {
    let database = TestDatabase::empty(Backend::Sqlite).await;
    let url = database.url();
    let (code, text) = code(url, vec![one("m1", Then::Dangle)]).await;
    assert_eq!(code, MigrationCode::Dangling, "{text}");
    assert!(!has_table(url, "m1").await);
    database.remove().await;
}

#[tokio::test]
async fn dropping_a_table_deletes_nothing_elsewhere() {
    let database = TestDatabase::empty(Backend::Sqlite).await;
    let url = database.url();
    migrator(url, make(&["m1"])).await.up().await.unwrap();
    let connection = Database::connect(url).await.unwrap();
    for sql in [
        "CREATE TABLE kept (id TEXT, m1_id TEXT REFERENCES m1 (id) ON DELETE CASCADE)",
        "INSERT INTO m1 (id) VALUES ('a')",
        "INSERT INTO kept VALUES ('k', NULL), ('l', 'a')",
    ] {
        connection.execute_unprepared(sql).await.unwrap();
    }
    let error = migrator(url, make(&["m1"])).await.down(1).await.unwrap_err();
    assert_eq!(error.code(), MigrationCode::Dangling);
    let rows = connection.execute_unprepared("UPDATE kept SET id = id").await.unwrap();
    assert_eq!(rows.rows_affected(), 2);
    database.remove().await;
}

#[tokio::test]
async fn a_database_that_is_ahead_or_strange_is_left_alone() {
    on_both(async |url| {
        migrator(url, make(&["m1", "m2"])).await.up().await.unwrap();
        let (ahead, text) = code(url, make(&["m1"])).await;
        assert_eq!(ahead, MigrationCode::UnknownMigration);
        assert!(text.contains("ahead of this program; it also holds m2"), "{text}");
        let (strange, text) = code(url, make(&["m2", "m3"])).await;
        assert_eq!(strange, MigrationCode::UnknownMigration);
        assert!(text.contains("does not know: m1"), "{text}");
        assert!(!has_table(url, "m3").await);
    })
    .await;
}

#[tokio::test]
async fn a_list_that_makes_no_sense_is_refused() {
    on_both(async |url| {
        assert_eq!(code(url, make(&["m1", "m1"])).await.0, MigrationCode::BadList);
        assert_eq!(code(url, vec![one("m1", Then::Alone)]).await.0, MigrationCode::BadList);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_several_migrators_at_once_each_migration_is_run_by_one() {
    on_both(each_migration_is_run_by_one).await;
}

async fn each_migration_is_run_by_one(url: &str) {
    const TABLES: [&str; 6] = ["m1", "m2", "m3", "m4", "m5", "m6"];
    let runs = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let (url, migrations) = (url.to_owned(), counted(&TABLES, &runs));
            tokio::spawn(async move { migrator(&url, migrations).await.up().await.unwrap() })
        })
        .collect();
    let mut done = Vec::new();
    for task in tasks {
        done.extend(task.await.unwrap());
    }
    done.sort();
    assert_eq!(done, TABLES);
    assert_eq!(runs.load(Ordering::SeqCst), TABLES.len());
}

#[tokio::test]
async fn a_migrator_waits_for_another_no_longer_than_it_may() {
    on_both(async |url| {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1);
        let holder = Database::connect(options).await.unwrap();
        let (lock, free) = match holder.get_database_backend() {
            DbBackend::Sqlite => ("BEGIN EXCLUSIVE", "ROLLBACK"),
            _ => ("SELECT pg_advisory_lock(x'73616D617261'::bigint)", "SELECT pg_advisory_unlock_all()"),
        };
        holder.execute_unprepared(lock).await.unwrap();
        let waiting = migrator(url, make(&["m1"])).await.patience(Duration::ZERO);
        assert_eq!(waiting.up().await.unwrap_err().code(), MigrationCode::Locked);
        holder.execute_unprepared(free).await.unwrap();
        assert_eq!(waiting.up().await.unwrap(), ["m1"]);
    })
    .await;
}

#[tokio::test]
async fn databases_are_created_and_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite://{}/made/for/it.db?mode=rwc", folder.path().display());
    created_and_dropped(&file).await;
    on_both(created_and_dropped_beside).await;
}

/// A database of another name on the same server.
async fn created_and_dropped_beside(url: &str) {
    if !url.starts_with("sqlite:") {
        let (server, name) = url.split_once('?').unwrap_or((url, ""));
        created_and_dropped(&format!("{server}_\"beside\"?{name}").replace('"', "%22")).await;
    }
}

async fn created_and_dropped(url: &str) {
    let error = Migrator::connect(&url.replace("?mode=rwc", ""), Vec::new()).await.unwrap_err();
    assert_eq!(error.code(), MigrationCode::Unreachable);
    assert_eq!(create(url).await.unwrap(), Created::New);
    assert_eq!(create(url).await.unwrap(), Created::Stood);
    assert_eq!(Migrator::reset(url, make(&["m1"])).await.unwrap(), ["m1"]);
    assert_eq!(drop(url).await.unwrap(), Dropped::Gone);
    assert_eq!(drop(url).await.unwrap(), Dropped::Absent);
}

#[tokio::test]
async fn bad_addresses_are_refused_without_showing_them() {
    for url in [
        "",
        "sqlite::memory:",
        "mysql://root:secret@localhost/app",
        "postgres://secret@[",
        "postgres://localhost:99999999/secret",
    ] {
        let error = create(url).await.unwrap_err();
        assert_eq!(error.code(), MigrationCode::BadUrl, "{url}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    let error = Migrator::connect("postgres://u:secret@127.0.0.1:1/app", Vec::new()).await.unwrap_err();
    assert_eq!(error.code(), MigrationCode::Unreachable);
    assert!(!error.to_string().contains("secret"), "{error}");
    let error = Migrator::connect("sqlite:///nowhere/at/all.db", Vec::new()).await.unwrap_err();
    assert_eq!(error.code(), MigrationCode::Unreachable);
}
