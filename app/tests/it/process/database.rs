//! A database that goes away or is full while it is served.

use reqwest::StatusCode;
use samara::testing::Cluster;
use serde_json::{Value, json};

use super::command::{TestFolder, eventually, status};
use crate::client::Client;

const RECORD: &str = "mutation($detail: JSON!) {
    recordActivity(input: {kind: BUILD, detail: $detail}) { result { id } errors { code } }
}";

#[tokio::test]
async fn postgres_may_go_away_and_come_back() {
    let cluster = Cluster::own();
    let place = TestFolder::on(&cluster.url("postgres")).with("SAMARA_ENV", "test");
    let mut server = place.start(&[]);
    let url = server.url();
    let ready = format!("{url}/readyz");
    let ada = Client::sign_in(&url, "ada@example.org").await;
    assert!(ada.act(RECORD, json!({ "detail": {} })).await["id"].is_string());

    cluster.stop();
    eventually("it is not ready", async || (status(ready.clone()).await == Some(503)).then_some(())).await;
    assert_eq!(status(format!("{url}/livez")).await, Some(200), "the process lives");
    assert_eq!(status(format!("{url}/")).await, Some(200), "the start page is for everyone");
    // Who signed in cannot be found out; who did not, cannot be answered.
    for client in [&ada, &Client::anonymous(&url)] {
        let answer = client.send("{ worlds { totalCount } }", Value::Null).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{answer}");
        assert!(!answer.to_string().contains("refused"), "{answer}");
    }
    let asked = reqwest::Client::new()
        .post(format!("{url}/graphql"))
        .bearer_auth(ada.token())
        .json(&json!({ "query": "{ me: currentUser { id } }" }));
    assert_eq!(asked.send().await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
    let page = reqwest::get(format!("{url}/dev/mailbox")).await.unwrap();
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.text().await.unwrap().contains("The database cannot be used right now."));

    cluster.resume();
    eventually("it is ready again", async || (status(ready.clone()).await == Some(200)).then_some(())).await;
    assert!(ada.act(RECORD, json!({ "detail": {} })).await["id"].is_string(), "still signed in, and may write");
    let kept = ada.ok("{ activities { totalCount } }", Value::Null).await;
    assert_eq!(kept["activities"]["totalCount"], 2, "what was answered is kept");
    server.stop().succeeded();
}

#[tokio::test]
async fn a_full_disk_refuses_and_loses_nothing() {
    let place = TestFolder::new().with("SAMARA_ENV", "test");
    let full = place.with("DATABASE_URL", "sqlite://app.db?mode=rwc").first("trap '' XFSZ");
    let mut server = full.start(&[]);
    let url = server.url();
    let ada = Client::sign_in(&url, "ada@example.org").await;
    // A mebibyte is where files end now; the process is told so instead of being killed.
    server.shell(&["prlimit", "--fsize=1048576:unlimited", "--pid"]);
    let detail = json!({ "detail": { "text": "a".repeat(200_000) } });
    let mut kept = 0;
    let refused = eventually("the disk is full", async || {
        let answer = ada.send(RECORD, detail.clone()).await;
        match answer["data"]["recordActivity"]["errors"][0]["code"].as_str() {
            None if answer["data"]["recordActivity"]["result"]["id"].is_string() => {
                kept += 1;
                None
            }
            _ => Some(answer["data"]["recordActivity"]["errors"][0].clone()),
        }
    })
    .await;
    assert_eq!(refused["code"], "UNAVAILABLE", "{refused}");
    assert!(kept > 0, "there was room for some");
    for _ in 0..8 {
        assert_eq!(ada.refused(RECORD, detail.clone()).await, "UNAVAILABLE");
    }
    let counted = ada.ok("{ activities { totalCount } }", Value::Null).await;
    assert_eq!(counted["activities"]["totalCount"], kept, "it can be read, and nothing half-written is there");
    assert_eq!(status(format!("{url}/readyz")).await, Some(200));

    server.shell(&["prlimit", "--fsize=unlimited:unlimited", "--pid"]);
    for _ in 0..8 {
        assert!(ada.act(RECORD, detail.clone()).await["id"].is_string(), "there is room again");
    }
    let ended = server.stop().succeeded();
    assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
    let mut again = full.start(&[]);
    let ada = Client::sign_in(&again.url(), "ada@example.org").await;
    let counted = ada.ok("{ activities { totalCount } }", Value::Null).await;
    assert_eq!(counted["activities"]["totalCount"], kept + 8);
    again.stop().succeeded();
}
