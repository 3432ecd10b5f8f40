//! The binary, killed without a word: what was sent under a key is there once, however often it is sent again.

use samara::database::Backend;
use samara::migration::sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use samara::testing::TestDatabase;
use serde_json::json;

use super::command::TestFolder;
use crate::client::Client;

#[tokio::test]
async fn what_was_sent_under_a_key_to_a_server_that_is_killed_is_there_once() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::empty(backend).await;
        let place = TestFolder::on(database.url()).with("SAMARA_ENV", "test");
        let mut server = place.start(&[]);
        let mut url = server.url();
        let token = Client::sign_in(&url, "ada@example.org").await.token().to_owned();
        let observer = Database::connect(database.url()).await.unwrap();
        for round in 0..4 {
            let sent = tokio::spawn(record(url, token.clone(), round));
            // Killed once it is committed, whether it was answered or not; and at any moment before that.
            while round % 2 == 0 && !sent.is_finished() && activities(&observer).await == round {
                tokio::task::yield_now().await;
            }
            server.signal("KILL");
            server.end();
            let lost = sent.await.unwrap();
            server = place.start(&[]);
            url = server.url();
            let told = record(url.clone(), token.clone(), round).await.expect("an answer");
            assert_eq!(record(url.clone(), token.clone(), round).await.as_ref(), Some(&told));
            assert!(told.starts_with(r#"{"data":{"recordActivity":{"result":{"id":"#), "{told}");
            assert!(lost.is_none_or(|it| it == told), "what was answered first");
            assert_eq!(activities(&observer).await, round + 1, "{backend:?}");
        }
        server.stop().succeeded();
        observer.close().await.unwrap();
        database.remove().await;
    }
}

/// What the server answers, if it does.
async fn record(url: String, token: String, round: i64) -> Option<String> {
    let query = "mutation($detail: JSON) { recordActivity(input: { kind: EXPLORE, detail: $detail }) { result { id detail } errors { code } } }";
    let body = json!({ "query": query, "variables": { "detail": { "round": round } } });
    let request = reqwest::Client::new().post(format!("{url}/graphql")).bearer_auth(token).json(&body);
    request.header("idempotency-key", format!("round-{round}")).send().await.ok()?.text().await.ok()
}

/// How many activities are stored.
async fn activities(observer: &DatabaseConnection) -> i64 {
    let statement = Statement::from_string(observer.get_database_backend(), "SELECT count(*) FROM activities");
    observer.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}
