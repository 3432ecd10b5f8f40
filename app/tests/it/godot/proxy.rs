//! A proxy between the game and the application that loses, holds or refuses what it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// The proxy; it ends with the value.
pub(super) struct Proxy {
    /// `http://127.0.0.1:PORT`.
    pub(super) url: String,
    rules: Arc<Rules>,
    task: JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What it does to requests, of which those of one operation may be told apart.
struct Rules {
    server: String,
    http: reqwest::Client,
    is_cut: AtomicBool,
    /// The number of answers still to lose.
    lost: AtomicUsize,
    is_held: AtomicBool,
    dropped: Notify,
    seen: AtomicUsize,
    operation: std::sync::Mutex<String>,
}

impl Proxy {
    /// One before the application at that address.
    pub(super) async fn start(server: &str) -> Self {
        let rules = Arc::new(Rules {
            server: server.to_owned(),
            http: reqwest::Client::new(),
            is_cut: AtomicBool::new(false),
            lost: AtomicUsize::new(0),
            is_held: AtomicBool::new(false),
            dropped: Notify::new(),
            seen: AtomicUsize::new(0),
            operation: std::sync::Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(pass).with_state(rules.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("a proxy") });
        Self { url, rules, task }
    }

    /// Loses the next so many answers to that operation; the application has the requests.
    pub(super) fn lose_answers(&self, operation: &str, number: usize) {
        self.rules.name(operation);
        self.rules.lost.store(number, Ordering::SeqCst);
    }

    /// Holds answers to that operation until they are dropped, or lets them through again.
    pub(super) fn hold_answers(&self, operation: &str, is_held: bool) {
        self.rules.name(operation);
        self.rules.is_held.store(is_held, Ordering::SeqCst);
    }

    /// Drops the answers that are held.
    pub(super) fn drop_held(&self) {
        self.rules.dropped.notify_waiters();
    }

    /// Takes the way to the application away, or gives it back.
    pub(super) fn cut(&self, is_cut: bool) {
        self.rules.is_cut.store(is_cut, Ordering::SeqCst);
    }

    /// How often that operation was sent since it was last named.
    pub(super) fn seen(&self, operation: &str) -> usize {
        assert_eq!(*self.rules.operation.lock().expect("no panic"), operation);
        self.rules.seen.load(Ordering::SeqCst)
    }
}

impl Rules {
    fn name(&self, operation: &str) {
        let mut named = self.operation.lock().expect("no panic");
        if *named != operation {
            operation.clone_into(&mut named);
            self.seen.store(0, Ordering::SeqCst);
        }
    }

    fn concerns(&self, body: &Bytes) -> bool {
        let named = self.operation.lock().expect("no panic").clone();
        !named.is_empty() && String::from_utf8_lossy(body).contains(&format!("mutation {named}"))
    }
}

async fn pass(State(rules): State<Arc<Rules>>, method: Method, headers: HeaderMap, body: Bytes) -> Response {
    if rules.is_cut.load(Ordering::SeqCst) {
        return lost();
    }
    let concerned = rules.concerns(&body);
    let mut request = rules.http.request(method, format!("{}/graphql", rules.server)).body(body);
    for (name, value) in headers.iter().filter(|(name, _)| is_passed(name)) {
        request = request.header(name, value);
    }
    let Ok(answer) = request.send().await else { return lost() };
    let (status, headers) = (answer.status(), answer.headers().clone());
    let body = answer.bytes().await.unwrap_or_default();
    if concerned {
        rules.seen.fetch_add(1, Ordering::SeqCst);
        if rules.is_held.load(Ordering::SeqCst) {
            rules.dropped.notified().await;
            return lost();
        }
        if rules.lost.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |it| it.checked_sub(1)).is_ok() {
            return lost();
        }
    }
    let mut response = (status, body).into_response();
    response.headers_mut().extend(headers.into_iter().filter(|(name, _)| name.as_ref().is_none_or(is_passed)));
    response
}

/// An answer that no browser gives to a page of another origin: to the game there is none.
fn lost() -> Response {
    (StatusCode::BAD_GATEWAY, Body::empty()).into_response()
}

/// Whether a header means something beyond one connection.
fn is_passed(name: &HeaderName) -> bool {
    !["host", "connection", "content-length", "transfer-encoding", "accept-encoding", "content-encoding"]
        .contains(&name.as_str())
}
