//! The game in the engine, in a browser, doing what a test asks for.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::site::Site;
use crate::browser::driver::Browser;
use crate::server::Server;

/// A running game.
pub(super) struct Game {
    browser: Browser,
    site: Site,
    server: String,
    number: std::sync::atomic::AtomicUsize,
}

impl Game {
    /// Opens the page of the game, which asks the server at that address.
    pub(super) async fn start(site: Site, server: &str) -> Self {
        let browser = Browser::start_with_graphics(&site.origin).await;
        let game = Self { browser, site, server: server.to_owned(), number: 0.into() };
        game.open().await;
        game
    }

    /// Opens the page anew, as if the game had been ended at once, whatever it did.
    pub(super) async fn open(&self) {
        self.browser.open("/none").await;
        self.browser.open(&format!("/?server={}", self.server)).await;
        self.until("return (window.notes || []).includes('started')").await;
    }

    /// Opens the game in a second window beside the first, and goes there.
    pub(super) async fn open_second(&self) {
        let window = self.browser.driver.new_window().await.expect("a second window");
        self.browser.driver.switch_to_window(window).await.expect("the second window");
        self.open().await;
    }

    /// Goes to a window, in the order in which they were opened.
    pub(super) async fn to_window(&self, number: usize) {
        let windows = self.browser.driver.windows().await.expect("windows");
        self.browser.driver.switch_to_window(windows[number].clone()).await.expect("that window");
    }

    /// How many entries of the outbox the browser keeps, also when the page ends.
    pub(super) async fn on_disk(&self) -> usize {
        self.keeps().await.keys().filter(|it| it.contains("/outbox/") && it.ends_with(".json")).count()
    }

    /// Everything that the game keeps, by name.
    pub(super) async fn keeps(&self) -> serde_json::Map<String, Value> {
        let kept = self.browser.answer("return Object.fromEntries(Object.entries(localStorage))").await;
        kept.as_object().expect("what is kept").clone()
    }

    /// Does a command of the driver, and answers what came of it.
    pub(super) async fn does(&self, name: &str, arguments: Value) -> Value {
        let id = self.number.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let command = json!({ "id": id, "name": name, "arguments": arguments });
        self.browser.answer(&format!("window.commands.push({command}); return true")).await;
        self.until(&format!("return window.answers[{id}] !== undefined")).await;
        self.browser.answer(&format!("return window.answers[{id}][0]")).await
    }

    /// A call of the client, with the values of its result.
    pub(super) async fn calls(&self, group: &str, call: &str, arguments: Value) -> Value {
        self.does("call", json!([group, call, arguments])).await
    }

    /// A call that must succeed: its value.
    pub(super) async fn acts(&self, group: &str, call: &str, arguments: Value) -> Value {
        let mut result = self.calls(group, call, arguments).await;
        assert_eq!(result["ok"], true, "{group}.{call}: {result}");
        result["value"].take()
    }

    /// A call that must be refused: the first error's code.
    pub(super) async fn refused(&self, group: &str, call: &str, arguments: Value) -> String {
        let result = self.calls(group, call, arguments).await;
        assert_eq!(result["ok"], false, "{group}.{call}: {result}");
        result["errors"][0].as_str().unwrap_or_else(|| panic!("{group}.{call}: {result}")).to_owned()
    }

    /// All rows of a list.
    pub(super) async fn lists(&self, group: &str, more: Value) -> Vec<Value> {
        let list = self.does("list", json!([group, "list", more])).await;
        assert_eq!(list["ok"], true, "{group}: {list}");
        list["rows"].as_array().expect("rows").clone()
    }

    /// Signs in with the code from the mail, and answers the person's id.
    pub(super) async fn signs_in(&self, server: &Server, email: &str) -> String {
        let asked = self.does("request_code", json!([email])).await;
        assert_eq!(asked["ok"], true, "{asked}");
        let code = crate::client::mailed_code(&server.url, email).await;
        let signed_in = self.does("sign_in", json!([code])).await;
        assert_eq!(signed_in["ok"], true, "{signed_in}");
        self.does("state", json!([])).await["user_id"].as_str().expect("an id").to_owned()
    }

    /// Waits until the outbox holds so many entries.
    pub(super) async fn waits_for(&self, entries: usize) {
        for _ in 0..200 {
            if self.does("state", json!([])).await["waiting"] == entries {
                return;
            }
        }
        panic!("the outbox never held {entries}: {}", self.does("state", json!([])).await);
    }

    /// What the engine and the game printed since the page was opened.
    pub(super) async fn printed(&self) -> String {
        self.browser.answer("return window.printed.join('\\n')").await.as_str().unwrap_or_default().to_owned()
    }

    /// Everything that the game told the page of itself.
    pub(super) async fn notes(&self) -> Value {
        self.browser.answer("return window.notes").await
    }

    /// How many addresses that the page asked for hold that text.
    pub(super) async fn requested_with(&self, text: &str) -> u64 {
        let script = "return performance.getEntriesByType('resource').filter((it) => it.name.includes(TEXT)).length";
        self.browser.answer(&script.replace("TEXT", &json!(text).to_string())).await.as_u64().expect("a number")
    }

    /// Keeps a picture of the game.
    pub(super) async fn picture(&self, path: &Path) {
        self.browser.view("dark", 1280).await;
        self.browser.driver.screenshot(path).await.expect("a picture");
    }

    /// The origin that the game is served at.
    pub(super) fn origin(&self) -> &str {
        &self.site.origin
    }

    /// Ends the browser.
    pub(super) async fn quit(self) {
        self.browser.quit().await;
    }

    /// Waits until a script answers true; the engine takes some seconds to start.
    async fn until(&self, script: &str) {
        let mut tries = tokio::time::interval(Duration::from_millis(50));
        for _ in 0..1_200 {
            if self.browser.answer(script).await == true {
                return;
            }
            tries.tick().await;
        }
        panic!("not so: {script}\n{}", self.printed().await);
    }
}
