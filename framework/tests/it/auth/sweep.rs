//! What ended long ago is removed, and nothing else.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use samara::application::Application;
use samara::context::Context;
use samara::error::{Code, Error};
use samara::event::{Consumer, Event, Interest};
use samara::future::BoxFuture;
use samara::ir::{self, Action, ActionKind, App, OnDelete, Type};
use samara::query::Query;
use samara::record::Input;
use samara::value::Value;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::support::served::{Served, on_both, on_both_with};
use crate::support::{declare, sign_in};

#[tokio::test]
async fn what_ended_long_ago_is_forgotten() {
    on_both(async |mut served| {
        for name in ["ada", "bob"] {
            served.browser().sign_in(&served, &format!("{name}@example.org")).await;
        }
        served.without_courier().await;
        let sweep = async || samara::auth::sweep::sweep(&served.engine).await.unwrap();
        sweep().await;
        assert_eq!(rows(&served).await, [2, 2, 2, 5]);
        // One session expired 31 days ago, the other one 29.
        let sessions = served.engine.app().find("Session").unwrap();
        let cx = served.engine.system("a test lets time pass");
        let now = cx.database_now().await.unwrap();
        let found = cx.read(Query::unrestricted(sessions)).await.unwrap().records;
        for (session, days) in found.iter().zip([31, 29]) {
            let then = Value::Timestamp(now - TimeDelta::days(days));
            let input = Input::new().with("last_seen_at", then.clone()).with("expires_at", then);
            cx.update(sessions, "touch", session.id(served.engine.app()).unwrap(), input).await.unwrap();
        }
        sweep().await;
        assert_eq!(rows(&served).await, [2, 1, 2, 5]);
        assert_eq!(
            cx.read(Query::unrestricted(sessions)).await.unwrap().records[0].id(served.engine.app()),
            found[1].id(served.engine.app())
        );
        // The other one was ended 31 days ago, whenever it would have expired.
        let long_ago = cx.with_now(now - TimeDelta::days(31));
        long_ago.update(sessions, "revoke", found[1].id(served.engine.app()).unwrap(), Input::new()).await.unwrap();
        sweep().await;
        assert_eq!(rows(&served).await, [2, 0, 2, 5]);
    })
    .await;
}

#[tokio::test]
async fn what_the_app_holds_on_to_stays_and_the_rest_goes() {
    on_both_with(&with_devices(), &[], async |served| {
        let cx = served.engine.system("a test lets time pass");
        let user = register(&cx).await;
        // The newest are swept first: one page of them stays, and the first comes after it.
        let sessions = ended_sessions(&cx, user, 201).await;
        hold(&cx, &sessions[1..]).await;
        assert_eq!(served.count("Session").await, 201);
        samara::auth::sweep::sweep(&served.engine).await.unwrap();
        assert_eq!((served.count("Session").await, served.count("Device").await), (200, 200));
    })
    .await;
}

#[tokio::test]
async fn what_ended_goes_a_batch_at_a_time_and_one_by_one_where_a_row_is_held() {
    on_both_with(&with_devices(), &[], async |served| {
        let batches = Batches::default();
        let engine = served.engine.with_consumer(batches.clone());
        let cx = engine.system("a test lets time pass");
        let user = register(&cx).await;
        ended_sessions(&cx, user, 201).await;
        samara::auth::sweep::sweep(&engine).await.unwrap();
        assert_eq!((served.count("Session").await, batches.take()), (0, vec![200, 1]));

        let sessions = ended_sessions(&cx, user, 3).await;
        hold(&cx, &sessions[1..2]).await;
        samara::auth::sweep::sweep(&engine).await.unwrap();
        assert_eq!((served.count("Session").await, batches.take()), (1, vec![1, 1]));
    })
    .await;
}

#[tokio::test]
async fn a_table_that_cannot_be_swept_holds_up_no_other() {
    on_both_with(&with_devices(), &[], async |mut served| {
        served.without_courier().await;
        let cx = served.engine.system("a test lets time pass");
        let user = register(&cx).await;
        ended_sessions(&cx, user, 3).await;
        // It is swept first.
        let away = "ALTER TABLE outbox_mails RENAME TO away";
        cx.unpoliced("what no action does").execute_unprepared(away).await.unwrap();
        let failed = samara::auth::sweep::sweep(&served.engine).await.unwrap_err();
        assert_eq!((failed.code(), served.count("Session").await), (Code::Internal, 0));
    })
    .await;
}

async fn register(cx: &Context) -> Uuid {
    let app = cx.engine().app();
    let text = |it: &str| Value::Text(it.into());
    let user = Input::new().with("email", text("ada@example.org")).with("display_name", text("ada"));
    cx.create(app.find("User").unwrap(), "register", user).await.unwrap().id(app).and_then(|it| it.as_uuid()).unwrap()
}

/// Sessions of the user that ended 31 days ago, the oldest first.
async fn ended_sessions(cx: &Context, user: Uuid, count: usize) -> Vec<Uuid> {
    let app = cx.engine().app();
    let text = |it: &str| Value::Text(it.into());
    let long_ago = Value::Timestamp(cx.now() - TimeDelta::days(31));
    let mut sessions = Vec::with_capacity(count);
    for _ in 0..count {
        let session = Input::new()
            .with("user_id", Value::Uuid(user))
            .with("token_hash", text(&Uuid::now_v7().to_string()))
            .with("kind", text("BROWSER"))
            .with("expires_at", long_ago.clone())
            .with("last_seen_at", long_ago.clone());
        let session = cx.create(app.find("Session").unwrap(), "start", session).await.unwrap();
        sessions.push(session.id(app).and_then(|it| it.as_uuid()).unwrap());
    }
    sessions
}

/// Adds a device to each of the sessions, which keeps it.
async fn hold(cx: &Context, sessions: &[Uuid]) {
    let devices = cx.engine().app().find("Device").unwrap();
    for session in sessions {
        cx.create(devices, "add", Input::new().with("session_id", Value::Uuid(*session))).await.unwrap();
    }
}

/// How many sessions each write destroyed.
#[derive(Clone, Debug, Default)]
struct Batches(Arc<Mutex<Vec<usize>>>);

impl Batches {
    fn take(&self) -> Vec<usize> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Consumer for Batches {
    fn interest(&self, resource: &ir::Resource, action: &Action) -> Interest {
        if resource.name == "Session" && action.is_destroy() { Interest::Keys } else { Interest::None }
    }

    fn consume<'a>(&'a self, _: &'a Context, events: &'a [Event]) -> BoxFuture<'a, Result<(), Error>> {
        Box::pin(async {
            self.0.lock().unwrap().push(events.len());
            Ok(())
        })
    }
}

/// The application with devices, each of which keeps its session.
fn with_devices() -> Application {
    let Application { ir, functions, .. } = sign_in::application();
    let mut device = declare::resource("Device", "devices");
    device.attributes.push(declare::attribute("session_id", Type::Uuid));
    device.relationships = vec![declare::belongs_to("session", "Session", OnDelete::Restrict)];
    let add = declare::action("add", ActionKind::Create);
    device.actions.push(Action { accept: vec!["session_id".into()], ..add });
    let domains = [ir.domains(), &[declare::domain("Devices", std::slice::from_ref(&device))]].concat();
    let resources = [ir.resources(), &[device]].concat();
    Application::new(App::new(domains, resources, ir.enums().to_vec()), functions)
}

async fn rows(served: &Served) -> [usize; 4] {
    let mut counts = [0; 4];
    for (count, resource) in counts.iter_mut().zip(["MagicLink", "Session", "OutboxMail", "RateLimit"]) {
        *count = served.count(resource).await;
    }
    counts
}
