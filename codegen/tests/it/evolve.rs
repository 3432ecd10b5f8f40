//! A declaration evolves: what is generated at each step is pinned, compiled and run, up, down and up again, on both databases,
//! with rows in the tables.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{TimeZone, Utc};
use samara::database::Backend;
use samara::ir::{App, OnDelete, Type};
use samara::migration::sea_orm::{ConnectionTrait, Database, DbBackend};
use samara::migration::{Migrations, Migrator};
use samara::table::{Table, declared};
use samara::testing::TestDatabase;
use samara::value::Value;
use samara_codegen::generate::Layout;
use samara_codegen::question::Decisions;
use samara_codegen::{GeneratedFile, GeneratorInput, Operation, generate, snapshot};

use crate::declare::{Declare, Describe, app, attribute, resource, text};
use crate::{evolution, live};

/// One step: what is declared then, and what the developer says of it.
struct CreationStep {
    name: &'static str,
    app: App,
    flags: &'static [&'static str],
}

fn steps() -> Vec<CreationStep> {
    let users = || resource("User", "users").with(attribute("email", Type::CiString)).unique("email", &["email"]);
    let id = |name, table| resource(name, table);

    let create = app(vec![
        id("Membership", "memberships")
            .with(attribute("role", Type::Enum("Role".into())).defaulting(text("GUEST")))
            .belongs_to("world", "World", OnDelete::Cascade)
            .belongs_to("user", "User", OnDelete::Restrict)
            .unique("world_and_user", &["world_id", "user_id"])
            .index(&[("user_id", false), ("role", true)]),
        id("World", "worlds")
            .with(attribute("slug", Type::String))
            .with(attribute("capacity", Type::Integer))
            .belongs_to("owner", "User", OnDelete::Restrict)
            .may_belong_to("parent", "World", OnDelete::Nilify)
            .unique("slug", &["slug"]),
        users().with(attribute("name", Type::String)).may_belong_to("home", "World", OnDelete::Nilify),
    ]);

    let add = app(vec![
        id("Membership", "memberships")
            .with(attribute("role", Type::Enum("Role".into())).defaulting(text("GUEST")))
            .belongs_to("world", "World", OnDelete::Cascade)
            .belongs_to("user", "User", OnDelete::Restrict)
            .unique("world_and_user", &["world_id", "user_id"])
            .index(&[("user_id", false), ("role", true)]),
        id("World", "worlds")
            .with(attribute("slug", Type::String))
            .with(attribute("capacity", Type::Integer))
            .with(attribute("open", Type::Boolean).defaulting(Value::Bool(true)))
            .with(attribute("opened_at", Type::Timestamp).now())
            .belongs_to("owner", "User", OnDelete::Restrict)
            .may_belong_to("parent", "World", OnDelete::Nilify)
            .may_belong_to("curator", "User", OnDelete::Cascade)
            .unique("slug", &["slug"])
            .index(&[("opened_at", true)]),
        users()
            .with(attribute("name", Type::String))
            .with(attribute("bio", Type::String).optional())
            .with(attribute("settings", Type::Json).defaulting(Value::Json(serde_json::json!({ "it's": "\\" }))))
            .may_belong_to("home", "World", OnDelete::Nilify),
        id("Activity", "activities")
            .with(attribute("detail", Type::Json))
            .belongs_to("user", "User", OnDelete::Cascade)
            .index(&[("user_id", false), ("id", true)]),
    ]);

    let rename = app(vec![
        id("Membership", "memberships")
            .with(attribute("role", Type::Enum("Role".into())).defaulting(text("GUEST")))
            .belongs_to("place", "Place", OnDelete::Cascade)
            .belongs_to("user", "User", OnDelete::Restrict)
            .unique("place_and_user", &["place_id", "user_id"])
            .index(&[("user_id", false), ("role", true)]),
        id("Place", "places")
            .with(attribute("slug", Type::String))
            .with(attribute("capacity", Type::Integer))
            .with(attribute("open", Type::Boolean).defaulting(Value::Bool(true)))
            .with(attribute("opened_at", Type::Timestamp).now())
            .belongs_to("owner", "User", OnDelete::Restrict)
            .may_belong_to("parent", "Place", OnDelete::Nilify)
            .may_belong_to("curator", "User", OnDelete::Cascade)
            .unique("slug", &["slug"])
            .index(&[("opened_at", true)]),
        users()
            .with(attribute("display_name", Type::String))
            .with(attribute("bio", Type::String).optional())
            .with(attribute("settings", Type::Json).defaulting(Value::Json(serde_json::json!({ "it's": "\\" }))))
            .may_belong_to("home", "Place", OnDelete::Nilify),
        id("Activity", "activities")
            .with(attribute("detail", Type::Json))
            .belongs_to("user", "User", OnDelete::Cascade)
            .index(&[("user_id", false), ("id", true)]),
    ]);

    let lose = app(vec![
        id("Membership", "memberships")
            .with(attribute("role", Type::Enum("Role".into())).defaulting(text("GUEST")))
            .belongs_to("place", "Place", OnDelete::Cascade)
            .belongs_to("user", "User", OnDelete::Restrict),
        id("Place", "places")
            .with(attribute("slug", Type::String))
            .with(attribute("open", Type::Boolean).defaulting(Value::Bool(true)))
            .with(attribute("opened_at", Type::Timestamp).now())
            .belongs_to("owner", "User", OnDelete::Restrict)
            .may_belong_to("parent", "Place", OnDelete::Nilify)
            .unique("slug", &["slug"]),
        users()
            .with(attribute("display_name", Type::String))
            .with(attribute("settings", Type::Json).defaulting(Value::Json(serde_json::json!({ "it's": "\\" })))),
    ]);

    let change = app(vec![
        id("Membership", "memberships")
            .with(attribute("role", Type::Enum("Role".into())).defaulting(text("MEMBER")))
            .belongs_to("place", "Place", OnDelete::Restrict)
            .belongs_to("user", "User", OnDelete::Restrict),
        id("Place", "places")
            .with(attribute("slug", Type::String))
            .with(attribute("open", Type::String).defaulting(text("yes")))
            .with(attribute("opened_at", Type::Timestamp).optional())
            .belongs_to("owner", "User", OnDelete::Restrict)
            .may_belong_to("parent", "Place", OnDelete::Cascade)
            .unique("slug", &["slug"]),
        users().with(attribute("display_name", Type::String).optional()).with(attribute("settings", Type::Json)),
    ]);

    let names = ["create_everything", "add_more", "rename_worlds", "drop_some", "change_columns"];
    let flags: [&[&str]; 5] =
        [&[], &[], &["worlds:places", "memberships.world_id:place_id", "users.name:display_name"], &[], &[]];
    let apps = [create, add, rename, lose, change];
    names.into_iter().zip(apps).zip(flags).map(|((name, app), flags)| CreationStep { name, app, flags }).collect()
}

/// Generates all steps, one after the other, as a developer would.
fn generated() -> Vec<GeneratedFile> {
    let layout = Layout { app: "app".into(), migrations: "migrations".into() };
    let (mut snapshots, mut migrations): (Vec<Table>, Vec<String>) = (Vec::new(), Vec::new());
    let mut tree: Vec<GeneratedFile> = Vec::new();
    for (index, step) in steps().iter().enumerate() {
        let renames = step.flags.iter().filter_map(|it| it.parse().ok()).collect();
        let input = GeneratorInput {
            app: &step.app,
            snapshots: &snapshots,
            migrations: &migrations,
            name: Some(step.name),
            unnamed: false,
            answers: &Decisions { renames, ..Decisions::default() },
            clock: Utc.with_ymd_and_hms(2026, 1, 1, 12, 0, index as u32).unwrap(),
            layout: &layout,
        };
        let made = generate(&input).unwrap();
        tree.retain(|old| made.files.iter().all(|new| new.path() != old.path()));
        tree.extend(made.files.into_iter().filter(|it| matches!(it, GeneratedFile::Present { .. })));
        snapshots = read_snapshots(&tree);
        migrations.push(format!("m20260101_12000{index}_{}", step.name));
    }
    tree
}

fn read_snapshots(tree: &[GeneratedFile]) -> Vec<Table> {
    let is_snapshot = |it: &&GeneratedFile| it.path().extension().is_some_and(|it| it == "json");
    tree.iter().filter(is_snapshot).map(|it| snapshot::read(it.path(), it.text()).unwrap()).collect()
}

fn tree_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/evolution")
}

/// The pinned tree is what is generated. `UPDATE_PINNED=1` pins it anew.
#[test]
fn the_generated_tree_is_pinned() {
    let tree = generated();
    let update = std::env::var_os("UPDATE_PINNED").is_some();
    for file in &tree {
        let path = tree_folder().join(file.path());
        if update {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, file.text()).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap_or_default(), file.text(), "{}", path.display());
    }
    let mut pinned: Vec<PathBuf> = ["app", "migrations/src", "migrations/snapshots"]
        .iter()
        .flat_map(|folder| fs::read_dir(tree_folder().join(folder)).unwrap())
        .map(|it| it.unwrap().path().strip_prefix(tree_folder()).unwrap().to_owned())
        .collect();
    let mut paths: Vec<PathBuf> = tree.iter().map(|it| it.path().clone()).collect();
    pinned.sort();
    paths.sort();
    assert_eq!(pinned, paths);
}

#[test]
fn a_second_run_makes_nothing() {
    let steps = steps();
    let last = steps.last().unwrap();
    let tree = generated();
    let input = GeneratorInput {
        app: &last.app,
        snapshots: &read_snapshots(&tree),
        migrations: &evolution::all().iter().map(|it| it.name().to_owned()).collect::<Vec<_>>(),
        name: None,
        unnamed: false,
        answers: &Decisions::default(),
        clock: Utc::now(),
        layout: &Layout { app: "app".into(), migrations: "migrations".into() },
    };
    let again = generate(&input).unwrap();
    assert_eq!(again.operations, Vec::<Operation>::new());
    for file in &again.files {
        let pinned = fs::read_to_string(tree_folder().join(file.path())).unwrap_or_default();
        assert_eq!(pinned, file.text());
    }
}

#[tokio::test]
async fn sqlite_goes_up_down_and_up() {
    let database = TestDatabase::empty(Backend::Sqlite).await;
    up_down_up(database.url(), DbBackend::Sqlite).await;
    database.remove().await;
}

#[tokio::test]
async fn postgres_goes_up_down_and_up() {
    let database = TestDatabase::empty(Backend::Postgres).await;
    up_down_up(database.url(), DbBackend::Postgres).await;
    database.remove().await;
}

#[tokio::test]
async fn tables_made_without_migrations_are_the_same() {
    for (backend, name) in [(Backend::Sqlite, DbBackend::Sqlite), (Backend::Postgres, DbBackend::Postgres)] {
        for step in steps() {
            let database = TestDatabase::with_tables(backend, &step.app).await;
            matches(database.url(), &declared(&step.app), name).await;
            database.remove().await;
        }
    }
}

async fn up_down_up(url: &str, backend: DbBackend) {
    let tables: Vec<Vec<Table>> = steps().iter().map(|it| declared(&it.app)).collect();
    for round in 0..2 {
        for (step, tables) in tables.iter().enumerate() {
            migrate(url, step + 1).await;
            matches(url, tables, backend).await;
            if step == 0 && round == 0 {
                insert(url).await;
            }
            rows_stand(url, step).await;
        }
        for step in (1..tables.len()).rev() {
            let down = Migrator::connect(url, first(step + 1)).await.unwrap().down(1).await.unwrap();
            assert_eq!(down.len(), 1);
            matches(url, &tables[step - 1], backend).await;
            rows_stand(url, step - 1).await;
        }
    }
    let down = Migrator::connect(url, first(1)).await.unwrap().down(9).await.unwrap();
    assert_eq!(down.len(), 1);
    assert_eq!(live::schema(url).await, live::Schema::new());
}

async fn migrate(url: &str, n: usize) {
    let up = Migrator::connect(url, first(n)).await.unwrap().up().await.unwrap();
    assert!(up.len() <= n);
}

fn first(n: usize) -> Migrations {
    evolution::all().into_iter().take(n).collect()
}

/// That the database holds these tables and nothing else.
pub async fn matches(url: &str, tables: &[Table], backend: DbBackend) {
    let expected = live::expected(tables, backend);
    let found = live::schema(url).await;
    let lines = |schema: &live::Schema| schema.iter().cloned().collect::<Vec<_>>().join("\n");
    assert_eq!(lines(&found), lines(&expected));
}

const ADA: &str = "00000000-0000-7000-8000-00000000000a";
const BEA: &str = "00000000-0000-7000-8000-00000000000b";
const WORLD: &str = "00000000-0000-7000-8000-0000000000c0";

async fn insert(url: &str) {
    let connection = Database::connect(url).await.unwrap();
    for statement in [
        format!(
            "INSERT INTO users (id, email, name) VALUES ('{ADA}', 'ada@example.org', 'Ada'), ('{BEA}', 'bea@example.org', 'Bea')"
        ),
        format!("INSERT INTO worlds (id, slug, capacity, owner_id) VALUES ('{WORLD}', 'home', 7, '{ADA}')"),
        format!("UPDATE users SET home_id = '{WORLD}' WHERE id = '{BEA}'"),
        format!("INSERT INTO memberships (id, world_id, user_id) VALUES ('{ADA}', '{WORLD}', '{BEA}')"),
    ] {
        connection.execute_unprepared(&statement).await.unwrap();
    }
}

/// Whatever comes and goes, nobody loses what both schemas hold.
async fn rows_stand(url: &str, step: usize) {
    let connection = Database::connect(url).await.unwrap();
    let name = if step < 2 { "name" } else { "display_name" };
    let (worlds, world) = if step < 2 { ("worlds", "world_id") } else { ("places", "place_id") };
    let people = live::rows(&connection, &format!("SELECT {name} AS name FROM users ORDER BY email")).await;
    let people: Vec<String> = people.iter().map(|it| it.try_get("", "name").unwrap()).collect();
    assert_eq!(people, ["Ada", "Bea"]);
    let join =
        format!("SELECT role FROM memberships m JOIN {worlds} w ON w.id = m.{world} JOIN users u ON u.id = w.owner_id");
    let roles = live::rows(&connection, &join).await;
    let roles: Vec<String> = roles.iter().map(|it| it.try_get("", "role").unwrap()).collect();
    assert_eq!(roles, ["GUEST"]);
}
