//! Back and Forward are as many steps as were taken, and each shows what it showed.

use samara::database::Backend;
use serde_json::Value;
use thirtyfour::prelude::*;

use super::start_with;

/// What a list shows: its address, the name filter, the order and how many rows.
const SHOWN: &str = "return [
    location.pathname + location.search,
    document.querySelector('#filter-kind').value,
    document.querySelector('[aria-sort] a')?.id ?? '',
    document.querySelector('[aria-sort]')?.ariaSort ?? '',
    document.querySelector('#status').textContent]";

#[tokio::test]
async fn back_and_forward_are_as_many_steps_as_were_taken() {
    let (_server, browser) = start_with(Backend::Sqlite, 60).await;
    browser.open("/admin").await;
    browser.follow("Activities").await;
    browser.text("#status", "1–50 of 60").await;
    let mut steps: Vec<Value> = vec![browser.answer(SHOWN).await];

    browser.element("#sort-occurred_at").await.click().await.unwrap();
    browser.at("/admin/activities?sort=occurred_at").await;
    steps.push(browser.answer(SHOWN).await);
    browser.follow("25").await;
    browser.text("#status", "1–25 of 60").await;
    steps.push(browser.answer(SHOWN).await);
    // The keyboard chooses, as the filters' field may be one that a driver takes for hidden.
    browser.answer("document.querySelector('#filter-kind').focus()").await;
    browser.keys("Bu").await;
    browser.text("#status", "1–25 of 30").await;
    browser.at("/admin/activities?kind=BUILD&sort=occurred_at&rows=25").await;
    steps.push(browser.answer(SHOWN).await);
    browser.element("#next").await.click().await.unwrap();
    browser.text("#status", "26–30 of 30").await;
    steps.push(browser.answer(SHOWN).await);

    let as_it_was = async |step: &Value| {
        browser.at(step[0].as_str().unwrap()).await;
        browser.text("#status", step[4].as_str().unwrap()).await;
        assert_eq!(browser.answer(SHOWN).await, *step);
    };
    for step in steps.iter().rev().skip(1) {
        browser.back().await;
        as_it_was(step).await;
    }
    browser.back().await;
    browser.at("/admin").await;
    browser.text("h1", "Admin").await;
    for step in &steps {
        browser.forward().await;
        as_it_was(step).await;
    }
    // From another page as well; and what is the same again, such as by Enter, is no step.
    browser.open("/admin/users").await;
    browser.text("#status", "2 shown").await;
    browser.type_into("#filter-display_name", "mar").await;
    browser.text("#status", "1 shown").await;
    browser.type_into("#filter-display_name", "a").await;
    browser.at("/admin/users?display_name=mara").await;
    browser.keys(Key::Enter + "").await;
    browser.back().await;
    browser.at("/admin/users").await;
    browser.text("#status", "2 shown").await;
    assert_eq!(browser.value("#filter-display_name").await, "");
    browser.back().await;
    as_it_was(&steps[steps.len() - 1]).await;
    browser.back().await;
    as_it_was(&steps[steps.len() - 2]).await;
    browser.quit().await;
}
