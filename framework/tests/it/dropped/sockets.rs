//! Clients that hang up: twelve mutations at once over real sockets, closed early, a few rounds.

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::place::on_each;
use crate::support::served::Served;
use crate::support::sign_in;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_hang_up_leave_no_connection_in_a_transaction() {
    on_each(async |place| {
        let served = Served::start(place.engine(&sign_in::application()).await, &[]).await;
        let token = served.token("ada@example.org").await;
        let address = served.base.strip_prefix("http://").unwrap().to_owned();
        let mut acknowledged = 0_u64;
        for round in 0..6_u64 {
            let mut clients = JoinSet::new();
            for client in 0..12_u64 {
                let input = format!("{{ kind: BUILD, detail: {{ round: {round}, client: {client} }} }}");
                let query =
                    format!("mutation {{ recordActivity(input: {input}) {{ result {{ id }} errors {{ code }} }} }}");
                let body = json!({ "query": query }).to_string();
                let head = format!(
                    "POST /graphql HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
                     content-type: application/json\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                let address = address.clone();
                // Some hear the answer; the others hang up after a while that differs by half a millisecond.
                let patience = (client > 0).then(|| std::time::Duration::from_micros(500 * (client + round)));
                clients.spawn(async move {
                    let mut stream = TcpStream::connect(address).await.unwrap();
                    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
                    let mut buffer = vec![0; 4096];
                    let read = stream.read(&mut buffer);
                    let length = match patience {
                        Some(patience) => tokio::time::timeout(patience, read).await.map_or(0, Result::unwrap),
                        None => read.await.unwrap(),
                    };
                    let answer = String::from_utf8_lossy(&buffer[..length]).into_owned();
                    assert!(length == 0 || answer.contains("\"errors\":[]"), "{answer}");
                    length > 0
                });
            }
            while let Some(heard) = clients.join_next().await {
                acknowledged += u64::from(heard.unwrap());
            }
            place.is_quiet().await;
        }
        // As many at once as there are connections, and more.
        let mut reads = JoinSet::new();
        for _ in 0..40 {
            let (browser, token) = (served.browser(), token.clone());
            reads.spawn(async move {
                let request = browser.request(reqwest::Method::POST, "/graphql").bearer_auth(token);
                let body = json!({ "query": "{ activities { totalCount } }" });
                crate::support::served::finish(request.json(&body)).await.json().await
            });
        }
        while let Some(answer) = reads.join_next().await {
            // What was on its way when its client hung up may still arrive.
            let there = answer.unwrap()["data"]["activities"]["totalCount"].as_u64().unwrap();
            assert!((acknowledged..=72).contains(&there), "{acknowledged} acknowledged, {there} there");
        }
        served.engine.database().close().await;
    })
    .await;
}
