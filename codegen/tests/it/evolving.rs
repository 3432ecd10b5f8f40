//! Declarations that change: the tables, their rows, indexes and the rows that point at them, up, down and up again, on both databases,
//! which hold the same rows at every step.

use std::collections::BTreeMap;

use samara::database::Backend;
use samara::ir::{
    App, Attribute, AttributeId, Comparison, Enum, Generated, Identity, Node, OnDelete, Resource, Tree, Type, Variant,
};
use samara::migration::sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend};
use samara::migration::{
    DbErr, MigrationCode, MigrationName, MigrationTrait, Migrations, Migrator, Schema, SchemaManager, async_trait,
};
use samara::table::{Column, RowCondition, Storage, Table, declared};
use samara::testing::TestDatabase;
use samara::value::Value;
use samara_codegen::Operation;
use samara_codegen::apply::apply;
use samara_codegen::diff::{diff, open_questions};
use samara_codegen::question::{Decisions, Filling, Question, Rename, SchemaObject};

use crate::declare::{Declare, Describe, app, attribute, domain, names, resource, text, tree};
use crate::live;

/// One state of a declaration, and what the developer says of the way to it.
struct Stage {
    tables: Vec<Table>,
    answers: Decisions,
}

/// A migration of these operations, without the source in between.
pub(crate) struct Operations(pub(crate) String, pub(crate) Vec<Operation>);

impl MigrationName for Operations {
    fn name(&self) -> &str {
        &self.0
    }
}

#[async_trait]
impl MigrationTrait for Operations {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for operation in &self.1 {
            apply(&Schema::of(manager), operation).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for operation in self.1.iter().rev() {
            apply(&Schema::of(manager), &operation.inverse()).await?;
        }
        Ok(())
    }
}

fn stage(resources: Vec<Resource>, flags: &[&str]) -> Stage {
    let app: App = app(resources);
    let mut answers = Decisions::default();
    for flag in flags {
        match flag.split_once(' ') {
            Some(("--rename", it)) => answers.renames.push(it.parse().unwrap()),
            Some(("--drop", it)) => answers.drops.push(it.parse().unwrap()),
            Some(("--fill", it)) => answers.fills.push(it.parse().unwrap()),
            Some(("--keep", it)) => answers.keeps.push(it.parse().unwrap()),
            Some(("--accept", it)) => answers.accepts.push(it.parse().unwrap()),
            _ => panic!("{flag}"),
        }
    }
    Stage { tables: declared(&app), answers }
}

fn migrations(stages: &[Stage]) -> Migrations {
    let mut old: &[Table] = &[];
    let mut migrations: Migrations = Vec::new();
    for (at, stage) in stages.iter().enumerate() {
        assert_eq!(open_questions(old, &stage.tables, &stage.answers).unwrap(), []);
        let operations = diff(old, &stage.tables, &stage.answers).unwrap();
        migrations.push(Box::new(Operations(format!("m{at}"), operations)));
        old = &stage.tables;
    }
    migrations
}

/// Every row of every table, as text that is the same on both databases.
type Rows = BTreeMap<String, Vec<String>>;

async fn rows(url: &str, tables: &[Table]) -> Rows {
    let connection = Database::connect(url).await.unwrap();
    let mut rows = Rows::new();
    for table in tables {
        let mut columns: Vec<&Column> = table.columns.iter().collect();
        columns.sort_by(|a, b| a.name.cmp(&b.name));
        let backend = connection.get_database_backend();
        let values: Vec<String> =
            columns.iter().map(|it| format!("coalesce({}, 'NULL')", spelt(it, backend))).collect();
        let sql = format!("SELECT {} AS row FROM {} ORDER BY 1", values.join(" || ' | ' || "), table.name);
        let found = live::rows(&connection, &sql).await;
        rows.insert(table.name.clone(), found.iter().map(|it| it.try_get("", "row").unwrap()).collect());
    }
    rows
}

fn spelt(column: &Column, backend: DbBackend) -> String {
    let name = &column.name;
    match (column.storage, backend) {
        (Storage::Boolean, _) => format!("CASE WHEN {name} THEN 'true' WHEN NOT {name} THEN 'false' END"),
        (Storage::Timestamp, DbBackend::Postgres) => {
            format!("to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
        }
        (Storage::Json, DbBackend::Postgres) => format!("replace(replace({name}::text, '\": ', '\":'), ', ', ',')"),
        _ => format!("CAST({name} AS TEXT)"),
    }
}

async fn execute(url: &str, statements: &[&str]) {
    let connection = Database::connect(url).await.unwrap();
    for statement in statements {
        connection.execute_unprepared(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// Takes both databases through the stages: up, with `inserts` after the first; down to the first; and up again. After each step the schema
/// is the declared one, no key dangles, and the rows are those that this stage had before. Returns the rows of each stage.
async fn evolve(stages: &[Stage], inserts: &[&str]) -> Vec<Rows> {
    let mut of_both = Vec::new();
    for (backend, name) in [(Backend::Sqlite, DbBackend::Sqlite), (Backend::Postgres, DbBackend::Postgres)] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        let mut seen: Vec<Rows> = Vec::new();
        for round in 0..2 {
            for at in 0..stages.len() {
                let up = Migrator::connect(url, migrations(&stages[..=at])).await.unwrap().up().await.unwrap();
                assert!(up.len() <= 1);
                if at == 0 && round == 0 {
                    execute(url, inserts).await;
                }
                let found = standing(url, &stages[at], name).await;
                match seen.get(at) {
                    Some(before) => assert_eq!(*before, found, "{backend:?}, up to {at} again"),
                    None => seen.push(found),
                }
            }
            for at in (0..stages.len() - 1).rev() {
                let migrator = Migrator::connect(url, migrations(&stages[..=at + 1])).await.unwrap();
                assert_eq!(migrator.down(1).await.unwrap(), [format!("m{}", at + 1)]);
                assert_eq!(seen[at], standing(url, &stages[at], name).await, "{backend:?}, down to {at}");
            }
        }
        database.remove().await;
        of_both.push(seen);
    }
    let postgres = of_both.pop().unwrap();
    let sqlite = of_both.pop().unwrap();
    assert_eq!(sqlite, postgres);
    sqlite
}

/// Checks the schema, and returns the rows.
async fn standing(url: &str, stage: &Stage, name: DbBackend) -> Rows {
    let lines = |schema: live::Schema| schema.into_iter().collect::<Vec<_>>().join("\n");
    assert_eq!(lines(live::schema(url).await), lines(live::expected(&stage.tables, name)));
    if name == DbBackend::Sqlite {
        let connection: DatabaseConnection = Database::connect(url).await.unwrap();
        let dangling = live::rows(&connection, "PRAGMA foreign_key_check").await;
        assert!(dangling.is_empty());
        let keys = live::rows(&connection, "PRAGMA foreign_keys").await;
        assert_eq!(keys[0].try_get_by_index::<i32>(0).unwrap(), 1, "the migrator's setting is its connection's alone");
    }
    rows(url, &stage.tables).await
}

const A: &str = "00000000-0000-7000-8000-00000000000a";
const B: &str = "00000000-0000-7000-8000-00000000000b";
const C: &str = "00000000-0000-7000-8000-00000000000c";

fn world() -> Resource {
    resource("World", "worlds").with(attribute("name", Type::String))
}

#[tokio::test]
async fn a_parent_changes_and_its_children_stay() {
    let children = || {
        let membership = resource("Membership", "memberships")
            .with(attribute("role", Type::String).defaulting(text("GUEST")))
            .belongs_to("world", "World", OnDelete::Cascade)
            .unique("world_and_role", &["world_id", "role"]);
        let activity = resource("Activity", "activities")
            .with(attribute("kind", Type::String))
            .may_belong_to("world", "World", OnDelete::Nilify)
            .index(&[("kind", true), ("world_id", false)]);
        [membership, activity]
    };
    let with = |world: Resource| [vec![world], children().into()].concat();
    let motto = || attribute("motto", Type::String);
    let slug = |it: Resource| it.with(attribute("slug", Type::String)).unique("slug", &["slug"]);
    let stages = [
        stage(with(slug(world()).with(motto().optional()).may_belong_to("parent", "World", OnDelete::Nilify)), &[]),
        stage(
            with(slug(world()).with(motto()).may_belong_to("parent", "World", OnDelete::Nilify)),
            &["--fill worlds.motto:it's \"here\": x"],
        ),
        stage(with(slug(world()).with(motto()).may_belong_to("parent", "World", OnDelete::Cascade)), &[]),
    ];
    let inserts = [
        &*format!("INSERT INTO worlds (id, name, slug, motto) VALUES ('{A}', 'a', 'a', 'm')"),
        &*format!("INSERT INTO worlds (id, name, slug, motto, parent_id) VALUES ('{B}', 'b', 'b', 'n', '{A}')"),
        &*format!("INSERT INTO memberships (id, world_id) VALUES ('{A}', '{A}'), ('{B}', '{B}')"),
        &*format!("INSERT INTO activities (id, kind, world_id) VALUES ('{A}', 'x', '{B}'), ('{B}', 'y', NULL)"),
    ];
    evolve(&stages, &inserts).await;
}

#[tokio::test]
async fn rows_without_a_value_get_the_one_that_was_said() {
    let size = || attribute("size", Type::Integer);
    let stages = [
        stage(vec![world().with(size().optional())], &[]),
        stage(
            vec![world().with(size()).with(attribute("motto", Type::String))],
            &["--fill worlds.size:7", "--fill worlds.motto:it's"],
        ),
    ];
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        Migrator::connect(url, migrations(&stages[..1])).await.unwrap().up().await.unwrap();
        execute(url, &[&format!("INSERT INTO worlds (id, name, size) VALUES ('{A}', 'a', NULL), ('{B}', 'b', 3)")])
            .await;
        Migrator::connect(url, migrations(&stages)).await.unwrap().up().await.unwrap();
        let name = if backend == Backend::Sqlite { DbBackend::Sqlite } else { DbBackend::Postgres };
        let found = standing(url, &stages[1], name).await;
        assert_eq!(found["worlds"], [format!("{A} | it's | a | 7"), format!("{B} | it's | b | 3")]);
        database.remove().await;
    }
}

#[tokio::test]
async fn a_column_is_renamed_and_changes_its_type_at_once() {
    let stages = [
        stage(vec![world().with(attribute("capacity", Type::Integer).defaulting(Value::Int(5)))], &[]),
        stage(
            vec![world().with(attribute("seats", Type::String).defaulting(text("5")))],
            &["--rename worlds.capacity:seats"],
        ),
    ];
    let insert = format!("INSERT INTO worlds (id, name, capacity) VALUES ('{A}', 'a', -12)");
    let default = format!("INSERT INTO worlds (id, name) VALUES ('{B}', 'b')");
    let seen = evolve(&stages, &[&insert, &default]).await;
    assert_eq!(seen[1]["worlds"], [format!("{A} | a | -12"), format!("{B} | b | 5")]);
}

#[tokio::test]
async fn an_identity_of_two_columns_follows_the_rename_of_one() {
    let member = |key: &'static str, ty: Type| {
        resource("Member", "members")
            .with(attribute(key, Type::String))
            .with(attribute("number", ty))
            .unique("both", &[key, "number"])
    };
    let stages = [
        stage(vec![member("club", Type::Integer)], &[]),
        stage(vec![member("team", Type::Integer)], &["--rename members.club:team"]),
        // And once more, together with a change that makes the table anew.
        stage(vec![member("side", Type::String)], &["--rename members.team:side"]),
    ];
    let insert =
        format!("INSERT INTO members (id, club, number) VALUES ('{A}', 'x', 1), ('{B}', 'x', 2), ('{C}', 'y', 1)");
    evolve(&stages, &[&insert]).await;
}

/// A world of which those that are not closed exist, or those that are open too.
fn existing(is_open_too: bool) -> Resource {
    let column = |tree: &mut Tree, at| tree.push(Node::Column { path: Tree::ROW, attribute: AttributeId::at(at) });
    let condition = tree(Some("World"), None, |tree| {
        let closed_at = column(tree, 2);
        let is_null = tree.push(Node::IsNull(closed_at));
        if !is_open_too {
            return is_null;
        }
        let open = column(tree, 3);
        let left = column(tree, 1);
        let right = tree.literal(text("it's"), Type::String);
        let named = tree.push(Node::Compare { op: Comparison::Ne, left, right });
        tree.push(Node::And(vec![is_null, open, named]))
    });
    Resource { base_filter: Some(condition), ..closable() }
}

fn closable() -> Resource {
    world()
        .with(attribute("closed_at", Type::Timestamp).optional())
        .with(attribute("open", Type::Boolean))
        .may_belong_to("owner", "Owner", OnDelete::Cascade)
        .unique("name_of_owner", &["owner_id", "name"])
}

#[tokio::test]
async fn a_base_filter_comes_changes_and_goes() {
    let owner = || resource("Owner", "owners");
    let mut equal = existing(true);
    equal.identities[0].nulls_equal = true;
    let stages = [
        stage(vec![owner(), closable()], &[]),
        stage(vec![owner(), existing(false)], &[]),
        stage(vec![owner(), existing(true)], &[]),
        stage(vec![owner(), equal], &[]),
        stage(vec![owner(), closable()], &[]),
    ];
    // The key of the owner has an index of its own, where that of the identity leaves out rows.
    let indexes = |stage: &Stage| stage.tables[1].indexes.iter().filter(|it| !it.unique).count();
    assert_eq!(stages.each_ref().map(indexes), [0, 1, 1, 1, 0]);
    let insert = format!("INSERT INTO worlds (id, name, open) VALUES ('{A}', 'x', TRUE), ('{B}', 'y', FALSE)");
    evolve(&stages, &[&insert]).await;
}

/// The world, whose rows are deleted for the time being.
fn kept() -> Resource {
    let mark = |name: &'static str, ty, by| Attribute { generated: Some(by), ..attribute(name, ty).optional() };
    closable().with(mark("deleted_at", Type::Timestamp, Generated::DeletedAt)).with(mark(
        "deletion_id",
        Type::Uuid,
        Generated::DeletionId,
    ))
}

#[tokio::test]
async fn soft_delete_comes_and_goes() {
    let owner = || resource("Owner", "owners");
    let stages = [
        stage(vec![owner(), closable()], &[]),
        stage(vec![owner(), kept()], &[]),
        stage(vec![owner(), closable()], &["--drop worlds.deleted_at", "--drop worlds.deletion_id"]),
    ];
    let unique = |stage: &Stage| stage.tables[1].indexes.iter().find(|it| it.unique).and_then(|it| it.only.clone());
    let living = Some(RowCondition::is_null("deleted_at"));
    assert_eq!(stages.each_ref().map(unique), [None, living, None]);
    let insert = format!("INSERT INTO worlds (id, name, open) VALUES ('{A}', 'x', TRUE), ('{B}', 'y', FALSE)");
    evolve(&stages, &[&insert]).await;
}

#[tokio::test]
async fn only_rows_of_a_new_index_can_stand_in_its_way() {
    let twice = "INSERT INTO worlds (id, name, closed_at, open) VALUES ('{A}', 'x', NULL, TRUE), ('{B}', 'x', '2026-01-01T00:00:00Z', TRUE)";
    let without = || {
        let mut world = closable();
        world.identities.clear();
        world
    };
    let unique = |mut world: Resource| {
        world.identities = vec![Identity::new("name", names(&["name"]))];
        world
    };
    let owner = || resource("Owner", "owners");
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let stages = [
            stage(vec![owner(), without()], &[]),
            stage(vec![owner(), unique(existing(false))], &[]),
            stage(vec![owner(), unique(closable())], &[]),
        ];
        Migrator::connect(database.url(), migrations(&stages[..1])).await.unwrap().up().await.unwrap();
        execute(database.url(), &[&twice.replace("{A}", A).replace("{B}", B)]).await;
        Migrator::connect(database.url(), migrations(&stages[..2])).await.unwrap().up().await.unwrap();
        let error = Migrator::connect(database.url(), migrations(&stages)).await.unwrap().up().await.unwrap_err();
        assert!(error.to_string().contains("R0730"), "{error}");
        database.remove().await;
    }
}

#[tokio::test]
async fn every_type_becomes_text_and_comes_back() {
    let all = |ty: &dyn Fn(Type) -> Type| {
        vec![
            resource("Thing", "things")
                .with(attribute("whole", ty(Type::Integer)))
                .with(attribute("truth", ty(Type::Boolean)))
                .with(attribute("key", ty(Type::Uuid)))
                .with(attribute("time", ty(Type::Timestamp)))
                .with(attribute("json", ty(Type::Json)))
                .with(attribute("void", ty(Type::Json)).optional()),
        ]
    };
    let stages = [stage(all(&|it| it), &[]), stage(all(&|_| Type::String), &[])];
    let insert = format!(
        "INSERT INTO things (id, whole, truth, key, time, json) VALUES \
         ('{A}', -9223372036854775808, TRUE, '{C}', '2026-01-02T03:04:05.600000Z', '{{\"a\":[1,{{\"b\":null}}]}}'), \
         ('{B}', 7, FALSE, '{A}', '0001-01-01T00:00:00.000000Z', '\"x\"')"
    );
    let seen = evolve(&stages, &[&insert]).await;
    let json = r#"{"a":[1,{"b":null}]}"#;
    let first = format!("{A} | {json} | {C} | 2026-01-02T03:04:05.600000Z | true | NULL | -9223372036854775808");
    assert_eq!(seen[1]["things"][0], first);
}

#[tokio::test]
async fn text_is_read_as_people_write_it() {
    let all = |ty: &dyn Fn(Type) -> Type| {
        let columns = [
            ("whole", Type::Integer),
            ("truth", Type::Boolean),
            ("key", Type::Uuid),
            ("time", Type::Timestamp),
            ("json", Type::Json),
        ];
        vec![
            columns
                .into_iter()
                .fold(resource("Thing", "things"), |it, (name, of)| it.with(attribute(name, ty(of)).optional())),
        ]
    };
    let stages = [stage(all(&|_| Type::String), &[]), stage(all(&|it| it), &[])];
    let key = A.replace('-', "").to_uppercase();
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        Migrator::connect(url, migrations(&stages[..1])).await.unwrap().up().await.unwrap();
        let values = format!("'+007', 'Yes', '{key}', '2026-01-01T02:00:00+02:00', ' {{ \"b\": 1.0, \"a\": null }} '");
        execute(url, &[&format!("INSERT INTO things (id, whole, truth, key, time, json) VALUES ('{A}', {values}), ('{B}', NULL, '0', NULL, NULL, 'null')")]).await;
        Migrator::connect(url, migrations(&stages)).await.unwrap().up().await.unwrap();
        let found = rows(url, &stages[1].tables).await;
        let expected = [
            format!("{A} | {{\"a\":null,\"b\":1}} | {A} | 2026-01-01T00:00:00.000000Z | true | 7"),
            format!("{B} | NULL | NULL | NULL | false | NULL"),
        ];
        let found: Vec<String> = found["things"].iter().map(|it| it.replace("1.0", "1").replace(", ", ",")).collect();
        assert_eq!(found, expected, "{backend:?}");
        database.remove().await;
    }
}

#[tokio::test]
async fn a_text_that_only_rust_reads_becomes_the_same_on_both_databases() {
    let of = |time: Type, json: Type| {
        vec![resource("Thing", "things").with(attribute("time", time)).with(attribute("json", json))]
    };
    let stages = [
        stage(of(Type::String, Type::String), &[]),
        stage(of(Type::Timestamp, Type::Json), &[]),
        stage(of(Type::String, Type::String), &[]),
    ];
    let rows_of = |listed: &[(&str, &str, &str)]| -> Vec<String> {
        listed.iter().map(|(id, json, time)| format!("{id} | {json} | {time}")).collect()
    };
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        Migrator::connect(url, migrations(&stages[..1])).await.unwrap().up().await.unwrap();
        let insert = format!(
            "INSERT INTO things (id, time, json) VALUES \
             ('{A}', '0000-06-01T12:00:00Z', '0.1234567890123456789'), \
             ('{B}', '2026-01-01T00:00:00.9999999+23:30', ' [1, 2] '), \
             ('{C}', '1999-12-31T23:59:59-18:00', '\"x\"')"
        );
        execute(url, &[&insert]).await;
        Migrator::connect(url, migrations(&stages)).await.unwrap().up().await.unwrap();
        let expected = rows_of(&[
            (A, "0.12345678901234568", "0000-06-01T12:00:00.000000Z"),
            (B, "[1,2]", "2025-12-31T00:30:00.999999Z"),
            (C, "\"x\"", "2000-01-01T17:59:59.000000Z"),
        ]);
        assert_eq!(rows(url, &stages[2].tables).await["things"], expected, "{backend:?}");
        database.remove().await;
    }
}

#[tokio::test]
async fn json_null_is_no_value_of_a_required_column() {
    let of = |ty: Type, required: bool| {
        let json = attribute("json", ty);
        vec![resource("Thing", "things").with(if required { json } else { json.optional() })]
    };
    let first = || stage(of(Type::String, false), &[]);
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        Migrator::connect(url, migrations(&[first()])).await.unwrap().up().await.unwrap();
        execute(
            url,
            &[&format!("INSERT INTO things (id, json) VALUES ('{A}', ' null\n'), ('{B}', NULL), ('{C}', '1')")],
        )
        .await;
        let run =
            async |second: Stage| Migrator::connect(url, migrations(&[first(), second])).await.unwrap().up().await;
        let error = run(stage(of(Type::Json, true), &[])).await.unwrap_err();
        let told = format!("`things` has 1 row with a `json` that is no JSON value:\n    id {A}\n");
        assert!(error.code() == MigrationCode::Rows && error.to_string().contains(&told), "{backend:?}: {error}");
        run(stage(of(Type::Json, true), &["--fill things.json:{}"])).await.unwrap();
        let tables = stage(of(Type::Json, true), &[]).tables;
        assert_eq!(
            rows(url, &tables).await["things"],
            [format!("{A} | {{}}"), format!("{B} | {{}}"), format!("{C} | 1")],
            "{backend:?}"
        );
        database.remove().await;
    }
}

#[tokio::test]
async fn a_null_in_required_text_that_becomes_required_json_gets_the_value_that_was_said() {
    let of = |ty: Type| vec![resource("Thing", "things").with(attribute("json", ty))];
    let stages = [stage(of(Type::String), &[]), stage(of(Type::Json), &["--fill things.json:{}"])];
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        Migrator::connect(url, migrations(&stages[..1])).await.unwrap().up().await.unwrap();
        execute(url, &[&format!("INSERT INTO things (id, json) VALUES ('{A}', ' null'), ('{B}', '1')")]).await;
        Migrator::connect(url, migrations(&stages)).await.unwrap().up().await.unwrap();
        let expected = [format!("{A} | {{}}"), format!("{B} | 1")];
        assert_eq!(rows(url, &stages[1].tables).await["things"], expected, "{backend:?}");
        database.remove().await;
    }
}

#[tokio::test]
async fn texts_that_are_one_value_in_two_spellings_are_told_of_before_anything_is_written() {
    let of = |ty: Type| {
        let town = attribute("town", Type::String);
        vec![resource("Thing", "things").with(attribute("it", ty).optional()).with(town).unique("it", &["it", "town"])]
    };
    let key = A.replace('-', "").to_uppercase();
    let spellings = [
        (Type::Uuid, A, &*key, ""),
        (Type::Timestamp, "2026-01-01T00:00:00Z", "2026-01-01T02:00:00.0000009+02:00", ""),
        (Type::Json, "{\"a\": 1, \"b\": 2}", "{\"b\":2,\"a\":1}", ""),
        (Type::Json, "{}", "null", " --fill"),
    ];
    for backend in [Backend::Sqlite, Backend::Postgres] {
        for (ty, one, other, fill) in &spellings {
            let second = match *fill {
                "" => stage(of(ty.clone()), &[]),
                _ => {
                    let mut required = of(ty.clone());
                    required[0].attributes.iter_mut().filter(|it| it.name == "it").for_each(|it| it.nullable = false);
                    stage(required, &["--fill things.it:{}"])
                }
            };
            let stages = [stage(of(Type::String), &[]), second];
            let database = TestDatabase::empty(backend).await;
            let url = database.url();
            Migrator::connect(url, migrations(&stages[..1])).await.unwrap().up().await.unwrap();
            let insert = format!(
                "INSERT INTO things (id, it, town) VALUES ('{A}', '{one}', 'x'), ('{B}', '{other}', 'x'), ('{C}', '{other}', 'y')"
            );
            execute(url, &[&insert]).await;
            let before = rows(url, &stages[0].tables).await;
            let error = Migrator::connect(url, migrations(&stages)).await.unwrap().up().await.unwrap_err();
            let told = format!(
                "`things` has 1 pair of rows that would have the same where it must be unique (it, town):\n    id {A} and id {B}\n"
            );
            assert!(
                error.code() == MigrationCode::Rows && error.to_string().contains(&told),
                "{backend:?}, {ty:?}: {error}"
            );
            assert_eq!(rows(url, &stages[0].tables).await, before);
            execute(url, &[&format!("DELETE FROM things WHERE id = '{B}'")]).await;
            Migrator::connect(url, migrations(&stages)).await.unwrap().up().await.unwrap();
            database.remove().await;
        }
    }
}

#[tokio::test]
async fn booleans_and_integers_become_each_other() {
    let of = |ty: Type| vec![world().with(attribute("open", ty.clone())).with(attribute("was", ty).optional())];
    let stages = [stage(of(Type::Boolean), &[]), stage(of(Type::Integer), &[])];
    let insert =
        format!("INSERT INTO worlds (id, name, open, was) VALUES ('{A}', 'a', TRUE, NULL), ('{B}', 'b', FALSE, TRUE)");
    let seen = evolve(&stages, &[&insert]).await;
    assert_eq!(seen[1]["worlds"], [format!("{A} | a | 1 | NULL"), format!("{B} | b | 0 | 1")]);
}

#[tokio::test]
async fn tables_that_point_at_each_other_change_together() {
    let both = |on_delete: OnDelete, kind: Type| {
        vec![
            world().with(attribute("kind", kind.clone())).may_belong_to("owner", "User", on_delete),
            resource("User", "users").with(attribute("kind", kind)).belongs_to("home", "World", on_delete),
        ]
    };
    let stages =
        [stage(both(OnDelete::Restrict, Type::Integer), &[]), stage(both(OnDelete::Cascade, Type::String), &[])];
    let inserts = [
        &*format!("INSERT INTO worlds (id, name, kind) VALUES ('{A}', 'a', 1)"),
        &*format!("INSERT INTO users (id, kind, home_id) VALUES ('{B}', 2, '{A}')"),
        &*format!("UPDATE worlds SET owner_id = '{B}'"),
    ];
    evolve(&stages, &inserts).await;
}

#[tokio::test]
async fn keys_come_and_go() {
    let of = |keyed: bool| {
        let world = match keyed {
            true => world().may_belong_to("owner", "User", OnDelete::Nilify),
            false => world().with(attribute("owner_id", Type::Uuid).optional()).index(&[("owner_id", false)]),
        };
        vec![world, resource("User", "users")]
    };
    let stages = [stage(of(false), &[]), stage(of(true), &[]), stage(of(false), &[])];
    let insert = format!("INSERT INTO worlds (id, name, owner_id) VALUES ('{A}', 'a', '{B}'), ('{B}', 'b', NULL)");
    evolve(&stages, &[&format!("INSERT INTO users (id) VALUES ('{B}')"), &insert]).await;
}

/// The resource with another attribute as its key, and without the one it had.
fn keyed(mut resource: Resource, key: &str) -> Resource {
    resource.attributes.remove(0);
    resource.attributes.iter_mut().for_each(|it| it.primary_key = it.name == key);
    resource
}

#[tokio::test]
async fn another_column_becomes_the_primary_key_and_keys_follow() {
    let child = || resource("Tag", "tags").belongs_to("world", "World", OnDelete::Cascade);
    let world = || world().with(attribute("key", Type::Uuid)).may_belong_to("parent", "World", OnDelete::Nilify);
    let stages =
        [stage(vec![world(), child()], &[]), stage(vec![keyed(world(), "key"), child()], &["--drop worlds.id"])];
    for (backend, name) in [(Backend::Sqlite, DbBackend::Sqlite), (Backend::Postgres, DbBackend::Postgres)] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        Migrator::connect(url, migrations(&stages[..1])).await.unwrap().up().await.unwrap();
        let inserts = [
            &*format!(
                "INSERT INTO worlds (id, name, key, parent_id) VALUES ('{A}', 'a', '{C}', NULL), ('{B}', 'b', '{A}', '{A}')"
            ),
            &*format!("INSERT INTO tags (id, world_id) VALUES ('{A}', '{B}')"),
        ];
        execute(url, &inserts).await;
        Migrator::connect(url, migrations(&stages)).await.unwrap().up().await.unwrap();
        let found = standing(url, &stages[1], name).await;
        assert_eq!(found["worlds"], [format!("{A} | b | {C}"), format!("{C} | a | NULL")]);
        assert_eq!(found["tags"], [format!("{A} | {A}")]);

        // Two rows of one value cannot become the key; nothing is changed.
        let again = TestDatabase::empty(backend).await;
        let url = again.url();
        Migrator::connect(url, migrations(&stages[..1])).await.unwrap().up().await.unwrap();
        execute(url, &[&format!("INSERT INTO worlds (id, name, key) VALUES ('{A}', 'a', '{C}'), ('{B}', 'b', '{C}')")])
            .await;
        let error = Migrator::connect(url, migrations(&stages)).await.unwrap().up().await.unwrap_err();
        assert_eq!(error.code(), MigrationCode::Rows);
        assert!(
            error.to_string().contains(&format!(
                "`worlds` has 1 pair of rows with the same `key`, the new primary key:\n    id {A} and {B}"
            )),
            "{error}"
        );
        standing(url, &stages[0], name).await;
        again.remove().await;
        database.remove().await;
    }
}

#[tokio::test]
async fn what_was_dropped_comes_back_as_something_that_can_be_read() {
    let mut size = attribute("size", Type::Integer);
    size.constraints.min = Some(3);
    let kind = attribute("kind", Type::Enum("Kind".into()));
    let with = vec![world().with(kind).with(size).with(attribute("motto", Type::String))];
    let variants = ["SMALL", "LARGE"].map(|it| Variant { stored: it.into(), docs: String::new() });
    let kinds = Enum { name: "Kind".into(), docs: String::new(), variants: variants.into() };
    let with = App::new(vec![domain("Fixture", &with)], with, vec![kinds]);
    let stages = [
        Stage { tables: declared(&with), answers: Decisions::default() },
        stage(vec![world()], &["--drop worlds.kind", "--drop worlds.size", "--drop worlds.motto"]),
    ];
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        Migrator::connect(url, migrations(&stages[..1])).await.unwrap().up().await.unwrap();
        execute(
            url,
            &[&format!("INSERT INTO worlds (id, name, kind, size, motto) VALUES ('{A}', 'a', 'SMALL', 7, 'm')")],
        )
        .await;
        let migrator = Migrator::connect(url, migrations(&stages)).await.unwrap();
        migrator.up().await.unwrap();
        migrator.down(1).await.unwrap();
        assert_eq!(rows(url, &stages[0].tables).await["worlds"], [format!("{A} | LARGE |  | a | 3")], "{backend:?}");
        database.remove().await;
    }
}

#[test]
fn what_cannot_come_back_is_told_beforehand() {
    let user = || resource("User", "users");
    let old = vec![
        world()
            .with(attribute("slug", Type::String))
            .with(attribute("note", Type::String).optional())
            .unique("slug", &["slug"])
            .unique("note", &["note"])
            .belongs_to("owner", "User", OnDelete::Cascade),
        user(),
    ];
    let new = stage(vec![world(), user()], &["--drop worlds.slug", "--drop worlds.note", "--drop worlds.owner_id"]);
    let operations = diff(&stage(old, &[]).tables, &new.tables, &new.answers).unwrap();
    let told: Vec<String> = operations.iter().filter_map(|it| it.way_back(&operations)).collect();
    assert_eq!(
        told,
        [
            "`worlds.slug` comes back with one value for all rows, so two rows that `worlds_slug_key` keeps apart stop the way back",
            "`worlds.owner_id` comes back only to a table without rows: nobody knows what they pointed at",
        ]
    );
}

#[test]
fn a_primary_key_that_cannot_come_back_to_two_rows_is_told_beforehand() {
    let of = |key: &str| keyed(world().with(attribute("key", Type::Uuid)), key);
    let old = stage(vec![world().with(attribute("key", Type::Uuid))], &[]);
    let new = stage(vec![of("key")], &["--drop worlds.id"]);
    let operations = diff(&old.tables, &new.tables, &new.answers).unwrap();
    let told: Vec<String> = operations.iter().filter_map(|it| it.way_back(&operations)).collect();
    let expected = "`worlds.id` comes back with one value for all rows, so two rows stop the way back where it is the primary key again";
    assert_eq!(told, [expected]);
}

#[tokio::test]
async fn a_column_whose_old_name_is_declared_again_takes_its_values_along() {
    let motto = || attribute("motto", Type::String).optional();
    let saying = attribute("saying", Type::String).optional();
    let stages = [
        stage(vec![world().with(motto())], &[]),
        stage(vec![world().with(motto()).with(saying)], &["--rename worlds.motto:saying"]),
    ];
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        Migrator::connect(url, migrations(&stages[..1])).await.unwrap().up().await.unwrap();
        execute(url, &[&format!("INSERT INTO worlds (id, name, motto) VALUES ('{A}', 'a', 'm')")]).await;
        let migrator = Migrator::connect(url, migrations(&stages)).await.unwrap();
        migrator.up().await.unwrap();
        assert_eq!(rows(url, &stages[1].tables).await["worlds"], [format!("{A} | NULL | a | m")], "{backend:?}");
        migrator.down(1).await.unwrap();
        assert_eq!(rows(url, &stages[0].tables).await["worlds"], [format!("{A} | m | a")], "{backend:?}");
        database.remove().await;
    }
}

#[tokio::test]
async fn a_renamed_table_takes_the_constraint_of_a_dropped_key_along() {
    let of = |table: &'static str, keyed: bool| {
        let user = resource("User", "users");
        let trip = resource("Trip", table);
        vec![if keyed { trip.may_belong_to("owner", "User", OnDelete::Nilify) } else { trip }, user]
    };
    let stages =
        [stage(of("trips", true), &[]), stage(of("tours", false), &["--rename trips:tours", "--drop tours.owner_id"])];
    evolve(&stages, &[&format!("INSERT INTO trips (id) VALUES ('{A}')")]).await;
}

/// PostgreSQL may look a foreign key up in the index of an identity, though the column is the primary key as well.
#[tokio::test]
async fn an_identity_of_what_has_become_the_primary_key_goes() {
    let of = |key: &str, is_unique: bool| {
        let mut world = world().with(attribute("key", Type::Uuid));
        world.attributes.iter_mut().for_each(|it| it.primary_key = it.name == key);
        let world = if is_unique { world.unique("key", &["key"]) } else { world };
        vec![world, resource("Tag", "tags").belongs_to("world", "World", OnDelete::Cascade)]
    };
    let stages =
        [stage(of("id", true), &[]), stage(of("key", true), &["--keep worlds.id"]), stage(of("key", false), &[])];
    let inserts = [
        &*format!("INSERT INTO worlds (id, name, key) VALUES ('{A}', 'a', '{B}'), ('{B}', 'b', '{A}')"),
        &*format!("INSERT INTO tags (id, world_id) VALUES ('{A}', '{A}'), ('{B}', '{B}')"),
    ];
    evolve(&stages, &inserts).await;
}

/// What pointed at the old key goes, and what points at the new one comes, with the key itself.
#[tokio::test]
async fn tables_and_columns_that_point_come_and_go_where_the_primary_key_changes() {
    let world = |key: &str| {
        let mut world = world().with(attribute("key", Type::Uuid)).may_belong_to("parent", "World", OnDelete::Nilify);
        world.attributes.iter_mut().for_each(|it| it.primary_key = it.name == key);
        world
    };
    let user = |key: &'static str| resource("User", "users").may_belong_to(key, "World", OnDelete::Restrict);
    let tag =
        |name: &'static str, table: &'static str| resource(name, table).belongs_to("world", "World", OnDelete::Cascade);
    let other = || resource("Other", "others");
    let stages = [
        stage(vec![world("id"), other(), tag("Tag", "tags"), user("home"), tag("Stays", "stays")], &[]),
        stage(
            vec![
                world("key").may_belong_to("other", "Other", OnDelete::Nilify),
                other().may_belong_to("world", "World", OnDelete::Nilify),
                tag("Label", "labels"),
                user("town"),
                tag("Stays", "stays"),
            ],
            &["--keep worlds.id", "--drop tags", "--drop users.home_id"],
        ),
        stage(
            vec![world("id"), other(), tag("Tag", "tags"), user("home"), tag("Stays", "stays")],
            &[
                "--keep worlds.id",
                "--drop labels",
                "--drop users.town_id",
                "--drop worlds.other_id",
                "--drop others.world_id",
            ],
        ),
    ];
    let inserts = [
        &*format!("INSERT INTO worlds (id, name, key) VALUES ('{A}', 'a', '{B}'), ('{B}', 'b', '{C}')"),
        &*format!("UPDATE worlds SET parent_id = '{A}' WHERE id = '{B}'"),
        &*format!("INSERT INTO stays (id, world_id) VALUES ('{A}', '{A}'), ('{B}', '{B}')"),
        &*format!("INSERT INTO users (id, home_id) VALUES ('{A}', NULL)"),
    ];
    let seen = evolve(&stages, &inserts).await;
    assert_eq!(seen[1]["stays"], [format!("{A} | {B}"), format!("{B} | {C}")]);
}

#[tokio::test]
async fn tables_that_require_each_other_go_and_come_back() {
    let both = |required: bool| {
        let world = match required {
            true => world().belongs_to("owner", "User", OnDelete::Restrict),
            false => world().may_belong_to("owner", "User", OnDelete::Restrict),
        };
        declared(&app(vec![world, resource("User", "users").belongs_to("home", "World", OnDelete::Restrict)]))
    };
    let none = Decisions::default();
    let gone = diff(&both(true), &[], &none).unwrap();
    for (backend, name) in [(Backend::Sqlite, DbBackend::Sqlite), (Backend::Postgres, DbBackend::Postgres)] {
        let database = TestDatabase::empty(backend).await;
        let mut migrations: Migrations =
            vec![Box::new(Operations("m0".into(), diff(&[], &both(false), &none).unwrap()))];
        migrations.push(Box::new(Operations(
            "m1".into(),
            diff(&both(true), &both(false), &none).unwrap().iter().map(Operation::inverse).collect(),
        )));
        migrations.push(Box::new(Operations("m2".into(), gone.clone())));
        let migrator = Migrator::connect(database.url(), migrations).await.unwrap();
        migrator.up().await.unwrap();
        assert_eq!(live::schema(database.url()).await, live::Schema::new());
        migrator.down(1).await.unwrap();
        assert_eq!(live::schema(database.url()).await, live::expected(&both(true), name));
        database.remove().await;
    }
}

#[tokio::test]
async fn two_fields_swap_their_names_and_keep_their_values() {
    let trip = |required: &'static str, optional: &'static str| {
        let user = || resource("User", "users");
        let trip = resource("Trip", "trips")
            .with(attribute("size", Type::Integer))
            .belongs_to(required, "User", OnDelete::Cascade)
            .may_belong_to(optional, "User", OnDelete::Nilify)
            .index(&[("size", false)]);
        vec![user(), trip]
    };
    let swap = ["--rename trips.start_id:end_id", "--rename trips.end_id:start_id"];
    let stages = [stage(trip("start", "end"), &[]), stage(trip("end", "start"), &swap)];
    let insert = format!(
        "INSERT INTO trips (id, size, start_id, end_id) VALUES ('{A}', 1, '{B}', NULL), ('{B}', 2, '{A}', '{B}')"
    );
    let seen = evolve(&stages, &[&format!("INSERT INTO users (id) VALUES ('{A}'), ('{B}')"), &insert]).await;
    assert_eq!(seen[0]["trips"], [format!("{B} | {B} | 2 | {A}"), format!("NULL | {A} | 1 | {B}")]);
    assert_eq!(seen[1]["trips"], [format!("{A} | {B} | 2 | {B}"), format!("{B} | {A} | 1 | NULL")]);
}

fn user_of(ty: Type) -> Resource {
    resource("User", "users")
        .with(attribute("name", ty))
        .with(attribute("town", Type::String).optional())
        .unique("name", &["name", "town"])
}

#[tokio::test]
async fn text_that_becomes_case_insensitive_is_found_by_every_spelling() {
    let stages = [stage(vec![user_of(Type::String)], &[]), stage(vec![user_of(Type::CiString)], &[])];
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        Migrator::connect(url, migrations(&stages[..1])).await.unwrap().up().await.unwrap();
        // The last two are equal but for their towns, of which one is unknown.
        let insert = format!(
            "INSERT INTO users (id, name, town) VALUES ('{A}', 'Zappa', 'x'), ('{B}', 'ÉLAN', NULL), ('{C}', 'élan', NULL)"
        );
        execute(url, &[&insert]).await;
        Migrator::connect(url, migrations(&stages)).await.unwrap().up().await.unwrap();
        let found = rows(url, &stages[1].tables).await;
        assert_eq!(
            found["users"],
            [format!("{A} | zappa | x"), format!("{B} | élan | NULL"), format!("{C} | élan | NULL")],
            "{backend:?}"
        );
        database.remove().await;
    }
}

/// Each set of columns that is unique is looked through by itself, though they are of different numbers.
#[tokio::test]
async fn texts_that_would_become_equal_are_found_in_every_identity() {
    let user = |ty: Type| {
        let attributes = ["town", "street"].map(|it| attribute(it, Type::String));
        let user = resource("User", "users").with(attribute("name", ty)).with(attribute("number", Type::Integer));
        let user = attributes.into_iter().fold(user, |user, it| user.with(it));
        vec![user.unique("number", &["name", "number"]).unique("street", &["name", "town", "street"])]
    };
    let stages = [stage(user(Type::String), &[]), stage(user(Type::CiString), &[])];
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        Migrator::connect(url, migrations(&stages[..1])).await.unwrap().up().await.unwrap();
        let insert = format!(
            "INSERT INTO users (id, name, number, town, street) VALUES ('{A}', 'Zappa', 1, 'x', 'y'), ('{B}', 'ZAPPA', 2, 'x', 'y')"
        );
        execute(url, &[&insert]).await;
        let error = Migrator::connect(url, migrations(&stages)).await.unwrap().up().await.unwrap_err();
        assert_eq!(error.code(), MigrationCode::Rows, "{backend:?}: {error}");
        database.remove().await;
    }
}

#[tokio::test]
async fn a_value_for_rows_that_stand_is_what_the_column_means_by_it() {
    let with = |ty: Type| vec![world().with(attribute("handle", ty))];
    let stages = [stage(vec![world()], &[]), stage(with(Type::CiString), &["--fill worlds.handle:Zappa"])];
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        Migrator::connect(url, migrations(&stages[..1])).await.unwrap().up().await.unwrap();
        execute(url, &[&format!("INSERT INTO worlds (id, name) VALUES ('{A}', 'a')")]).await;
        Migrator::connect(url, migrations(&stages)).await.unwrap().up().await.unwrap();
        assert_eq!(rows(url, &stages[1].tables).await["worlds"], [format!("zappa | {A} | a")], "{backend:?}");
        database.remove().await;
    }
    let mut short = attribute("handle", Type::String);
    short.constraints.max_length = Some(4);
    let refused = stage(vec![world().with(short)], &["--fill worlds.handle:Zappa"]);
    let mistakes = diff(&stages[0].tables, &refused.tables, &refused.answers).unwrap_err();
    let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert!(told.len() == 1 && told[0].contains("R0705") && told[0].contains("`Zappa` is not at most 4"), "{told:?}");

    let none = stage(with(Type::Json), &["--fill worlds.handle:null"]);
    let mistakes = diff(&stages[0].tables, &none.tables, &none.answers).unwrap_err();
    let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert!(told.len() == 1 && told[0].contains("R0705") && told[0].contains("NULL is no value"), "{told:?}");
}

#[tokio::test]
async fn texts_that_would_become_equal_are_told_of_before_anything_is_written() {
    let stages = [stage(vec![user_of(Type::String)], &[]), stage(vec![user_of(Type::CiString)], &[])];
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        Migrator::connect(url, migrations(&stages[..1])).await.unwrap().up().await.unwrap();
        let insert = format!(
            "INSERT INTO users (id, name, town) VALUES ('{A}', 'Zappa', 'x'), ('{B}', 'ZAPPA', 'x'), ('{C}', 'zappa', 'y')"
        );
        execute(url, &[&insert]).await;
        let before = rows(url, &stages[0].tables).await;
        let error = Migrator::connect(url, migrations(&stages)).await.unwrap().up().await.unwrap_err();
        assert_eq!(error.code(), MigrationCode::Rows, "{error}");
        let told = format!(
            "`users` has 1 pair of rows that would have the same in lower case where it must be unique (name, town):\n    id {A} and id {B}\n"
        );
        assert!(error.to_string().contains(&told), "{error}");
        assert_eq!(rows(url, &stages[0].tables).await, before);
        database.remove().await;
    }
}

/// Among the rows of an index that has only some.
#[tokio::test]
async fn texts_that_would_become_equal_are_told_of_where_some_rows_are_unique() {
    let open = |ty| {
        let mut user = user_of(ty).with(attribute("closed_at", Type::Timestamp).optional());
        let at = user.attributes.len() as u16 - 1;
        user.base_filter = Some(tree(Some("User"), None, |tree| {
            let column = tree.push(Node::Column { path: Tree::ROW, attribute: AttributeId::at(at) });
            tree.push(Node::IsNull(column))
        }));
        user
    };
    let stages = [stage(vec![open(Type::String)], &[]), stage(vec![open(Type::CiString)], &[])];
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        Migrator::connect(url, migrations(&stages[..1])).await.unwrap().up().await.unwrap();
        let insert = |id, name, closed_at| {
            format!("INSERT INTO users (id, name, town, closed_at) VALUES ('{id}', '{name}', 'x', {closed_at})")
        };
        let closed = "'2026-01-01T00:00:00Z'";
        execute(url, &[&insert(A, "Zappa", "NULL"), &insert(B, "ZAPPA", closed), &insert(C, "zappa", "NULL")]).await;
        let error = Migrator::connect(url, migrations(&stages)).await.unwrap().up().await.unwrap_err();
        assert_eq!(error.code(), MigrationCode::Rows, "{error}");
        assert!(error.to_string().contains(&format!("\n    id {A} and id {C}\n")), "{error}");
        // A row outside stands in nobody's way.
        execute(url, &[&format!("UPDATE users SET closed_at = {closed} WHERE id = '{C}'")]).await;
        Migrator::connect(url, migrations(&stages)).await.unwrap().up().await.unwrap();
        database.remove().await;
    }
}

#[tokio::test]
async fn rows_that_do_not_fit_what_is_declared_stop_the_migration_unless_they_are_accepted() {
    let of = |most: Option<u32>, largest: Option<i64>| {
        let mut name = attribute("name", Type::String);
        name.constraints.max_length = most;
        let mut size = attribute("size", Type::Integer).optional();
        size.constraints.max = largest;
        vec![resource("World", "worlds").with(name).with(size)]
    };
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let url = database.url();
        let first = || stage(of(Some(300), None), &[]);
        Migrator::connect(url, migrations(&[first()])).await.unwrap().up().await.unwrap();
        let insert = format!(
            "INSERT INTO worlds (id, name, size) VALUES ('{A}', 'ééééé', 7), ('{B}', 'éééé', 8), ('{C}', 'a\nb', NULL)"
        );
        execute(url, &[&insert]).await;
        let run =
            async |second: Stage| Migrator::connect(url, migrations(&[first(), second])).await.unwrap().up().await;
        let error = run(stage(of(Some(4), Some(7)), &[])).await.unwrap_err().to_string();
        // Short texts are one line, too.
        let told = format!(
            "`worlds` has 2 rows with a `name` that is not at most 4 characters, one line:\n    id {A}\n    id {C}\n"
        );
        assert!(error.contains(&told), "{error}");
        let error = run(stage(of(Some(4), Some(7)), &["--accept worlds.name"])).await.unwrap_err().to_string();
        assert!(
            error.contains(&format!("`worlds` has 1 row with a `size` that is not at most 7:\n    id {B}\n")),
            "{error}"
        );
        run(stage(of(Some(4), Some(7)), &["--accept worlds.name", "--accept worlds.size"])).await.unwrap();
        database.remove().await;
    }
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn one_of<T: Clone>(&mut self, items: &[T]) -> T {
        let index = self.below(items.len() as u64);
        items[index as usize].clone()
    }

    /// Some attributes of `names`, and what is unique and indexed among them.
    fn resource(&mut self, name: &'static str, table: &'static str) -> Resource {
        // Text becomes everything, so it comes more often.
        let others = [
            Type::CiString,
            Type::Integer16,
            Type::Integer,
            Type::Float,
            Type::Boolean,
            Type::Uuid,
            Type::Timestamp,
            Type::Date,
            Type::Time,
            Type::Duration,
            Type::Json,
            Type::Bytes,
        ];
        let mut resource = resource(name, table);
        for name in ["a", "b", "c", "d"] {
            if self.one_in(4) {
                continue;
            }
            let ty = if self.one_in(2) { Type::String } else { self.one_of(&others) };
            let default = match ty {
                Type::String | Type::CiString => Some(text("1")),
                Type::Integer16 | Type::Integer => Some(Value::Int(1)),
                Type::Float => Some(Value::Float(0.1.into())),
                Type::Date => Some(Value::Date("2026-03-01".parse().unwrap())),
                Type::Time => Some(Value::Time("13:05:00".parse().unwrap())),
                Type::Duration => Some(Value::Duration(1)),
                Type::Bytes => Some(Value::Bytes(vec![0, 255].into())),
                Type::Boolean => Some(Value::Bool(true)),
                _ => None,
            };
            let attribute = attribute(name, ty);
            let attribute = if self.one_in(2) { attribute.optional() } else { attribute };
            resource = resource.with(match default {
                Some(default) if self.one_in(2) => attribute.defaulting(default),
                _ => attribute,
            });
            if self.one_in(8) {
                resource = resource.unique(name, &[name]);
            }
            if self.one_in(4) {
                resource = resource.index(&[(name, true)]);
            }
        }
        resource
    }

    fn declaration(&mut self) -> Vec<Table> {
        let mut world = self.resource("World", "worlds").with(attribute("key", Type::Uuid));
        // What is known by one of two columns.
        let key = if self.one_in(2) { "key" } else { "id" };
        world.attributes.iter_mut().for_each(|it| it.primary_key = it.name == key);
        let on_delete = self.one_of(&[OnDelete::Cascade, OnDelete::Restrict]);
        let world = if self.one_in(2) { world.may_belong_to("parent", "World", on_delete) } else { world };
        let mut tag = self.resource("Tag", "tags");
        let on_delete = self.one_of(&[OnDelete::Cascade, OnDelete::Restrict]);
        tag = match self.below(3) {
            0 => tag.belongs_to("world", "World", on_delete),
            1 => tag.may_belong_to("world", "World", on_delete),
            _ => tag,
        };
        declared(&app(vec![world, tag]))
    }

    /// An answer to each question, and a value for each column that needs one.
    fn answers(&mut self, old: &[Table], new: &[Table]) -> Decisions {
        let mut answers = Decisions::default();
        while let Some(question) = open_questions(old, new, &answers).unwrap().first() {
            let yes = self.one_in(2);
            match question {
                Question::Gone { gone, candidates } if yes => {
                    answers.renames.push(Rename { from: gone.clone(), to: self.one_of(candidates) });
                }
                Question::Gone { gone, .. } => answers.drops.push(gone.clone()),
                Question::Swapped { table, columns } => {
                    let column = |it: &String| SchemaObject::Column(table.clone(), it.clone());
                    let after = columns.iter().cycle().skip(1);
                    let renames = columns.iter().zip(after).map(|(a, b)| Rename { from: column(a), to: b.clone() });
                    match yes {
                        true => answers.renames.extend(renames),
                        false => answers.keeps.push(column(&columns[0])),
                    }
                }
            }
        }
        let all = new.iter().flat_map(|table| table.columns.iter().map(|it| (table.name.clone(), it)));
        let fills = all.filter(|(_, it)| it.references.is_none()).map(|(table, column)| Filling {
            table,
            column: column.name.clone(),
            value: plain(column.storage, 7),
        });
        let with_fills = Decisions { fills: fills.collect(), ..answers };
        samara_codegen::diff::relevant(old, new, &with_fills)
    }
}

/// A value as a flag takes it.
fn plain(storage: Storage, number: u64) -> String {
    match storage {
        Storage::Text | Storage::Integer => number.to_string(),
        Storage::Float => format!("{number}.5"),
        Storage::Date => format!("2026-01-{:02}", number % 28 + 1),
        Storage::Time => format!("13:05:{:02}.000000", number % 60),
        Storage::Duration => format!("PT{number}S"),
        Storage::Bytes => "AP8=".to_owned(),
        Storage::Boolean => number.is_multiple_of(2).to_string(),
        Storage::Uuid => format!("00000000-0000-7000-8000-{number:012}"),
        Storage::Timestamp => format!("2026-01-01T00:00:{:02}.000000Z", number % 60),
        Storage::Json => format!("{{\"n\":{number}}}"),
    }
}

/// One row in each table; one that cannot be stored is left out.
async fn insert_some(url: &str, tables: &[Table], number: u64) {
    let connection = Database::connect(url).await.unwrap();
    for table in tables {
        let values = table.columns.iter().map(|it| match (&it.references, it.nullable && number.is_multiple_of(3)) {
            (_, true) => "NULL".to_owned(),
            (Some(key), _) => format!("(SELECT min(CAST({} AS TEXT)) FROM {})", key.column, key.table),
            (None, _) => format!("'{}'", plain(it.storage, number)),
        });
        let cast = |(column, value): (&Column, String)| match (column.storage, connection.get_database_backend()) {
            (Storage::Uuid, DbBackend::Postgres) => format!("({value})::uuid"),
            (Storage::Duration, _) => value.replace("'PT", "").replace("S'", "000000"),
            (Storage::Bytes, DbBackend::Postgres) => value.replace("'AP8='", r"'\x00ff'"),
            (Storage::Bytes, _) => value.replace("'AP8='", "x'00ff'"),
            (Storage::Boolean, DbBackend::Sqlite) => value.replace("'true'", "1").replace("'false'", "0"),
            _ => value,
        };
        let values: Vec<String> = table.columns.iter().zip(values).map(cast).collect();
        let names: Vec<&str> = table.columns.iter().map(|it| it.name.as_str()).collect();
        let insert = format!("INSERT INTO {} ({}) VALUES ({})", table.name, names.join(", "), values.join(", "));
        let _ = connection.execute_unprepared(&insert).await;
    }
    connection.close().await.unwrap();
}

async fn counts(url: &str, tables: &[Table]) -> Vec<i64> {
    let connection = Database::connect(url).await.unwrap();
    let mut counts = Vec::new();
    for table in tables {
        let found = live::rows(&connection, &format!("SELECT count(*) AS n FROM {}", table.name)).await;
        counts.push(found[0].try_get("", "n").unwrap());
    }
    connection.close().await.unwrap();
    counts
}

/// Whatever a declaration becomes: a migration is refused for its rows and changes nothing, or it leads to the declared schema, with every row;
/// and so does its way back.
#[tokio::test]
async fn any_change_ends_at_the_declaration_or_changes_nothing() {
    for (backend, seeds) in [(Backend::Sqlite, 1043..1049_u64), (Backend::Postgres, 2000..2005)] {
        let name = if backend == Backend::Sqlite { DbBackend::Sqlite } else { DbBackend::Postgres };
        let (mut done, mut refused, mut back, mut rekeyed) = (0, 0, 0, 0);
        for seed in seeds {
            let mut dice = Dice(seed);
            let database = TestDatabase::empty(backend).await;
            let url = database.url();
            let mut chain: Vec<Vec<Operation>> = Vec::new();
            let mut at = Vec::new();
            let migrations = |chain: &[Vec<Operation>]| -> Migrations {
                let migration = |(at, operations): (usize, &Vec<Operation>)| -> Box<dyn MigrationTrait> {
                    Box::new(Operations(format!("m{at:03}"), operations.clone()))
                };
                chain.iter().enumerate().map(migration).collect()
            };
            let holds = async |tables: &[Table], what: &str| {
                let lines = |schema: live::Schema| schema.into_iter().collect::<Vec<_>>().join("\n");
                assert_eq!(
                    lines(live::schema(url).await),
                    lines(live::expected(tables, name)),
                    "{backend:?} {seed}, {what}"
                );
            };
            for step in 0..48 {
                let next = dice.declaration();
                let Ok(operations) = diff(&at, &next, &dice.answers(&at, &next)) else { continue };
                let told: Vec<String> = operations.iter().map(ToString::to_string).collect();
                let told = format!("step {step}: {}", told.join("; "));
                chain.push(operations);
                let before = counts(url, &at).await;
                match Migrator::connect(url, migrations(&chain)).await.unwrap().up().await {
                    Ok(_) => {
                        holds(&next, &told).await;
                        if !at.is_empty() {
                            assert_eq!(counts(url, &next).await, before, "{told}");
                            // And back, and again, where the rows allow it.
                            match Migrator::connect(url, migrations(&chain)).await.unwrap().down(1).await {
                                Ok(_) => {
                                    holds(&at, &format!("back from {told}")).await;
                                    assert_eq!(counts(url, &at).await, before, "back from {told}");
                                    back += 1;
                                    match Migrator::connect(url, migrations(&chain)).await.unwrap().up().await {
                                        Ok(_) => holds(&next, &format!("again {told}")).await,
                                        Err(error) => {
                                            assert_eq!(
                                                error.code(),
                                                MigrationCode::Rows,
                                                "{backend:?} {seed}, again {told}: {error}"
                                            );
                                            chain.pop();
                                            continue;
                                        }
                                    }
                                }
                                Err(error) => {
                                    assert_eq!(
                                        error.code(),
                                        MigrationCode::Rows,
                                        "{backend:?} {seed}, back from {told}: {error}"
                                    );
                                    holds(&next, &told).await;
                                }
                            }
                        }
                        at = next;
                        done += 1;
                        rekeyed += usize::from(told.contains("becomes the primary key"));
                        insert_some(url, &at, step).await;
                    }
                    Err(error) => {
                        assert_eq!(error.code(), MigrationCode::Rows, "{backend:?} {seed}, {told}: {error}");
                        holds(&at, &format!("refused {told}")).await;
                        chain.pop();
                        refused += 1;
                    }
                }
            }
            database.remove().await;
        }
        assert!(done > 10 && refused > 2 && back > 2 && rekeyed > 2, "{done}, {refused}, {back}, {rekeyed}");
    }
}
