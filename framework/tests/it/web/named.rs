//! What people call the app stands wherever they meet it.

use reqwest::Method;
use serde_json::json;

use crate::support::served::{Served, finish, on_both_with, on_sqlite, request_code};
use crate::support::sign_in;

/// Every page says it in its header and in its title: also one that knows nobody.
async fn is_named(served: &Served, name: &str) {
    let browser = served.browser();
    browser.sign_in(served, "ada@example.org").await;
    let (brand, title) = (format!("height=\"24\">{name}</a>"), format!(" – {name}</title>"));
    for path in ["/", "/me", "/sign-in", "/sign-out", "/nowhere", "/admin", "/dev/mailbox", "/auth/link/nonsense"] {
        for browser in [&browser, &served.browser()] {
            let page = browser.get(path).await;
            // Who is not signed in is sent to where they can be.
            if page.status.is_redirection() {
                continue;
            }
            assert!(page.body.contains(&brand) && page.body.contains(&title), "{path}\n{}", page.body);
            assert!(!page.body.contains("Home"), "{path}\n{}", page.body);
        }
    }
    let page = finish(browser.request(Method::GET, "/graphql").header("accept", "text/html")).await;
    assert!(page.body.contains(&title), "{}", page.body);
}

#[tokio::test]
async fn the_apps_name_stands_in_header_title_and_mail() {
    let mut application = sign_in::application();
    application.ir = application.ir.titled("Ada & Bo");
    on_both_with(&application, &[], async |served| {
        is_named(&served, "Ada &amp; Bo").await;
        let mail = &served.mails("ada@example.org").await[0];
        assert_eq!(mail["subject"], "Sign in to Ada & Bo");
        assert!(mail["text"].as_str().unwrap().contains("to sign in to Ada & Bo:"), "{mail}");
        let asked = served.browser().graphql(&request_code("bo@example.org")).await.json().await;
        assert_eq!(asked["data"]["requestSignInCode"]["errors"], json!([]), "{asked}");
        served.code("bo@example.org").await;
        assert_eq!(served.mails("bo@example.org").await[0]["subject"], "Your sign-in code for Ada & Bo");
    })
    .await;
}

#[tokio::test]
async fn an_app_without_a_name_is_known_by_its_address() {
    on_sqlite(&[("SAMARA_BASE_URL", "https://play.example.org")], async |served| {
        let page = served.browser().get("/sign-in").await;
        assert!(page.body.contains("<title>Sign in – play.example.org</title>"), "{}", page.body);
    })
    .await;
}
