//! When the database is away, busy or unwilling: a code and a sentence, never SQL.

use samara::database::{Backend, Database};
use samara::error::Code;
use samara::record::Input;
use samara::testing::{TestDatabase, on, on_both};
use sea_orm::ConnectionTrait;

use super::support::contention::contend;
use super::support::people::{People, of, text};
use super::support::platform::application;

#[tokio::test]
async fn an_address_that_makes_no_sense_is_invalid() {
    for url in ["", "mysql://localhost/x", "postgres://[", "sqlite://x.db?mode=sideways"] {
        assert_eq!(Database::connect(url).await.unwrap_err().code(), Code::Invalid, "{url}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_unavailable() {
    let error = Database::connect("postgres://nobody@127.0.0.1:1/none").await.unwrap_err();
    assert_eq!(error.code(), Code::Unavailable);
    assert!(!error.to_string().contains("127.0.0.1"));
    let error = Database::connect("sqlite:///proc/none/x.db?mode=rwc").await.unwrap_err();
    assert_eq!(error.code(), Code::Unavailable);
}

#[tokio::test]
async fn a_server_that_goes_away_is_unavailable() {
    let database = TestDatabase::with_tables(Backend::Postgres, &application().ir).await;
    let engine = database.engine(&application()).await;
    let cx = engine.system("tests");
    cx.read(samara::query::Query::unrestricted(of(&engine, "User"))).await.unwrap();
    database.remove().await;
    let error = cx.read(samara::query::Query::unrestricted(of(&engine, "User"))).await.unwrap_err();
    assert_eq!(error.code(), Code::Unavailable, "{error:?}");
    assert_eq!(engine.database().ping().await.unwrap_err().code(), Code::Unavailable);
}

#[tokio::test]
async fn a_missing_table_is_ours_to_explain() {
    on_both(&application(), async |engine| {
        engine
            .system("a test")
            .unpoliced("what no action does")
            .execute_unprepared("DROP TABLE modifications")
            .await
            .unwrap();
        let error = engine
            .system("tests")
            .read(samara::query::Query::unrestricted(of(&engine, "Modification")))
            .await
            .unwrap_err();
        assert_eq!((error.code(), error.to_string().as_str()), (Code::Internal, "something went wrong on our side"));
        assert!(std::error::Error::source(&error).unwrap().to_string().contains("modifications"), "the log knows");
    })
    .await;
}

#[tokio::test]
async fn a_row_that_stays_locked_times_out() {
    on(Backend::Postgres, &application(), async |engine| {
        let people = People::register(engine).await;
        let user = of(&people.engine, "User");
        let name = |name: &str| Input::new().with("display_name", text(name));
        let cx = people.acting(people.member).await;
        let held = cx.transaction(async |inside| {
            inside.update(user, "update", people.member, name("first")).await?;
            let error = cx.update(user, "update", people.member, name("second")).await.unwrap_err();
            assert_eq!(error.code(), Code::Timeout);
            Ok(())
        });
        held.await.unwrap();
        cx.update(user, "update", people.member, name("third")).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_sqlite_file_makes_its_folders() {
    let database = TestDatabase::empty(Backend::Sqlite).await;
    let nested = database.url().replace("test.db", "some/folders/app.db");
    let connected = Database::connect(&nested).await.unwrap();
    assert!(connected.ping().await.is_ok());
    connected.close().await;
    let memory = Database::connect("sqlite::memory:").await.unwrap();
    assert!(memory.ping().await.is_ok());
}

#[tokio::test]
async fn a_transaction_of_ours_is_tried_again_as_a_whole() {
    for (refusals, within, expected) in [(3, false), (3, true), (4, false), (4, true)]
        .map(|(refusals, within)| (refusals, within, (refusals > 3).then_some(Code::Unavailable)))
    {
        on(Backend::Postgres, &application(), async |engine| {
            let people = People::register(engine).await;
            contend(&people.engine, "users", refusals).await;
            let cx = people.acting(people.member).await;
            let (user, name) = (of(&people.engine, "User"), Input::new().with("display_name", text("again")));
            let result = if within {
                // What else the caller did is done again too.
                cx.transaction(async |cx| cx.update(user, "update", people.member, name).await).await
            } else {
                cx.update(user, "update", people.member, name).await
            };
            assert_eq!(result.err().map(|it| it.code()), expected, "{refusals} refusals");
        })
        .await;
    }
}
