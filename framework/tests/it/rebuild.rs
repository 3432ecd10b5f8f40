//! Tables that a migration makes anew: what hangs on them is kept or named, and what stops it changes nothing.

use std::fmt;
use std::path::Path;
use std::pin::Pin;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use samara::database::Backend;
use samara::migration::sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement, TransactionTrait,
};
use samara::migration::{
    Column, DbErr, Error, Index, MigrationCode, MigrationName, MigrationTrait, Migrations, Migrator, OnDelete, Rebuild,
    Schema, SchemaManager, Table, ValueRules, async_trait,
};
use samara::testing::TestDatabase;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::dropped::place::cut;

/// Creates `worlds` and `tags`.
struct Create;

impl MigrationName for Create {
    fn name(&self) -> &str {
        "m1_create"
    }
}

#[async_trait]
impl MigrationTrait for Create {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let worlds = Table::new("worlds")
            .with(Column::integer("id").primary_key())
            .with(Column::text("size").nullable())
            .with(Column::integer("parent_id").nullable().references("worlds", "id", OnDelete::Nilify))
            .with_index(Index::unique("worlds_size_key").asc("size"));
        let tags = Table::new("tags")
            .with(Column::integer("id").primary_key())
            .with(Column::integer("world_id").references("worlds", "id", OnDelete::Cascade));
        let schema = Schema::of(manager);
        schema.create_table(worlds).await?;
        schema.create_table(tags).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let schema = Schema::of(manager);
        schema.drop_table("tags").await?;
        schema.drop_table("worlds").await
    }
}

/// Changes both: `size` becomes a required integer, and a world goes with its parent.
struct Change {
    /// Run first, in the migration's transaction.
    before: &'static str,
    to: Column,
}

impl MigrationName for Change {
    fn name(&self) -> &str {
        "m2_change"
    }
}

#[async_trait]
impl MigrationTrait for Change {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(self.before).await?;
        let parent = || Column::integer("parent_id").nullable();
        let worlds = Rebuild::new().change(Column::text("size").nullable(), self.to.clone()).change(
            parent().references("worlds", "id", OnDelete::Nilify),
            parent().references("worlds", "id", OnDelete::Cascade),
        );
        let key = || Column::integer("world_id");
        let tags = Rebuild::new().change(
            key().references("worlds", "id", OnDelete::Cascade),
            key().references("worlds", "id", OnDelete::Restrict),
        );
        Schema::of(manager).rebuild_together([("worlds", worlds), ("tags", tags)]).await
    }
}

/// A second migration that does one thing.
#[derive(Clone, Copy)]
struct Step(for<'a, 'c> fn(&'a SchemaManager<'c>) -> Work<'a>);

type Work<'a> = Pin<Box<dyn Future<Output = Result<(), DbErr>> + Send + 'a>>;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m2_step"
    }
}

#[async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        (self.0)(manager).await
    }
}

async fn run(url: &str, step: Step) -> Result<Vec<String>, Error> {
    Migrator::connect(url, vec![Box::new(Create), Box::new(step)]).await.unwrap().up().await
}

fn size() -> Column {
    Column::integer("size").fill_with("0")
}

fn changing(before: &'static str, to: Column) -> Migrations {
    vec![Box::new(Create), Box::new(Change { before, to })]
}

fn change() -> Migrations {
    changing("SELECT 1", size())
}

/// A database with both tables and four rows, after these statements.
async fn with_rows(backend: Backend, statements: &[&str]) -> TestDatabase {
    let database = TestDatabase::empty(backend).await;
    fill(database.url(), statements).await;
    database
}

async fn fill(url: &str, statements: &[&str]) {
    Migrator::connect(url, vec![Box::new(Create)]).await.unwrap().up().await.unwrap();
    let connection = Database::connect(url).await.unwrap();
    let rows = [
        "INSERT INTO worlds (id, size, parent_id) VALUES (1, '10', NULL), (2, NULL, 1)",
        "INSERT INTO tags (id, world_id) VALUES (1, 1), (2, 2)",
    ];
    for statement in rows.iter().chain(statements) {
        connection.execute_unprepared(statement).await.unwrap();
    }
    connection.close().await.unwrap();
}

async fn texts(connection: &DatabaseConnection, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.unwrap();
    rows.iter().map(|it| it.try_get_by_index(0).unwrap()).collect()
}

/// What an SQLite database holds: every definition and every row.
async fn held(url: &str) -> Vec<String> {
    let connection = Database::connect(url).await.unwrap();
    let mut held =
        texts(&connection, "SELECT name || ': ' || sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").await;
    let rows = "SELECT id || ' ' || coalesce(size, 'NULL') || ' ' || typeof(size) || ' ' || coalesce(parent_id, 'NULL') FROM worlds ORDER BY id";
    held.extend(texts(&connection, rows).await);
    held.extend(texts(&connection, "SELECT id || ' ' || world_id FROM tags ORDER BY id").await);
    held.extend(texts(&connection, "SELECT version FROM seaql_migrations ORDER BY 1").await);
    connection.close().await.unwrap();
    held
}

async fn refused(url: &str, migrations: Migrations) -> (MigrationCode, String) {
    let before = held(url).await;
    let migrator = Migrator::connect(url, migrations).await.unwrap().patience(Duration::ZERO);
    let error = migrator.up().await.unwrap_err();
    assert_eq!(held(url).await, before, "nothing was changed");
    (error.code(), error.to_string())
}

#[tokio::test]
async fn what_hangs_on_a_table_is_kept() {
    let by_hand = [
        "CREATE VIEW sizes AS SELECT id, size FROM worlds WHERE size IS NOT NULL",
        "CREATE INDEX by_hand ON worlds (lower(size)) WHERE size <> ''",
        "CREATE TABLE log (what TEXT)",
        "CREATE TRIGGER told AFTER UPDATE OF size ON worlds BEGIN INSERT INTO log VALUES ('size of ' || NEW.id); END",
        "CREATE TRIGGER tagged AFTER INSERT ON tags BEGIN UPDATE worlds SET size = size + 1 WHERE id = NEW.world_id; END",
        "ALTER TABLE worlds ADD COLUMN note TEXT COLLATE NOCASE CHECK (note <> 'x')",
        "UPDATE worlds SET note = 'n' || id",
    ];
    let database = with_rows(Backend::Sqlite, &by_hand).await;
    let url = database.url();
    Migrator::connect(url, change()).await.unwrap().up().await.unwrap();
    let connection = Database::connect(url).await.unwrap();
    let names =
        texts(&connection, "SELECT name FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL ORDER BY name")
            .await;
    assert_eq!(names, ["by_hand", "sizes", "tagged", "told", "worlds_size_key"]);
    assert_eq!(
        texts(&connection, "SELECT id || ' ' || size || ' ' || note FROM worlds ORDER BY id").await,
        ["1 10 n1", "2 0 n2"]
    );
    assert_eq!(texts(&connection, "SELECT CAST(size AS TEXT) FROM sizes ORDER BY id").await, ["10", "0"]);
    assert_eq!(texts(&connection, "SELECT what FROM log").await, Vec::<String>::new(), "copying rows is no update");
    connection.execute_unprepared("INSERT INTO tags (id, world_id) VALUES (3, 1)").await.unwrap();
    assert_eq!(texts(&connection, "SELECT what FROM log").await, ["size of 1"]);
    assert!(connection.execute_unprepared("UPDATE worlds SET note = 'x'").await.is_err());
    assert!(connection.execute_unprepared("DELETE FROM worlds WHERE id = 2").await.is_err(), "its tag restricts it");
    assert_eq!(texts(&connection, "SELECT 'kept' FROM worlds WHERE note = 'N1'").await, ["kept"]);
    database.remove().await;
}

#[tokio::test]
async fn what_would_be_lost_is_named() {
    for (by_hand, told) in [
        (
            "CREATE TABLE worlds (id INTEGER PRIMARY KEY, size TEXT COLLATE NOCASE, parent_id INTEGER)",
            "the column `worlds.size` has a `COLLATE` that no migration wrote",
        ),
        (
            "CREATE TABLE worlds (id INTEGER PRIMARY KEY, size TEXT CHECK (size <> ''), parent_id INTEGER)",
            "the column `worlds.size` has a `CHECK` that no migration wrote",
        ),
        (
            "CREATE TABLE worlds (id INTEGER PRIMARY KEY, size TEXT REFERENCES sizes (id), parent_id INTEGER)",
            "the column `worlds.size` has a `REFERENCES` that no migration wrote",
        ),
        ("CREATE TABLE worlds (id INTEGER PRIMARY KEY, size TEXT)", "the table `worlds` has no column `parent_id`"),
        (
            "CREATE VIRTUAL TABLE worlds USING fts5 (size, parent_id)",
            "the table `worlds` is none that a migration makes",
        ),
        ("SELECT 1", "there is no table `worlds`"),
    ] {
        let database = TestDatabase::empty(Backend::Sqlite).await;
        let url = database.url();
        Migrator::connect(url, vec![Box::new(Create)]).await.unwrap().up().await.unwrap();
        let connection = Database::connect(url).await.unwrap();
        connection.execute_unprepared("DROP TABLE worlds").await.unwrap();
        connection.execute_unprepared(by_hand).await.unwrap();
        let error = Migrator::connect(url, change()).await.unwrap().up().await.unwrap_err();
        assert_eq!(error.code(), MigrationCode::ByHand, "{error}");
        assert!(error.to_string().contains(told), "{error}");
        let applied = texts(&connection, "SELECT version FROM seaql_migrations").await;
        assert_eq!(applied, ["m1_create"]);
        database.remove().await;
    }
}

#[tokio::test]
async fn a_trigger_by_hand_stays_however_it_spells_the_table() {
    let by_hand = [
        "CREATE TRIGGER one AFTER INSERT ON worlds BEGIN SELECT 1; END",
        "CREATE TRIGGER two AFTER INSERT ON Worlds BEGIN SELECT 1; END",
    ];
    let database = with_rows(Backend::Sqlite, &by_hand).await;
    Migrator::connect(database.url(), change()).await.unwrap().up().await.unwrap();
    let connection = Database::connect(database.url()).await.unwrap();
    let kept = texts(&connection, "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name").await;
    assert_eq!(kept, ["one", "two"]);
    database.remove().await;
}

#[tokio::test]
async fn a_trigger_that_would_stop_working_is_named() {
    struct Rekey;
    impl MigrationName for Rekey {
        fn name(&self) -> &str {
            "m2_rekey"
        }
    }
    #[async_trait]
    impl MigrationTrait for Rekey {
        async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
            let world = || Column::integer("world_id").references("worlds", "id", OnDelete::Cascade);
            let rekeyed = Rebuild::new()
                .change(Column::integer("id").primary_key(), Column::integer("id"))
                .change(world(), world().primary_key());
            Schema::of(manager).rebuild("tags", rekeyed).await
        }
    }
    let by_hand = "CREATE TRIGGER tagging AFTER INSERT ON worlds BEGIN \
                   INSERT INTO tags (id, world_id) VALUES (NEW.id, NEW.id) ON CONFLICT (id) DO NOTHING; END";
    let database = with_rows(Backend::Sqlite, &[by_hand]).await;
    let url = database.url();
    let (code, text) = refused(url, vec![Box::new(Create), Box::new(Rekey)]).await;
    assert_eq!(code, MigrationCode::ByHand, "{text}");
    assert!(text.contains("a trigger of `worlds` (`tagging`) would not work any more"), "{text}");
    assert!(text.contains("cause: ") && text.contains("ON CONFLICT"), "{text}");
    let connection = Database::connect(url).await.unwrap();
    connection.execute_unprepared("DROP TRIGGER tagging").await.unwrap();
    Migrator::connect(url, vec![Box::new(Create), Box::new(Rekey)]).await.unwrap().up().await.unwrap();
    database.remove().await;
}

#[tokio::test]
async fn what_is_broken_already_does_not_stop_it() {
    let by_hand = ["CREATE VIEW broken AS SELECT nothing_of_that_name FROM worlds"];
    let database = with_rows(Backend::Sqlite, &by_hand).await;
    Migrator::connect(database.url(), change()).await.unwrap().up().await.unwrap();
    database.remove().await;
}

#[tokio::test]
async fn rows_that_do_not_fit_are_listed_and_nothing_is_changed() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let many = "INSERT INTO worlds (id, size) SELECT n + 100, 'no ' || n FROM (WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 12) SELECT n FROM c) AS k";
        let database = with_rows(backend, &[many]).await;
        let url = database.url();
        let error = Migrator::connect(url, change()).await.unwrap().up().await.unwrap_err();
        assert_eq!(error.code(), MigrationCode::Rows);
        let text = error.to_string();
        let first: String = (101..=110).map(|it| format!("\n    id {it}")).collect();
        let told = format!("`worlds` has 12 rows with a `size` that is no integer:{first}\n    and 2 more\n");
        assert!(
            text.starts_with("error[R0730]: the migration `m2_change` could not be applied: ") && text.contains(&told),
            "{text}"
        );

        // A text that converts, but no value for the row that has none.
        let connection = Database::connect(url).await.unwrap();
        connection.execute_unprepared("DELETE FROM worlds WHERE id > 100").await.unwrap();
        let error = Migrator::connect(url, changing("SELECT 1", Column::integer("size")))
            .await
            .unwrap()
            .up()
            .await
            .unwrap_err();
        assert!(error.to_string().contains("`worlds` has 1 row without `size`:\n    id 2\n"), "{error}");
        Migrator::connect(url, change()).await.unwrap().up().await.unwrap();
        database.remove().await;
    }
}

#[tokio::test]
async fn a_key_that_points_at_nothing_is_listed() {
    struct Key;
    impl MigrationName for Key {
        fn name(&self) -> &str {
            "m2_key"
        }
    }
    #[async_trait]
    impl MigrationTrait for Key {
        async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
            let key = || Column::integer("id").primary_key();
            let pointing = key().references("worlds", "id", OnDelete::Cascade);
            Schema::of(manager).rebuild("tags", Rebuild::new().change(key(), pointing)).await
        }
    }
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = with_rows(backend, &["INSERT INTO tags (id, world_id) VALUES (7, 1)"]).await;
        let url = database.url();
        let migrator = || async { Migrator::connect(url, vec![Box::new(Create), Box::new(Key)]).await.unwrap() };
        let error = migrator().await.up().await.unwrap_err();
        assert_eq!(error.code(), MigrationCode::Rows);
        assert!(
            error.to_string().contains("`tags` has 1 row with a `id` that no row of `worlds` has:\n    id 7\n"),
            "{error}"
        );
        let connection = Database::connect(url).await.unwrap();
        connection.execute_unprepared("DELETE FROM tags WHERE id = 7").await.unwrap();
        migrator().await.up().await.unwrap();
        database.remove().await;
    }
}

#[tokio::test]
async fn with_foreign_keys_on_it_is_refused() {
    let database = with_rows(Backend::Sqlite, &[]).await;
    let before = held(database.url()).await;
    let connection = Database::connect(database.url()).await.unwrap();
    let change = Change { before: "PRAGMA foreign_keys = OFF", to: size() };
    let transaction = connection.begin().await.unwrap();
    let error = change.up(&SchemaManager::new(&transaction)).await.unwrap_err();
    assert!(error.to_string().contains("without foreign keys"), "{error}");
    transaction.rollback().await.unwrap();
    assert_eq!(held(database.url()).await, before);
    database.remove().await;
}

#[tokio::test]
async fn a_migration_that_leaves_settings_behind_does_not_change_the_next() {
    struct Careless;
    impl MigrationName for Careless {
        fn name(&self) -> &str {
            "m1_careless"
        }
    }
    #[async_trait]
    impl MigrationTrait for Careless {
        async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
            // The second has no effect in a transaction.
            let settings = "PRAGMA legacy_alter_table = ON; PRAGMA foreign_keys = ON";
            manager.get_connection().execute_unprepared(settings).await.map(|_| ())
        }
    }
    let database = with_rows(Backend::Sqlite, &[]).await;
    let migrations: Migrations = vec![
        Box::new(Create),
        Box::new(Careless),
        Box::new(Change { before: "ALTER TABLE worlds RENAME TO w; ALTER TABLE w RENAME TO worlds", to: size() }),
    ];
    Migrator::connect(database.url(), migrations).await.unwrap().up().await.unwrap();
    let connection = Database::connect(database.url()).await.unwrap();
    let keys = texts(&connection, "SELECT \"table\" FROM pragma_foreign_key_list('tags')").await;
    assert_eq!(keys, ["worlds"]);
    database.remove().await;
}

#[tokio::test]
async fn a_full_disk_leaves_the_old_tables() {
    let many = "WITH RECURSIVE c (n) AS (SELECT 101 UNION ALL SELECT n + 1 FROM c WHERE n < 5000) \
                INSERT INTO worlds (id, size) SELECT n, n FROM c";
    let database = with_rows(Backend::Sqlite, &[many]).await;
    let url = database.url();
    let connection = Database::connect(url).await.unwrap();
    let pages = texts(&connection, "SELECT CAST(page_count AS TEXT) FROM pragma_page_count").await;
    assert!(pages[0].parse::<u32>().unwrap() > 20);
    // The file may not grow: the pages of the new table find no space.
    let (code, text) = refused(url, changing("PRAGMA max_page_count = 1", size())).await;
    assert_eq!(code, MigrationCode::Failed, "{text}");
    assert!(text.contains("database or disk is full"), "{text}");
    Migrator::connect(url, change()).await.unwrap().up().await.unwrap();
    database.remove().await;
}

#[tokio::test]
async fn a_database_that_others_hold_is_left_alone() {
    let database = with_rows(Backend::Sqlite, &[]).await;
    let url = database.url();
    let other = single(url).await;
    for hold in ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"] {
        other.execute_unprepared(hold).await.unwrap();
        let migrator = Migrator::connect(url, change()).await.unwrap().patience(Duration::ZERO);
        assert_eq!(migrator.up().await.unwrap_err().code(), MigrationCode::Locked, "{hold}");
        other.execute_unprepared("ROLLBACK").await.unwrap();
    }
    // A reader does not keep the tables from being made, but where there is no write-ahead log it keeps them from being committed.
    other.execute_unprepared("PRAGMA journal_mode = DELETE").await.unwrap();
    other.execute_unprepared("BEGIN; SELECT * FROM worlds").await.unwrap();
    let (code, text) = refused(url, change()).await;
    assert_eq!(code, MigrationCode::Failed, "{text}");
    assert!(text.contains("could not be committed") && text.contains("locked"), "{text}");
    other.execute_unprepared("ROLLBACK").await.unwrap();
    Migrator::connect(url, change()).await.unwrap().up().await.unwrap();
    database.remove().await;
}

/// Else what somebody writes meanwhile would be overwritten by what stood before.
#[tokio::test]
async fn who_writes_rows_that_are_rewritten_waits_for_the_migration() {
    struct Normalise;
    impl MigrationName for Normalise {
        fn name(&self) -> &str {
            "m2_normalise"
        }
    }
    #[async_trait]
    impl MigrationTrait for Normalise {
        async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
            Schema::of(manager).normalise("worlds", "size").await?;
            let locked = "DO $$ BEGIN ASSERT EXISTS (SELECT FROM pg_locks WHERE relation = 'worlds'::regclass AND granted \
                          AND mode = 'ShareRowExclusiveLock' AND pid = pg_backend_pid()); END $$";
            manager.get_connection().execute_unprepared(locked).await.map(drop)
        }
    }
    let database = with_rows(Backend::Postgres, &[]).await;
    let migrations: Migrations = vec![Box::new(Create), Box::new(Normalise)];
    Migrator::connect(database.url(), migrations).await.unwrap().up().await.unwrap();
    database.remove().await;
}

/// A connection on which transactions can be begun by hand.
async fn single(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1);
    Database::connect(options).await.unwrap()
}

/// A migration that runs on PostgreSQL, once it waits for somebody else, or has ended.
async fn waiting(url: &str, step: Step) -> JoinHandle<Result<Vec<String>, Error>> {
    let observer = Database::connect(url).await.unwrap();
    let url = url.to_owned();
    let ran = tokio::spawn(async move { run(&url, step).await });
    let waits = "SELECT relation::regclass::text FROM pg_locks WHERE NOT granted AND relation IS NOT NULL \
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    while !ran.is_finished() && texts(&observer, waits).await.is_empty() {}
    ran
}

#[tokio::test]
async fn who_has_read_a_table_may_write_it_before_it_is_altered() {
    let database = with_rows(Backend::Postgres, &[]).await;
    let url = database.url();
    let other = single(url).await;
    other.execute_unprepared("BEGIN; SELECT FROM worlds").await.unwrap();
    let retyped = Step(|it| {
        let retyped = Rebuild::new().change(Column::text("size").nullable(), Column::integer("size").nullable());
        Box::pin(async move { Schema::of(it).rebuild("worlds", retyped).await })
    });
    let ran = waiting(url, retyped).await;
    other.execute_unprepared("UPDATE worlds SET size = '20' WHERE id = 1").await.unwrap();
    other.execute_unprepared("COMMIT").await.unwrap();
    ran.await.unwrap().unwrap();
    assert_eq!(texts(&other, "SELECT size::text FROM worlds WHERE id = 1").await, ["20"]);
    database.remove().await;
}

/// Else a row that comes between the look and the change would meet the database's own error, or stay unseen.
#[tokio::test]
async fn who_writes_rows_that_are_looked_at_waits_for_the_migration() {
    let refused = Err(MigrationCode::Rows);
    let cases: [(&str, Step, Result<(), MigrationCode>); 5] = [
        (
            "INSERT INTO worlds (id, size) VALUES (9, 'many')",
            Step(|it| {
                Box::pin(
                    async move { Schema::of(it).check_values("worlds", "size", ValueRules::new().max_length(2)).await },
                )
            }),
            refused,
        ),
        (
            "INSERT INTO worlds (id, size) VALUES (9, 'many')",
            Step(|it| {
                let retyped =
                    Rebuild::new().change(Column::text("size").nullable(), Column::integer("size").nullable());
                Box::pin(async move { Schema::of(it).rebuild("worlds", retyped).await })
            }),
            refused,
        ),
        (
            "INSERT INTO tags (id, world_id) VALUES (9, 1), (10, 1)",
            Step(|it| {
                let unique = Index::unique("tags_world_id_key").asc("world_id");
                Box::pin(async move { Schema::of(it).create_index("tags", unique).await })
            }),
            refused,
        ),
        (
            "INSERT INTO tags (id, world_id) VALUES (9, 1), (10, 1)",
            Step(|it| Box::pin(async move { Schema::of(it).add_column("tags", Column::text("word")).await })),
            refused,
        ),
        (
            "INSERT INTO tags (id, world_id) VALUES (9, 1), (10, 1)",
            Step(|it| {
                Box::pin(async move { Schema::of(it).add_column("tags", Column::text("word").fill_with("w")).await })
            }),
            Ok(()),
        ),
    ];
    for (meanwhile, step, expected) in cases {
        let database = with_rows(Backend::Postgres, &["DELETE FROM tags"]).await;
        let url = database.url();
        let other = single(url).await;
        other.execute_unprepared(&format!("BEGIN; {meanwhile}")).await.unwrap();
        let ran = waiting(url, step).await;
        other.execute_unprepared("COMMIT").await.unwrap();
        let ended = ran.await.unwrap();
        assert_eq!(ended.as_ref().map(drop).map_err(Error::code), expected, "{meanwhile}: {ended:?}");
        database.remove().await;
    }
}

#[tokio::test]
async fn a_key_that_becomes_required_gets_its_value_and_keys_may_trade_places() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let by_hand = [
            "ALTER TABLE worlds ADD COLUMN code TEXT",
            "UPDATE worlds SET code = CASE id WHEN 1 THEN '2' ELSE '1' END",
            "ALTER TABLE tags ADD COLUMN home_id INTEGER REFERENCES worlds (id)",
            "CREATE UNIQUE INDEX one_each ON tags (world_id)",
            "UPDATE tags SET home_id = 2 WHERE id = 1",
        ];
        let rekeyed = Step(|it| {
            Box::pin(async move {
                let worlds = Rebuild::new()
                    .change(Column::integer("id").primary_key(), Column::integer("id"))
                    .change(Column::text("code").nullable(), Column::text("code").primary_key())
                    .change(
                        Column::integer("parent_id").nullable().references("worlds", "id", OnDelete::Nilify),
                        Column::text("parent_id").nullable().references("worlds", "code", OnDelete::Nilify),
                    );
                let tags = Rebuild::new()
                    .change(
                        Column::integer("world_id").references("worlds", "id", OnDelete::Cascade),
                        Column::text("world_id").references("worlds", "code", OnDelete::Cascade),
                    )
                    .change(
                        Column::integer("home_id").nullable().references("worlds", "id", OnDelete::Restrict),
                        Column::text("home_id").references("worlds", "code", OnDelete::Restrict).fill_with("2"),
                    );
                Schema::of(it).rebuild_together([("worlds", worlds), ("tags", tags)]).await
            })
        });
        let database = with_rows(backend, &by_hand[..3]).await;
        let url = database.url();
        let connection = Database::connect(url).await.unwrap();
        if backend == Backend::Postgres {
            // As a migration names it.
            let rename = "ALTER TABLE tags ALTER COLUMN home_id TYPE bigint";
            connection.execute_unprepared(rename).await.unwrap();
        }
        for statement in &by_hand[3..] {
            connection.execute_unprepared(statement).await.unwrap();
        }
        let ended = run(url, rekeyed).await;
        assert!(ended.is_ok(), "{backend:?}: {}", ended.unwrap_err());
        assert_eq!(
            texts(&connection, "SELECT code || ' ' || id || ' ' || coalesce(parent_id, '-') FROM worlds ORDER BY id")
                .await,
            ["2 1 -", "1 2 2"],
            "{backend:?}"
        );
        assert_eq!(
            texts(&connection, "SELECT id || ' ' || world_id || ' ' || home_id FROM tags ORDER BY id").await,
            ["1 2 1", "2 1 2"],
            "{backend:?}"
        );
        assert!(
            connection
                .execute_unprepared("INSERT INTO tags (id, world_id, home_id) VALUES (3, '2', '1')")
                .await
                .is_err()
        );
        database.remove().await;
    }
}

#[tokio::test]
async fn numbers_and_rowids_go_on_as_they_were() {
    let by_hand = [
        "DROP TABLE tags",
        "CREATE TABLE tags (id INTEGER PRIMARY KEY AUTOINCREMENT, world_id INTEGER NOT NULL REFERENCES worlds (id) ON DELETE CASCADE)",
        "INSERT INTO tags (id, world_id) VALUES (1, 1), (40, 2)",
        "DELETE FROM tags WHERE id = 40",
        "CREATE TABLE notes (code TEXT PRIMARY KEY, body TEXT)",
        "INSERT INTO notes (code, body) VALUES ('a', 'one'), ('b', 'two'), ('c', 'three')",
        "DELETE FROM notes WHERE code = 'a'",
        "CREATE VIRTUAL TABLE found USING fts5 (body, content = 'notes')",
        "INSERT INTO found (found) VALUES ('rebuild')",
    ];
    let database = with_rows(Backend::Sqlite, &by_hand).await;
    let url = database.url();
    let changed = Step(|it| {
        Box::pin(async move {
            let notes = Rebuild::new().change(Column::text("body").nullable(), Column::text("body"));
            Schema::of(it).rebuild("notes", notes).await?;
            let tags = Rebuild::new().change(
                Column::integer("world_id").references("worlds", "id", OnDelete::Cascade),
                Column::integer("world_id").references("worlds", "id", OnDelete::Restrict),
            );
            Schema::of(it).rebuild("tags", tags).await
        })
    });
    run(url, changed).await.unwrap();
    let connection = Database::connect(url).await.unwrap();
    assert_eq!(texts(&connection, "SELECT code FROM notes WHERE rowid = 3").await, ["c"]);
    let found = "SELECT code FROM found JOIN notes ON notes.rowid = found.rowid WHERE found MATCH 'three'";
    assert_eq!(texts(&connection, found).await, ["c"]);
    connection.execute_unprepared("INSERT INTO tags (world_id) VALUES (2)").await.unwrap();
    assert_eq!(texts(&connection, "SELECT CAST(id AS TEXT) FROM tags ORDER BY id").await, ["1", "41"]);
    database.remove().await;
}

#[tokio::test]
async fn a_check_may_name_its_table() {
    let by_hand = [
        "DROP TABLE worlds",
        "CREATE TABLE worlds (id INTEGER NOT NULL PRIMARY KEY, size TEXT, parent_id INTEGER REFERENCES worlds (id) ON DELETE SET NULL, \
         note TEXT CHECK (Worlds.note <> 'x'), CHECK (\"worlds\".note <> worlds.size))",
        "INSERT INTO worlds (id, size, note) VALUES (1, '1', '2'), (2, '2', '3')",
    ];
    let database = with_rows(Backend::Sqlite, &by_hand).await;
    let url = database.url();
    Migrator::connect(url, change()).await.unwrap().up().await.unwrap();
    let connection = Database::connect(url).await.unwrap();
    for breach in ["note = 'x'", "note = size"] {
        let update = format!("UPDATE worlds SET {breach}");
        assert!(connection.execute_unprepared(&update).await.is_err(), "{breach}");
    }
    database.remove().await;
}

#[tokio::test]
async fn what_sqlite_cannot_do_with_a_table_by_hand_is_named() {
    let cases: [(&str, Step, &str); 4] = [
        (
            "CREATE TABLE pairs (a TEXT, b TEXT, c TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID",
            Step(|it| {
                let required = Rebuild::new().change(Column::text("c").nullable(), Column::text("c"));
                Box::pin(async move { Schema::of(it).rebuild("pairs", required).await })
            }),
            "the rows of `pairs` cannot be told apart by one value",
        ),
        (
            "CREATE TABLE odd (rowid TEXT, oid TEXT, _rowid_ TEXT)",
            Step(|it| {
                Box::pin(async move { Schema::of(it).check_values("odd", "oid", ValueRules::new().slug()).await })
            }),
            "the rows of `odd` cannot be told apart by one value",
        ),
        (
            "CREATE TABLE exact (open INTEGER) STRICT",
            Step(|it| {
                let truth =
                    Rebuild::new().change(Column::integer("open").nullable(), Column::boolean("open").nullable());
                Box::pin(async move { Schema::of(it).rebuild("exact", truth).await })
            }),
            "the table `exact` is STRICT, and such a table has no column of the type BOOLEAN: `open`",
        ),
        (
            "CREATE TABLE exact (open INTEGER) STRICT",
            Step(|it| {
                Box::pin(async move { Schema::of(it).add_column("exact", Column::boolean("shut").nullable()).await })
            }),
            "the table `exact` is STRICT, and such a table has no column of the type BOOLEAN: `shut`",
        ),
    ];
    for (by_hand, step, told) in cases {
        let database = with_rows(Backend::Sqlite, &[by_hand]).await;
        let error = run(database.url(), step).await.unwrap_err();
        assert_eq!(error.code(), MigrationCode::ByHand, "{error}");
        assert!(error.to_string().contains(told), "{error}");
        database.remove().await;
    }
}

#[tokio::test]
async fn a_foreign_key_by_hand_at_a_key_that_goes_is_named() {
    let rekeyed = Step(|it| {
        Box::pin(async move {
            let tags = Rebuild::new().change(Column::integer("id").primary_key(), Column::integer("id")).change(
                Column::integer("world_id").references("worlds", "id", OnDelete::Cascade),
                Column::integer("world_id").primary_key().references("worlds", "id", OnDelete::Cascade),
            );
            Schema::of(it).rebuild("tags", tags).await
        })
    });
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = with_rows(backend, &["CREATE TABLE loose (tag_id bigint REFERENCES tags (id))"]).await;
        let error = run(database.url(), rekeyed).await.unwrap_err();
        assert_eq!(error.code(), MigrationCode::ByHand, "{backend:?}: {error}");
        assert!(error.to_string().contains("loose"), "{backend:?}: {error}");
        database.remove().await;
    }
}

#[tokio::test]
async fn dropped_at_any_await_the_old_or_the_new_table_is_there() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = with_rows(backend, &[]).await;
        let url = database.url();
        let observer = Database::connect(url).await.unwrap();
        let state = async || {
            let ty = match backend {
                Backend::Sqlite => "SELECT type FROM pragma_table_info('worlds') WHERE name = 'size'",
                Backend::Postgres => {
                    "SELECT data_type::text FROM information_schema.columns WHERE table_name = 'worlds' AND column_name = 'size'"
                }
            };
            let applied = texts(&observer, "SELECT version FROM seaql_migrations").await;
            let kept =
                texts(&observer, "SELECT CAST(count(*) AS TEXT) FROM worlds JOIN tags ON world_id = worlds.id").await;
            (texts(&observer, ty).await.remove(0).to_lowercase(), applied.len(), kept)
        };
        let migrator = Migrator::connect(url, change()).await.unwrap();
        let mut polls = 1;
        loop {
            let ended = cut(migrator.up(), polls).await;
            let found = state().await;
            if let Some(ended) = ended {
                ended.unwrap();
                assert_eq!((found.0 == "text", found.1, found.2), (false, 2, vec!["2".to_owned()]));
                break;
            }
            // What was cut off while it committed may be committed.
            assert_eq!(found.0 == "text", found.1 == 1, "{backend:?}, {polls}: {found:?}");
            assert_eq!(found.2, ["2"]);
            polls += 1;
        }
        // How often it waits depends on how fast the server is.
        assert!(polls > 4, "{backend:?}: {polls}");
        database.remove().await;
    }
}

/// Ends the process when a database has run so many statements.
struct DieAfter {
    left: Arc<AtomicUsize>,
}

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for DieAfter {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" && self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            // As `kill -9` does: nothing is written back, nothing is rolled back.
            std::process::abort();
        }
    }
}

impl fmt::Debug for DieAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DieAfter")
    }
}

const VICTIM: &str = "SAMARA_TEST_REBUILD_VICTIM";

/// What the process does that is killed: it is this test's own program, started again with the database and the number of statements.
#[tokio::test]
async fn killed_at_any_statement_the_old_or_the_new_table_is_there() {
    if let Ok(told) = std::env::var(VICTIM) {
        let (statements, url) = told.split_once(' ').unwrap();
        use tracing_subscriber::layer::SubscriberExt;
        let left = Arc::new(AtomicUsize::new(statements.parse().unwrap()));
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(DieAfter { left })).unwrap();
        Migrator::connect(url, change()).await.unwrap().up().await.unwrap();
        return;
    }
    for journal in ["WAL", "DELETE"] {
        killed(journal).await;
    }
}

async fn killed(journal: &str) {
    let folder = tempfile::tempdir().unwrap();
    let template = folder.path().join("template.db");
    let url = |path: &Path| format!("sqlite://{}?mode=rwc", path.display());
    fill(&url(&template), &[]).await;
    let connection = Database::connect(url(&template)).await.unwrap();
    connection.execute_unprepared(&format!("PRAGMA journal_mode = {journal}")).await.unwrap();
    connection.close().await.unwrap();
    let old = held(&url(&template)).await;
    let (mut kills, mut was_new) = (0, false);
    for statements in 1..200 {
        let place = TempDir::new_in(folder.path()).unwrap();
        let file = place.path().join("it.db");
        std::fs::copy(&template, &file).unwrap();
        let test = "rebuild::killed_at_any_statement_the_old_or_the_new_table_is_there";
        let mut victim = Command::new(std::env::current_exe().unwrap());
        victim.args([test, "--exact"]).env(VICTIM, format!("{statements} {}", url(&file)));
        let ended = victim.output().unwrap();
        let found = held(&url(&file)).await;
        if found != old {
            let is_new =
                found.iter().any(|it| it == "2 0 integer 1") && found.last().is_some_and(|it| it == "m2_change");
            assert!(is_new, "{journal}, {statements}: {found:#?}");
            was_new = true;
        } else {
            assert!(!was_new, "{journal}, {statements}: what was committed stays");
        }
        if ended.status.success() {
            assert!(kills > 20, "{journal}: {kills}");
            return;
        }
        kills += 1;
    }
    panic!("the migration never ended");
}
