//! How often something was done: by whom is in the key.

#![allow(
    unreachable_pub,
    reason = "declared as an application declares its resources; nothing outside of the framework names it"
)]

use samara_macros::{actions, policies, resource};
use uuid::Uuid;

use crate::value::DateTimeUtc;

/// How often something was done within a span of time.
#[resource(table = "rate_limits", index = [expires_at])]
pub struct RateLimit {
    #[id]
    pub id: Uuid,
    #[attribute(unique)]
    pub key: String,
    #[attribute]
    pub hits: i64,
    #[attribute]
    pub expires_at: DateTimeUtc,
}

#[actions]
impl RateLimit {
    /// Oldest first.
    #[read(primary, private, sort = [inserted_at], paginate(keyset, default = 50, max = 250))]
    fn list();

    /// Begins to count.
    #[create(private, accept = [key, hits, expires_at])]
    fn open();

    /// Counts one more.
    #[update(private, set(hits = |it| it.hits + 1))]
    fn hit();

    /// Forgets it.
    #[destroy(private)]
    fn purge();
}

#[policies]
impl RateLimit {}
