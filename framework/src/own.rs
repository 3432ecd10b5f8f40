//! The framework's own resources, declared as an application declares its own: mail that waits to be sent, and how often something was done.
//!
//! No policy speaks of them, so nobody but the framework itself reads or writes them, through any surface.

mod outbox_mail;
mod rate_limit;

use samara_macros::domain;

use crate::expr::Resource as _;
use crate::ir;

pub(crate) use outbox_mail::OutboxMail;
pub(crate) use rate_limit::RateLimit;

/// What the framework keeps for itself.
///
/// `app!` appends it to the domains of every application.
#[domain(resources = [OutboxMail, RateLimit])]
#[derive(Clone, Copy, Debug)]
pub struct Samara;

/// Whether a resource of an application is one of [`Samara`].
pub(crate) fn is_own(resource: &ir::Resource) -> bool {
    [OutboxMail::NAME, RateLimit::NAME].iter().any(|it| resource.name == **it)
}

/// An application of nothing else, for tests.
#[cfg(test)]
pub(crate) fn application() -> crate::application::Application {
    use crate::private::DeclaresDomain as _;

    crate::private::application(vec![Samara::domain()], None, None)
}
