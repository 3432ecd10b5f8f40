//! The screens in Chromium: an admin's work, by mouse and by keyboard, and axe on every kind of screen.

mod asking;
mod axe;
pub(crate) mod driver;
mod failing;
mod history;
mod keyboard;
mod pages;

use samara::database::Backend;
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::client::Client;
use crate::server::Server;
use driver::Browser;

const ADMIN: &str = "ada@example.org";

/// The newest link mailed to an address.
async fn mailed_link(server: &Server, email: &str) -> String {
    let mails = reqwest::get(format!("{}/dev/mailbox.json", server.url)).await.unwrap();
    let mails: Vec<Value> = mails.json().await.unwrap();
    let mail = mails.iter().find(|it| it["to"] == email).expect("a mail");
    let text = mail["text"].as_str().expect("its text");
    text.split_whitespace().find(|it| it.contains("/auth/link/")).expect("a link").to_owned()
}

/// Signs in on the page, with the link from the mail.
pub(crate) async fn sign_in(server: &Server, browser: &Browser, email: &str) {
    browser.open("/sign-in?return_to=/admin").await;
    browser.element("#email").await.send_keys(email).await.unwrap();
    browser.press("Send me a link").await;
    browser.text("main", "is on its way").await;
    let link = mailed_link(server, email).await;
    browser.driver.goto(link).await.unwrap();
    browser.press("Sign in").await;
}

/// A server with a few rows, and an admin's browser. Signed in before the role was given, she found nothing there.
async fn start(backend: Backend) -> (Server, Browser) {
    start_with(backend, 3).await
}

/// The same with so many activities, every other of which is a BUILD.
async fn start_with(backend: Backend, activities: usize) -> (Server, Browser) {
    let server = Server::start(backend).await;
    let member = Client::sign_in(&server, "mara@example.org").await;
    for kind in ["BUILD", "EXPLORE"].into_iter().cycle().take(activities) {
        let record = "mutation($input: RecordActivityInput!) { recordActivity(input: $input) { result { id } errors { code } } }";
        member.act(record, json!({ "input": { "kind": kind, "detail": { "minutes": 7 } } })).await;
    }
    let browser = Browser::start(&server.url).await;
    sign_in(&server, &browser, ADMIN).await;
    browser.text("h1", "Nothing is here").await;
    let granted = server.run(&["admin", "grant", ADMIN]);
    assert!(granted.status.success(), "{}", String::from_utf8_lossy(&granted.stderr));
    (server, browser)
}

/// Narrows the list of users to the one that is wanted, as one types.
async fn find_mara(browser: &Browser) {
    browser.open("/admin").await;
    browser.text("h1", "Admin").await;
    browser.follow("Users").await;
    browser.text("#status", "2 shown").await;
    browser.type_into("#filter-display_name", "mar").await;
    browser.text("#status", "1 shown").await;
    browser.text(".chips", "mar").await;
    assert!(browser.url().await.ends_with("/admin/users?display_name=mar"), "{}", browser.url().await);
}

/// Makes a world, at first with a mistake, and changes it.
async fn make_a_world(browser: &Browser) {
    browser.open("/admin/worlds").await;
    browser.text("#status", "There is nothing here yet.").await;
    browser.follow("Create world").await;
    browser.element("#field-name").await.send_keys("Harbour").await.unwrap();
    browser.element("#field-slug").await.send_keys("The Harbour").await.unwrap();
    browser.press("Create world").await;
    browser.element("#field-slug[aria-invalid=true][aria-describedby~=field-slug-error]").await;
    assert_eq!(browser.value("#field-name").await, "Harbour");
    let focused = browser.driver.active_element().await.unwrap();
    assert_eq!(focused.class_name().await.unwrap().as_deref(), Some("problems"));
    browser.element("#field-slug").await.clear().await.unwrap();
    browser.element("#field-slug").await.send_keys("harbour").await.unwrap();
    browser.press("Create world").await;
    browser.text("h1", "Harbour").await;
    browser.text("[role=status]", "World created.").await;

    browser.follow("Edit").await;
    browser.element("#field-capacity").await.send_keys("12").await.unwrap();
    browser.press("Save").await;
    browser.text("[role=status]", "Changes saved.").await;
    browser.text("dl", "12").await;
}

/// Approves a modification in two windows; the second is refused with the reason.
async fn approve_twice(browser: &Browser) {
    browser.open("/admin/modifications/new").await;
    browser.element("#field-title").await.send_keys("Faster doors").await.unwrap();
    browser.element("#field-source").await.send_keys("extends Node").await.unwrap();
    browser.press("Propose modification").await;
    browser.text("h1", "Faster doors").await;
    browser.follow("Approve").await;
    let stale = browser.url().await;
    let first = browser.driver.window().await.unwrap();
    browser.driver.new_tab().await.and(Ok(())).unwrap();
    let second = browser.driver.windows().await.unwrap().into_iter().find(|it| *it != first).unwrap();
    browser.driver.switch_to_window(second).await.unwrap();
    browser.driver.goto(stale).await.unwrap();
    browser.press("Approve").await;
    browser.text("[role=status]", "Approve: done.").await;
    browser.driver.switch_to_window(first).await.unwrap();
    browser.press("Approve").await;
    browser.text("[role=alert]", "only a proposed modification can be approved").await;
}

#[tokio::test]
async fn an_admin_works_through_the_screens() {
    let (_server, browser) = start(Backend::Sqlite).await;
    find_mara(&browser).await;
    browser.element("#sort-display_name").await.click().await.unwrap();
    browser.element("th[aria-sort=descending] #sort-display_name").await;
    browser.driver.back().await.unwrap();
    browser.element("th[aria-sort=ascending] #sort-display_name").await;
    // An order that was chosen on the page holds for what is typed after.
    browser.element("#sort-display_name").await.click().await.unwrap();
    browser.element("th[aria-sort=descending] #sort-display_name").await;
    browser.type_into("#filter-display_name", "a").await;
    browser.text(".chips", "mara").await;
    assert!(browser.url().await.ends_with("?display_name=mara&sort=-display_name"), "{}", browser.url().await);
    browser.follow("mara").await;
    browser.text("h1", "mara").await;
    browser.text("main", "Sessions 1").await;
    browser.element("a[href$='/revoke-sessions']").await.click().await.unwrap();
    browser.press("Revoke all sessions").await;
    browser.text("[role=status]", "Sessions: all revoked.").await;

    make_a_world(&browser).await;
    assert_eq!(browser.violations().await, 0, "of the content security policy");
    browser.quit().await;
}

#[tokio::test]
async fn a_step_that_came_too_late_is_refused_with_its_reason() {
    let (_server, browser) = start(Backend::Sqlite).await;
    approve_twice(&browser).await;
    browser.quit().await;
}

#[tokio::test]
async fn the_same_screens_work_on_postgres() {
    let (_server, browser) = start(Backend::Postgres).await;
    find_mara(&browser).await;
    make_a_world(&browser).await;
    approve_twice(&browser).await;
    browser.quit().await;
}

#[tokio::test]
async fn a_member_finds_no_admin() {
    let server = Server::start(Backend::Sqlite).await;
    let browser = Browser::start(&server.url).await;
    browser.open("/admin/users").await;
    browser.text("h1", "Nothing is here").await;
    browser.follow("Sign in").await;
    sign_in(&server, &browser, "mara@example.org").await;
    browser.text("h1", "Nothing is here").await;
    browser.open("/").await;
    assert!(browser.driver.find_all(By::LinkText("Admin")).await.unwrap().is_empty());
    browser.quit().await;
}
