//! Migrations that nobody else has: the last one made anew, and those without a name folded into one that has one. A developer's database
//! comes along, with its rows.

use std::fs;
use std::process::{Command, Output};

use samara::database::Backend;
use samara::ir::{App, Resource, Type};
use samara::migration::sea_orm::{ConnectionTrait, Database, DbBackend};
use samara::migration::{Migrations, Migrator};
use samara::table::{Table, declared};
use samara::testing::TestDatabase;
use samara_codegen::diff::diff;
use samara_codegen::question::Decisions;

use crate::command::{Workspace, said, status};
use crate::declare::{Declare, Describe, app, attribute, resource, text};
use crate::evolving::Operations;
use crate::live;

/// A workspace under version control, with a developer's database.
struct Checkout {
    workspace: Workspace,
    database: TestDatabase,
    /// The states of the declaration whose migrations the database has run.
    ran: Vec<(String, Vec<Table>)>,
}

impl Checkout {
    /// With one migration that is committed and run, and one row.
    async fn new(backend: Backend) -> Self {
        let workspace = Workspace::new(&shops(shop()));
        let mut checkout = Self { workspace, database: TestDatabase::empty(backend).await, ran: Vec::new() };
        checkout.workspace.write(".gitignore", "target\n");
        checkout.git(&["init", "-q", "-b", "main"]);
        status(&checkout.samara(&["create_shops"]), 0);
        checkout.commit("Create shops");
        checkout.migrate(&shops(shop())).await;
        checkout.execute("INSERT INTO shops (id, name) VALUES ('00000000-0000-7000-8000-00000000000a', 'a')").await;
        checkout
    }

    fn git(&self, arguments: &[&str]) {
        let identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"];
        let output =
            Command::new("git").args(identity).args(arguments).current_dir(self.workspace.path()).output().unwrap();
        status(&output, 0);
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    /// Runs `samara codegen` below the root; a server's database is the developer's own.
    fn samara(&self, arguments: &[&str]) -> Output {
        self.samara_with(&[arguments, &["--yes"]].concat(), &[("DATABASE_URL", self.database.url())])
    }

    fn samara_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_samara"))
            .args(["codegen", "--manifest", "../manifest.json"])
            .args(arguments)
            .current_dir(self.workspace.path().join("app"))
            .env_remove("SAMARA_ENV")
            .envs(environment.iter().copied())
            .output()
            .unwrap()
    }

    /// Adds a second migration, which the database has run and no commit holds.
    async fn add_motto(&mut self) {
        self.workspace.declare(&with_motto());
        status(&self.samara(&["add_motto"]), 0);
        self.migrate(&with_motto()).await;
    }

    fn last(&self) -> String {
        self.workspace.migrations().last().unwrap().trim_end_matches(".rs").to_owned()
    }

    /// Runs the last migration, which leads to this declaration.
    async fn migrate(&mut self, to: &App) {
        self.ran.push((self.last(), declared(to)));
        let mut old: &[Table] = &[];
        let mut migrations: Migrations = Vec::new();
        for (name, tables) in &self.ran {
            migrations.push(Box::new(Operations(name.clone(), diff(old, tables, &Decisions::default()).unwrap())));
            old = tables;
        }
        Migrator::connect(self.database.url(), migrations).await.unwrap().up().await.unwrap();
    }

    async fn execute(&self, sql: &str) {
        let connection = Database::connect(self.database.url()).await.unwrap();
        connection.execute_unprepared(sql).await.unwrap();
    }

    async fn texts(&self, sql: &str) -> Vec<String> {
        let connection = Database::connect(self.database.url()).await.unwrap();
        live::rows(&connection, sql).await.iter().map(|it| it.try_get_by_index(0).unwrap()).collect()
    }

    /// The database holds the tables of this declaration, and the names of the migrations that are files.
    async fn stands(&self, app: &App) {
        let backend = if self.database.url().starts_with("sqlite") { DbBackend::Sqlite } else { DbBackend::Postgres };
        let lines = |schema: live::Schema| schema.into_iter().collect::<Vec<_>>().join("\n");
        assert_eq!(lines(live::schema(self.database.url()).await), lines(live::expected(&declared(app), backend)));
        let files = self.workspace.migrations().into_iter().map(|it| it.trim_end_matches(".rs").to_owned());
        assert_eq!(self.texts("SELECT version FROM seaql_migrations ORDER BY 1").await, files.collect::<Vec<_>>());
        let check = self.samara(&["--check"]);
        status(&check, 0);
    }
}

fn shops(shop: Resource) -> App {
    app(vec![shop])
}

fn shop() -> Resource {
    resource("Shop", "shops").with(attribute("name", Type::String))
}

fn with_motto() -> App {
    shops(shop().with(attribute("motto", Type::String).optional()))
}

#[track_caller]
fn refused(output: &Output, told: &[&str]) {
    status(output, 1);
    for it in told {
        assert!(said(output).contains(it), "{it} in {}", said(output));
    }
}

#[tokio::test]
async fn the_last_migration_made_anew_may_drop_or_rename_a_table_of_an_earlier_one() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        for (flags, table) in [(["--drop", "tags"], None), (["--rename", "tags:labels"], Some("labels"))] {
            let with = |table: Option<&'static str>, shop: Resource| {
                let tag = table.map(|it| resource("Tag", it).with(attribute("word", Type::String)));
                app([Some(shop), tag].into_iter().flatten().collect())
            };
            let motto = || shop().with(attribute("motto", Type::String).optional());
            let mut checkout = Checkout::new(backend).await;
            let tagged = with(Some("tags"), shop());
            checkout.workspace.declare(&tagged);
            status(&checkout.samara(&["create_tags"]), 0);
            checkout.commit("Create tags");
            checkout.migrate(&tagged).await;
            let both = with(Some("tags"), motto());
            checkout.workspace.declare(&both);
            status(&checkout.samara(&["add_motto"]), 0);
            checkout.migrate(&both).await;

            let ends = with(table, motto());
            checkout.workspace.declare(&ends);
            let done = checkout.samara(&[&["--amend"][..], &flags].concat());
            assert_eq!(done.status.code(), Some(0), "{backend:?}, {flags:?}: {}", said(&done));
            checkout.stands(&ends).await;
            checkout.database.remove().await;
        }
    }
}

/// What is found once the database has changed must not leave files that say otherwise.
#[tokio::test]
async fn what_the_database_refuses_in_the_end_changes_no_file() {
    let mut checkout = Checkout::new(Backend::Sqlite).await;
    checkout.workspace.declare(&with_motto());
    status(&checkout.samara(&["add_motto"]), 0);
    checkout.migrate(&with_motto()).await;
    let before = checkout.workspace.migrations();
    // A row that points at nothing, by whoever had no foreign keys on.
    checkout.execute("CREATE TABLE loose (shop_id TEXT REFERENCES shops (id))").await;
    checkout.execute("PRAGMA foreign_keys = OFF; INSERT INTO loose VALUES ('nowhere')").await;
    checkout.workspace.declare(&shops(shop().with(attribute("motto", Type::Integer).optional())));
    let output = checkout.samara(&["--amend"]);
    status(&output, 2);
    assert!(said(&output).contains("error[R0725]"), "{}", said(&output));
    assert_eq!(checkout.workspace.migrations(), before);
    checkout.workspace.declare(&with_motto());
    let check = checkout.samara(&["--check"]);
    status(&check, 0);
    checkout.database.remove().await;
}

#[tokio::test]
async fn the_last_migration_is_made_anew_and_rows_keep_their_values() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let mut checkout = Checkout::new(backend).await;
        checkout.workspace.declare(&with_motto());
        status(&checkout.samara(&["add_motto"]), 0);
        checkout.migrate(&with_motto()).await;
        checkout.execute("UPDATE shops SET motto = 'm'").await;
        let first = checkout.last();

        // A column more, and the one that came is required.
        let more = shops(
            shop()
                .with(attribute("motto", Type::String))
                .with(attribute("size", Type::Integer).defaulting(samara::value::Value::Int(3))),
        );
        checkout.workspace.declare(&more);
        let amended = checkout.samara(&["--amend", "--fill", "shops.motto:none"]);
        status(&amended, 0);
        assert!(said(&amended).contains("and your database is where it ends"), "{}", said(&amended));
        assert_eq!(checkout.workspace.migrations().len(), 2);
        let second = checkout.last();
        assert!(second != first && second.ends_with("_add_motto"), "{second}");
        let source = checkout.workspace.read(&format!("migrations/src/{second}.rs"));
        assert!(
            source.contains("fill_with(\"none\")") && source.contains("//! Said with it: `--fill shops.motto:none`"),
            "{source}"
        );
        checkout.stands(&more).await;
        assert_eq!(checkout.texts("SELECT motto FROM shops").await, ["m"]);

        // Once more, after a commit; what was said with it is still said.
        checkout.commit("Add a motto");
        let renamed = shops(
            shop()
                .with(attribute("motto", Type::String))
                .with(attribute("seats", Type::Integer).defaulting(samara::value::Value::Int(3))),
        );
        checkout.workspace.declare(&renamed);
        refused(&checkout.samara(&["--amend"]), &["error[R0704]: was the column `shops.size` renamed to `seats`"]);
        status(&checkout.samara(&["--amend", "name_it", "--rename", "shops.size:seats"]), 0);
        assert!(checkout.last().ends_with("_name_it"));
        checkout.stands(&renamed).await;
        assert_eq!(checkout.texts("SELECT CAST(seats AS TEXT) FROM shops").await, ["3"]);
        checkout.database.remove().await;
    }
}

#[tokio::test]
async fn nothing_is_dropped_unasked() {
    let mut checkout = Checkout::new(Backend::Sqlite).await;
    checkout.workspace.declare(&with_motto());
    status(&checkout.samara(&["add_motto"]), 0);
    checkout.migrate(&with_motto()).await;
    checkout.workspace.declare(&shops(shop()));
    let told = ["error[R0744]: in your database all values of `shops.motto` are lost", "--drop shops.motto"];
    refused(&checkout.samara(&["--amend"]), &told);
    refused(&checkout.samara(&["--amend", "--force"]), &told);
    assert_eq!(checkout.workspace.migrations().len(), 2);
    let dropped = checkout.samara(&["--amend", "--drop", "shops.motto"]);
    status(&dropped, 0);
    assert!(said(&dropped).contains("nothing is left of what is replaced"), "{}", said(&dropped));
    checkout.stands(&shops(shop())).await;
    checkout.database.remove().await;
}

#[tokio::test]
async fn what_others_may_have_is_not_made_anew() {
    let mut checkout = Checkout::new(Backend::Sqlite).await;
    checkout.workspace.declare(&with_motto());
    status(&checkout.samara(&["add_motto"]), 0);
    checkout.migrate(&with_motto()).await;
    checkout.commit("Add a motto");
    let last = checkout.last();
    checkout.workspace.declare(&shops(
        shop().with(attribute("motto", Type::String).optional()).with(attribute("note", Type::String).optional()),
    ));

    checkout.git(&["tag", "v1"]);
    refused(&checkout.samara(&["--amend"]), &["error[R0740]", &format!("`{last}` is released: "), "tag: v1"]);
    checkout.git(&["tag", "-d", "v1"]);

    let upstream = tempfile::tempdir().unwrap();
    let path = upstream.path().to_str().unwrap();
    checkout.git(&["init", "-q", "--bare", path]);
    checkout.git(&["remote", "add", "origin", path]);
    checkout.git(&["push", "-q", "origin", "main:other"]);
    refused(&checkout.samara(&["--amend"]), &["error[R0740]", "origin/other"]);
    let forced = checkout.samara(&["--amend", "--force"]);
    status(&forced, 0);
    assert!(said(&forced).contains("warning[R0740]: the migration"), "{}", said(&forced));
    checkout.database.remove().await;
}

#[tokio::test]
async fn only_a_developers_database_comes_along() {
    let mut checkout = Checkout::new(Backend::Sqlite).await;
    checkout.workspace.declare(&with_motto());
    status(&checkout.samara(&["add_motto"]), 0);
    let more = shops(
        shop().with(attribute("motto", Type::String).optional()).with(attribute("note", Type::String).optional()),
    );
    checkout.workspace.declare(&more);
    let url = checkout.database.url().to_owned();
    let secret = ("SAMARA_SECRET", "0123456789abcdef0123456789abcdef");
    let production =
        [("DATABASE_URL", url.as_str()), ("SAMARA_ENV", "prod"), secret, ("SAMARA_BASE_URL", "https://example.org")];
    refused(
        &checkout.samara_with(&["--amend"], &production),
        &["error[R0741]: SAMARA_ENV says that this is production"],
    );
    let elsewhere = [("DATABASE_URL", "postgres://u:secret@db.example.org/app")];
    let told = checkout.samara_with(&["--amend"], &elsewhere);
    refused(&told, &["error[R0741]: the database `app` at db.example.org:5432 is on another machine"]);
    assert!(!said(&told).contains("secret"));

    // It has not run what is replaced, so only files change.
    let amended = checkout.samara(&["--amend"]);
    status(&amended, 0);
    assert!(said(&amended).contains("your database has not run what it replaces"), "{}", said(&amended));
    checkout.migrate(&more).await;
    checkout.stands(&more).await;

    // It has run a later one that is no file here.
    checkout.workspace.declare(&with_motto());
    checkout.execute("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29991231_235959_later', 0)").await;
    refused(&checkout.samara(&["--amend", "--drop", "shops.note"]), &["error[R0733]", "m29991231_235959_later"]);
    checkout.database.remove().await;
}

#[tokio::test]
async fn rows_that_do_not_fit_leave_files_and_database_as_they_are() {
    let mut checkout = Checkout::new(Backend::Sqlite).await;
    checkout.workspace.declare(&with_motto());
    status(&checkout.samara(&["add_motto"]), 0);
    checkout.migrate(&with_motto()).await;
    checkout.execute("UPDATE shops SET motto = 'no number'").await;
    let files = checkout.workspace.migrations();
    checkout.workspace.declare(&shops(shop().with(attribute("motto", Type::Integer).optional())));
    let told = "`shops` has 1 row with a `motto` that is no integer";
    refused(&checkout.samara(&["--amend"]), &["error[R0730]", told, "help: repair those rows first"]);
    assert_eq!(checkout.workspace.migrations(), files);
    checkout.workspace.declare(&with_motto());
    checkout.stands(&with_motto()).await;
    checkout.database.remove().await;
}

#[tokio::test]
async fn what_cannot_be_made_anew_is_told_with_the_reason() {
    let checkout = Checkout::new(Backend::Sqlite).await;
    checkout.workspace.declare(&with_motto());
    status(&checkout.samara(&["add_motto"]), 0);
    let more = shops(
        shop().with(attribute("motto", Type::String).optional()).with(attribute("note", Type::String).optional()),
    );
    checkout.workspace.declare(&more);
    status(&checkout.samara(&["add_note"]), 0);
    // The state between the two is nowhere.
    refused(&checkout.samara(&["--amend"]), &["error[R0743]", "no commit holds the migrations before"]);

    let path = format!("migrations/src/{}.rs", checkout.last());
    let source = checkout.workspace.read(&path);
    checkout.commit("Add two");
    refused(&checkout.samara(&["--amend"]), &["error[R0743]", "no commit holds the migrations before"]);
    checkout.git(&["rm", "-q", "--cached", &path]);
    checkout.git(&["checkout", "HEAD~1", "-q", "--", "migrations/snapshots"]);
    checkout.git(&["commit", "-q", "-m", "Only one"]);
    checkout.workspace.write(&path, &source.replace("Ok(())", "println!(); Ok(())"));
    refused(&checkout.samara(&["--amend"]), &["error[R0743]", "is not as it was generated"]);
    checkout.workspace.write(&path, &source.replace("pub(crate) struct", "// a comment\npub(crate) struct"));
    refused(&checkout.samara(&["--amend"]), &["error[R0743]", "is not as it was generated"]);
    checkout.workspace.write(&path, "// by hand\n");
    refused(&checkout.samara(&["--amend"]), &["error[R0743]", "was written by hand"]);

    let alone = Workspace::new(&shops(shop()));
    let amend = |workspace: &Workspace| {
        Command::new(env!("CARGO_BIN_EXE_samara"))
            .args(["codegen", "--manifest", "manifest.json", "--amend"])
            .current_dir(workspace.path())
            .output()
            .unwrap()
    };
    refused(&amend(&alone), &["error[R0743]: there is no migration to make anew"]);
    alone.write("migrations/src/m20260101_000000_made.rs", &source);
    refused(&amend(&alone), &["error[R0740]: there is no git repository here"]);
    checkout.database.remove().await;
}

/// What stands behind an address of this machine may be another one's, through a tunnel.
#[tokio::test]
async fn a_servers_database_is_changed_only_where_it_is_said_to_be_ones_own() {
    let mut checkout = Checkout::new(Backend::Postgres).await;
    checkout.add_motto().await;
    let files = checkout.workspace.migrations();
    let more = shops(shop().with(attribute("motto", Type::Integer).optional()));
    checkout.workspace.declare(&more);
    let url = checkout.database.url().to_owned();
    let name = samara::migration::name(&url).unwrap();
    let unasked = checkout.samara_with(&["--amend"], &[("DATABASE_URL", &url)]);
    let told = ["error[R0745]", &format!("the database {name} would be changed"), "say `--yes`"];
    refused(&unasked, &told);
    refused(&checkout.samara_with(&["--amend", "--force"], &[("DATABASE_URL", &url)]), &told);
    assert_eq!(checkout.workspace.migrations(), files);
    checkout.workspace.declare(&with_motto());
    checkout.stands(&with_motto()).await;
    checkout.workspace.declare(&more);
    status(&checkout.samara(&["--amend"]), 0);
    checkout.stands(&more).await;
    checkout.database.remove().await;
}

#[tokio::test]
async fn statements_that_traded_places_are_a_change_by_hand() {
    let mut checkout = Checkout::new(Backend::Sqlite).await;
    let more = shops(
        shop().with(attribute("motto", Type::String).optional()).with(attribute("note", Type::String).optional()),
    );
    checkout.workspace.declare(&more);
    status(&checkout.samara(&["add_two"]), 0);
    checkout.migrate(&more).await;
    let path = format!("migrations/src/{}.rs", checkout.last());
    let source = checkout.workspace.read(&path);
    let traded = source.replace("\"motto\"", "\"x\"").replace("\"note\"", "\"motto\"").replace("\"x\"", "\"note\"");
    assert_ne!(traded, source);
    checkout.workspace.write(&path, &traded);
    checkout.workspace.declare(&with_motto());
    let drop = ["--amend", "--drop", "shops.note"];
    refused(&checkout.samara(&drop), &["error[R0743]", "is not as it was generated"]);
    // Whatever ends the lines.
    checkout.workspace.write(&path, &source.replace('\n', "\r\n"));
    status(&checkout.samara(&drop), 0);
    checkout.stands(&with_motto()).await;
    checkout.database.remove().await;
}

#[tokio::test]
async fn a_migration_without_a_name_that_was_changed_by_hand_is_not_folded() {
    let mut checkout = Checkout::new(Backend::Sqlite).await;
    checkout.workspace.declare(&with_motto());
    status(&checkout.samara(&["--dev"]), 0);
    checkout.migrate(&with_motto()).await;
    let path = format!("migrations/src/{}.rs", checkout.last());
    let source = checkout.workspace.read(&path);
    checkout.workspace.write(&path, &source.replace(".nullable()", ".nullable().default(\"m\")"));
    refused(&checkout.samara(&["add_motto"]), &["error[R0743]", &checkout.last(), "is not as it was generated"]);
    assert_eq!(checkout.workspace.migrations().len(), 2);
    let forced = checkout.samara(&["add_motto", "--force"]);
    status(&forced, 0);
    assert!(said(&forced).contains("warning[R0743]: the migration"), "{}", said(&forced));
    checkout.stands(&with_motto()).await;
    checkout.database.remove().await;
}

#[tokio::test]
async fn a_migration_that_came_beside_those_without_a_name_is_told() {
    for came in ["m20000101_000000_pulled", "m29990101_000000_later"] {
        let mut checkout = Checkout::new(Backend::Sqlite).await;
        checkout.workspace.declare(&with_motto());
        status(&checkout.samara(&["--dev"]), 0);
        checkout.migrate(&with_motto()).await;
        let path = format!("migrations/src/{came}.rs");
        checkout.workspace.write(&path, "// by somebody else\n");
        let files = checkout.workspace.migrations();
        checkout.workspace.declare(&shops(shop().with(attribute("saying", Type::String).optional())));
        for arguments in [["--dev", "--drop", "shops.motto"], ["fold", "--drop", "shops.motto"]] {
            refused(&checkout.samara(&arguments), &["error[R0743]", &format!("`{came}` has come"), "snapshots/dev"]);
        }
        assert_eq!(checkout.workspace.migrations(), files);
        fs::remove_file(checkout.workspace.path().join(&path)).unwrap();
        checkout.workspace.declare(&with_motto());
        let list = checkout.workspace.path().join("migrations/snapshots/dev/after.txt");
        let noted = fs::read_to_string(&list).unwrap();
        fs::write(&list, format!("m20000101_000000_gone\n{noted}")).unwrap();
        refused(&checkout.samara(&["fold"]), &["error[R0743]", "`m20000101_000000_gone` has gone"]);
        fs::remove_file(&list).unwrap();
        refused(&checkout.samara(&["fold"]), &["error[R0743]", "their list is gone"]);
        fs::write(&list, noted).unwrap();
        status(&checkout.samara(&["fold"]), 0);
        checkout.stands(&with_motto()).await;
        checkout.database.remove().await;
    }
}

#[tokio::test]
async fn what_a_removed_migration_without_a_name_left_is_no_table() {
    let checkout = Checkout::new(Backend::Sqlite).await;
    checkout.workspace.declare(&app(vec![shop(), resource("Tag", "tags")]));
    status(&checkout.samara(&["--dev"]), 0);
    fs::remove_file(checkout.workspace.path().join(format!("migrations/src/{}.rs", checkout.last()))).unwrap();
    checkout.workspace.declare(&with_motto());
    status(&checkout.samara(&["--dev"]), 0);
    let again = checkout.samara(&["--dev"]);
    status(&again, 0);
    assert_eq!(said(&again).trim(), "nothing has changed");
    checkout.database.remove().await;
}

#[tokio::test]
async fn what_git_knows_is_found_wherever_it_is_and_whatever_is_set() {
    let upstream = tempfile::tempdir().unwrap();
    let path = upstream.path().to_str().unwrap();
    // A merge that left the migration out is no reason to forget it.
    let mut checkout = Checkout::new(Backend::Sqlite).await;
    for (name, value) in
        [("color.ui", "always"), ("log.follow", "true"), ("log.showSignature", "true"), ("core.quotePath", "true")]
    {
        checkout.git(&["config", name, value]);
    }
    checkout.git(&["init", "-q", "--bare", path]);
    checkout.git(&["remote", "add", "origin", path]);
    checkout.git(&["checkout", "-q", "-b", "side"]);
    checkout.add_motto().await;
    checkout.commit("Add a motto");
    checkout.git(&["checkout", "-q", "main"]);
    checkout.git(&["merge", "-q", "-s", "ours", "-m", "Leave it out", "side"]);
    checkout.git(&["push", "-q", "origin", "main"]);
    checkout.git(&["checkout", "-q", "side", "--", "."]);
    let more = shops(shop().with(attribute("motto", Type::Integer).optional()));
    checkout.workspace.declare(&more);
    refused(&checkout.samara(&["--amend"]), &["error[R0740]", "is released: "]);
    checkout.database.remove().await;

    // The migrations are a repository of their own.
    let mut checkout = Checkout::new(Backend::Sqlite).await;
    let nested = format!("{path}/nested");
    let inside = |arguments: &[&str]| checkout.git(&[&["-C", "migrations"], arguments].concat());
    inside(&["init", "-q", "-b", "main"]);
    inside(&["init", "-q", "--bare", &nested]);
    inside(&["remote", "add", "origin", &nested]);
    inside(&["add", "-A"]);
    inside(&["commit", "-q", "-m", "Create shops"]);
    inside(&["push", "-q", "origin", "main"]);
    checkout.workspace.declare(&with_motto());
    refused(&checkout.samara(&["--amend"]), &["error[R0740]", "origin/main"]);
    checkout.add_motto().await;
    checkout.workspace.declare(&more);
    status(&checkout.samara(&["--amend"]), 0);
    checkout.stands(&more).await;

    // Nobody can say what git would, so nothing is guessed.
    let without = [("PATH", "/nowhere"), ("DATABASE_URL", checkout.database.url())];
    let told = checkout.samara_with(&["--amend"], &without);
    status(&told, 2);
    assert!(said(&told).contains("error[R0713]: git cannot be run"), "{}", said(&told));
    checkout.database.remove().await;
}

#[tokio::test]
async fn migrations_without_a_name_become_one_that_has_one() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let mut checkout = Checkout::new(backend).await;
        let named = fs::read_to_string(checkout.workspace.path().join("migrations/snapshots/shops.json")).unwrap();
        checkout.workspace.declare(&with_motto());
        status(&checkout.samara(&["--dev"]), 0);
        assert!(checkout.last().ends_with("_dev"));
        checkout.migrate(&with_motto()).await;
        checkout.execute("UPDATE shops SET motto = 'm'").await;
        let again = checkout.samara(&["--dev"]);
        status(&again, 0);
        assert_eq!(said(&again).trim(), "nothing has changed");

        let renamed = shops(
            shop()
                .with(attribute("saying", Type::String).optional())
                .with(attribute("kind", Type::String).defaulting(text("A"))),
        );
        checkout.workspace.declare(&renamed);
        status(&checkout.samara(&["--dev", "--rename", "shops.motto:saying"]), 0);
        assert_eq!(checkout.workspace.migrations().len(), 3);
        let unchanged = fs::read_to_string(checkout.workspace.path().join("migrations/snapshots/shops.json")).unwrap();
        assert_eq!(unchanged, named);
        refused(&checkout.samara(&["--check"]), &["error[R0742]: there are migrations without a name"]);
        refused(&checkout.samara(&["--amend"]), &["error[R0743]", "has no name yet"]);

        // The database has run the first of the two.
        refused(&checkout.samara(&["add_saying"]), &["error[R0733]", "has run 1 of the 2 migrations"]);
        let bridge = diff(
            &declared(&with_motto()),
            &declared(&renamed),
            &Decisions { renames: vec!["shops.motto:saying".parse().unwrap()], ..Decisions::default() },
        );
        let mut migrations: Migrations = Vec::new();
        for (name, _) in &checkout.ran {
            migrations.push(Box::new(Operations(name.clone(), Vec::new())));
        }
        migrations.push(Box::new(Operations(checkout.last(), bridge.unwrap())));
        Migrator::connect(checkout.database.url(), migrations).await.unwrap().up().await.unwrap();

        refused(&checkout.samara(&[]), &["error[R0711]"]);
        status(&checkout.samara(&["add_saying"]), 0);
        assert_eq!(checkout.workspace.migrations().len(), 2);
        assert!(checkout.last().ends_with("_add_saying"));
        assert_eq!(fs::read_dir(checkout.workspace.path().join("migrations/snapshots/dev")).unwrap().count(), 0);
        checkout.stands(&renamed).await;
        assert_eq!(checkout.texts("SELECT saying FROM shops").await, ["m"]);
        checkout.database.remove().await;
    }
}

#[tokio::test]
async fn what_stops_says_first_how_it_is_made_anew() {
    let checkout = Checkout::new(Backend::Sqlite).await;
    checkout.workspace.declare(&shops(shop().with(attribute("motto", Type::String))));
    let told = "error[R0706]: the new column `shops.motto` is required, and rows that stand would have no value\n  \
                help: not released yet? `cargo samara codegen --amend`; else say what they get";
    refused(&checkout.samara(&["add_motto"]), &[told]);
    refused(
        &checkout.samara(&["--amend"]),
        &["error[R0706]", "help: say what they get with `--fill shops.motto:VALUE`"],
    );
    // Even the first migration can be made anew; only the rows that stand need the value.
    let amended = checkout.samara(&["--amend", "--fill", "shops.motto:none"]);
    status(&amended, 0);
    assert!(!checkout.workspace.read(&format!("migrations/src/{}.rs", checkout.last())).contains("none"));
    assert_eq!(checkout.texts("SELECT motto FROM shops").await, ["none"]);
    let idle = checkout.samara(&["--amend", "--fill", "shops.name:x"]);
    refused(&idle, &["error[R0705]", "--> --fill shops.name:x"]);
    // What is as it was declared is as it was: nothing but its name is new.
    status(&checkout.samara(&["--amend", "create_all"]), 0);
    checkout.database.remove().await;
}
