//! The generated client in the engine itself: Godot's web build in Chromium, served at an origin of its own.

mod day;
mod faults;
mod game;
mod package;
mod proxy;
mod site;
mod style;

use game::Game;
use serde_json::json;
use site::Site;

#[tokio::test(flavor = "multi_thread")]
async fn the_client_keeps_its_promises_in_the_engine() {
    let site = Site::start().await;
    // No API is there, and the tests ask for none.
    let server = site.origin.clone();
    let game = Game::start(site, &server).await;
    let found = game.does("client_tests", json!([])).await;
    let tests = found.as_object().expect("an answer for each test");
    let wrong: Vec<String> = tests
        .iter()
        .flat_map(|(name, problems)| problems.as_array().into_iter().flatten().map(move |it| format!("{name}: {it}")))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tests.len() >= 32, "{} tests ran", tests.len());
    game.quit().await;
}
