//! How often sign-in mail may be asked for: counted in the database, so that restarts and further servers do not matter.

use chrono::TimeDelta;

use crate::context::Context;
use crate::error::Error;
use crate::ir::Name;
use crate::record::Input;
use crate::request::{Clock, Upsert};
use crate::value::Value;

use super::internal::RATE_LIMIT;
use super::{Address, Caller, ConditionBuilder, token};

/// At most so many times within a span that begins with the first time.
#[derive(Debug)]
struct RateLimit {
    name: &'static str,
    times: i64,
    within: TimeDelta,
}

const PER_NETWORK: RateLimit = RateLimit { name: "network", times: 20, within: TimeDelta::hours(1) };
const PER_ADDRESS: RateLimit = RateLimit { name: "address", times: 3, within: TimeDelta::minutes(15) };
const PER_ADDRESS_AND_DAY: RateLimit = RateLimit { name: "address-day", times: 10, within: TimeDelta::days(1) };

/// Counts one request for a sign-in mail; returns whether it is within the limits.
pub(super) async fn allows_mail(cx: &Context, address: &Address, caller: &Caller) -> Result<bool, Error> {
    if let Some(network) = caller.network()
        && !allows(cx, &PER_NETWORK, &network).await?
    {
        return Ok(false);
    }
    Ok(allows(cx, &PER_ADDRESS, address.as_str()).await? && allows(cx, &PER_ADDRESS_AND_DAY, address.as_str()).await?)
}

/// Counts one more, unless the limit is reached: the first in a new span where the last one is over. It is one statement, so simultaneous
/// requests are counted one by one.
async fn allows(cx: &Context, rule: &RateLimit, subject: &str) -> Result<bool, Error> {
    let app = cx.engine().app();
    let resource = app.find(RATE_LIMIT).ok_or_else(|| Error::internal("the app lacks the framework's own domain"))?;
    let stored = || ConditionBuilder::of(app, resource);
    let upsert = Upsert {
        identity: Name::new("key"),
        update: Name::new("hit"),
        replaced: Some(stored().has_come("expires_at").tree()?),
        condition: Some(stored().has_come("expires_at").below("hits", Value::Int(rule.times)).any()?),
        clock: Clock::Database,
    };
    // The hash keeps addresses out of the table, and the key short.
    let key = format!("{}:{}", rule.name, token::hash(subject));
    let first = Input::new()
        .with("key", Value::Text(key))
        .with("hits", Value::Int(1))
        .with("expires_at", Value::Timestamp(cx.now() + rule.within));
    Ok(cx.upserted(resource, "open", upsert, vec![first]).await?.iter().all(Option::is_some))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::application::Application;
    use crate::auth::internal;
    use crate::ir::App;
    use crate::query::Query;

    /// The hits and the ends of the spans of all counts.
    async fn counts(cx: &Context) -> Vec<(Value, Value)> {
        let app = cx.engine().app();
        let resource = app.find(RATE_LIMIT).unwrap();
        let value = |record, name| crate::auth::value(app, record, name).unwrap().clone();
        let records = cx.read(Query::unrestricted(resource)).await.unwrap().records;
        records.iter().map(|it| (value(it, "hits"), value(it, "expires_at"))).collect()
    }

    #[tokio::test]
    async fn a_count_is_one_statement_and_restarts_when_its_span_is_over() {
        let app = App::new(vec![internal::domain()], internal::resources(), Vec::new());
        crate::testing::on_both(&Application::new(app, Vec::new()), async |engine| {
            let now = engine.system("a test counts").database_now().await.unwrap();
            let cx = engine.system("a test counts").with_now(now);
            let rule = RateLimit { name: "rule", times: 2, within: TimeDelta::hours(1) };
            let long_ago = cx.with_now(now - TimeDelta::hours(2));
            for (cx, rule, allowed, hits, then) in [
                (&long_ago, &rule, true, 1, &long_ago),
                // That span is over.
                (&cx, &rule, true, 1, &cx),
                (&cx.with_now(now + TimeDelta::minutes(1)), &rule, true, 2, &cx),
                (&cx, &rule, false, 2, &cx),
                (&cx, &RateLimit { times: 3, ..rule }, true, 3, &cx),
            ] {
                let before = cx.statements();
                assert_eq!(allows(cx, rule, "ada@example.org").await.unwrap(), allowed);
                assert_eq!(cx.statements() - before, 1);
                let end = Value::Timestamp(then.now() + rule.within);
                assert_eq!(counts(cx).await, [(Value::Int(hits), end)]);
            }
            assert!(allows(&cx, &rule, "bob@example.org").await.unwrap());
            assert_eq!(counts(&cx).await.len(), 2);
        })
        .await;
    }
}
