//! Sign-in: magic links, mailed codes, sessions, registration and their limits.
//!
//! Resources are known by their role, never by their name: [`Roles`] says which of the declared ones hold users, links and sessions, and by
//! which columns and actions sign-in goes. Links and sessions have those that `#[magic_link]` and `#[session]` add, a user is made by the
//! action that `#[actor]` names; [`crate::ir::verify`] checks that they exist. Everything here acts as
//! [`crate::context::Actor::System`], through the same engine as all other requests.
//!
//! ```text
//! request  → limit → magic_links row + outbox row (one transaction) → mail
//! answer   → consume (one statement, by the database's clock) → user, made if need be → session
//! ```

pub(crate) mod agent;
mod caller;
pub mod code;
mod column;
mod condition;
mod limit;
pub mod link;
mod mail;
mod mailed;
pub mod registration;
mod roles;
pub mod session;
pub mod sweep;
pub mod token;

pub use caller::Caller;
pub(crate) use condition::ConditionBuilder;
pub use link::send as send_link;
pub use mail::courier;
pub(crate) use mailed::Nonce;
pub(crate) use roles::oldest_first;
pub use roles::{ActorRole, LinkRole, Roles, SessionRole};
