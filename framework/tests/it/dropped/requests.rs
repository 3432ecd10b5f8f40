//! Requests over HTTP, dropped inside of the server: GraphQL, forms, sign-in; and the courier.

use std::cell::Cell;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};
use http::{Request, StatusCode};
use samara::mail::Courier;
use samara::query::Query;
use samara::record::Record;
use samara::value::Value;
use samara::web;
use serde_json::json;
use tower::ServiceExt;

use super::place::{TestServer, cut, on_each};
use crate::admin;
use crate::support::served::Served;
use crate::support::sign_in;

#[tokio::test]
async fn a_graphql_request_that_is_dropped_anywhere_is_done_or_not() {
    on_each(async |place| {
        let served = Served::start(place.engine(&sign_in::application()).await, &[]).await;
        let (token, router) = (served.token("ada@example.org").await, router(&served));
        let ask = |text: String| {
            let body = json!({ "query": text }).to_string();
            let request = Request::post("/graphql").header(AUTHORIZATION, format!("Bearer {token}"));
            request.header(CONTENT_TYPE, "application/json").body(Body::from(body)).unwrap()
        };
        let write = |polls: usize| {
            let input = format!("{{ kind: BUILD, detail: {{ polls: {polls} }} }}");
            ask(format!("mutation {{ recordActivity(input: {input}) {{ result {{ id }} errors {{ code }} }} }}"))
        };
        let read = || ask("{ activities { totalCount nodes { detail } } }".into());
        let written = drop_each(place, &router, write, read).await;
        let activities = served.count("Activity").await;
        assert!((1..=written).contains(&activities), "{activities} of {written} activities");
        drop_each(place, &router, |_| read(), read).await;
        served.engine.database().close().await;
    })
    .await;
}

/// The client does not know how far it came, and sends it again until it is answered.
#[tokio::test]
async fn a_graphql_request_under_a_key_that_is_dropped_anywhere_is_done_once() {
    on_each(async |place| {
        let served = Served::start(place.engine(&sign_in::application()).await, &[]).await;
        let (token, router) = (served.token("ada@example.org").await, router(&served));
        let last = Cell::new(0);
        let write = |polls: usize| {
            last.set(polls);
            let input = format!("{{ kind: BUILD, detail: {{ polls: {polls} }} }}");
            let query =
                format!("mutation {{ recordActivity(input: {input}) {{ result {{ id }} errors {{ code }} }} }}");
            let request = Request::post("/graphql").header(AUTHORIZATION, format!("Bearer {token}"));
            let request =
                request.header(CONTENT_TYPE, "application/json").header("idempotency-key", format!("k{polls}"));
            request.body(Body::from(json!({ "query": query }).to_string())).unwrap()
        };
        let written = drop_each(place, &router, &write, || write(last.get())).await;
        assert_eq!((served.count("Activity").await, served.count("IdempotencyKey").await), (written, written));
        served.engine.database().close().await;
    })
    .await;
}

#[tokio::test]
async fn an_admins_form_that_is_dropped_anywhere_is_done_or_not() {
    on_each(async |place| {
        let served = admin::served::Served::start(&place.engine(&admin::fixture::application()).await).await;
        let user = served.user("Ada Admin", "ADMIN").await;
        let client = served.client(user).await;
        let form_token = client.get("/admin/worlds/new").await.token();
        let router = served.router();
        let cookie = format!("sid={}", client.token());
        let make = |polls: usize| {
            let body = format!("name=World&slug=world-{polls}&visibility=PUBLIC&_csrf={form_token}");
            let request = Request::post("/admin/worlds/new").header(COOKIE, &cookie);
            request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(body)).unwrap()
        };
        let list = || Request::get("/admin/worlds").header(COOKIE, &cookie).body(Body::empty()).unwrap();
        drop_each(place, &router, make, list).await;
        served.engine.database().close().await;
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_that_is_dropped_anywhere_is_done_or_not() {
    on_each(async |place| {
        let mut served = Served::start(place.engine(&sign_in::application()).await, &[]).await;
        served.without_courier().await;
        let desk = Desk::of(&served).await;
        let look = || Request::get("/sign-in").body(Body::empty()).unwrap();
        drop_each(place, &desk.router, |polls| desk.asks(&format!("ada-{polls}")), look).await;
        // A link and its mail are one.
        let courier = courier(&served);
        courier.deliver().await.unwrap();
        let mails = served.browser().get("/dev/mailbox.json").await.json().await.as_array().unwrap().len();
        assert_eq!(mails, served.count("MagicLink").await);

        for polls in 1.. {
            let (links, sessions) = (consumed(&served).await, served.count("Session").await);
            assert_eq!(links, sessions, "{polls} polls");
            let name = format!("bob-{polls}");
            assert_eq!(answered(&desk.router, desk.asks(&name)).await.0, StatusCode::OK);
            courier.deliver().await.unwrap();
            let link = served.link(&format!("{name}@example.org")).await;
            let ended = cut(answered(&desk.router, desk.posts(&link, "")), polls).await;
            place.is_quiet().await;
            if let Some((status, body)) = ended {
                assert_eq!(status, StatusCode::SEE_OTHER, "{body}");
                assert_eq!(served.count("Session").await, sessions + 1);
                break;
            }
        }
        served.engine.database().close().await;
    })
    .await;
}

#[tokio::test]
async fn a_courier_that_is_dropped_anywhere_is_followed_by_the_next_one() {
    on_each(async |place| {
        let mut served = Served::start(place.engine(&sign_in::application()).await, &[]).await;
        served.without_courier().await;
        let desk = Desk::of(&served).await;
        for polls in 1.. {
            let name = format!("ada-{polls}");
            assert_eq!(answered(&desk.router, desk.asks(&name)).await.0, StatusCode::OK);
            let ended = cut(courier(&served).deliver(), polls).await;
            place.is_quiet().await;
            if let Some(ended) = ended {
                ended.unwrap();
                assert_eq!(served.mails(&format!("{name}@example.org")).await.len(), 1);
                break;
            }
        }
        served.engine.database().close().await;
    })
    .await;
}

/// The server without a socket before it, and the form of somebody who is not signed in. They have no address, so no limit counts them.
struct Desk {
    router: Router,
    cookie: String,
    token: String,
}

impl Desk {
    async fn of(served: &Served) -> Self {
        let page = served.browser().get("/sign-in").await;
        let cookie = page.cookies()[0].split(';').next().unwrap().to_owned();
        let token = page.form().fields.into_iter().find(|it| it.0 == "_csrf").unwrap().1;
        Self { router: router(served), cookie, token }
    }

    fn posts(&self, path: &str, more: &str) -> Request<Body> {
        let request = Request::post(path).header(COOKIE, &self.cookie);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        request.body(Body::from(format!("_csrf={}{more}", self.token))).unwrap()
    }

    /// Asks for a link.
    fn asks(&self, name: &str) -> Request<Body> {
        self.posts("/sign-in", &format!("&email={name}%40example.org"))
    }
}

/// Drops a request after its first poll, the next after its second, and so on, until one ends by itself; looks each time whether the
/// next request is served. Answers how many there were.
async fn drop_each(
    place: &TestServer,
    router: &Router,
    ask: impl Fn(usize) -> Request<Body>,
    next: impl Fn() -> Request<Body>,
) -> usize {
    for polls in 1.. {
        let ended = cut(answered(router, ask(polls)), polls).await;
        place.is_quiet().await;
        let (status, body) = answered(router, next()).await;
        assert!(status == StatusCode::OK && !body.contains("\"errors\":[{"), "{polls} polls: {status} {body}");
        if let Some((status, body)) = ended {
            assert!(status.is_success() || status.is_redirection(), "{status} {body}");
            assert!(!body.contains("\"errors\":[{"), "{body}");
            return polls;
        }
    }
    unreachable!("a request ends")
}

async fn answered(router: &Router, request: Request<Body>) -> (StatusCode, String) {
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8_lossy(&body).into_owned())
}

/// A courier that carries mail when it is told to, and at no other time.
fn courier(served: &Served) -> Courier {
    samara::auth::courier(served.engine.clone(), served.site.settings(), served.site.base_url().clone()).unwrap()
}

fn router(served: &Served) -> Router {
    web::router(served.site.clone(), Router::new()).unwrap()
}

/// How many links were used.
async fn consumed(served: &Served) -> usize {
    let links = served.engine.app().find("MagicLink").unwrap();
    let (consumed, _) = served.engine.app().resource(links).attribute("consumed_at").unwrap();
    let found = served.engine.system("a test counts").read(Query::unrestricted(links)).await.unwrap().records;
    let is_consumed =
        |it: &&Record| it.attributes[usize::from(consumed)].shown().is_some_and(|it| !matches!(it, Value::Null));
    found.iter().filter(is_consumed).count()
}
