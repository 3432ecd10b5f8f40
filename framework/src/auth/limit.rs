//! How often sign-in mail may be asked for: counted in the database, so that restarts and further servers do not matter.

use chrono::TimeDelta;

use crate::context::Context;
use crate::error::{Code, Error};
use crate::ir::ResourceId;
use crate::record::Input;
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

/// Counts one more, unless the limit is reached. Each step is one statement, so simultaneous requests are counted one by one.
async fn allows(cx: &Context, rule: &RateLimit, subject: &str) -> Result<bool, Error> {
    let count = Count::new(cx, rule, subject)?;
    if count.hit().await? || count.restart().await? {
        return Ok(true);
    }
    match count.open().await {
        Ok(()) => Ok(true),
        // Another request opened or restarted the count meanwhile, or the limit is reached.
        Err(error) if error.code() == Code::Conflict => count.hit().await,
        Err(error) => Err(error),
    }
}

struct Count<'a> {
    cx: &'a Context,
    rule: &'a RateLimit,
    resource: ResourceId,
    key: String,
}

impl<'a> Count<'a> {
    fn new(cx: &'a Context, rule: &'a RateLimit, subject: &str) -> Result<Self, Error> {
        let resource = cx.engine().app().find(RATE_LIMIT);
        let resource = resource.ok_or_else(|| Error::internal("the app lacks the framework's own domain"))?;
        // The hash keeps addresses out of the table, and the key short.
        Ok(Self { cx, rule, resource, key: format!("{}:{}", rule.name, token::hash(subject)) })
    }

    fn condition(&self) -> ConditionBuilder<'a> {
        ConditionBuilder::of(self.cx.engine().app(), self.resource).is("key", Value::Text(self.key.clone()))
    }

    /// Counts one more in the current span.
    async fn hit(&self) -> Result<bool, Error> {
        let within = self.condition().below("hits", Value::Int(self.rule.times)).in_future("expires_at").tree()?;
        Ok(!self.cx.update_where(self.resource, "hit", within, Input::new()).await?.is_empty())
    }

    /// Counts the first in a new span, if the last one is over.
    async fn restart(&self) -> Result<bool, Error> {
        let over = self.condition().has_come("expires_at").tree()?;
        Ok(!self.cx.update_where(self.resource, "restart", over, self.first()).await?.is_empty())
    }

    /// Counts the first ever.
    async fn open(&self) -> Result<(), Error> {
        let input = self.first().with("key", Value::Text(self.key.clone()));
        self.cx.create(self.resource, "open", input).await.map(drop)
    }

    fn first(&self) -> Input {
        let end = self.cx.now() + self.rule.within;
        Input::new().with("hits", Value::Int(1)).with("expires_at", Value::Timestamp(end))
    }
}
