//! What ended long ago is removed, and nothing else.

use chrono::TimeDelta;
use samara::query::Query;
use samara::record::Input;
use samara::value::Value;

use crate::support::served::{Served, on_both};

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

async fn rows(served: &Served) -> [usize; 4] {
    let mut counts = [0; 4];
    for (count, resource) in counts.iter_mut().zip(["MagicLink", "Session", "OutboxMail", "RateLimit"]) {
        *count = served.count(resource).await;
    }
    counts
}
