//! A real server on a port of its own, and browsers and clients that talk to it.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder, Response, StatusCode, redirect};
use samara::application::Application;
use samara::database::Backend;
use samara::engine::Engine;
use samara::settings::Settings;
use samara::site::{ServerLimits, Site};
use samara::testing::TestDatabase;
use samara::web;
use serde_json::{Value as Json, json};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::sign_in;

/// A server that runs until it is dropped.
pub(crate) struct Served {
    pub(crate) base: String,
    pub(crate) engine: Engine,
    pub(crate) site: Site,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

/// Runs `check` against the sign-in application, once on each database.
pub(crate) async fn on_both(check: impl AsyncFn(Served)) {
    on_both_with(&sign_in::application(), &[], check).await;
}

/// The same, of that application, with more settings.
pub(crate) async fn on_both_with(
    application: &Application,
    settings: &[(&'static str, &'static str)],
    check: impl AsyncFn(Served),
) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let database = TestDatabase::with_tables(backend, &application.ir).await;
        let engine = database.engine(application).await;
        eprintln!("on {backend:?}");
        check(Served::start(engine.clone(), settings).await).await;
        engine.database().close().await;
        database.remove().await;
    }
}

/// Runs `check` against the sign-in application on SQLite, for what no database has a part in.
pub(crate) async fn on_sqlite(settings: &[(&'static str, &'static str)], check: impl AsyncFn(Served)) {
    let application = sign_in::application();
    let database = TestDatabase::with_tables(Backend::Sqlite, &application.ir).await;
    let engine = database.engine(&application).await;
    check(Served::start(engine.clone(), settings).await).await;
    engine.database().close().await;
    database.remove().await;
}

impl Served {
    /// Serves `engine`; dev, unless `settings` says otherwise.
    pub(crate) async fn start(engine: Engine, settings: &[(&'static str, &'static str)]) -> Self {
        Self::start_bounded(engine, settings, ServerLimits::default()).await
    }

    /// The same with other bounds.
    pub(crate) async fn start_bounded(
        engine: Engine,
        settings: &[(&'static str, &'static str)],
        bounds: ServerLimits,
    ) -> Self {
        Self::start_as(engine, settings, |it| it.bounded(bounds)).await
    }

    /// The same with a site that is made another one before it is served.
    pub(crate) async fn start_as(
        engine: Engine,
        settings: &[(&'static str, &'static str)],
        change: impl FnOnce(Site) -> Site,
    ) -> Self {
        let lookup = |name: &str| settings.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned());
        let settings = Settings::read(lookup).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let base = format!("http://{address}");
        let url = settings.base_url(address);
        let site = change(Site::new(engine.clone(), settings, url).unwrap());
        let router = web::router(site.clone(), axum::Router::new()).unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = site.clone();
        tokio::spawn(async move {
            web::serve(listener, router, &serving, async {
                let _ = stopped.await;
            })
            .await;
        });
        let courier = site.courier().clone();
        let task = tokio::spawn(async move { courier.run().await });
        Self { base, engine, site, stop: Some(stop), task }
    }

    /// Lets the mail that is on its way arrive, and sends no more by itself: what happens from now on the test does.
    pub(crate) async fn without_courier(&mut self) {
        self.site.courier().stop();
        (&mut self.task).await.unwrap();
    }

    /// Asks the server to end.
    pub(crate) fn stop(&mut self) {
        self.stop.take();
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.base)
    }

    /// The mails of the mailbox to that address, newest first.
    pub(crate) async fn mails(&self, to: &str) -> Vec<Json> {
        let mails: Vec<Json> =
            reqwest::get(format!("{}/dev/mailbox.json", self.base)).await.unwrap().json().await.unwrap();
        mails.into_iter().filter(|it| it["to"] == to).collect()
    }

    /// The path of the link in the newest mail to that address.
    pub(crate) async fn link(&self, to: &str) -> String {
        let mails = self.mails(to).await;
        let text = mails.first().expect("a mail")["text"].as_str().unwrap().to_owned();
        let url = text.lines().find(|it| it.contains("/auth/link/")).expect("a link").to_owned();
        url.strip_prefix(self.site.address("").as_str()).expect("a link to this site").to_owned()
    }

    /// The code in the newest mail to that address.
    pub(crate) async fn code(&self, to: &str) -> String {
        let mails = self.mails(to).await;
        let text = mails.first().expect("a mail")["text"].as_str().unwrap().to_owned();
        let is_code = |it: &&str| it.len() >= 6 && it.bytes().all(|it| it.is_ascii_digit());
        text.lines().find(is_code).expect("a code alone on a line").to_owned()
    }

    /// How many rows a resource has, whoever may read them.
    pub(crate) async fn count(&self, resource: &str) -> usize {
        let resource = self.engine.app().find(resource).unwrap();
        let cx = self.engine.system("a test counts");
        cx.read(samara::query::Query::unrestricted(resource)).await.unwrap().records.len()
    }

    /// A started sign-in: the flow and its mailed code.
    pub(crate) async fn token_flow(&self, email: &str) -> (String, String) {
        let asked = self.browser().graphql(&request_code(email)).await.json().await;
        let flow = asked["data"]["requestSignInCode"]["result"]["flow"].as_str();
        let flow = flow.unwrap_or_else(|| panic!("no flow: {asked}")).to_owned();
        (flow, self.code(&email.to_lowercase()).await)
    }

    /// A bearer token of that address.
    pub(crate) async fn token(&self, email: &str) -> String {
        let (flow, code) = self.token_flow(email).await;
        let answer = self.browser().graphql(&sign_in_with(&flow, &code)).await.json().await;
        answer["data"]["signInWithCode"]["result"]["token"].as_str().expect("a token").to_owned()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The body of `requestSignInCode`.
pub(crate) fn request_code(email: &str) -> Json {
    let query = "mutation ($email: String!) { requestSignInCode(input: { email: $email }) {
        result { flow expiresAt } errors { code message fields } } }";
    json!({ "query": query, "variables": { "email": email } })
}

/// The body of `signInWithCode`.
pub(crate) fn sign_in_with(flow: &str, code: &str) -> Json {
    let query = "mutation ($flow: String!, $code: String!) { signInWithCode(input: { flow: $flow, code: $code }) {
        result { token expiresAt user { id displayName email } } errors { code message fields } } }";
    json!({ "query": query, "variables": { "flow": flow, "code": code } })
}

/// Keeps cookies, follows nothing.
#[derive(Clone)]
pub(crate) struct Browser {
    client: reqwest::Client,
    base: String,
}

/// A finished answer.
#[derive(Clone, Debug)]
pub(crate) struct HttpResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

/// The first `method="post"` form of a page.
#[derive(Clone, Debug)]
pub(crate) struct PostForm {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl Browser {
    pub(crate) fn new(base: &str) -> Self {
        let client = reqwest::Client::builder().cookie_store(true).redirect(redirect::Policy::none()).build().unwrap();
        Self { client, base: base.to_owned() }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base))
    }

    pub(crate) async fn get(&self, path: &str) -> HttpResponse {
        finish(self.request(Method::GET, path)).await
    }

    /// Posts the first form of a page, with more fields.
    pub(crate) async fn submit(&self, page: &str, more: &[(&str, &str)]) -> HttpResponse {
        let form = self.get(page).await.form();
        self.post(&form, more).await
    }

    pub(crate) async fn post(&self, form: &PostForm, more: &[(&str, &str)]) -> HttpResponse {
        let given = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut fields: Vec<(&str, &str)> = given.filter(|(name, _)| more.iter().all(|it| it.0 != *name)).collect();
        fields.extend(more);
        finish(self.request(Method::POST, &form.action).form(&fields)).await
    }

    pub(crate) async fn graphql(&self, body: &Json) -> HttpResponse {
        finish(self.request(Method::POST, "/graphql").json(body)).await
    }

    /// Signs in by mail.
    pub(crate) async fn sign_in(&self, served: &Served, email: &str) -> HttpResponse {
        assert_eq!(self.submit("/sign-in", &[("email", email)]).await.status, 200);
        let link = served.link(&email.to_lowercase()).await;
        self.submit(&link, &[]).await
    }

    /// The display name of `currentUser`, by this browser's cookie.
    pub(crate) async fn current_user(&self) -> Option<String> {
        let answer = self.graphql(&json!({ "query": "{ currentUser { displayName } }" })).await.json().await;
        answer["data"]["currentUser"]["displayName"].as_str().map(str::to_owned)
    }
}

/// Sends a request and reads its whole answer.
pub(crate) async fn finish(request: RequestBuilder) -> HttpResponse {
    let response: Response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    HttpResponse { status, headers, body: response.text().await.unwrap() }
}

impl HttpResponse {
    pub(crate) fn header(&self, name: &str) -> &str {
        let name = HeaderName::try_from(name).unwrap();
        self.headers.get(name).map(HeaderValue::to_str).transpose().unwrap().unwrap_or_default()
    }

    pub(crate) fn cookies(&self) -> Vec<&str> {
        self.headers.get_all("set-cookie").iter().map(|it| it.to_str().unwrap()).collect()
    }

    /// The body as JSON.
    pub(crate) async fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    /// The code of the first top-level error.
    pub(crate) async fn code(&self) -> String {
        self.json().await["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The page's first form that is posted.
    pub(crate) fn form(&self) -> PostForm {
        let start = self.body.find("<form method=\"post\"").or_else(|| self.body.find("method=\"post\""));
        let rest = &self.body[start.unwrap_or_else(|| panic!("no form: {}", self.body))..];
        let form = &rest[..rest.find("</form>").unwrap()];
        let attribute = |tag: &str, name: &str| {
            let start = tag.find(&format!("{name}=\""))? + name.len() + 2;
            Some(tag[start..start + tag[start..].find('"')?].replace("&amp;", "&"))
        };
        let inputs = form.split("<input").skip(1).map(|it| &it[..it.find('>').unwrap()]);
        let hidden = inputs.filter(|it| it.contains("type=\"hidden\""));
        let fields = hidden.map(|it| (attribute(it, "name").unwrap(), attribute(it, "value").unwrap())).collect();
        PostForm { action: attribute(form, "action").unwrap(), fields }
    }
}
