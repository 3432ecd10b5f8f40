//! How often sign-in mail may be asked for.

use chrono::TimeDelta;

use crate::context::Context;
use crate::error::Error;
use crate::mail::Address;
use crate::own::Limit;

use super::{Caller, token};

const PER_NETWORK: Limit = Limit { name: "network", times: 20, within: TimeDelta::hours(1) };
const PER_ADDRESS: Limit = Limit { name: "address", times: 3, within: TimeDelta::minutes(15) };
const PER_ADDRESS_AND_DAY: Limit = Limit { name: "address-day", times: 10, within: TimeDelta::days(1) };

/// Counts one request for a sign-in mail; returns whether it is within the limits.
pub(super) async fn allows_mail(cx: &Context, address: &Address, caller: &Caller) -> Result<bool, Error> {
    // The hashes keep addresses out of the table, and the keys short.
    if let Some(network) = caller.network()
        && !PER_NETWORK.allows(cx, &token::hash(&network)).await?
    {
        return Ok(false);
    }
    let address = token::hash(address.as_str());
    Ok(PER_ADDRESS.allows(cx, &address).await? && PER_ADDRESS_AND_DAY.allows(cx, &address).await?)
}
