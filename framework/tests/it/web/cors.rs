//! Pages of listed sites use `/graphql` and read whatever it answers; nobody else's do, and no other address is open.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use samara::context::Actor;
use samara::database::Backend;
use samara::error::{Code, Error};
use samara::future::BoxFuture;
use samara::site::{HeaderMap, ServerLimits, Site};
use samara::testing::on;
use serde_json::json;

use crate::support::served::{HttpResponse, Served, finish, on_sqlite};
use crate::support::sign_in;

const LISTED: &str = "https://play.example.org";
const ORIGINS: [(&str, &str); 1] = [("SAMARA_ORIGINS", "https://play.example.org, http://localhost:8060")];
/// What is no listed origin, though it may look like one.
const UNLISTED: [&str; 8] = [
    "https://evil.example",
    "null",
    "*",
    "",
    "http://play.example.org",
    "https://play.example.org:444",
    "https://play.example.org.evil.example",
    "https://PLAY.example.org",
];

fn post(served: &Served, origin: &str) -> RequestBuilder {
    let request = served.browser().request(Method::POST, "/graphql").header("origin", origin);
    request.header("sec-fetch-site", "cross-site").header("content-type", "application/json")
}

/// What a browser asks before it sends a page's request.
fn preflight(served: &Served, path: &str, origin: &str) -> RequestBuilder {
    let request = served.browser().request(Method::OPTIONS, path).header("origin", origin);
    let request = request.header("access-control-request-method", "POST").header("sec-fetch-site", "cross-site");
    request.header("access-control-request-headers", "authorization,content-type,idempotency-key")
}

/// The names of the headers of CORS.
fn opened(answer: &HttpResponse) -> Vec<&str> {
    answer.headers.keys().map(|it| it.as_str()).filter(|it| it.starts_with("access-control-")).collect()
}

/// That the page may read it, without credentials, and when it may try again.
fn is_open(answer: &HttpResponse, origin: &str) {
    assert_eq!(answer.header("access-control-allow-origin"), origin, "{}", answer.status);
    assert_eq!(answer.header("access-control-expose-headers"), "Date, Retry-After, X-Request-Id");
    assert!(!answer.header("date").is_empty());
    assert_eq!(opened(answer).len(), 2, "{:?}", answer.headers);
    assert!(answer.headers.get_all("vary").iter().any(|it| it == "origin"), "{:?}", answer.headers);
    assert!(!answer.header("x-request-id").is_empty());
}

#[tokio::test]
async fn a_preflight_from_a_listed_site_is_told_what_may_be_sent() {
    on_sqlite(&ORIGINS, async |served| {
        for origin in [LISTED, "http://localhost:8060"] {
            let answer = finish(preflight(&served, "/graphql", origin)).await;
            assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""));
            assert_eq!(answer.header("access-control-allow-origin"), origin);
            assert_eq!(answer.header("access-control-allow-methods"), "POST");
            let headers = "Authorization, Content-Type, Idempotency-Key, Samara-Tenant";
            assert_eq!(answer.header("access-control-allow-headers"), headers);
            assert_eq!(answer.header("access-control-max-age"), "7200");
            assert_eq!(answer.header("vary"), "origin");
            assert_eq!(opened(&answer).len(), 4, "{:?}", answer.headers);
        }
        // Without the method it is no preflight.
        let plain = finish(served.browser().request(Method::OPTIONS, "/graphql").header("origin", LISTED)).await;
        assert_eq!(plain.status, 405);
        is_open(&plain, LISTED);
    })
    .await;
}

#[tokio::test]
async fn no_other_site_and_no_other_address_gets_a_header() {
    for settings in [&ORIGINS[..], &[]] {
        on_sqlite(settings, async |served| {
            let strangers = UNLISTED.into_iter().chain(settings.is_empty().then_some(LISTED));
            for origin in strangers {
                let asked = finish(preflight(&served, "/graphql", origin)).await;
                let sent = finish(post(&served, origin).body(r#"{"query":"{ __typename }"}"#)).await;
                assert_eq!((asked.status.as_u16(), sent.status.as_u16()), (405, 200), "{origin}");
                for answer in [asked, sent] {
                    assert_eq!(opened(&answer), Vec::<&str>::new(), "{origin}");
                    assert_eq!(answer.header("vary"), "origin");
                }
            }
            for path in ["/", "/sign-in", "/livez", "/readyz", "/admin", "/me", "/dev/mailbox.json", "/graphql/", "/x"]
            {
                let get = served.browser().request(Method::GET, path).header("origin", LISTED);
                for answer in [finish(preflight(&served, path, LISTED)).await, finish(get).await] {
                    assert_eq!(opened(&answer), Vec::<&str>::new(), "{path}");
                }
            }
        })
        .await;
    }
    on_sqlite(&ORIGINS, async |served| {
        let twice = post(&served, LISTED).header("origin", LISTED).body(r#"{"query":"{ __typename }"}"#);
        assert_eq!(opened(&finish(twice).await), Vec::<&str>::new(), "two origins are none");
    })
    .await;
}

#[tokio::test]
async fn a_listed_sites_page_is_known_by_its_bearer_and_never_by_a_cookie() {
    on_sqlite(&ORIGINS, async |served| {
        let browser = served.browser();
        browser.sign_in(&served, "ada@example.org").await;
        let token = served.token("eve@example.org").await;
        let query = json!({ "query": "{ currentUser { displayName } }" });
        let request = || browser.request(Method::POST, "/graphql").header("origin", LISTED).json(&query);
        let fetched = |site| request().header("sec-fetch-site", site);
        for anonymous in [request(), fetched("cross-site"), fetched("same-site")] {
            let answer = finish(anonymous).await;
            assert!(answer.json().await["data"]["currentUser"].is_null(), "{}", answer.body);
            is_open(&answer, LISTED);
        }
        let answer = finish(fetched("cross-site").bearer_auth(&token)).await;
        assert_eq!(answer.json().await["data"]["currentUser"]["displayName"], "eve");
        is_open(&answer, LISTED);
    })
    .await;
}

/// Fails as the header `x-fail` says; without it nobody is signed in.
fn failing<'a>(_: &'a Site, headers: &'a HeaderMap) -> BoxFuture<'a, Result<Actor, Error>> {
    Box::pin(async move {
        assert!(!headers.contains_key("cookie"), "a listed site's cookie is not shown to anybody");
        match headers.get("x-fail").map(|it| it.as_bytes()) {
            Some(b"slow") => std::future::pending().await,
            Some(b"limited") => Err(Error::new(Code::RateLimited, "too often")),
            Some(b"busy") => Err(Error::unavailable("a test")),
            Some(_) => panic!("a test"),
            None => Ok(Actor::Anonymous),
        }
    })
}

#[tokio::test]
async fn whatever_is_answered_a_listed_sites_page_may_read_it() {
    on(Backend::Sqlite, &sign_in::application(), async |engine| {
        let bounds = ServerLimits { answer: Duration::from_millis(500), ..ServerLimits::default() };
        let served = Served::start_as(engine, &ORIGINS, |it| it.bounded(bounds).identified_by(failing)).await;
        let plain = r#"{"query":"{ __typename }"}"#.to_owned();
        let large = format!(r#"{{"query":"{{ __typename }}","variables":{{"x":"{}"}}}}"#, "a".repeat(260 * 1024));
        let (put, get) = (Method::PUT, Method::GET);
        let other = |method| served.browser().request(method, "/graphql").header("origin", LISTED);
        let failing = |how| post(&served, LISTED).header("x-fail", how).body(plain.clone());
        for (request, status, code) in [
            (post(&served, LISTED).header("cookie", "sid=x").body(plain.clone()), 200, ""),
            (post(&served, LISTED).body("[]"), 400, "INVALID"),
            (post(&served, LISTED).bearer_auth("gs_x").body(plain.clone()), 401, "UNAUTHENTICATED"),
            (other(put), 405, "INVALID"),
            (other(get), 405, "INVALID"),
            (post(&served, LISTED).body(large), 413, "LIMIT_EXCEEDED"),
            (other(Method::POST).header("content-type", "text/plain").body(plain.clone()), 415, "INVALID"),
            (failing("limited"), 429, "RATE_LIMITED"),
            (failing("panic"), 500, "INTERNAL"),
            (failing("busy"), 503, "UNAVAILABLE"),
            (failing("slow"), 503, "TIMEOUT"),
        ] {
            let answer = finish(request).await;
            assert_eq!((answer.status.as_u16(), answer.code().await.as_str()), (status, code), "{}", answer.body);
            is_open(&answer, LISTED);
            assert_eq!(answer.header("retry-after"), if status == 503 { "5" } else { "" }, "{code}");
        }
    })
    .await;
}
