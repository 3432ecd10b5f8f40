//! Every kind of screen keeps to WCAG 2.2 AA as far as axe can tell, in both colour schemes and at both widths.

use samara::database::Backend;
use serde_json::Value;

use super::driver::Browser;
use super::start;

const AXE: &str = include_str!("../../assets/axe-4.14.1.min.js");

const RUN: &str = "
    const done = arguments[arguments.length - 1];
    const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    document.getAnimations().forEach((it) => it.finish());
    axe.run(document, { runOnly }).then(
        ({ violations }) => done(violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.target).join(', ')}`)),
        (error) => done([String(error)]));";

/// Fails if axe finds anything on the page, or if it is wider than the window.
async fn check(browser: &Browser, path: &str) {
    for width in [360, 1024, 1280] {
        browser.view("light", width).await;
        browser.open(path).await;
        check_as_it_is(browser, path, width).await;
    }
}

/// The same of the page as it is now, whatever became of it since it was opened.
pub(super) async fn check_as_it_is(browser: &Browser, what: &str, width: u32) {
    browser.driver.execute(AXE, vec![]).await.unwrap();
    for scheme in ["light", "dark"] {
        browser.view(scheme, width).await;
        let found = browser.driver.execute_async(RUN, vec![]).await.unwrap();
        let found: Vec<String> = found.convert().unwrap();
        assert!(found.is_empty(), "{what}, {scheme}, {width} px: {found:#?}");
    }
    let fits = "return document.documentElement.scrollWidth <= innerWidth";
    let fits = browser.driver.execute(fits, vec![]).await.unwrap().json().clone();
    assert_eq!(fits, Value::Bool(true), "{what} is wider than {width} px");
}

#[tokio::test]
async fn no_kind_of_screen_has_a_violation() {
    let (_server, browser) = start(Backend::Sqlite).await;
    browser.open("/admin/users?display_name=mara").await;
    browser.follow("mara").await;
    let user = browser.driver.current_url().await.unwrap().path().to_owned();
    browser.open("/admin/worlds/new").await;
    for (field, text) in [("#field-name", "Harbour"), ("#field-slug", "harbour")] {
        browser.element(field).await.send_keys(text).await.unwrap();
    }
    browser.press("Create world").await;
    browser.text("h1", "Harbour").await;
    let world = browser.driver.current_url().await.unwrap().path().to_owned();
    let paths = [
        "/admin".to_owned(),
        "/admin/users".to_owned(),
        "/admin/activities?kind=BUILD&world_id=none&rows=25".to_owned(),
        "/admin/users?display_name=nobody".to_owned(),
        "/admin/activities?kind=NAP&occurred_at.from=soon".to_owned(),
        "/admin/activities/new".to_owned(),
        "/admin/activities/summary?since=2026-01-01T00:00".to_owned(),
        "/admin/modifications/new".to_owned(),
        "/admin/magic-links".to_owned(),
        "/admin/magic-links/send".to_owned(),
        user.clone(),
        format!("{user}/revoke-sessions"),
        "/admin/users/00000000-0000-7000-8000-000000000000".to_owned(),
        world.clone(),
        format!("{world}/edit"),
        format!("{world}/destroy"),
        "/".to_owned(),
        "/me".to_owned(),
        "/sign-in".to_owned(),
        "/sign-out".to_owned(),
        "/dev/mailbox".to_owned(),
        "/nothing-here".to_owned(),
    ];
    for path in paths {
        check(&browser, &path).await;
    }
    browser.quit().await;
}
