//! `admin grant`: who becomes an admin, and what stands in the way.

use samara::database::Backend;
use samara::testing::TestDatabase;
use serde_json::Value;

use super::command::TestFolder;
use crate::client::Client;

#[tokio::test]
async fn an_unknown_address_becomes_a_user_and_an_admin() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let place = TestFolder::on(database.url()).with("SAMARA_ENV", "test").with("SAMARA_REGISTRATION", "closed");
        place.run(&["db", "migrate"]).succeeded();
        for address in ["Ada@Example.org", "ada@example.org"] {
            assert_eq!(place.run(&["admin", "grant", address]).succeeded().stdout, "ada@example.org is an admin now\n");
        }
        let mut server = place.start(&[]);
        let url = server.url();
        // Where registration is closed, only who is known gets a code.
        let ada = Client::sign_in(&url, "ada@example.org").await;
        let users = ada.ok("{ users { nodes { email role } } }", Value::Null).await;
        assert_eq!(users["users"]["nodes"], serde_json::json!([{ "email": "ada@example.org", "role": "ADMIN" }]));
        server.stop().succeeded();
        database.remove().await;
    }
}

#[tokio::test]
async fn what_is_no_address_is_refused_before_the_database_is_looked_for() {
    let place = TestFolder::new();
    for nonsense in ["ada", "ada@", "@example.org", "ada example@example.org", ""] {
        place.run(&["admin", "grant", nonsense]).failed(&[&format!("`{nonsense}` is not an e-mail address"), "help: "]);
    }
    assert_eq!(std::fs::read_dir(place.folder()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_database_without_tables_is_told_of() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let refused = TestFolder::on(database.url()).run(&["admin", "grant", "ada@example.org"]);
        refused.failed(&["error[R0729]", "the table `users`", "help: run `samara db migrate`"]);
        database.remove().await;
    }
}
