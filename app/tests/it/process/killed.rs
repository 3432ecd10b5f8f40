//! The binary, killed without a word: what was sent under a key is there once, however often it is sent again.

use std::io::Write;
use std::net::TcpStream;

use samara::database::Backend;
use samara::migration::sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, Statement, TransactionTrait,
};
use samara::testing::TestDatabase;
use serde_json::{Value, json};

use super::command::TestFolder;
use crate::client::Client;

/// When the server is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// It has written, and waits for somebody else's lock before it writes on.
    Writing,
    /// It has committed, and nobody has read its answer.
    Committed,
}

#[tokio::test]
async fn what_was_sent_under_a_key_to_a_server_that_is_killed_is_there_once() {
    use Moment::{Committed, Writing};
    // On SQLite nothing shows that somebody waits for a lock.
    for (backend, moments) in [
        (Backend::Sqlite, [Committed, Committed].as_slice()),
        (Backend::Postgres, [Committed, Writing, Committed, Writing].as_slice()),
    ] {
        let database = TestDatabase::empty(backend).await;
        let place = TestFolder::on(database.url()).with("SAMARA_ENV", "test");
        let mut server = place.start(&[]);
        let mut url = server.url();
        let token = Client::sign_in(&url, "ada@example.org").await.token().to_owned();
        let observer = Database::connect(database.url()).await.unwrap();
        for (round, moment) in (0..).zip(moments) {
            let lock = match moment {
                Writing => Some(lock(&observer).await),
                Committed => None,
            };
            let unread = send(&url, &token, round);
            loop {
                let is_there = match moment {
                    Writing => somebody_waits(&observer).await,
                    Committed => activities(&observer).await > round,
                };
                if is_there {
                    break;
                }
                tokio::task::yield_now().await;
            }
            server.signal("KILL");
            server.end();
            drop(unread);
            if let Some(lock) = lock {
                lock.rollback().await.unwrap();
            }
            server = place.start(&[]);
            url = server.url();
            let told = record(&url, &token, round).await;
            assert_eq!(record(&url, &token, round).await, told, "{backend:?}, {moment:?}");
            assert!(told.starts_with(r#"{"data":{"recordActivity":{"result":{"id":"#), "{told}");
            assert_eq!(activities(&observer).await, round + 1, "{backend:?}, {moment:?}");
        }
        server.stop().succeeded();
        observer.close().await.unwrap();
        database.remove().await;
    }
}

fn body(round: i64) -> Value {
    let query = "mutation($detail: JSON) { recordActivity(input: { kind: EXPLORE, detail: $detail }) { result { id detail } errors { code } } }";
    json!({ "query": query, "variables": { "detail": { "round": round } } })
}

/// Sends it, and leaves the answer unread.
fn send(url: &str, token: &str, round: i64) -> TcpStream {
    let (host, body) = (url.trim_start_matches("http://"), body(round).to_string());
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Idempotency-Key: round-{round}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(host).expect("a server that listens");
    stream.write_all(format!("{head}{body}").as_bytes()).expect("a server that reads");
    stream
}

/// What the server answers.
async fn record(url: &str, token: &str, round: i64) -> String {
    let request = reqwest::Client::new().post(format!("{url}/graphql")).bearer_auth(token).json(&body(round));
    let answer = request.header("idempotency-key", format!("round-{round}")).send().await.expect("an answer");
    answer.text().await.expect("a whole answer")
}

/// Lets nobody else write an activity until it ends. PostgreSQL.
async fn lock(observer: &DatabaseConnection) -> DatabaseTransaction {
    let transaction = observer.begin().await.unwrap();
    transaction.execute_unprepared("LOCK TABLE activities IN EXCLUSIVE MODE").await.unwrap();
    transaction
}

/// Whether a transaction waits for a lock. PostgreSQL.
async fn somebody_waits(observer: &DatabaseConnection) -> bool {
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    count(observer, waiting).await > 0
}

/// How many activities are stored.
async fn activities(observer: &DatabaseConnection) -> i64 {
    count(observer, "SELECT count(*) FROM activities").await
}

async fn count(observer: &DatabaseConnection, query: &str) -> i64 {
    let statement = Statement::from_string(observer.get_database_backend(), query);
    observer.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}
