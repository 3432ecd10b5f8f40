//! The framework's own resources, declared as an application declares its own: mail that waits to be sent, how often something was done, and
//! what requests under a key were answered.
//!
//! No policy speaks of them, so nobody but the framework itself reads or writes them, through any surface.

mod idempotency_key;
mod limit;
mod outbox_mail;
mod rate_limit;

use samara_macros::domain;

use crate::expr::Resource as _;
use crate::ir;

pub(crate) use idempotency_key::IdempotencyKey;
pub(crate) use limit::Limit;
pub(crate) use outbox_mail::OutboxMail;
pub(crate) use rate_limit::RateLimit;

/// What the framework keeps for itself.
///
/// `app!` appends it to the domains of every application; what only a GraphQL API needs, where there is one.
#[domain(resources = [OutboxMail, RateLimit, IdempotencyKey])]
#[derive(Clone, Copy, Debug)]
pub struct Samara;

/// Whether a resource of an application is one of [`Samara`].
pub(crate) fn is_own(resource: &ir::Resource) -> bool {
    is_of_sign_in(resource) || is_of_limits(resource) || is_of_graphql(resource)
}

/// Whether it is one that sign-in needs, and nothing else.
pub(crate) fn is_of_sign_in(resource: &ir::Resource) -> bool {
    resource.name == *OutboxMail::NAME
}

/// Whether it is the one that sign-in and a GraphQL API need, and nothing else.
pub(crate) fn is_of_limits(resource: &ir::Resource) -> bool {
    resource.name == *RateLimit::NAME
}

/// Whether it is one that a GraphQL API needs, and nothing else.
pub(crate) fn is_of_graphql(resource: &ir::Resource) -> bool {
    resource.name == *IdempotencyKey::NAME
}

/// An application of nothing else, for tests.
#[cfg(test)]
pub(crate) fn application() -> crate::application::Application {
    use crate::private::DeclaresDomain as _;

    crate::private::application(vec![Samara::domain()], None, None)
}
