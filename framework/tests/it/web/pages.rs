//! Start page, profile, mailbox, errors, and the headers that they all carry.

use reqwest::Method;
use serde_json::json;

use crate::support::served::{HttpResponse, finish, on_both, on_sqlite};

#[tokio::test]
async fn every_answer_is_guarded_by_headers() {
    on_sqlite(&[], async |served| {
        let browser = served.browser();
        for path in ["/", "/sign-in", "/sign-out", "/me", "/nowhere", "/livez", "/dev/mailbox", "/admin"] {
            let answer = browser.get(path).await;
            is_guarded(path, &answer);
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
        let policy = browser.get("/").await.header("content-security-policy").to_owned();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    })
    .await;
}

fn is_guarded(path: &str, answer: &HttpResponse) {
    let expected = [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    for (name, value) in expected {
        assert_eq!(answer.header(name), value, "{path}: {name}");
    }
    assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
    assert!(answer.headers.get("access-control-allow-origin").is_none(), "{path}");
    assert!(!answer.body.contains(" style=") && !answer.body.contains("<style") && !answer.body.contains("onclick"));
}

#[tokio::test]
async fn a_request_id_of_the_clients_is_not_believed() {
    on_sqlite(&[], async |served| {
        let request = served.browser().request(Method::GET, "/livez").header("x-request-id", "mine");
        assert_ne!(finish(request).await.header("x-request-id"), "mine");
    })
    .await;
}

#[tokio::test]
async fn the_start_page_says_who_i_am() {
    on_sqlite(&[], async |served| {
        let browser = served.browser();
        let page = browser.get("/").await;
        assert!(page.status == 200 && page.body.contains("You are not signed in."));
        assert!(page.body.contains("/graphql") && page.body.contains("/dev/mailbox") && page.body.contains("/admin"));
        browser.sign_in(&served, "ada@example.org").await;
        let page = browser.get("/").await;
        assert!(page.body.contains("ada@example.org") && page.body.contains("/sign-out"));
        assert!(served.browser().get("/").await.body.contains("ada@example.org"), "in dev, whom to sign in as");
    })
    .await;
    on_sqlite(&[("SAMARA_ENV", "test")], async |served| {
        served.browser().sign_in(&served, "ada@example.org").await;
        assert!(!served.browser().get("/").await.body.contains("ada@example.org"));
    })
    .await;
}

#[tokio::test]
async fn my_page_shows_my_profile_and_what_i_did() {
    on_both(async |served| {
        let (ada, eve) = (served.browser(), served.browser());
        let anonymous = ada.get("/me").await;
        assert_eq!((anonymous.status.as_u16(), anonymous.header("location")), (303, "/sign-in?return_to=/me"));
        ada.sign_in(&served, "ada@example.org").await;
        eve.sign_in(&served, "eve@example.org").await;
        let input = "{ kind: BUILD, detail: { said: \"<b>hello\" } }";
        let write =
            json!({ "query": format!("mutation {{ recordActivity(input: {input}) {{ errors {{ code }} }} }}") });
        assert_eq!(ada.graphql(&write).await.json().await["data"]["recordActivity"]["errors"], json!([]));
        let page = ada.get("/me").await.body;
        assert!(
            page.contains("ada@example.org") && page.contains("My activities") && page.contains("&lt;b&gt;hello"),
            "{page}"
        );
        assert!(!eve.get("/me").await.body.contains("hello"));
    })
    .await;
}

#[tokio::test]
async fn the_mailbox_shows_the_newest_mail_first() {
    on_sqlite(&[], async |served| {
        let browser = served.browser();
        for email in ["ada@example.org", "eve@example.org"] {
            browser.submit("/sign-in", &[("email", email)]).await;
        }
        let mails = browser.get("/dev/mailbox.json").await.json().await;
        assert_eq!((&mails[0]["to"], &mails[1]["to"]), (&json!("eve@example.org"), &json!("ada@example.org")));
        let mut keys: Vec<_> = mails[0].as_object().unwrap().keys().cloned().collect();
        keys.sort();
        assert_eq!(keys, ["html", "sentAt", "subject", "text", "to"]);
        let page = browser.get("/dev/mailbox").await.body;
        assert!(page.contains(&format!("href=\"{}/auth/link/ml_", served.base)), "{page}");
    })
    .await;
}

#[tokio::test]
async fn no_page_or_header_repeats_a_token() {
    on_sqlite(&[], async |served| {
        let browser = served.browser();
        browser.submit("/sign-in", &[("email", "ada@example.org")]).await;
        let link = served.link("ada@example.org").await;
        let token = link.strip_prefix("/auth/link/").unwrap();
        let answer = browser.submit(&link, &[]).await;
        assert!(!format!("{:?}", answer.headers).contains(token));
        assert!(!browser.get("/").await.body.contains(token));
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_an_address_or_a_method_is_a_page() {
    on_both(async |served| {
        let browser = served.browser();
        browser.sign_in(&served, "ada@example.org").await;
        let mut form = browser.get("/sign-out").await.form();
        form.action = "/me/sessions/nonsense/revoke".into();
        for (answer, status) in [
            (browser.get("/nowhere").await, 404),
            (browser.post(&form, &[]).await, 404),
            (finish(browser.request(Method::PUT, "/sign-in")).await, 405),
            (browser.get("/me/sessions/revoke-others").await, 405),
            (finish(browser.request(Method::POST, "/livez")).await, 405),
        ] {
            assert_eq!(answer.status, status);
            assert!(answer.body.contains("<h1>") && answer.body.contains("Go to the start page"), "{}", answer.body);
            assert_eq!(answer.header("allow").is_empty(), status != 405, "{:?}", answer.headers);
        }
    })
    .await;
}
