//! How many mails may be asked for, by address and by network, whoever asks and however it is spelt.

use futures_util::future::join_all;
use reqwest::Method;

use crate::support::served::{Served, finish, on_both, on_both_with, on_sqlite, request_code};
use crate::support::sign_in;

#[tokio::test]
async fn an_address_gets_three_mails_however_it_is_spelt() {
    on_both(async |served| {
        let spellings =
            ["ada@example.org", "ADA@example.org", " ada@example.org ", "Ada@Example.Org", "ada@EXAMPLE.org"];
        let mut answers = Vec::new();
        for spelling in spellings {
            let browser = served.browser();
            let form = browser.get("/sign-in").await.form();
            let csrf = form.fields[0].1.clone();
            let request = browser.request(Method::POST, "/sign-in").header("x-forwarded-for", "203.0.113.9");
            let fields = [("_csrf", csrf.as_str()), ("email", spelling), ("ip", "203.0.113.9")];
            let answer = finish(request.form(&fields)).await;
            answers.push((answer.status, answer.body));
        }
        assert!(answers.windows(2).all(|it| it[0] == it[1]), "{answers:?}");
        assert_eq!(served.mails("ada@example.org").await.len(), 3);
        let limited = served.browser().graphql(&request_code("ada@example.org")).await.json().await;
        assert_eq!(limited["data"]["requestSignInCode"]["errors"][0]["code"], "RATE_LIMITED");
        assert_eq!(served.mails("eve@example.org").await.len(), 0);
        served.browser().submit("/sign-in", &[("email", "eve@example.org")]).await;
        assert_eq!(served.mails("eve@example.org").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn limits_are_shared_by_servers_and_survive_them() {
    on_both(async |mut served| {
        for _ in 0..2 {
            served.browser().submit("/sign-in", &[("email", "ada@example.org")]).await;
        }
        let other = Served::start(served.engine.clone(), &[]).await;
        // A mail that the first is carrying is not yet in the mailbox of the other.
        served.without_courier().await;
        served.stop();
        for _ in 0..3 {
            other.browser().submit("/sign-in", &[("email", "ada@example.org")]).await;
        }
        assert_eq!(other.mails("ada@example.org").await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn requests_at_once_are_counted_one_by_one() {
    on_both(async |served| {
        let browser = served.browser();
        let form = browser.get("/sign-in").await.form();
        let answers = join_all((0..15).map(|_| browser.post(&form, &[("email", "ada@example.org")]))).await;
        assert!(answers.iter().all(|it| it.status == 200), "{answers:?}");
        assert_eq!(served.mails("ada@example.org").await.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_network_gets_twenty_mails() {
    on_both(async |served| {
        for index in 0..24 {
            served.browser().submit("/sign-in", &[("email", &format!("a{index}@example.org"))]).await;
        }
        assert_eq!(served.count("MagicLink").await, 20);
    })
    .await;
}

#[tokio::test]
async fn a_trusted_proxy_says_which_network() {
    let proxies = [("SAMARA_TRUSTED_PROXIES", "127.0.0.0/8")];
    on_both_with(&sign_in::application(), &proxies, async |served| {
        let browser = served.browser();
        for index in 0..24 {
            let body = request_code(&format!("a{index}@example.org"));
            let request = browser.request(Method::POST, "/graphql").json(&body);
            // One customer's addresses, all of one /64.
            finish(request.header("x-forwarded-for", format!("2001:db8::{index}"))).await;
        }
        assert_eq!(served.count("MagicLink").await, 20);
        let request = browser.request(Method::POST, "/graphql").json(&request_code("b@example.org"));
        finish(request.header("x-forwarded-for", "2001:db8:0:1::1")).await;
        assert_eq!(served.count("MagicLink").await, 21);
    })
    .await;
}

#[tokio::test]
async fn an_admins_mail_counts_for_the_address() {
    on_sqlite(&[], async |served| {
        let resource = served.engine.app().find("MagicLink").unwrap();
        let cx = served.engine.system("a test sends");
        let email = samara::value::Value::Text("ada@example.org".into());
        let input = samara::record::Input::new().with("email", email);
        for _ in 0..3 {
            cx.call(resource, "send", input.clone()).await.unwrap();
        }
        let refused = cx.call(resource, "send", input).await.unwrap_err();
        assert_eq!(refused.code(), samara::error::Code::RateLimited);
        assert_eq!(served.mails("ada@example.org").await.len(), 3);
    })
    .await;
}
