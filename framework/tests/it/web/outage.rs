//! A database, or a proxy before it, that hangs up: at whatever moment, it is `UNAVAILABLE`, 503, and once it is back all goes on.

use std::str::FromStr;
use std::sync::Arc;

use samara::database::{Backend, Database};
use samara::engine::Engine;
use samara::error::Code;
use samara::query::Query;
use samara::settings::Settings;
use samara::testing::TestDatabase;
use serde_json::json;
use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;

use crate::support::people::of;
use crate::support::served::{Served, finish};
use crate::support::sign_in;

/// What a client is told instead of being let through: one after the other, each after the client has sent something; then the end.
type Script = &'static [&'static [u8]];

const LETS_THROUGH: Option<Script> = None;

/// Each moment of the handshake, and answers of what is no PostgreSQL.
const FAULTS: [(&str, Script); 9] = [
    ("at once", &[]),
    ("when it is asked for encryption", &[b""]),
    ("after it refused encryption", &[b"N", b""]),
    ("in the middle of its first message", &[b"N", b"R\0\0"]),
    ("after it let the user in", &[b"N", b"R\0\0\0\x08\0\0\0\0"]),
    ("in the middle of its settings", &[b"N", b"R\0\0\0\x08\0\0\0\0S\0\0\0\x19server_ver"]),
    ("with a word that is none when asked for encryption", &[b"X"]),
    ("with a message that is none", &[b"N", b"\xff\0\0\0\x08\0\0\0\0"]),
    ("as a web server", &[b"HTTP/1.1 400 Bad Request\r\n\r\n"]),
];

/// Stands between us and a database.
struct Proxy {
    url: String,
    script: watch::Sender<Option<Script>>,
}

impl Proxy {
    /// Stands before the database at `url`.
    async fn before(url: &str) -> Self {
        let upstream = Arc::new(PgConnectOptions::from_str(url).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let user = upstream.get_username();
        let database = upstream.get_database().unwrap();
        let address = format!("postgres://{user}@{}/{database}", listener.local_addr().unwrap());
        let (script, scripts) = watch::channel(LETS_THROUGH);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(talk(client, upstream.clone(), scripts.clone()));
            }
        });
        Self { url: address, script }
    }

    /// Cuts off whoever is let through, and follows that script from now on.
    fn follow(&self, script: Option<Script>) {
        self.script.send(script).unwrap();
    }
}

async fn talk(mut client: TcpStream, upstream: Arc<PgConnectOptions>, mut scripts: watch::Receiver<Option<Script>>) {
    let script = *scripts.borrow_and_update();
    let Some(script) = script else {
        let server = connect(&upstream).await;
        let through = async {
            match server {
                Stream::Tcp(mut it) => pump(&mut client, &mut it).await,
                Stream::Unix(mut it) => pump(&mut client, &mut it).await,
            }
        };
        tokio::select! {
            () = through => {}
            _ = scripts.changed() => {}
        }
        return;
    };
    let mut heard = [0; 1024];
    for words in script {
        if client.read(&mut heard).await.unwrap_or(0) == 0 || client.write_all(words).await.is_err() {
            return;
        }
    }
}

async fn pump(client: &mut TcpStream, server: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    let _ = tokio::io::copy_bidirectional(client, server).await;
}

enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

async fn connect(options: &PgConnectOptions) -> Stream {
    let (host, port) = (options.get_host(), options.get_port());
    let folder = options.get_socket().map(|it| it.display().to_string());
    match folder.or_else(|| host.starts_with('/').then(|| host.to_owned())) {
        Some(folder) => Stream::Unix(UnixStream::connect(format!("{folder}/.s.PGSQL.{port}")).await.unwrap()),
        None => Stream::Tcp(TcpStream::connect((host, port)).await.unwrap()),
    }
}

#[tokio::test]
async fn a_database_that_hangs_up_at_any_moment_is_unavailable_and_then_there_again() {
    let application = sign_in::application();
    let database = TestDatabase::with_tables(Backend::Postgres, &application.ir).await;
    let proxy = Proxy::before(database.url()).await;
    let connected = Database::connect(&proxy.url).await.unwrap();
    let secret = Settings::read(|_| None).unwrap().secret;
    let engine = Engine::new(application.verified().unwrap(), connected).keyed(secret);
    let served = Served::start(engine.clone(), &[]).await;
    let signed_in = served.browser();
    signed_in.sign_in(&served, "ada@example.org").await;
    let strangers = served.browser();
    let reads = json!({ "query": "{ activities { totalCount } }" });
    let asks =
        json!({ "query": "mutation { requestSignInCode(input: { email: \"b@example.org\" }) { errors { code } } }" });
    for (moment, script) in FAULTS {
        proxy.follow(Some(script));
        // The first may meet a connection that was cut, the others meet the handshake.
        for _ in 0..3 {
            let error = engine.system("a test").read(Query::unrestricted(of(&engine, "User"))).await.unwrap_err();
            assert_eq!(error.code(), Code::Unavailable, "{moment}: {:?}", std::error::Error::source(&error));
        }
        let refused = Database::connect(&proxy.url).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unavailable, "{moment}");
        for (who, browser, body) in [("signed in", &signed_in, &reads), ("a stranger", &strangers, &asks)] {
            let answer = browser.graphql(body).await;
            let found = (answer.status.as_u16(), answer.header("retry-after").to_owned());
            assert_eq!(found, (503, "5".to_owned()), "{moment}, {who}: {}", answer.body);
            assert!(answer.body.contains("UNAVAILABLE"), "{moment}, {who}: {}", answer.body);
        }
        let page = signed_in.get("/me").await;
        assert_eq!((page.status.as_u16(), page.header("retry-after")), (503, "5"), "{moment}");
        assert_eq!(served.browser().get("/readyz").await.status, 503, "{moment}");
        proxy.follow(LETS_THROUGH);
        assert_eq!(signed_in.current_user().await.as_deref(), Some("ada"), "{moment}");
    }
    engine.database().close().await;
    database.remove().await;
}

#[tokio::test]
async fn what_could_be_answered_in_part_is_an_answer() {
    let application = sign_in::application();
    let database = TestDatabase::with_tables(Backend::Postgres, &application.ir).await;
    let proxy = Proxy::before(database.url()).await;
    let connected = Database::connect(&proxy.url).await.unwrap();
    let secret = Settings::read(|_| None).unwrap().secret;
    let engine = Engine::new(application.verified().unwrap(), connected).keyed(secret);
    let served = Served::start(engine.clone(), &[]).await;
    proxy.follow(Some(&[]));
    let ask = async |query: &str| {
        let request = served.browser().request(reqwest::Method::POST, "/graphql");
        finish(request.json(&json!({ "query": query }))).await
    };
    let code = "requestSignInCode(input: { email: \"b@example.org\" }) { errors { code } }";
    assert_eq!(ask("{ __typename }").await.status, 200);
    assert_eq!(ask(&format!("mutation {{ __typename {code} }}")).await.status, 200);
    assert_eq!(ask(&format!("mutation {{ a: {code} b: {code} }}")).await.status, 503);
    assert_eq!(ask("{ nothing }").await.status, 200);
    engine.database().close().await;
    database.remove().await;
}
