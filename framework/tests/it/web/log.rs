//! The log: one line for each request, and nothing in it that could sign somebody in.

use reqwest::Method;

use crate::support::log::{Lines, logged};
use crate::support::served::{finish, on_sqlite, sign_in_with};

#[tokio::test]
async fn the_log_holds_no_secret_at_any_level() {
    let lines = Lines::default();
    let requests = on_sqlite(&[], async |served| {
        let browser = served.browser();
        let signed_in = browser.sign_in(&served, "ada@example.org").await;
        let link = served.link("ada@example.org").await;
        browser.get(&format!("{link}?return_to=/me")).await;
        browser.get(&format!("/{link}")).await;
        browser.get(&link.replace("/link/", "/link%2F")).await;
        let (flow, code) = served.token_flow("eve@example.org").await;
        served.browser().graphql(&sign_in_with(&flow, "00000000")).await;
        let token = served.token("bob@example.org").await;
        finish(browser.request(Method::POST, "/graphql").bearer_auth(&token).body("")).await;
        let cookies = signed_in.cookies();
        let cookie = cookies.iter().find_map(|it| it.strip_prefix("sid=")).unwrap().split(';').next().unwrap();
        let log = lines.text();
        let ours: String = log.lines().filter(|it| it.contains("samara")).collect::<Vec<_>>().join("\n");
        assert!(ours.contains("path=\"/auth/link/…\"") && ours.contains("status=410"), "{ours}");
        for secret in [link.strip_prefix("/auth/link/").unwrap(), &flow, &code, &token, cookie, "ada@example.org"] {
            assert!(!ours.contains(secret), "{secret}");
        }
    });
    logged(&lines, requests).await;
}

#[tokio::test]
async fn what_is_stored_and_cannot_be_given_out_is_told_with_its_row() {
    let lines = Lines::default();
    let reads = on_sqlite(&[], async |served| {
        served.browser().sign_in(&served, "ada@example.org").await;
        let session = served.engine.app().find("Session").unwrap();
        let sql = "UPDATE sessions SET token_hash = x'ff00', expires_at = 'never'";
        sea_orm::ConnectionTrait::execute_unprepared(
            &served.engine.system("a test").unpoliced("what no action does"),
            sql,
        )
        .await
        .unwrap();
        let page = served.engine.system("a test").read(samara::query::Query::unrestricted(session)).await.unwrap();
        let id = page.records[0].id(served.engine.app()).unwrap().to_string();
        let log = lines.text();
        let told =
            |field: &str| log.lines().find(|it| it.contains("declared type") && it.contains(field)).unwrap().to_owned();
        for field in ["field=expires_at", "field=token_hash"] {
            assert!(told(field).contains("resource=Session") && told(field).contains(&id), "{log}");
        }
        assert!(told("field=token_hash").contains("it may be sensitive"), "{log}");
    });
    logged(&lines, reads).await;
}
