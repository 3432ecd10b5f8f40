//! Requests that were sent under a key, and what their mutations were answered.

#![allow(
    unreachable_pub,
    reason = "declared as an application declares its resources; nothing outside of the framework names it"
)]

use samara_macros::{actions, policies, resource};
use uuid::Uuid;

use crate::value::DateTimeUtc;

/// A request that was sent under a key, by whom, and what its mutations were answered.
#[resource(table = "idempotency_keys", identity(actor_and_key = [actor, key]), index = [expires_at])]
pub struct IdempotencyKey {
    #[id]
    pub id: Uuid,
    /// The primary key of who sent it.
    #[attribute]
    pub actor: Uuid,
    /// The hash of the key.
    #[attribute]
    pub key: String,
    /// The hash of the key together with the request, so that no other request is answered under it.
    #[attribute]
    pub fingerprint: String,
    /// What its root fields were answered, by their positions: JSON.
    #[attribute(sensitive, multiline)]
    pub responses: String,
    #[attribute]
    pub expires_at: DateTimeUtc,
}

#[actions]
impl IdempotencyKey {
    /// Oldest first.
    #[read(primary, private, sort = [inserted_at], paginate(keyset, default = 50, max = 250))]
    fn list();

    /// Takes the key for a request.
    #[create(private, accept = [actor, key, fingerprint, responses, expires_at])]
    fn open();

    /// Takes it once more for the same request: it changes nothing, and whoever else takes it waits.
    #[update(private, set(fingerprint = |it| it.fingerprint))]
    fn repeat();

    /// Keeps what was answered.
    #[update(private, accept = [responses])]
    fn keep();

    /// Forgets it.
    #[destroy(private)]
    fn purge();
}

#[policies]
impl IdempotencyKey {}
