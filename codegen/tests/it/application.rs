//! The reference application's own migrations: what was generated is what it declares, and it runs up, down and up again.

use std::path::Path;

use chrono::Utc;
use samara::database::Backend;
use samara::migration::Migrator;
use samara::migration::sea_orm::{ConnectionTrait, Database, DbBackend};
use samara::table::{Column, CreationStep, Storage, Table, creation_steps, declared};
use samara::testing::TestDatabase;
use samara_codegen::client::{self, ClientInput};
use samara_codegen::question::Decisions;
use samara_codegen::workspace::Workspace;
use samara_codegen::write::compare;
use samara_codegen::{GeneratorInput, Operation, generate};

use crate::evolve::matches;
use crate::live;

fn tables() -> Vec<Table> {
    declared(&app::App::application().ir)
}

#[test]
fn what_is_committed_is_what_is_declared() {
    let workspace = Workspace::find(Path::new(env!("CARGO_MANIFEST_DIR")), None).unwrap();
    let generated = generate(&GeneratorInput {
        app: &app::App::application().ir,
        snapshots: &workspace.snapshots().unwrap(),
        migrations: &workspace.migrations().unwrap(),
        name: Some("missing"),
        unnamed: false,
        answers: &Decisions::default(),
        clock: Utc::now(),
        layout: &workspace.layout,
    });
    let generated = generated.unwrap();
    assert_eq!(generated.operations, Vec::<Operation>::new());
    let stale = compare(&workspace.root, &generated.files).unwrap();
    assert_eq!(stale, [], "run `cargo samara codegen NAME`");
}

#[test]
fn clients_that_are_committed_are_of_what_is_declared() {
    let workspace = Workspace::find(Path::new(env!("CARGO_MANIFEST_DIR")), None).unwrap();
    let read = |settings| ClientInput::read(&workspace.root, &workspace.app, settings).unwrap();
    let clients: Vec<ClientInput> = workspace.clients().unwrap().into_iter().map(read).collect();
    let files = client::generate(&app::App::application().ir, &workspace.app, &clients).unwrap();
    assert!(!files.is_empty());
    assert_eq!(compare(&workspace.root, &files).unwrap(), [], "run `cargo samara codegen`");
}

#[tokio::test]
async fn its_migrations_go_up_down_and_up_with_rows() {
    for (backend, name) in [(Backend::Sqlite, DbBackend::Sqlite), (Backend::Postgres, DbBackend::Postgres)] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        for _ in 0..2 {
            let migrator = Migrator::connect(url, migrations::all()).await.unwrap();
            let n = migrator.up().await.unwrap().len();
            matches(url, &tables(), name).await;
            fill(url).await;
            assert_eq!(migrator.down(n).await.unwrap().len(), n);
            assert_eq!(live::schema(url).await, live::Schema::new());
        }
        database.remove().await;
    }
}

/// Puts a row into every table. All have the same id, so every key points at something.
async fn fill(url: &str) {
    let connection = Database::connect(url).await.unwrap();
    for step in creation_steps(&tables()).unwrap() {
        let CreationStep::Create(table) = step else { continue };
        let names: Vec<&str> = table.columns.iter().map(|it| it.name.as_str()).collect();
        let values: Vec<&str> = table.columns.iter().map(value).collect();
        let insert = format!("INSERT INTO {} ({}) VALUES ({})", table.name, names.join(", "), values.join(", "));
        assert_eq!(connection.execute_unprepared(&insert).await.unwrap().rows_affected(), 1);
    }
}

fn value(column: &Column) -> &'static str {
    match column.storage {
        Storage::Text => "'x'",
        Storage::Integer | Storage::Duration => "1",
        Storage::Float => "0.5",
        Storage::Date => "'2026-01-01'",
        Storage::Time => "'13:05:00.000000'",
        Storage::Bytes => "''",
        Storage::Boolean => "TRUE",
        Storage::Uuid => "'00000000-0000-7000-8000-000000000001'",
        Storage::Timestamp => "'2026-01-01T00:00:00.000000Z'",
        Storage::Json => "'{}'",
    }
}
