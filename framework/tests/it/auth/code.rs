//! Mailed codes: for the flow that asked, a few tries, once.

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value as Json, json};

use crate::support::served::{Served, finish, on_both, on_both_with, request_code, sign_in_with};
use crate::support::sign_in;

#[tokio::test]
async fn a_client_signs_in_with_a_code_and_out() {
    on_both(async |served| {
        let token = served.token("Ada@example.org").await;
        assert_eq!(who(&served, &token).await, (200, json!({ "displayName": "ada", "email": "ada@example.org" })));
        let out = json!({ "query": "mutation { signOut { result errors { code } } }" });
        let client = served.browser();
        let answer = finish(client.request(Method::POST, "/graphql").bearer_auth(&token).json(&out)).await;
        assert_eq!(answer.json().await["data"]["signOut"], json!({ "result": true, "errors": [] }));
        assert_eq!(who(&served, &token).await.0, 401);
        let nobody = client.graphql(&out).await.json().await;
        assert_eq!(nobody["data"]["signOut"]["errors"][0]["code"], "UNAUTHENTICATED");
    })
    .await;
}

#[tokio::test]
async fn a_code_works_for_its_flow_and_once() {
    on_both(async |served| {
        let (flow, code) = served.token_flow("ada@example.org").await;
        let (other, _) = served.token_flow("eve@example.org").await;
        assert_eq!(refusal(&served, &other, &code).await, "INVALID");
        assert_eq!(refusal(&served, &code, &flow).await, "INVALID");
        let spaced = format!(" {} {} ", &code[..4], &code[4..]);
        let answer = served.browser().graphql(&sign_in_with(&flow, &spaced)).await.json().await;
        assert_eq!(answer["data"]["signInWithCode"]["result"]["user"]["displayName"], "ada", "{answer}");
        assert_eq!(refusal(&served, &flow, &code).await, "INVALID");
        assert_eq!(served.count("Session").await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_fifth_try_may_be_right_and_the_sixth_not() {
    on_both(async |served| {
        for (wrong, right_at_last) in [(4, true), (5, false)] {
            let (flow, code) = served.token_flow(&format!("ada{wrong}@example.org")).await;
            for _ in 0..wrong {
                assert_eq!(refusal(&served, &flow, &off_by_one(&code)).await, "INVALID");
            }
            let answer = served.browser().graphql(&sign_in_with(&flow, &code)).await.json().await;
            assert_eq!(answer["data"]["signInWithCode"]["result"].is_object(), right_at_last, "{answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn tries_at_once_are_counted_one_by_one() {
    on_both(async |served| {
        let (flow, code) = served.token_flow("ada@example.org").await;
        let wrong = sign_in_with(&flow, &off_by_one(&code));
        let client = served.browser();
        let answers = join_all((0..20).map(|_| client.graphql(&wrong))).await;
        assert!(answers.iter().all(|it| it.status == 200), "{answers:?}");
        assert_eq!(refusal(&served, &flow, &code).await, "INVALID");
        assert_eq!(served.count("Session").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_expired_code_and_a_links_token_are_refused() {
    on_both_with(&sign_in::expired(), &[], async |served| {
        let asked = served.browser().graphql(&request_code("ada@example.org")).await.json().await;
        let flow = asked["data"]["requestSignInCode"]["result"]["flow"].as_str().unwrap().to_owned();
        assert_eq!(refusal(&served, &flow, "00000000").await, "INVALID");
    })
    .await;
    on_both(async |served| {
        served.browser().submit("/sign-in", &[("email", "ada@example.org")]).await;
        let link = served.link("ada@example.org").await;
        let token = link.strip_prefix("/auth/link/").unwrap();
        assert_eq!(refusal(&served, token, "00000000").await, "INVALID");
        let (flow, _) = served.token_flow("eve@example.org").await;
        assert_eq!(served.browser().get(&format!("/auth/link/{flow}")).await.status, 410);
    })
    .await;
}

#[tokio::test]
async fn every_alias_of_an_operation_counts() {
    on_both(async |served| {
        let one = "requestSignInCode(input: { email: \"ada@example.org\" }) { result { flow } errors { code } }";
        let query = format!("mutation {{ a: {one} b: {one} c: {one} d: {one} e: {one} }}");
        let answer = served.browser().graphql(&json!({ "query": query })).await.json().await;
        let codes: Vec<&Json> = ["a", "b", "c", "d", "e"].iter().map(|it| &answer["data"][it]["errors"]).collect();
        let limited = json!([{ "code": "RATE_LIMITED" }]);
        assert_eq!(codes.iter().filter(|it| ***it == limited).count(), 2, "{answer}");
        assert_eq!(served.mails("ada@example.org").await.len(), 3);
    })
    .await;
}

async fn who(served: &Served, token: &str) -> (u16, Json) {
    let body = json!({ "query": "{ currentUser { displayName email } }" });
    let answer = finish(served.browser().request(Method::POST, "/graphql").bearer_auth(token).json(&body)).await;
    (answer.status.as_u16(), answer.json().await["data"]["currentUser"].clone())
}

/// The code of the error that a sign-in is refused with.
async fn refusal(served: &Served, flow: &str, code: &str) -> String {
    let answer = served.browser().graphql(&sign_in_with(flow, code)).await.json().await;
    let payload = &answer["data"]["signInWithCode"];
    assert!(payload["result"].is_null(), "{answer}");
    payload["errors"][0]["code"].as_str().unwrap_or_default().to_owned()
}

fn off_by_one(code: &str) -> String {
    let number: u32 = code.parse().unwrap();
    format!("{:08}", (number + 1) % 100_000_000)
}
