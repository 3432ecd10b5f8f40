//! Requests that another site's page could send with our cookies have no effect.

use reqwest::Method;
use serde_json::json;

use crate::support::served::{Browser, Served, finish, on_sqlite};

/// What a browser says of a page: `Sec-Fetch-Site`, `Origin`; and whether the page is ours.
fn sources(served: &Served) -> Vec<(Option<&'static str>, Option<String>, bool)> {
    vec![
        (Some("same-origin"), Some(served.base.clone()), true),
        (Some("same-origin"), Some("null".into()), true),
        (Some("none"), None, true),
        (None, Some(served.base.clone()), true),
        (Some("cross-site"), Some("https://evil.example".into()), false),
        (Some("cross-site"), Some(served.base.clone()), false),
        (Some("same-site"), Some("http://sub.127.0.0.1".into()), false),
        (None, Some("https://evil.example".into()), false),
        (None, Some("null".into()), false),
        (None, Some(format!("{}.evil.example", served.base)), false),
    ]
}

#[tokio::test]
async fn a_form_counts_from_our_own_pages_only() {
    on_sqlite(&[], async |served| {
        for (site, origin, ours) in sources(&served) {
            let browser = served.browser();
            let form = browser.get("/sign-in").await.form();
            let mut request = browser.request(Method::POST, "/sign-in");
            if let Some(site) = site {
                request = request.header("sec-fetch-site", site);
            }
            if let Some(origin) = &origin {
                request = request.header("origin", origin);
            }
            let fields = [("_csrf", form.fields[0].1.as_str()), ("email", "not an address")];
            let status = finish(request.form(&fields)).await.status;
            assert_eq!(status, if ours { 422 } else { 403 }, "{site:?} {origin:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_counts_with_its_token_only() {
    on_sqlite(&[], async |served| {
        let (victim, attacker) = (served.browser(), served.browser());
        let own = victim.get("/sign-in").await.form().fields[0].1.clone();
        let foreign = attacker.get("/sign-in").await.form().fields[0].1.clone();
        let before = status(&victim, &own).await;
        assert_eq!(before, 422, "the token is right, the address is not");
        for token in ["", "x", foreign.as_str(), &own[..own.len() - 1]] {
            assert_eq!(status(&victim, token).await, 403, "{token}");
        }
        assert_eq!(status(&served.browser(), &own).await, 403, "without the cookie it is bound to");
        victim.sign_in(&served, "ada@example.org").await;
        assert_eq!(status(&victim, &own).await, 403, "signing in ends the forms shown before");
    })
    .await;
}

#[tokio::test]
async fn no_unsafe_route_takes_another_form_of_body() {
    on_sqlite(&[], async |served| {
        let browser = served.browser();
        browser.sign_in(&served, "ada@example.org").await;
        let token = browser.get("/sign-out").await.form().fields[0].1.clone();
        let link = {
            browser.submit("/sign-in", &[("email", "eve@example.org")]).await;
            served.link("eve@example.org").await
        };
        let routes = ["/sign-in", link.as_str(), "/sign-out", "/me/sessions/revoke-others"];
        for route in routes {
            for content_type in ["text/plain", "multipart/form-data; boundary=x", "application/json"] {
                let request = browser.request(Method::POST, route).header("content-type", content_type);
                let answer = finish(request.body(format!("_csrf={token}&email=eve@example.org"))).await;
                assert_eq!(answer.status, 415, "{route} {content_type}");
            }
            assert_eq!(finish(browser.request(Method::POST, route)).await.status, 415, "{route} without a body");
        }
        assert_eq!(browser.current_user().await.as_deref(), Some("ada"));
        assert_eq!(browser.get(&link).await.status, 200, "the link is still good");
    })
    .await;
}

#[tokio::test]
async fn a_cookie_counts_for_our_own_pages_only() {
    on_sqlite(&[], async |served| {
        let browser = served.browser();
        browser.sign_in(&served, "ada@example.org").await;
        let query = json!({ "query": "{ currentUser { displayName } }" });
        let write = json!({ "query": "mutation { recordActivity(input: { kind: BUILD }) { errors { code } } }" });
        for (site, origin, ours) in sources(&served) {
            let send = async |body: &serde_json::Value| {
                let mut request = browser.request(Method::POST, "/graphql").json(body);
                if let Some(site) = site {
                    request = request.header("sec-fetch-site", site);
                }
                if let Some(origin) = &origin {
                    request = request.header("origin", origin);
                }
                finish(request).await.json().await
            };
            assert_eq!(send(&query).await["data"]["currentUser"].is_object(), ours, "{site:?} {origin:?}");
            if !ours {
                assert_eq!(send(&write).await["data"]["recordActivity"]["errors"][0]["code"], "UNAUTHENTICATED");
            }
        }
        assert_eq!(served.count("Activity").await, 0);
    })
    .await;
}

async fn status(browser: &Browser, token: &str) -> u16 {
    let request = browser.request(Method::POST, "/sign-in").form(&[("_csrf", token), ("email", "not an address")]);
    finish(request).await.status.as_u16()
}
