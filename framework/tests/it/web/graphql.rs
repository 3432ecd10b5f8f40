//! `/graphql`: in which form it is asked, and with which status it answers.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value as Json, json};

use crate::support::served::{HttpResponse, Served, finish, on_both, on_sqlite};

const QUERY: &str = r#"{"query":"{ __typename }"}"#;

#[tokio::test]
async fn only_json_that_is_posted_is_taken() {
    on_sqlite(&[], async |served| {
        for content_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/graphql",
            "application/json5",
            "application/json; charset=utf-16",
            "",
        ] {
            let answer = finish(post(&served).header("content-type", content_type).body(QUERY)).await;
            assert_eq!(answer.status, 415, "{content_type}");
        }
        assert_eq!(finish(post(&served).body(QUERY)).await.status, 415, "no content type");
        for content_type in
            ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""]
        {
            let answer = finish(post(&served).header("content-type", content_type).body(QUERY)).await;
            assert_eq!(answer.status, 200, "{content_type}: {}", answer.body);
            assert_eq!(answer.body, r#"{"data":{"__typename":"Query"}}"#);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_request_is_400() {
    on_sqlite(&[], async |served| {
        for body in [
            "",
            "{",
            "null",
            "[]",
            "{}",
            r#"[{"query":"{ __typename }"}]"#,
            r#"{"query":1}"#,
            r#"{"query":"{ a }","variables":[]}"#,
        ] {
            let answer = send(&served, body).await;
            assert_eq!((answer.status.as_u16(), answer.code().await.as_str()), (400, "INVALID"), "{body}");
        }
        let deep =
            format!(r#"{{"query":"{{ __typename }}","variables":{}{}}}"#, r#"{"a":"#.repeat(200), "}".repeat(200));
        assert_eq!(send(&served, &deep).await.status, 400);
    })
    .await;
}

#[tokio::test]
async fn the_status_of_a_refused_operation_depends_on_what_is_accepted() {
    on_sqlite(&[], async |served| {
        for query in ["{", "{ nothing }", "query ($a: Int!) { __typename }"] {
            let body = json!({ "query": query }).to_string();
            let plain = send(&served, &body).await;
            assert_eq!((plain.status.as_u16(), plain.header("content-type")), (200, "application/json; charset=utf-8"));
            let accept = "application/graphql-response+json";
            let request = post(&served).header("content-type", "application/json").header("accept", accept);
            let spoken = finish(request.body(body)).await;
            assert_eq!(spoken.status, 400, "{query}");
            assert_eq!(spoken.header("content-type"), "application/graphql-response+json; charset=utf-8");
            assert!(spoken.json().await.get("data").is_none(), "{}", spoken.body);
        }
    })
    .await;
}

#[tokio::test]
async fn a_get_is_405_except_for_browsers_in_dev() {
    for (environment, status) in [("dev", 200), ("test", 405)] {
        on_sqlite(&[("SAMARA_ENV", environment)], async |served| {
            let browser = served.browser();
            let plain = browser.get("/graphql?query=%7B__typename%7D").await;
            assert_eq!((plain.status.as_u16(), plain.header("allow")), (405, "POST"));
            let page = finish(browser.request(Method::GET, "/graphql").header("accept", "text/html,*/*")).await;
            assert_eq!(page.status, status, "{environment}");
            for method in [Method::PUT, Method::DELETE, Method::OPTIONS, Method::PATCH] {
                assert_eq!(finish(browser.request(method, "/graphql")).await.status, 405);
            }
            if status == 200 {
                graphiql_needs_nobody_else(&served, &page).await;
            }
        })
        .await;
    }
}

async fn graphiql_needs_nobody_else(served: &Served, page: &HttpResponse) {
    assert!(!page.body.contains("://") && !page.body.contains("<script>"), "{}", page.body);
    let policy = page.header("content-security-policy");
    let scripts = policy.split(';').find(|it| it.contains("script-src")).unwrap();
    assert_eq!(scripts.trim(), "script-src 'self'");
    let sources = page.body.split('"').filter(|it| it.starts_with("/assets/"));
    let mut count = 0;
    for source in sources {
        let answer = served.browser().get(source).await;
        assert_eq!(answer.status, 200, "{source}");
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        count += 1;
    }
    assert_eq!(count, 6);
}

#[tokio::test]
async fn prod_tells_nothing_of_its_schema() {
    let settings = [("SAMARA_ENV", "prod"), ("SAMARA_SECRET", "0123456789abcdef0123456789abcdef")];
    on_sqlite(&settings, async |served| {
        let answer = send(&served, r#"{"query":"{ __schema { types { name } } }"}"#).await;
        assert!(answer.json().await["data"]["__schema"].is_null(), "{}", answer.body);
        let typo = send(&served, r#"{"query":"{ currentUsr { id } }"}"#).await;
        assert!(!typo.body.contains("Did you mean"), "{}", typo.body);
        let page = finish(served.browser().request(Method::GET, "/graphql").header("accept", "text/html")).await;
        assert_eq!(page.status, 405);
        for path in ["/dev/mailbox", "/dev/mailbox.json"] {
            assert_eq!(served.browser().get(path).await.status, 404);
        }
    })
    .await;
}

#[tokio::test]
async fn a_bad_bearer_is_401_whatever_the_cookie_says() {
    on_sqlite(&[], async |served| {
        let browser = served.browser();
        browser.sign_in(&served, "ada@example.org").await;
        let forged = format!("Bearer gs_{}", "A".repeat(43));
        for value in [forged.as_str(), "Bearer ", "Bearer", "Basic YTpi", "gs_x", "Bearer a b"] {
            let request = browser.request(Method::POST, "/graphql").header("authorization", value);
            let answer = finish(request.header("content-type", "application/json").body(QUERY)).await;
            assert_eq!((answer.status.as_u16(), answer.code().await.as_str()), (401, "UNAUTHENTICATED"), "{value}");
        }
        let token = served.token("eve@example.org").await;
        let body = json!({ "query": "{ currentUser { displayName } }" });
        let both = finish(browser.request(Method::POST, "/graphql").bearer_auth(&token).json(&body)).await;
        assert_eq!(both.json().await["data"]["currentUser"]["displayName"], "eve");
        // A session's token is no bearer, and a bearer is no session.
        let cookie = format!("sid={token}");
        let crossed =
            finish(served.browser().request(Method::POST, "/graphql").header("cookie", cookie).json(&body)).await;
        assert!(crossed.json().await["data"]["currentUser"].is_null());
    })
    .await;
}

#[tokio::test]
async fn an_answer_carries_what_means_something_for_an_api() {
    on_sqlite(&[], async |served| {
        let refused =
            finish(served.browser().request(Method::GET, "/graphql").header("accept", "application/json")).await;
        for answer in [send(&served, QUERY).await, send(&served, "[]").await, refused] {
            let mut names: Vec<_> = answer.headers.keys().map(|it| it.as_str()).filter(|it| *it != "allow").collect();
            names.sort_unstable();
            let expected = [
                "cache-control",
                "content-length",
                "content-type",
                "cross-origin-resource-policy",
                "date",
                "vary",
                "x-content-type-options",
                "x-request-id",
            ];
            assert_eq!(names, expected, "{}", answer.body);
        }
    })
    .await;
}

#[tokio::test]
async fn a_large_answer_is_compressed_for_who_takes_it() {
    on_sqlite(&[], async |served| {
        let large = json!({ "query": "{ __schema { types { name description fields { name description } } } }" });
        let plain = finish(post(&served).json(&large)).await;
        assert!(plain.header("content-encoding").is_empty() && plain.body.starts_with("{\"data\""));
        let packed = post(&served).header("accept-encoding", "gzip, br").json(&large).send().await.unwrap();
        assert_eq!(packed.headers()["content-encoding"], "gzip");
        let vary: Vec<_> = packed.headers().get_all("vary").iter().collect();
        assert_eq!(vary, ["accept-encoding", "origin"]);
        let packed = packed.bytes().await.unwrap();
        assert!(packed.starts_with(&[0x1f, 0x8b]) && packed.len() * 3 < plain.body.len(), "{}", packed.len());
        // What is small is not, and neither is a page: it holds tokens.
        let small = finish(
            post(&served).header("accept-encoding", "gzip").header("content-type", "application/json").body(QUERY),
        )
        .await;
        assert!(small.header("content-encoding").is_empty());
        let page = served.browser().request(Method::GET, "/sign-in").header("accept-encoding", "gzip");
        let page = finish(page).await;
        assert!(page.header("content-encoding").is_empty() && page.body.contains("<form"));
    })
    .await;
}

#[tokio::test]
async fn a_request_under_a_key_is_answered_the_same_to_the_same_person() {
    on_both(async |served| {
        let token = served.token("ada@example.org").await;
        let write =
            json!({ "query": "mutation { recordActivity(input: { kind: BUILD }) { result { id } errors { code } } }" });
        let sign_out = json!({ "query": "mutation { signOut { result errors { code } } }" });
        let send = async |token: &str, key: &[u8], body: &Json| {
            finish(post(&served).bearer_auth(token).header("idempotency-key", key).json(body)).await
        };
        let first = send(&token, b"k1", &write).await;
        assert_eq!(first.json().await["data"]["recordActivity"]["errors"], json!([]), "{}", first.body);
        assert_eq!(send(&token, b"k1", &write).await.body, first.body);
        let ended = send(&token, b"k2", &sign_out).await;
        assert_eq!(ended.json().await["data"]["signOut"], json!({ "result": true, "errors": [] }), "{}", ended.body);
        // Their session has ended meanwhile; they come back with another one.
        assert_eq!(send(&token, b"k1", &write).await.status, 401);
        let again = served.token("ada@example.org").await;
        assert_eq!(send(&again, b"k1", &write).await.body, first.body);
        // It was another session that ended, so this one is not told that it did.
        assert_eq!(send(&again, b"k2", &sign_out).await.code().await, "CONFLICT");
        assert_eq!(send(&again, b"k1", &write).await.body, first.body);
        let eve = send(&served.token("eve@example.org").await, b"k1", &write).await;
        assert_ne!(eve.body, first.body);
        assert_eq!((served.count("Activity").await, served.count("IdempotencyKey").await), (2, 3));
    })
    .await;
}

#[tokio::test]
async fn what_is_no_key_or_another_requests_is_refused_as_the_whole() {
    on_sqlite(&[], async |served| {
        let token = served.token("ada@example.org").await;
        let write = |kind: &str| {
            let query = format!("mutation {{ recordActivity(input: {{ kind: {kind} }}) {{ errors {{ code }} }} }}");
            post(&served).bearer_auth(&token).json(&json!({ "query": query }))
        };
        assert_eq!(finish(write("BUILD").header("idempotency-key", "k")).await.status, 200);
        for (request, code) in [
            (write("BUILD").header("idempotency-key", "a").header("idempotency-key", "a"), "INVALID"),
            (write("BUILD").header("idempotency-key", b"\xff".as_slice()), "INVALID"),
            (write("BUILD").header("idempotency-key", ""), "INVALID"),
            (write("EXPLORE").header("idempotency-key", "k"), "CONFLICT"),
        ] {
            let spoken = request.try_clone().unwrap().header("accept", "application/graphql-response+json");
            for (request, status) in [(request, 200), (spoken, 400)] {
                let answer = finish(request).await;
                assert_eq!((answer.status.as_u16(), answer.code().await.as_str()), (status, code), "{}", answer.body);
                assert!(answer.json().await.get("data").is_none(), "{}", answer.body);
            }
        }
        assert_eq!(served.count("Activity").await, 1);
    })
    .await;
}

fn post(served: &Served) -> RequestBuilder {
    served.browser().request(Method::POST, "/graphql")
}

async fn send(served: &Served, body: &str) -> HttpResponse {
    finish(post(served).header("content-type", "application/json").body(body.to_owned())).await
}
