//! How often sign-in mail may be asked for: counted in the database, so that restarts and further servers do not matter.

use chrono::TimeDelta;
use samara_macros::expr;

use crate::call::upsert;
use crate::context::Context;
use crate::error::Error;
use crate::expr::now;
use crate::mail::Address;
use crate::own::RateLimit;

use super::{Caller, token};

/// At most so many times within a span that begins with the first time.
#[derive(Debug)]
struct Limit {
    name: &'static str,
    times: i64,
    within: TimeDelta,
}

const PER_NETWORK: Limit = Limit { name: "network", times: 20, within: TimeDelta::hours(1) };
const PER_ADDRESS: Limit = Limit { name: "address", times: 3, within: TimeDelta::minutes(15) };
const PER_ADDRESS_AND_DAY: Limit = Limit { name: "address-day", times: 10, within: TimeDelta::days(1) };

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
async fn allows(cx: &Context, rule: &Limit, subject: &str) -> Result<bool, Error> {
    // The hash keeps addresses out of the table, and the key short.
    let key = format!("{}:{}", rule.name, token::hash(subject));
    let first = RateLimit::open().key(key).hits(1).expires_at(cx.now() + rule.within);
    let times = rule.times;
    let counted = upsert(first, RateLimit::KEY, RateLimit::hit).run_where(
        cx,
        expr!(|it| it.expires_at <= now()),
        expr!(|it| it.expires_at <= now() || it.hits < times),
    );
    Ok(counted.await?.is_some())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::own;
    use crate::value::DateTimeUtc;

    /// The hits and the ends of the spans of all counts.
    async fn counts(cx: &Context) -> Vec<(i64, DateTimeUtc)> {
        let counts = RateLimit::query().all(cx).await.unwrap();
        counts.iter().map(|it| (it.hits, it.expires_at)).collect()
    }

    #[tokio::test]
    async fn a_count_is_one_statement_and_restarts_when_its_span_is_over() {
        crate::testing::on_both(&own::application(), async |engine| {
            let now = engine.system("a test counts").database_now().await.unwrap();
            let cx = engine.system("a test counts").with_now(now);
            let rule = Limit { name: "rule", times: 2, within: TimeDelta::hours(1) };
            let long_ago = cx.with_now(now - TimeDelta::hours(2));
            for (cx, rule, allowed, hits, then) in [
                (&long_ago, &rule, true, 1, &long_ago),
                // That span is over.
                (&cx, &rule, true, 1, &cx),
                (&cx.with_now(now + TimeDelta::minutes(1)), &rule, true, 2, &cx),
                (&cx, &rule, false, 2, &cx),
                (&cx, &Limit { times: 3, ..rule }, true, 3, &cx),
            ] {
                let before = (cx.statements(), cx.transactions());
                assert_eq!(allows(cx, rule, "ada@example.org").await.unwrap(), allowed);
                assert_eq!((cx.statements() - before.0, cx.transactions() - before.1), (1, 0));
                assert_eq!(counts(cx).await, [(hits, then.now() + rule.within)]);
            }
            assert!(allows(&cx, &rule, "bob@example.org").await.unwrap());
            assert_eq!(counts(&cx).await.len(), 2);
        })
        .await;
    }
}
