//! The end of a server: what runs is answered, what comes later is not taken.

use axum::Router;
use axum::routing::get;
use samara::site::Site;
use samara::web::{router, serve};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};

use crate::support::served::on_sqlite;

#[tokio::test]
async fn a_request_that_runs_is_answered_before_the_end() {
    on_sqlite(&[], async |served| {
        let (started, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (reached, released) = (started.clone(), go_on.clone());
        let slow = async move || {
            reached.notify_one();
            released.notified().await;
            "done"
        };
        let routes: Router<Site> = Router::new().route("/slow", get(slow));
        let app = router(served.site.clone(), routes).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let site = served.site.clone();
        let server = tokio::spawn(async move {
            serve(listener, app, &site, async { drop(stopped.await) }).await;
        });
        let mut idle = TcpStream::connect(address).await.unwrap();
        idle.write_all(b"GET /readyz HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        assert!(read_some(&mut idle).await.starts_with("HTTP/1.1 200"));
        let request = tokio::spawn(reqwest::get(format!("http://{address}/slow")));
        started.notified().await;
        drop(stop);
        let mut end = String::new();
        idle.read_to_string(&mut end).await.unwrap();
        assert_eq!(end, "", "an idle connection is closed");
        assert!(TcpStream::connect(address).await.is_err(), "no new one is taken");
        assert!(!server.is_finished());
        go_on.notify_one();
        assert_eq!(request.await.unwrap().unwrap().text().await.unwrap(), "done");
        server.await.unwrap();
        assert_eq!(served.browser().get("/readyz").await.status, 503, "of the same site, on another port");
    })
    .await;
}

async fn read_some(stream: &mut TcpStream) -> String {
    let mut buffer = vec![0; 4096];
    let read = stream.read(&mut buffer).await.unwrap();
    String::from_utf8_lossy(&buffer[..read]).into_owned()
}
