//! Rows that cannot be had are not passed over in silence, and a wrong filter is marked where it stands.

use std::time::Duration;

use samara::database::Backend;

use super::axe::check_as_it_is;
use super::start;

/// Whether the rows in sight are those that the name filter asks for; none in sight are.
const AGREES: &str = "const rows = document.querySelector('#rows');
    const asked = new URLSearchParams(location.search).get('display_name') ?? '';
    return !rows.checkVisibility() || document.querySelector('#filter-display_name').value === asked;";

#[tokio::test]
async fn rows_that_cannot_be_had_are_told_with_a_way_on() {
    let (_server, browser) = start(Backend::Sqlite).await;
    browser.open("/admin/users").await;
    browser.text("#status", "2 shown").await;

    browser.network(false, Duration::ZERO).await;
    browser.type_into("#filter-display_name", "mar").await;
    browser.text(".failure", "This could not be loaded.").await;
    assert!(browser.answer(AGREES).await == true);
    check_as_it_is(&browser, "a list whose rows cannot be had", 1280).await;
    // An order that cannot be had leaves the rows as they are asked for.
    browser.network(true, Duration::ZERO).await;
    browser.follow("Retry").await;
    browser.text("#status", "1 shown").await;
    browser.at("/admin/users?display_name=mar").await;
    assert!(browser.answer(AGREES).await == true);
    browser.holds("return !document.querySelector('.failure').childElementCount").await;

    // A fault of the server's.
    let fault = "<main><h1>Something went wrong</h1><p>Something went wrong on our side.</p></main>";
    let script = format!(
        "window.real = window.fetch; window.fetch = async () => new Response({fault:?}, {{ status: 500 }}); return true;"
    );
    browser.answer(&script).await;
    browser.element("#sort-email").await.click().await.unwrap();
    browser.text(".failure", "Something went wrong on our side.").await;
    assert!(browser.answer(AGREES).await == true);
    browser.text("#status", "1 shown").await;
    browser.answer("window.fetch = window.real; return true;").await;
    browser.follow("Retry").await;
    browser.at("/admin/users?display_name=mar&sort=email").await;

    // Signed out elsewhere.
    let first = browser.driver.window().await.unwrap();
    browser.driver.new_tab().await.and(Ok(())).unwrap();
    let second = browser.driver.windows().await.unwrap().into_iter().find(|it| *it != first).unwrap();
    browser.driver.switch_to_window(second).await.unwrap();
    browser.open("/sign-out").await;
    browser.press("Sign out").await;
    browser.text("body", "Sign in").await;
    browser.driver.switch_to_window(first).await.unwrap();
    browser.type_into("#filter-display_name", "a").await;
    browser.text(".failure", "You are not signed in any more.").await;
    assert!(browser.answer(AGREES).await == true);
    check_as_it_is(&browser, "a list of somebody who is not signed in any more", 360).await;
    browser.follow("Sign in").await;
    browser.at("/sign-in?return_to=%2Fadmin%2Fusers%3Fdisplay_name%3Dmara%26sort%3Demail").await;
    assert_eq!(browser.violations().await, 0, "of the content security policy");
    browser.quit().await;
}

#[tokio::test]
async fn a_wrong_filter_is_marked_where_it_stands_until_it_is_right() {
    let (_server, browser) = start(Backend::Sqlite).await;
    browser.open("/admin/worlds").await;
    browser.answer("document.querySelectorAll('details').forEach((it) => (it.open = true))").await;
    browser.type_into("#filter-id", "nothing").await;
    browser.element("#filter-id[aria-invalid=true][aria-describedby=filter-id-error]").await;
    browser.text("#filter-id-error", "must be an id").await;
    browser.text("#status", "Nothing is shown").await;
    let still_there = "return document.activeElement.id === 'filter-id' && document.activeElement.value === 'nothing'";
    assert!(browser.answer(still_there).await == true, "typing goes on");
    check_as_it_is(&browser, "a list with a wrong filter", 1280).await;
    check_as_it_is(&browser, "a list with a wrong filter", 360).await;
    browser.view("light", 1280).await;
    browser.answer("const it = document.querySelector('#filter-id'); it.value = ''; it.dispatchEvent(new Event('input', { bubbles: true }))").await;
    browser.text("#status", "There is nothing here yet.").await;
    browser.holds("return !document.querySelector('[aria-invalid], .error, .problems')").await;
    // What was wrong when the page was opened becomes right in place too.
    browser.open("/admin/users?display_name=mar&role=KING").await;
    browser.element("#filter-role[aria-invalid=true]").await;
    browser.answer("document.querySelector('#filter-role').focus()").await;
    browser.keys("Mem").await;
    browser.text("#status", "1 shown").await;
    browser.holds("return !document.querySelector('[aria-invalid], .error, .problems')").await;
    browser.at("/admin/users?display_name=mar&role=MEMBER").await;
    check_as_it_is(&browser, "a list after its filter was put right", 1280).await;
    // What was said to be done goes when something else is done.
    browser.follow("mara").await;
    browser.follow("Edit").await;
    browser.element("#field-display_name").await.send_keys(" L").await.unwrap();
    browser.press("Save").await;
    browser.text("#notice", "Changes saved.").await;
    browser.driver.refresh().await.unwrap();
    browser.text("h1", "mara L").await;
    assert_eq!(browser.element("#notice").await.text().await.unwrap(), "");
    browser.quit().await;
}
