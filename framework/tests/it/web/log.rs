//! The log: one line for each request, and nothing in it that could sign somebody in.

use std::io;
use std::sync::{Arc, Mutex};

use reqwest::Method;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::served::{finish, on_sqlite, sign_in_with};

/// What was logged on this thread.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_log_holds_no_secret_at_any_level() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::TRACE)
        .with_writer(lines.clone())
        .finish();
    // With a second one alive, a line that another test's thread comes to first is not taken for one that nobody wants.
    let _second = tracing::Dispatch::new(tracing_subscriber::fmt().with_writer(io::sink).finish());
    // Tests run on one thread each, so this catches what the server logs too.
    let _guard = tracing::subscriber::set_default(subscriber);
    on_sqlite(&[], async |served| {
        let browser = served.browser();
        let signed_in = browser.sign_in(&served, "ada@example.org").await;
        let link = served.link("ada@example.org").await;
        browser.get(&format!("{link}?return_to=/me")).await;
        browser.get(&format!("/{link}")).await;
        browser.get(&link.replace("/link/", "/link%2F")).await;
        let (flow, code) = served.token_flow("eve@example.org").await;
        served.browser().graphql(&sign_in_with(&flow, "00000000")).await;
        let token = served.token("bob@example.org").await;
        finish(browser.request(Method::POST, "/graphql").bearer_auth(&token).body("")).await;
        let cookies = signed_in.cookies();
        let cookie = cookies.iter().find_map(|it| it.strip_prefix("sid=")).unwrap().split(';').next().unwrap();
        let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let ours: String = log.lines().filter(|it| it.contains("samara")).collect::<Vec<_>>().join("\n");
        assert!(ours.contains("path=\"/auth/link/…\"") && ours.contains("status=410"), "{ours}");
        for secret in [link.strip_prefix("/auth/link/").unwrap(), &flow, &code, &token, cookie, "ada@example.org"] {
            assert!(!ours.contains(secret), "{secret}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_stored_and_cannot_be_given_out_is_told_with_its_row() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(lines.clone()).finish();
    let _second = tracing::Dispatch::new(tracing_subscriber::fmt().with_writer(io::sink).finish());
    let _guard = tracing::subscriber::set_default(subscriber);
    on_sqlite(&[], async |served| {
        served.browser().sign_in(&served, "ada@example.org").await;
        let session = served.engine.app().find("Session").unwrap();
        let sql = "UPDATE sessions SET token_hash = x'ff00', expires_at = 'never'";
        sea_orm::ConnectionTrait::execute_unprepared(served.engine.database().connection(), sql).await.unwrap();
        let page = served.engine.system("a test").read(samara::query::Query::new(session)).await.unwrap();
        let id = page.records[0].id(served.engine.app()).unwrap().to_string();
        let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let told =
            |field: &str| log.lines().find(|it| it.contains("declared type") && it.contains(field)).unwrap().to_owned();
        for field in ["field=expires_at", "field=token_hash"] {
            assert!(told(field).contains("resource=Session") && told(field).contains(&id), "{log}");
        }
        assert!(told("field=token_hash").contains("it may be sensitive"), "{log}");
    })
    .await;
}
