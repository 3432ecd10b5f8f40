//! A server with some rows, and clients that are signed in to it.

use std::sync::Mutex;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{ALLOW, COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use samara::application::Application;
use samara::auth::token;
use samara::database::Backend;
use samara::engine::Engine;
use samara::record::{Input, Record};
use samara::settings::Settings;
use samara::site::Site;
use samara::testing;
use samara::value::Value;
use samara::web;
use uuid::Uuid;

use super::fixture;

/// A running server over an engine.
pub(crate) struct Served {
    pub(crate) engine: Engine,
    pub(crate) url: String,
    site: Site,
    server: tokio::task::JoinHandle<()>,
}

/// Somebody who looks at its pages. Redirects are not followed.
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<token::Token>,
    /// The flash cookie that it was last given.
    flash: Mutex<Option<String>>,
    /// The tenant cookie.
    tenant: Mutex<Option<String>>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) allow: Option<String>,
    /// What htmx puts into the address bar.
    pub(crate) pushed: Option<String>,
    pub(crate) html: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Served {
    pub(crate) async fn start(engine: &Engine) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let settings = Settings::read(|name| (name == "SAMARA_ENV").then(|| "test".to_owned())).unwrap();
        let base_url = settings.base_url(address);
        let url = base_url.as_str().trim_end_matches('/').to_owned();
        let site = Site::new(engine.clone(), settings, base_url).unwrap();
        let router = web::router(site.clone(), axum::Router::new()).unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { engine: engine.clone(), url, site, server }
    }

    /// The same without a socket before it.
    pub(crate) fn router(&self) -> axum::Router {
        web::router(self.site.clone(), axum::Router::new()).unwrap()
    }

    /// Runs a create on the framework's account.
    pub(crate) async fn create(&self, resource: &str, action: &str, input: Input) -> Uuid {
        let id = self.engine.app().find(resource).unwrap();
        let record: Record = self.engine.system("seeds").create(id, action, input).await.unwrap();
        record.id(self.engine.app()).and_then(|it| it.as_uuid()).unwrap()
    }

    /// Runs an update on the framework's account.
    pub(crate) async fn update(&self, resource: &str, action: &str, id: Uuid, input: Input) {
        let resource = self.engine.app().find(resource).unwrap();
        self.engine.system("seeds").update(resource, action, id, input).await.unwrap();
    }

    /// Somebody of that name and role.
    pub(crate) async fn user(&self, name: &str, role: &str) -> Uuid {
        let local: String = name.to_lowercase().replace(' ', ".").chars().filter(char::is_ascii).collect();
        let email = format!("{local}@example.org");
        let input = Input::new().with("email", Value::Text(email)).with("display_name", Value::Text(name.into()));
        let id = self.create("User", "register", input).await;
        self.update("User", "set_role", id, Input::new().with("role", Value::Text(role.into()))).await;
        id
    }

    /// A client with a session of that user.
    pub(crate) async fn client(&self, user: Uuid) -> Client {
        Client { token: Some(self.session(user, "BROWSER").await), ..self.stranger() }
    }

    /// The token of a new session of that user.
    pub(crate) async fn session(&self, user: Uuid, kind: &str) -> token::Token {
        let token = token::Token::new(token::TokenKind::Session).unwrap();
        let now = self.engine.system("seeds").now();
        let input = Input::new()
            .with("user_id", Value::Uuid(user))
            .with("token_hash", Value::Text(token.hash()))
            .with("kind", Value::Text(kind.into()))
            .with("expires_at", Value::Timestamp(now + chrono::TimeDelta::days(1)))
            .with("last_seen_at", Value::Timestamp(now))
            .with("ip", Value::Text("192.0.2.7".into()))
            .with("agent", Value::Text("Mozilla/5.0 (X11; Linux x86_64) Chromium/156".into()));
        self.create("Session", "start", input).await;
        token
    }

    /// A client without a session.
    pub(crate) fn stranger(&self) -> Client {
        let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        Client { http, url: self.url.clone(), token: None, flash: Mutex::default(), tenant: Mutex::default() }
    }
}

impl Client {
    pub(crate) async fn get(&self, path: &str) -> Answered {
        self.send(self.http.get(format!("{}{path}", self.url))).await
    }

    /// Posts a form as its page would: with the token that stands in it.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answered {
        let token = self.get("/admin/users").await.token();
        let mut fields = fields.to_vec();
        fields.push(("_csrf", &token));
        self.post_without_token(path, &fields).await
    }

    pub(crate) async fn post_without_token(&self, path: &str, fields: &[(&str, &str)]) -> Answered {
        self.send(self.http.post(format!("{}{path}", self.url)).header("Origin", &self.url).form(fields)).await
    }

    /// What is stored of its session's token.
    pub(crate) fn token_hash(&self) -> String {
        self.token.as_ref().map(token::Token::hash).unwrap_or_default()
    }

    /// Its session's token.
    pub(crate) fn token(&self) -> &str {
        self.token.as_ref().map(token::Token::reveal).unwrap_or_default()
    }

    /// As htmx asks for rows, with another header where one is given.
    pub(crate) async fn get_in_place(&self, path: &str, more: Option<&'static str>) -> Answered {
        let request = self.http.get(format!("{}{path}", self.url)).header("HX-Request", "true");
        self.send(more.into_iter().fold(request, |it, name| it.header(name, "true"))).await
    }

    /// The flash cookie that it has.
    pub(crate) fn flash(&self) -> Option<String> {
        self.flash.lock().unwrap().clone()
    }

    /// Takes on the cookie of a browser.
    pub(crate) fn with_flash(&self, flash: &str) {
        *self.flash.lock().unwrap() = Some(flash.to_owned());
    }

    /// Takes on the tenant cookie of a browser.
    pub(crate) fn with_tenant(&self, tenant: &str) {
        *self.tenant.lock().unwrap() = Some(utf8_percent_encode(tenant, NON_ALPHANUMERIC).to_string());
    }

    /// Sends a body to the API, within those tenants; answers status and body.
    pub(crate) async fn graphql(&self, body: &serde_json::Value, tenants: &[&str]) -> (u16, serde_json::Value) {
        let request = self.http.post(format!("{}/graphql", self.url)).header("Content-Type", "application/json");
        let request = request.header(COOKIE, format!("sid={}", self.token())).body(body.to_string());
        let request = tenants.iter().fold(request, |request, it| request.header("Samara-Tenant", *it));
        let response = request.send().await.unwrap();
        (response.status().as_u16(), serde_json::from_str(&response.text().await.unwrap()).unwrap())
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answered {
        let session = self.token.as_ref().map(|it| format!("sid={}", it.reveal()));
        let kept = [("flash", &self.flash), ("tenant", &self.tenant)];
        let sent = kept.iter().filter_map(|(name, it)| Some(format!("{name}={}", it.lock().unwrap().as_ref()?)));
        let cookies: Vec<String> = session.into_iter().chain(sent).collect();
        let request = if cookies.is_empty() { request } else { request.header(COOKIE, cookies.join("; ")) };
        let response = request.send().await.unwrap();
        for cookie in response.headers().get_all(SET_COOKIE) {
            for (name, it) in kept {
                let set = cookie.to_str().unwrap().strip_prefix(&format!("{name}="));
                if let Some(value) = set.map(|it| it.split(';').next().unwrap_or_default()) {
                    *it.lock().unwrap() = Some(value.to_owned()).filter(|it| !it.is_empty());
                }
            }
        }
        let pushed = response.headers().get("HX-Push-Url").map(|it| it.to_str().unwrap().to_owned());
        let header = |name| response.headers().get(name).map(|it| it.to_str().unwrap().to_owned());
        let (location, allow) = (header(LOCATION), header(ALLOW));
        Answered { status: response.status().as_u16(), location, allow, pushed, html: response.text().await.unwrap() }
    }
}

impl Answered {
    /// The value of the input of that name; panics if there is none.
    pub(crate) fn value(&self, name: &str) -> String {
        let tag = self.html.split('<').find(|it| it.starts_with("input") && it.contains(&format!("name=\"{name}\"")));
        let tag = tag.unwrap_or_else(|| panic!("no input {name}: {}", self.text()));
        tag.split("value=\"").nth(1).and_then(|it| it.split('"').next()).unwrap_or_default().to_owned()
    }

    /// Where the link of that id leads, if there is one.
    pub(crate) fn link(&self, id: &str) -> Option<String> {
        let tag = self.html.split('<').find(|it| it.starts_with("a ") && it.contains(&format!("id=\"{id}\"")))?;
        Some(tag.split(" href=\"").nth(1)?.split('"').next()?.replace("&amp;", "&"))
    }

    /// The token of the page's forms.
    pub(crate) fn token(&self) -> String {
        let rest = self.html.split("name=\"_csrf\" value=\"").nth(1).expect("a form");
        rest.split('"').next().unwrap().to_owned()
    }

    /// How many rows the page's first table has.
    pub(crate) fn rows(&self) -> usize {
        self.body().matches("<tr").count()
    }

    /// What stands in the first cell of each row.
    pub(crate) fn first_cells(&self) -> Vec<String> {
        self.body().split("<tr").skip(1).map(|row| text(row.split("</td>").next().unwrap_or_default())).collect()
    }

    fn body(&self) -> &str {
        self.html.split("<tbody").nth(1).and_then(|it| it.split("</tbody>").next()).unwrap_or_default()
    }

    /// The ids of rows that the page links to.
    pub(crate) fn ids(&self) -> Vec<Uuid> {
        let links = self.html.split("href=\"/admin/").skip(1);
        links.filter_map(|it| it.split('"').next()?.split('/').nth(1)?.parse().ok()).collect()
    }

    /// The text of the page's `main`, tags aside.
    pub(crate) fn text(&self) -> String {
        let main = self.html.split("<main").nth(1).unwrap_or_default();
        text(main)
    }
}

/// Runs `check` with a server and an admin's client, on both databases.
pub(crate) async fn on_both(check: impl AsyncFn(Served, Client)) {
    on_both_with(&fixture::application(), check).await;
}

/// The same, of that application.
pub(crate) async fn on_both_with(application: &Application, check: impl AsyncFn(Served, Client)) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        on(backend, application, &check).await;
    }
}

/// The same on one of them.
pub(crate) async fn on(backend: Backend, application: &Application, check: impl AsyncFn(Served, Client)) {
    testing::on(backend, application, async |engine| {
        let served = Served::start(&engine).await;
        let admin = served.user("Ada Admin", "ADMIN").await;
        let client = served.client(admin).await;
        check(served, client).await;
    })
    .await;
}

/// Makes a world through its form, and answers its id.
pub(crate) async fn world(client: &Client, name: &str, slug: &str) -> Uuid {
    let made = client.post("/admin/worlds/new", &[("name", name), ("slug", slug), ("visibility", "PUBLIC")]).await;
    assert_eq!(made.status, 303, "{}", made.text());
    made.location.as_deref().unwrap().rsplit('/').next().unwrap().parse().unwrap()
}

pub(crate) async fn activities(served: &Served, user: Uuid, count: usize) {
    let resource = served.engine.app().find("Activity").unwrap();
    let cx = served.engine.system("seeds").acting_as(user).await.unwrap();
    for index in 0..count {
        let kind = if index % 2 == 0 { "BUILD" } else { "EXPLORE" };
        let occurred_at = cx.now() - chrono::TimeDelta::hours(index as i64);
        let input =
            Input::new().with("kind", Value::Text(kind.into())).with("occurred_at", Value::Timestamp(occurred_at));
        cx.create(resource, "record", input).await.unwrap();
    }
}

/// What is left of HTML without its tags.
fn text(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<').skip(1) {
        let (_, words) = part.split_once('>').unwrap_or_default();
        text.push(' ');
        text.push_str(words);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
