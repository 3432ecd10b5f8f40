//! Whether a request may go ahead, for which rows, and with which fields. The only maker of an [`Authorized`].
//!
//! ```text
//! bypass admins          a coordinator lists activities  → everything: no policy text
//! policy own (read)      a member does                   → user_id = $1
//! policy signed_in (…)   nobody does                     → nothing: no statement
//! ```
//! Every policy that applies must hold, none that applies means no, a bypass that holds settles it. Unknown is no, at the root.

mod field;
mod filter;
mod read_policies;

use crate::context::{Actor, Context};
use crate::error::Error;
use crate::expr::{Facts, Folded, fold_condition};
use crate::ir;
use crate::record::Input;

pub(crate) use field::{Visible, visible};
pub(crate) use filter::{PolicyFilter, all_hold};
pub(crate) use read_policies::ReadPolicies;

/// An action that somebody wants to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ActionRequest<'a> {
    pub(crate) resource: ir::ResourceId,
    pub(crate) action: &'a ir::Action,
    pub(crate) arguments: &'a Input,
}

/// A request that passed its policies, as far as they can be decided without the row. Only [`authorize`] makes one.
#[derive(Debug)]
pub(crate) struct Authorized<'a> {
    request: ActionRequest<'a>,
    filter: PolicyFilter,
}

impl<'a> Authorized<'a> {
    pub(crate) fn request(&self) -> ActionRequest<'a> {
        self.request
    }

    /// The rows that are meant: a write of any other is refused, a read does not see it.
    pub(crate) fn filter(&self) -> &PolicyFilter {
        &self.filter
    }
}

/// Asks the policies. A read always passes, if need be for no row at all.
///
/// # Errors
/// `UNAUTHENTICATED` or `FORBIDDEN`, if it is no action for this actor, whatever the row.
pub(crate) fn authorize<'a>(cx: &Context, request: ActionRequest<'a>) -> Result<Authorized<'a>, Error> {
    let filter = rows(cx, request);
    if filter.is_nothing() && !request.action.is_read() { Err(refusal(cx)) } else { Ok(Authorized { request, filter }) }
}

/// Why a write is refused.
pub(crate) fn refusal(cx: &Context) -> Error {
    match cx.actor() {
        Actor::Anonymous => Error::unauthenticated(),
        Actor::Record(_) | Actor::System(_) => Error::forbidden(),
    }
}

/// The rows for which the actor may run the action.
pub(crate) fn rows(cx: &Context, request: ActionRequest<'_>) -> PolicyFilter {
    if cx.is_system() {
        return PolicyFilter::everything();
    }
    let actor = cx.actor_row();
    decide(cx.engine().app().resource(request.resource), request.action, &cx.facts(&actor, request.arguments))
}

fn decide(resource: &ir::Resource, action: &ir::Action, facts: &Facts<'_>) -> PolicyFilter {
    let applies = |it: &&ir::Policy| it.applies.iter().any(|entry| entry.covers(action));
    let (bypasses, policies): (Vec<_>, Vec<_>) = resource.policies.iter().filter(applies).partition(|it| it.bypass);
    let mut filter = PolicyFilter::nothing();
    for bypass in bypasses {
        match fold_condition(&bypass.condition, facts) {
            Folded::True => return PolicyFilter::everything(),
            Folded::False => {}
            Folded::Residue(residue) => filter.or(vec![residue.tree]),
        }
    }
    if policies.is_empty() {
        return filter;
    }
    let mut all = Vec::new();
    for policy in policies {
        match fold_condition(&policy.condition, facts) {
            Folded::True => {}
            Folded::False => return filter,
            Folded::Residue(residue) => all.push(residue.tree),
        }
    }
    filter.or(all);
    filter
}
