//! The end: whoever asks for it gets it, and whoever waits for an answer too.

use samara::database::Backend;
use samara::migration::sea_orm::Database;
use samara::migration::sea_orm::TransactionTrait;
use samara::testing::TestDatabase;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::command::TestFolder;

#[tokio::test]
async fn a_signal_ends_an_idle_server() {
    for signal in ["TERM", "INT"] {
        let place = TestFolder::new().with("SAMARA_ENV", "test");
        let mut server = place.start(&[]);
        server.url();
        server.signal(signal);
        server.end().succeeded();
    }
}

#[tokio::test]
async fn a_request_that_runs_is_answered_and_an_idle_connection_closed() {
    let place = TestFolder::new().with("SAMARA_ENV", "test");
    let mut server = place.start(&[]);
    let address = server.url().replace("http://", "");
    let mut idle = TcpStream::connect(&address).await.unwrap();
    idle.write_all(b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    assert!(read_some(&mut idle).await.starts_with("HTTP/1.1 200"));

    let body = r#"{"query":"{ worlds { totalCount } }"}"#;
    let mut running = TcpStream::connect(&address).await.unwrap();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    running.write_all(head.as_bytes()).await.unwrap();
    // Whoever is told to go on is being served.
    assert!(read_some(&mut running).await.starts_with("HTTP/1.1 100"));

    server.signal("TERM");
    let mut rest = String::new();
    idle.read_to_string(&mut rest).await.unwrap();
    assert_eq!(rest, "", "an idle connection is closed");
    running.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    running.read_to_string(&mut answer).await.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains(r#"{"data":{"worlds":{"totalCount":0}}}"#),
        "{answer}"
    );
    server.end().succeeded();
}

#[tokio::test]
async fn who_never_finishes_is_cut_off() {
    let place = TestFolder::new().with("SAMARA_ENV", "test");
    let mut server = place.start(&[]);
    let address = server.url().replace("http://", "");
    let mut stuck = TcpStream::connect(&address).await.unwrap();
    let head = b"POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n";
    stuck.write_all(head).await.unwrap();
    assert!(read_some(&mut stuck).await.starts_with("HTTP/1.1 100"));
    server.stop().succeeded();
}

#[tokio::test]
async fn a_server_that_still_starts_ends_too() {
    let database = TestDatabase::empty(Backend::Sqlite).await;
    let hand = Database::connect(database.url()).await.unwrap();
    // Nobody can migrate while somebody else writes.
    let options = samara::migration::sea_orm::TransactionOptions {
        sqlite_transaction_mode: Some(samara::migration::sea_orm::SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    let held = hand.begin_with_options(options).await.unwrap();
    let place = TestFolder::on(database.url());
    let mut server = place.start(&[]);
    server.until_it_says("another connection migrates or writes");
    let ended = server.stop().succeeded();
    assert_eq!(ended.stdout, "", "it never said that it serves");
    held.rollback().await.unwrap();
    hand.close().await.unwrap();
}

async fn read_some(stream: &mut TcpStream) -> String {
    let mut buffer = vec![0; 4096];
    let read = stream.read(&mut buffer).await.unwrap();
    String::from_utf8_lossy(&buffer[..read]).into_owned()
}
