//! How often something may be done: counted in the database, so that restarts and further servers do not matter.

use chrono::TimeDelta;
use samara_macros::expr;

use super::RateLimit;
use crate::call::upsert;
use crate::context::Context;
use crate::error::Error;
use crate::expr::now;

/// At most so many times within a span that begins with the first time.
#[derive(Debug)]
pub(crate) struct Limit {
    /// Unique among the limits.
    pub(crate) name: &'static str,
    pub(crate) times: i64,
    pub(crate) within: TimeDelta,
}

impl Limit {
    /// Counts one more of `subject`, unless the limit is reached: the first in a new span where the last one is over; returns whether it is within
    /// the limit. It is one statement, so simultaneous requests are counted one by one. `subject` is stored as it is.
    ///
    /// # Errors
    /// `TIMEOUT` or `UNAVAILABLE` where the database cannot count it.
    pub(crate) async fn allows(&self, cx: &Context, subject: &str) -> Result<bool, Error> {
        let first =
            RateLimit::open().key(format!("{}:{subject}", self.name)).hits(1).expires_at(cx.now() + self.within);
        let times = self.times;
        let counted = upsert(first, RateLimit::KEY, RateLimit::hit).run_where(
            cx,
            expr!(|it| it.expires_at <= now()),
            expr!(|it| it.expires_at <= now() || it.hits < times),
        );
        Ok(counted.await?.is_some())
    }
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
                assert_eq!(rule.allows(cx, "ada").await.unwrap(), allowed);
                assert_eq!((cx.statements() - before.0, cx.transactions() - before.1), (1, 0));
                assert_eq!(counts(cx).await, [(hits, then.now() + rule.within)]);
            }
            assert!(rule.allows(&cx, "bob").await.unwrap());
            assert_eq!(counts(&cx).await.len(), 2);
        })
        .await;
    }
}
