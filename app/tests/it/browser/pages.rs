//! Pages of a list: where they stand, what is in view and has the focus, what shows that one is on its way, and how a row looks.

use std::time::Duration;

use samara::database::Backend;

use super::axe::check_as_it_is;
use super::start_with;

/// Whether the first row lies within the window, and the focus on the rows.
const AT_THE_TOP: &str = "const row = document.querySelector('#rows tbody tr').getBoundingClientRect();
    return row.top >= 0 && row.bottom <= innerHeight && document.activeElement.id === 'rows';";

#[tokio::test]
async fn a_new_page_is_seen_from_its_top_and_has_the_focus() {
    let (_server, browser) = start_with(Backend::Sqlite, 60).await;
    browser.open("/admin/activities?rows=25").await;
    browser.text("#status", "1–25 of 60").await;
    for (button, place) in
        [("#next", "26–50 of 60"), ("#next", "51–60 of 60"), ("#previous", "26–50 of 60"), ("#previous", "1–25 of 60")]
    {
        browser.element(button).await.click().await.unwrap();
        browser.text("#status", place).await;
        browser.holds(AT_THE_TOP).await;
    }
    browser.follow("50").await;
    browser.text("#status", "1–50 of 60").await;
    browser.holds(AT_THE_TOP).await;
    check_as_it_is(&browser, "a list after its page was turned", 1280).await;
    // Without JavaScript the address brings them into view.
    browser.open("/admin/activities?rows=25#rows").await;
    browser
        .holds("return document.querySelector('#rows tbody tr').getBoundingClientRect().bottom <= innerHeight")
        .await;

    // A request that runs is seen and said.
    browser.network(true, Duration::from_secs(2)).await;
    browser.element("#next").await.click().await.unwrap();
    browser.element("#list[aria-busy=true]").await;
    browser
        .holds(
            "return getComputedStyle(document.querySelector('#list'), '::before').opacity === '1'
                && Number(getComputedStyle(document.querySelector('#rows')).opacity) <= 0.5",
        )
        .await;
    browser.text("#status", "26–50 of 60").await;
    browser.element("#list[aria-busy=false]").await;
    browser.network(true, Duration::ZERO).await;
    assert_eq!(browser.violations().await, 0, "of the content security policy");
    browser.quit().await;
}

/// Whether all rows are as high as one line, and every button lies within the window.
const TIDY: &str = "const rows = [...document.querySelectorAll('tbody tr')];
    const heights = new Set(rows.map((it) => Math.round(it.getBoundingClientRect().height)));
    const buttons = [...document.querySelectorAll('td.actions button')].map((it) => it.getBoundingClientRect());
    return heights.size === 1 && [...heights][0] < 44 && buttons.every((it) => it.left >= 0 && it.right <= innerWidth);";

#[tokio::test]
async fn a_row_is_one_line_and_its_buttons_are_in_sight() {
    let (server, browser) = start_with(Backend::Sqlite, 1).await;
    let builder = crate::client::Client::sign_in(&server, "somebody.with.a.rather.long.address@example.org").await;
    assert!(server.run(&["admin", "grant", &builder.email]).status.success());
    let propose = "mutation($input: ProposeModificationInput!) { proposeModification(input: $input) { result { id } errors { code } } }";
    for title in ["Doors", &"A title that goes on and on ".repeat(4)] {
        builder.act(propose, serde_json::json!({ "input": { "title": title.trim(), "source": "extends Node" } })).await;
    }
    for path in ["/admin/modifications", "/admin/sessions", "/admin/users", "/admin/magic-links"] {
        for width in [1024, 1280] {
            browser.view("light", width).await;
            browser.open(path).await;
            browser.text("h1", "").await;
            assert!(browser.answer(TIDY).await == true, "{path}, {width} px");
        }
    }
    browser.open("/admin/modifications").await;
    let whole = format!(
        "return [...document.querySelectorAll('td .line')].some((it) => it.title === {:?})",
        "A title that goes on and on ".repeat(4).trim()
    );
    assert!(browser.answer(&whole).await == true, "the whole on hover");

    // What was said to be done goes when something else is done.
    browser.press("Approve").await;
    browser.text("#notice", "Approve: done.").await;
    browser.at("/admin/modifications").await;
    browser.element("#sort-title").await.click().await.unwrap();
    browser.at("/admin/modifications?sort=title").await;
    browser.holds("return document.querySelector('#notice').textContent === ''").await;

    // Times are the browser's, and say so; the exact one is seen on hover.
    browser.zone("Asia/Tokyo").await;
    browser.open("/admin/users?rows=25").await;
    let said = "return [...document.querySelectorAll('td time')].every((it) => {
        const exact = new Date(it.title);
        const hour = String((exact.getUTCHours() + 9) % 24).padStart(2, '0');
        return it.textContent.endsWith(' GMT+9') && it.textContent.includes(`, ${hour}:`) && it.title === it.dateTime;
    }) && document.querySelectorAll('td time').length > 1";
    assert!(browser.answer(said).await == true);
    // After the rows were exchanged too.
    browser.element("#sort-inserted_at").await.click().await.unwrap();
    browser.at("sort=inserted_at&rows=25").await;
    assert!(browser.answer(said).await == true);
    browser.quit().await;
}
