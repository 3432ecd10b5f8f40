//! Databases that migrations did not leave as this program expects.

use samara::database::Backend;
use samara::migration::sea_orm::ConnectionTrait;
use samara::migration::sea_orm::Database;
use samara::testing::TestDatabase;

use super::command::TestFolder;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn a_migration_that_stumbles_leaves_nothing_and_can_be_run_again() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let place = TestFolder::on(database.url()).with("SAMARA_ENV", "test");
        let hand = Database::connect(database.url()).await.unwrap();
        // As if half of it had been done by hand.
        hand.execute_unprepared("CREATE TABLE worlds (id INTEGER)").await.unwrap();
        for command in [&["serve"][..], &["db", "migrate"]] {
            let said =
                ["error[R0723]", "m20261122_143305_create_accounts_and_platform", "worlds", "already exists", "help: "];
            place.run(command).failed(&said);
        }
        let left = hand.execute_unprepared("SELECT 1 FROM users").await;
        assert!(left.is_err(), "{backend:?}: no table of it is there");
        assert_eq!(place.run(&["db", "status"]).status.code(), Some(1));
        hand.execute_unprepared("DROP TABLE worlds").await.unwrap();
        hand.close().await.unwrap();
        place.run(&["db", "migrate"]).succeeded();
        place.run(&["db", "status"]).succeeded();
        database.remove().await;
    }
}

#[tokio::test]
async fn a_database_that_is_newer_than_the_program_is_left_alone() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let place = || TestFolder::on(database.url()).with("SAMARA_SECRET", SECRET);
        place().run(&["db", "migrate"]).succeeded();
        let hand = Database::connect(database.url()).await.unwrap();
        let insert =
            "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m29991231_235959_from_the_future', 0)";
        hand.execute_unprepared(insert).await.unwrap();
        hand.close().await.unwrap();
        let said = ["error[R0722]", "ahead of this program", "m29991231_235959_from_the_future", "at: ", "help: "];
        for environment in ["dev", "test", "prod"] {
            place().with("SAMARA_ENV", environment).run(&[]).failed(&said);
        }
        for command in ["migrate", "status", "rollback"] {
            place().run(&["db", command]).failed(&said);
        }
        database.remove().await;
    }
}
