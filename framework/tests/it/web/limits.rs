//! What one request may cost, and what a failure looks like.

use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use reqwest::Method;
use samara::database::Backend;
use samara::graphql::Limits;
use samara::site::{ServerLimits, Site};
use samara::testing::on;
use samara::web::router;
use sea_orm::ConnectionTrait;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower::ServiceExt;

use crate::support::served::{Served, finish, on_sqlite};
use crate::support::sign_in;

#[tokio::test]
async fn a_body_of_more_than_256_kib_is_refused() {
    on_sqlite(&[], async |served| {
        let browser = served.browser();
        let body = format!(r#"{{"query":"{{ __typename }}","variables":{{"x":"{}"}}}}"#, "a".repeat(260 * 1024));
        let request = browser.request(Method::POST, "/graphql").header("content-type", "application/json");
        let answer = finish(request.body(body.clone())).await;
        assert_eq!((answer.status.as_u16(), answer.code().await.as_str()), (413, "LIMIT_EXCEEDED"));
        // The same without saying how long it is.
        let mut stream = TcpStream::connect(served.base.strip_prefix("http://").unwrap()).await.unwrap();
        let head =
            "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
        let chunked = format!("{head}{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
        stream.write_all(chunked.as_bytes()).await.unwrap();
        let mut buffer = [0; 12];
        stream.read_exact(&mut buffer).await.unwrap();
        assert_eq!(&buffer, b"HTTP/1.1 413");
        let form = browser.get("/sign-in").await.form();
        let answer = browser.post(&form, &[("email", &"a".repeat(260 * 1024))]).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-type")), (413, "text/html; charset=utf-8"));
    })
    .await;
}

#[tokio::test]
async fn a_panic_is_a_page_with_the_requests_id_and_the_next_request_is_served() {
    on_sqlite(&[], async |served| {
        let routes: Router<Site> = Router::new().route("/boom", get(async || -> String { panic!("boom") }));
        let app = router(served.site.clone(), routes).unwrap();
        let request = |path: &str| http::Request::get(path).body(axum::body::Body::empty()).unwrap();
        let response = app.clone().oneshot(request("/boom")).await.unwrap();
        assert_eq!(response.status(), 500);
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        let body = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(body.contains(&id) && !body.contains("boom"), "{body}");
        assert_eq!(app.oneshot(request("/livez")).await.unwrap().status(), 200);
    })
    .await;
}

#[tokio::test]
async fn without_a_database_requests_fail_at_once_and_the_server_lives() {
    on_sqlite(&[], async |served| {
        let browser = served.browser();
        browser.sign_in(&served, "ada@example.org").await;
        served.engine.database().close().await;
        assert_eq!(browser.get("/livez").await.status, 200);
        assert_eq!(browser.get("/readyz").await.status, 503);
        let page = browser.get("/me").await;
        assert_eq!(page.status, 503);
        assert!(!page.body.to_lowercase().contains("sqlite"), "{}", page.body);
        let request = browser.request(Method::POST, "/graphql").header("content-type", "application/json");
        let answer = finish(request.body(r#"{"query":"{ __typename }"}"#)).await;
        assert_eq!((answer.status.as_u16(), answer.code().await.as_str()), (503, "UNAVAILABLE"));
    })
    .await;
}

#[tokio::test]
async fn what_an_address_does_not_take_is_a_page_that_says_so() {
    on_sqlite(&[], async |served| {
        let browser = served.browser();
        for (method, path) in
            [(Method::POST, "/"), (Method::DELETE, "/livez"), (Method::POST, "/me"), (Method::PUT, "/sign-in")]
        {
            let answer = finish(browser.request(method.clone(), path)).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert!(answer.header("allow").contains("GET"), "{method} {path}: {:?}", answer.headers);
            assert!(answer.body.contains("does not take requests of this method"), "{method} {path}: {}", answer.body);
        }
        for path in ["/%C3%28", "/assets/%80", "/admin/%ff", "/admin/users/%ff"] {
            let answer = browser.get(path).await;
            assert_eq!(answer.status, 404, "{path}");
            assert!(answer.body.contains("There is nothing at this address"), "{path}: {}", answer.body);
        }
    })
    .await;
}

#[tokio::test]
async fn a_head_that_is_too_long_is_refused() {
    on_sqlite(&[], async |served| {
        let cookie = "a".repeat(200_000);
        let many = (0..200).map(|it| format!("x-{it}: 1\r\n")).collect::<String>();
        for (line, headers, status) in [
            (format!("GET /?{cookie} HTTP/1.1"), String::new(), ["HTTP/1.1 414", "HTTP/1.1 431"]),
            ("GET / HTTP/1.1".into(), format!("cookie: {cookie}\r\n"), ["HTTP/1.1 431"; 2]),
            ("GET / HTTP/1.1".into(), many, ["HTTP/1.1 431"; 2]),
        ] {
            let mut stream = TcpStream::connect(served.base.strip_prefix("http://").unwrap()).await.unwrap();
            // It may be answered and closed before all of it was sent.
            let _ = stream.write_all(format!("{line}\r\nhost: a\r\n{headers}\r\n").as_bytes()).await;
            let mut buffer = [0; 12];
            stream.read_exact(&mut buffer).await.unwrap();
            let answered = String::from_utf8_lossy(&buffer).into_owned();
            assert!(status.contains(&answered.as_str()), "{answered}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_does_not_end_is_ended_with_its_request() {
    on_sqlite(&[], async |served| {
        let endless = async |State(site): State<Site>| {
            let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
            let connection = site.engine().system("a test").unpoliced("what no action does");
            // Awaited on its own, this would go on for ever.
            connection.execute_unprepared(sql).await.err().map(|it| it.to_string()).unwrap_or_default()
        };
        let app = router(served.site.clone(), Router::new().route("/endless", get(endless))).unwrap();
        let request = http::Request::get("/endless").body(axum::body::Body::empty()).unwrap();
        let answer = app.oneshot(request).await.unwrap().into_body();
        let answer = axum::body::to_bytes(answer, 1 << 20).await.unwrap();
        assert!(String::from_utf8_lossy(&answer).contains("interrupted"), "{answer:?}");
        assert_eq!(served.browser().get("/readyz").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn who_comes_when_there_are_as_many_connections_as_may_be_waits_for_one_to_end() {
    let application = sign_in::application();
    on(Backend::Sqlite, &application, async |engine| {
        let served =
            Served::start_bounded(engine, &[], ServerLimits { connections: 1, ..ServerLimits::default() }).await;
        let address = served.base.strip_prefix("http://").unwrap();
        let request = b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\n";
        let mut buffer = [0; 1024];
        let mut first = TcpStream::connect(address).await.unwrap();
        first.write_all(request).await.unwrap();
        assert!(first.read(&mut buffer).await.unwrap() > 0);
        let mut second = TcpStream::connect(address).await.unwrap();
        second.write_all(request).await.unwrap();
        // The first is served again, and still nobody has looked at the second.
        first.write_all(request).await.unwrap();
        assert!(first.read(&mut buffer).await.unwrap() > 0);
        assert_eq!(second.try_read(&mut buffer).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
        drop(first);
        assert!(second.read(&mut buffer).await.unwrap() > 0);
    })
    .await;
}

#[tokio::test]
async fn a_site_may_bound_operations_and_answers_otherwise() {
    on(Backend::Sqlite, &sign_in::application(), async |engine| {
        let graphql = Limits { fields: 1, ..Limits::default() };
        let bounds = ServerLimits { graphql, answer: Duration::from_millis(1), ..ServerLimits::default() };
        let short = Served::start_bounded(engine.clone(), &[], bounds.clone()).await;
        let never = Router::new().route("/never", get(async || std::future::pending::<()>().await));
        let app = router(short.site.clone(), never).unwrap();
        let request = http::Request::get("/never").body(axum::body::Body::empty()).unwrap();
        let response = app.oneshot(request).await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers()["retry-after"].as_bytes()), (503, b"5".as_slice()));
        let bounds = ServerLimits { answer: ServerLimits::default().answer, ..bounds };
        let small = Served::start_bounded(engine, &[], bounds).await;
        let answer = small.browser().graphql(&serde_json::json!({ "query": "{ a: __typename __typename }" })).await;
        assert_eq!(answer.code().await, "LIMIT_EXCEEDED");
    })
    .await;
}
