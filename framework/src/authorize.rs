//! Whether a request may go ahead, for which rows, and with which fields. The only maker of an `Authorized`.
//!
//! ```text
//! bypass admins          a coordinator lists activities       → every row: the SQL has no policy condition
//! policy own (read)      a member lists them                  → WHERE user_id = $1
//! policy signed_in (…)   somebody not signed in lists them    → no row: no statement is sent
//! ```
//! Every policy that applies to the action must hold; if none applies, nothing is allowed. A bypass that holds is enough by itself. A condition
//! that is unknown (NULL) does not hold.

mod combine;
mod extent;
mod field;
mod filter;
mod prepared;
mod read_policies;

use crate::context::{Actor, Context};
use crate::error::Error;
use crate::evaluate::fold_condition;
use crate::ir;
use crate::ir::ResourceId;
use crate::request::{Prospect, ReadRequest, Request};

pub use combine::{read_before, rows_for, shown};
pub use field::Visible;
pub use filter::PolicyFilter;

use combine::applying;
pub(crate) use extent::{exists, names_tenant, no_tenant, stays};
pub(crate) use field::{are_seen_alike, visible};
pub(crate) use filter::all_hold;
pub(crate) use prepared::{PreparedForAnswers, Weigh};
pub(crate) use read_policies::{Answers, CheckedPolicy, DecidedPolicies, Implication, ReadPolicies};

/// A request that passed its policies, as far as they can be decided without the row. Only [`authorize`] makes one.
#[derive(Debug)]
pub(crate) struct Authorized<R> {
    request: R,
    filter: PolicyFilter,
}

impl<R> Authorized<R> {
    pub(crate) fn request(&self) -> &R {
        &self.request
    }

    /// The rows for which the policies hold: a write of any other is refused, a read does not see it.
    pub(crate) fn filter(&self) -> &PolicyFilter {
        &self.filter
    }

    /// The same, where nothing else is needed any more.
    pub(crate) fn into_filter(self) -> PolicyFilter {
        self.filter
    }
}

impl<'a, P> Authorized<Request<'a, P>> {
    pub(crate) fn resource(&self) -> ResourceId {
        self.request.resource()
    }

    pub(crate) fn action(&self) -> &'a ir::Action {
        self.request.action()
    }
}

/// Asks the policies. A read always passes: one that no policy allows finds no rows.
///
/// # Errors
/// `INVALID` if its rows are those of tenants, and none is named; `UNAUTHENTICATED` or `FORBIDDEN` if this actor may not run the action on any row. If a policy depends on arguments and some are wrong,
/// what is wrong with them instead.
pub(crate) fn authorize<'a, P>(cx: &Context, request: Request<'a, P>) -> Result<Authorized<Request<'a, P>>, Error> {
    if !matches!(request.action().kind, ir::ActionKind::Generic { .. }) {
        names_tenant(cx, cx.engine().app().resource(request.resource()))?;
    }
    let filter = permitted(cx, &request);
    if !filter.is_nothing() || request.action().is_read() {
        return Ok(Authorized { request, filter });
    }
    let resource = cx.engine().app().resource(request.resource());
    if !request.problems().is_empty() && applying(resource, request.action()).any(|it| it.condition.asks_arguments()) {
        return Err(Error::from_problems(request.problems().to_vec()));
    }
    Err(refusal(cx))
}

/// Why a write is refused.
pub(crate) fn refusal(cx: &Context) -> Error {
    match cx.actor() {
        Actor::Anonymous => Error::unauthenticated(),
        Actor::Record(_) | Actor::System(_) => Error::forbidden(),
    }
}

/// The rows for which the actor may run the action.
pub(crate) fn permitted<P>(cx: &Context, request: &Request<'_, P>) -> PolicyFilter {
    if cx.is_system() {
        return PolicyFilter::everything();
    }
    let actor = cx.actor_row();
    let facts = cx.facts(&actor, request.arguments());
    rows_for(cx.engine().app().resource(request.resource()), request.action(), |it| fold_condition(it, &facts))
}

/// The rows that the actor may read, by the policies of the primary read; every row of a resource without one.
pub(crate) fn readable(cx: &Context, resource: ResourceId) -> PolicyFilter {
    by_read(cx, resource, cx.engine().app().resource(resource).primary_read())
}

/// The rows that the actor may read, of those that an action changes or removes: see [`read_before`].
pub(crate) fn readable_before(cx: &Context, resource: ResourceId, action: &ir::Action) -> PolicyFilter {
    by_read(cx, resource, read_before(cx.engine().app().resource(resource), action))
}

/// The deleted rows of a resource that are there for the actor, if they may read them: those that they may restore or purge.
pub(crate) fn returnable(cx: &Context, resource: ResourceId) -> PolicyFilter {
    let mut returnable = PolicyFilter::nothing();
    let actions = cx.engine().app().resource(resource).actions.iter().filter(|it| it.of_deleted);
    for action in actions {
        let permitted = permitted(cx, &Prospect::new(resource, action));
        permitted.groups().iter().for_each(|it| returnable.or(it.clone()));
    }
    if cx.is_system() { PolicyFilter::everything() } else { returnable }
}

/// Without a read there is nothing to pass, so that a write's own policies decide alone.
fn by_read(cx: &Context, resource: ResourceId, read: Option<&ir::Action>) -> PolicyFilter {
    read.map_or_else(PolicyFilter::everything, |it| permitted(cx, &ReadRequest::primary(resource, it)))
}
