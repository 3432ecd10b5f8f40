//! A first start, and what keeps a server from starting.

use std::net::TcpListener;

use samara::database::Backend;
use samara::migration::sea_orm::ConnectionTrait;
use samara::migration::sea_orm::Database;
use samara::testing::{Pooler, TestDatabase};

use super::command::{TestFolder, eventually, status};

#[tokio::test]
async fn a_first_start_needs_nothing_and_says_where_to_click() {
    let place = TestFolder::new();
    let mut server = place.start(&[]);
    let url = server.url();
    eventually("it is ready", async || (status(format!("{url}/readyz")).await == Some(200)).then_some(())).await;
    for path in ["/", "/sign-in", "/dev/mailbox", "/livez"] {
        assert_eq!(status(format!("{url}{path}")).await, Some(200), "{path}");
    }
    assert!(place.file("var/app.db").is_file(), "the file and the folder above it were made");
    let ended = server.stop().succeeded();
    let expected = format!(
        "Serving at {url}/ (dev)\n  sign in   {url}/sign-in\n  mailbox   {url}/dev/mailbox\n  admin     {url}/admin\n  \
         GraphiQL  {url}/graphql\nDemo data was written; the start page lists whom to sign in as.\n"
    );
    assert_eq!((ended.stdout, ended.stderr.as_str()), (expected, ""));
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_before_anything_is_made() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = other.local_addr().unwrap().to_string();
    let place = TestFolder::new().with("SAMARA_LISTEN", &taken);
    place.run(&["serve"]).failed(&["SAMARA_LISTEN", &taken, "cause: ", "help: "]);
    assert_eq!(std::fs::read_dir(place.folder()).unwrap().count(), 0, "no database was made");
}

#[tokio::test]
async fn a_file_that_cannot_be_made_is_told_of() {
    let place = TestFolder::on("sqlite://taken/app.db?mode=rwc");
    std::fs::write(place.file("taken"), "a file where a folder should be").unwrap();
    place.run(&[]).failed(&["error[R0727]", "taken/app.db", "cause: ", "help: "]);
}

#[tokio::test]
async fn what_is_no_database_is_told_of() {
    let place = TestFolder::new();
    std::fs::create_dir(place.file("var")).unwrap();
    std::fs::write(place.file("var/app.db"), "not what SQLite writes, and long enough to be looked at".repeat(9))
        .unwrap();
    place.run(&[]).failed(&["error[R0721]", "at: sqlite://var/app.db?mode=rwc", "file is not a database"]);
}

#[tokio::test]
async fn a_postgres_database_that_is_missing_is_made_but_not_in_prod() {
    let beside = TestDatabase::empty(Backend::Postgres).await;
    let missing = beside.url().replacen("/samara_", "/missing_", 1);
    let prod =
        TestFolder::on(&missing).with("SAMARA_ENV", "prod").with("SAMARA_SECRET", "0123456789abcdef0123456789abcdef");
    prod.run(&[]).failed(&["error[R0721]", "does not exist", "`db create`"]);
    let place = TestFolder::on(&missing);
    let mut server = place.start(&[]);
    let url = server.url();
    eventually("it is ready", async || (status(format!("{url}/readyz")).await == Some(200)).then_some(())).await;
    server.stop().succeeded();
    place.run(&["db", "drop", "--yes"]).succeeded();
    assert!(place.run(&["db", "migrate"]).succeeded().stdout.contains("applied"), "and `db migrate` makes it too");
    place.run(&["db", "drop", "--yes"]).succeeded();
    beside.remove().await;
}

#[tokio::test]
async fn a_postgres_that_does_not_answer_is_told_of_without_its_password() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for environment in ["dev", "prod"] {
        let place = TestFolder::on(&format!("postgres://me:hunter2@127.0.0.1:{free}/app"))
            .with("SAMARA_ENV", environment)
            .with("SAMARA_SECRET", "0123456789abcdef0123456789abcdef");
        for command in [&["serve"][..], &["db", "migrate"], &["db", "status"], &["admin", "grant", "ada@example.org"]] {
            let ended =
                place.run(command).failed(&["error", &format!("at: postgres://me:…@127.0.0.1:{free}/app"), "help: "]);
            assert!(
                ended.stderr.contains("refused") && !ended.stderr.contains("hunter2"),
                "{command:?}: {}",
                ended.stderr
            );
        }
    }
}

#[tokio::test]
async fn a_server_behind_a_pooler_migrates_beside_it() {
    let database = TestDatabase::empty(Backend::Postgres).await;
    let pooler = Pooler::before(database.url(), 2);
    let alone = TestFolder::on(pooler.url());
    alone.run(&[]).failed(&["error[R0721]", "unsupported startup parameter", "set DATABASE_DIRECT_URL"]);
    let place = TestFolder::on(pooler.url()).with("DATABASE_DIRECT_URL", database.url());
    let mut server = place.start(&[]);
    let url = server.url();
    eventually("it is ready", async || (status(format!("{url}/readyz")).await == Some(200)).then_some(())).await;
    assert_eq!(status(format!("{url}/sign-in")).await, Some(200));
    assert!(server.stop().succeeded().stdout.contains("Demo data was written"));
    place.run(&["admin", "grant", "ada@example.org"]).succeeded();
    assert!(place.run(&["db", "status"]).succeeded().stdout.starts_with("applied"));
    let elsewhere = place.with("DATABASE_DIRECT_URL", database.url().replacen("/samara_", "/missing_", 1));
    elsewhere.run(&["admin", "grant", "ada@example.org"]).failed(&["DATABASE_DIRECT_URL", "help: "]);
    database.remove().await;
}

#[tokio::test]
async fn a_postgres_that_says_nothing_is_given_up() {
    // Whoever connects is taken by the system and never answered.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = TestFolder::on(&format!("postgres://me@{}/app", silent.local_addr().unwrap()));
    place.run(&["serve"]).failed(&["error[R0721]", "no answer within 5 s", "at: ", "help: "]);
}

#[tokio::test]
async fn a_database_that_lacks_what_is_declared_is_not_served() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let place = TestFolder::on(database.url()).with("SAMARA_ENV", "test");
        place.run(&["db", "migrate"]).succeeded();
        spoil(&database, &["ALTER TABLE worlds DROP COLUMN capacity", "DROP TABLE modifications"]).await;
        let lacks = ["error[R0729]", "the column `worlds.capacity`, the table `modifications`", "samara codegen NAME"];
        for command in [&["serve"][..], &["seed"], &["admin", "grant", "ada@example.org"]] {
            place.run(command).failed(&lacks);
        }
        let rest = [
            "memberships",
            "activities",
            "worlds",
            "sessions",
            "magic_links",
            "users",
            "outbox_mails",
            "rate_limits",
            "idempotency_keys",
        ];
        let drops: Vec<String> = rest.iter().map(|it| format!("DROP TABLE {it}")).collect();
        spoil(&database, &drops.iter().map(String::as_str).collect::<Vec<_>>()).await;
        place.run(&[]).failed(&["error[R0729]", "the table `users`", "help: run `samara db migrate`"]);
        database.remove().await;
    }
}

async fn spoil(database: &TestDatabase, statements: &[&str]) {
    let connected = Database::connect(database.url()).await.unwrap();
    for statement in statements {
        connected.execute_unprepared(statement).await.unwrap();
    }
    connected.close().await.unwrap();
}
