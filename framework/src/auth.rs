//! Sign-in: magic links, mailed codes, sessions, registration and their limits.
//!
//! The framework knows roles, never names: [`Roles`] says which declared resources hold users, links and sessions. Everything here
//! acts as [`crate::context::Actor::System`], through the same engine as everybody else.
//!
//! ```text
//! request  → limit → magic_links row + outbox row (one transaction) → mail
//! answer   → consume (one statement, by the database's clock) → user, made if need be → session
//! ```

mod condition;
pub mod internal;
mod roles;
pub mod session;
pub mod token;

pub(crate) use condition::Condition;
pub use roles::Roles;
