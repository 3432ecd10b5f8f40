//! What somebody would do to themselves is asked first; signing in leads to what was asked for; Enter sends a form.

use samara::database::Backend;
use serde_json::json;
use thirtyfour::prelude::*;

use super::axe::check_as_it_is;
use super::{ADMIN, mailed_link, start};
use crate::client::Client;

#[tokio::test]
async fn what_one_would_do_to_oneself_is_asked_first() {
    let (_server, browser) = start(Backend::Sqlite).await;
    browser.open("/admin/users?display_name=ada").await;
    browser.element("a.row").await.click().await.unwrap();
    browser.text("h1", "ada").await;
    browser.follow("Set role").await;
    browser.element("#field-role").await.click().await.unwrap();
    browser.keys("Mem" + Key::Enter).await;
    browser.press("Set role").await;
    browser.text(".problems", "you will not get into the admin any more").await;
    check_as_it_is(&browser, "a question about one's own role", 1280).await;
    browser.follow("Cancel").await;
    browser.text("dl", "Admin").await;

    browser.open("/admin/sessions").await;
    browser.press("Revoke").await;
    browser.text(".problems", "you will be signed out").await;
    browser.follow("Cancel").await;
    browser.at("/admin/sessions").await;
    browser.press("Revoke").await;
    browser.text(".problems", "you will be signed out").await;
    browser.press("Revoke").await;
    browser.text("body", "Sign in").await;
    browser.at("/").await;
    browser.quit().await;
}

#[tokio::test]
async fn signing_in_leads_to_the_list_that_was_asked_for() {
    let (server, browser) = start(Backend::Sqlite).await;
    browser.open("/sign-out").await;
    browser.press("Sign out").await;
    browser.text("body", "Sign in").await;
    let list = "/admin/activities?kind=BUILD&world_id=none&occurred_at.from=2026-01-01&sort=-occurred_at&rows=25";
    browser.open(list).await;
    browser.follow("Sign in").await;
    browser.element("#email").await.send_keys(ADMIN).await.unwrap();
    browser.press("Send me a link").await;
    browser.text("main", "is on its way").await;
    browser.driver.goto(mailed_link(&server, ADMIN).await).await.unwrap();
    browser.press("Sign in").await;
    browser.at(list).await;
    browser.text("#status", "2 shown").await;
    // Where there is nothing, one is still oneself.
    browser.open("/admin/a/b/c/d").await;
    browser.text("header", "ada").await;
    browser.text("header", "Sign out").await;
    browser.quit().await;
}

#[tokio::test]
async fn enter_sends_a_form_and_searches_in_a_pickers_search() {
    let (server, browser) = start(Backend::Sqlite).await;
    let admin = Client::sign_in(&server, ADMIN).await;
    for index in 0..51 {
        let create =
            "mutation($input: CreateWorldInput!) { createWorld(input: $input) { result { id } errors { code } } }";
        let input = json!({ "name": format!("World {index}"), "slug": format!("world-{index}") });
        admin.act(create, json!({ "input": input })).await;
    }
    browser.open("/admin/activities/new").await;
    browser.element("#field-world_id-search").await.send_keys("World 37" + Key::Enter).await.unwrap();
    browser.text("#field-world_id-found", "1 is found.").await;
    browser.at("/admin/activities/new").await;
    // In any other field it sends the form, which is not complete yet: no search is made.
    browser.element("#field-occurred_at").await.send_keys(Key::Enter + "").await.unwrap();
    browser.holds("return document.activeElement.id === 'field-kind'").await;
    browser.element("#field-world_id").await.send_keys("World 37").await.unwrap();
    browser.element("#field-kind").await.send_keys("Build").await.unwrap();
    browser.element("#field-occurred_at").await.send_keys(Key::Enter + "").await.unwrap();
    browser.text("#notice", "Activity created.").await;
    browser.text("dl", "World 37").await;
    browser.quit().await;
}
