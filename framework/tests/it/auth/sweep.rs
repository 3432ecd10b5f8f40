//! What ended long ago is removed, and nothing else.

use chrono::TimeDelta;
use samara::application::Application;
use samara::ir::{Action, ActionKind, App, OnDelete, Type};
use samara::query::Query;
use samara::record::Input;
use samara::value::Value;

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
        let found = cx.read(Query::new(sessions)).await.unwrap().records;
        for (session, days) in found.iter().zip([31, 29]) {
            let then = Value::Timestamp(now - TimeDelta::days(days));
            let input = Input::new().with("last_seen_at", then.clone()).with("expires_at", then);
            cx.update(sessions, "touch", session.id(served.engine.app()).unwrap(), input).await.unwrap();
        }
        sweep().await;
        assert_eq!(rows(&served).await, [2, 1, 2, 5]);
        assert_eq!(
            cx.read(Query::new(sessions)).await.unwrap().records[0].id(served.engine.app()),
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
        let app = served.engine.app();
        let of = |name: &str| app.find(name).unwrap();
        let cx = served.engine.system("a test lets time pass");
        let text = |it: &str| Value::Text(it.into());
        let user = Input::new().with("email", text("ada@example.org")).with("display_name", text("ada"));
        let user = cx.create(of("User"), "register", user).await.unwrap().id(app).unwrap();
        let long_ago = Value::Timestamp(cx.now() - TimeDelta::days(31));
        // The newest are swept first: one page of them stays, and the first comes after it.
        for number in 0..=200 {
            let session = Input::new()
                .with("user_id", Value::Uuid(user))
                .with("token_hash", text(&number.to_string()))
                .with("kind", text("BROWSER"))
                .with("expires_at", long_ago.clone())
                .with("last_seen_at", long_ago.clone());
            let session = cx.create(of("Session"), "start", session).await.unwrap().id(app).unwrap();
            if number > 0 {
                let device = Input::new().with("session_id", Value::Uuid(session));
                cx.create(of("Device"), "add", device).await.unwrap();
            }
        }
        assert_eq!(served.count("Session").await, 201);
        samara::auth::sweep::sweep(&served.engine).await.unwrap();
        assert_eq!((served.count("Session").await, served.count("Device").await), (200, 200));
    })
    .await;
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
