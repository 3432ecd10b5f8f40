//! What is recorded is there once, whatever happens between the game and the application.

use std::time::Duration;

use samara::database::Backend;
use serde_json::{Value, json};

use super::game::Game;
use super::proxy::Proxy;
use super::site::Site;
use crate::client::Client;
use crate::server::Server;

/// Somebody who plays, with the application behind a proxy.
struct Play {
    game: Game,
    proxy: Proxy,
    server: Server,
    /// The same person outside of the game.
    person: Client,
}

impl Play {
    async fn start(backend: Backend) -> Self {
        let site = Site::start().await;
        let server = Server::start_with(backend, &[("SAMARA_ORIGINS", &site.origin)]).await;
        let person = Client::sign_in(&server, "ann@example.org").await;
        let proxy = Proxy::start(&server.url).await;
        let game = Game::start(site, &proxy.url).await;
        game.signs_in(&server, "ann@example.org").await;
        Self { game, proxy, server, person }
    }

    /// Records one thing: whether it was done, and whether it waits.
    async fn records(&self, kind: &str) -> (bool, bool) {
        let made = self.game.calls("activities", "record", json!([{ "enum": "ActivityKind", "member": kind }])).await;
        (made["ok"] == true, made["kept"] == true)
    }

    /// What the person did, as the application has it: the first thing first.
    async fn kinds(&self) -> Vec<String> {
        let read = "{ activities(sort: [{field: INSERTED_AT}]) { nodes { kind } } }";
        let mut data = self.person.ok(read, Value::Null).await;
        let nodes = data["activities"]["nodes"].take();
        nodes.as_array().expect("nodes").iter().map(|it| it["kind"].as_str().expect("a kind").to_owned()).collect()
    }

    /// Waits until the application has so many, without an answer from the game.
    async fn has(&self, number: usize) {
        let mut tries = tokio::time::interval(Duration::from_millis(50));
        for _ in 0..400 {
            if self.kinds().await.len() == number {
                return;
            }
            tries.tick().await;
        }
        panic!("the application has {:?}", self.kinds().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_network_loses_nothing_on_sqlite() {
    a_dead_network_loses_nothing(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_network_loses_nothing_on_postgres() {
    a_dead_network_loses_nothing(Backend::Postgres).await;
}

async fn a_dead_network_loses_nothing(backend: Backend) {
    let mut play = Play::start(backend).await;

    // A proxy loses the answers, not the requests.
    play.proxy.lose_answers("RecordActivity", 2);
    assert_eq!(play.records("EXPLORE").await, (false, true), "its answer was lost, so it waits");
    play.game.waits_for(0).await;
    assert_eq!(play.kinds().await, ["EXPLORE"], "it was sent three times");
    assert!(play.proxy.seen("RecordActivity") >= 3);

    // An answer does not come in time.
    play.proxy.hold_answers("RecordActivity", true);
    play.game.does("set_time_limit", json!([1])).await;
    assert_eq!(play.records("SCRIPT").await, (false, true), "the game does not wait for ever");
    play.proxy.hold_answers("RecordActivity", false);
    play.proxy.drop_held();
    play.game.does("set_time_limit", json!([15])).await;
    play.game.waits_for(0).await;
    assert_eq!(play.kinds().await, ["EXPLORE", "SCRIPT"]);

    // The network is away for some time.
    play.proxy.cut(true);
    for kind in ["SOCIALIZE", "PERFORM", "COMPETE"] {
        assert_eq!(play.records(kind).await, (false, true));
    }
    play.proxy.cut(false);
    play.game.does("flush", json!([])).await;
    play.game.waits_for(0).await;
    assert_eq!(play.kinds().await, ["EXPLORE", "SCRIPT", "SOCIALIZE", "PERFORM", "COMPETE"], "in order");
    let notes = play.game.notes().await.to_string();
    assert!(notes.contains("connection_lost") && notes.contains("connection_restored"), "{notes}");

    // The game ends between sending and answer.
    play.proxy.hold_answers("RecordActivity", true);
    let begun = json!(["activities", "record", [{ "enum": "ActivityKind", "member": "BUILD" }]]);
    play.game.does("begin", begun.clone()).await;
    play.has(6).await;
    assert_eq!(play.game.on_disk().await, 1);
    play.game.open().await;
    assert_eq!(play.game.does("state", json!([])).await["waiting"], 1, "of the run before");
    play.proxy.hold_answers("RecordActivity", false);
    play.game.does("flush", json!([])).await;
    play.game.waits_for(0).await;
    assert_eq!(play.kinds().await.len(), 6, "it was sent by both runs");

    // The application ends between its commit and its answer.
    play.proxy.hold_answers("RecordActivity", true);
    play.game.does("begin", begun).await;
    play.has(7).await;
    let origin = play.game.origin().to_owned();
    play.server = play.server.killed_and_started(&[("SAMARA_ORIGINS", &origin)]);
    play.proxy.hold_answers("RecordActivity", false);
    play.proxy.drop_held();
    play.game.waits_for(0).await;
    assert_eq!(play.kinds().await.len(), 7, "the next application knows it by its key");

    // The token ends midway: what was recorded waits for the person.
    let kept = play.game.keeps().await;
    let session: Value = serde_json::from_str(kept["user://app/session.json"].as_str().expect("a session")).unwrap();
    Client::with_token(&play.server, session["token"].as_str().expect("a token"))
        .send("mutation { signOut { result } }", Value::Null)
        .await;
    assert_eq!(play.records("SCRIPT").await, (false, true));
    assert!(play.game.notes().await.to_string().contains("session_lost"));
    play.game.signs_in(&play.server, "ann@example.org").await;
    play.game.waits_for(0).await;
    assert_eq!(play.kinds().await.len(), 8);

    // Two windows share what the game keeps. Each records something; then both end at once.
    play.game.open_second().await;
    play.proxy.cut(true);
    assert_eq!(play.records("STRATEGIZE").await, (false, true));
    play.game.to_window(0).await;
    assert_eq!(play.records("ROLEPLAY").await, (false, true));
    assert_eq!(play.game.on_disk().await, 2, "neither window takes away what the other one kept");
    play.game.to_window(1).await;
    play.game.open().await;
    play.game.to_window(0).await;
    play.game.open().await;
    play.proxy.cut(false);
    for window in [0, 1] {
        play.game.to_window(window).await;
        play.game.does("flush", json!([])).await;
        play.game.waits_for(0).await;
    }
    assert_eq!(play.game.on_disk().await, 0);
    assert_eq!(play.kinds().await.len(), 10, "both windows sent both");
    play.game.to_window(0).await;

    // What the server does not know is named, and what it knows more is none of it.
    let checked = play
        .game
        .does("check", json!([["query Fine { worlds { nodes { id } } }", "query Bad { words { id } }"]]))
        .await;
    assert_eq!(checked["misfits"], json!(["Bad"]), "{checked}");
    let started = play.game.does("start", json!([])).await;
    assert_eq!(started, json!({ "ok": true, "signed_in": true, "misfits": [] }));
    play.game.quit().await;
}
