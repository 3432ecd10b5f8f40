//! Everything can be done without a mouse.

use samara::database::Backend;
use thirtyfour::prelude::*;

use super::driver::Browser;
use super::start;

/// Presses Tab until the focus is on the element of that selector.
async fn tab_to(browser: &Browser, selector: &str) -> WebElement {
    for _ in 0..80 {
        browser.keys(Key::Tab + "").await;
        let is_there = format!("return document.activeElement.matches({selector:?})");
        if browser.driver.execute(&is_there, vec![]).await.unwrap().convert::<bool>().unwrap() {
            return browser.driver.active_element().await.unwrap();
        }
    }
    panic!("{selector} cannot be reached by Tab at {}", browser.url().await);
}

async fn enter(browser: &Browser, selector: &str) {
    tab_to(browser, selector).await;
    browser.keys(Key::Enter + "").await;
}

#[tokio::test]
async fn a_name_is_found_and_edited_by_keyboard() {
    let (_server, browser) = start(Backend::Sqlite).await;
    browser.open("/admin").await;
    enter(&browser, ".skip").await;
    enter(&browser, "li.card a[href='/admin/users']").await;
    browser.text("h1", "Users").await;
    tab_to(&browser, "#filter-display_name").await;
    browser.keys("mara").await;
    browser.text("#status", "1 shown").await;
    enter(&browser, "a.row").await;
    browser.text("h1", "mara").await;
    enter(&browser, "a[href$='/edit']").await;
    let name = tab_to(&browser, "#field-display_name").await;
    name.send_keys(Key::Control + "a").await.unwrap();
    name.send_keys("Mara Lind").await.unwrap();
    enter(&browser, "form.card button").await;
    browser.text("h1", "Mara Lind").await;
    browser.text("[role=status]", "Changes saved.").await;
    browser.quit().await;
}
