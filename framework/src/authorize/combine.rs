//! How the policies of a resource are combined. What each condition comes to is the caller's to say: a request folds it by who asks, and
//! `samara policies` by a role.

use super::{PolicyFilter, Visible};
use crate::evaluate::Folded;
use crate::ir::{Action, AttributeId, FieldPolicy, Policy, Resource, Tree};

/// The rows that the policies leave to an action: those of a bypass that holds, and those for which all other policies hold. No row where
/// neither applies.
pub fn rows_for(resource: &Resource, action: &Action, fold: impl Fn(&Tree) -> Folded) -> PolicyFilter {
    let (bypasses, policies): (Vec<_>, Vec<_>) = applying(resource, action).partition(|it| it.bypass);
    let mut filter = PolicyFilter::nothing();
    for bypass in bypasses {
        match fold(&bypass.condition) {
            Folded::True => return PolicyFilter::everything(),
            Folded::False => {}
            Folded::Residue(residue) => filter.or(vec![residue]),
        }
    }
    if policies.is_empty() {
        return filter;
    }
    let mut all = Vec::new();
    for policy in policies {
        match fold(&policy.condition) {
            Folded::True => {}
            Folded::False => return filter,
            Folded::Residue(residue) => all.push(residue),
        }
    }
    filter.or(all);
    filter
}

/// The read whose policies a stored row must pass too before the action changes or removes it; `None` where the action has no stored row,
/// or the resource no read, so that the action's own policies decide alone.
pub fn read_before<'a>(resource: &'a Resource, action: &Action) -> Option<&'a Action> {
    resource.primary_read().filter(|_| action.has_row())
}

/// For which rows an attribute is shown: all field policies that name it must hold. A guarded one that none names is shown for no row.
pub fn shown(resource: &Resource, attribute: AttributeId, fold: impl Fn(&Tree) -> Folded) -> Visible {
    let mut conditions = Vec::new();
    let mut policies = of_field(resource, attribute).peekable();
    if resource[attribute].guarded && policies.peek().is_none() {
        return Visible::Never;
    }
    for policy in policies {
        match fold(&policy.condition) {
            Folded::True => {}
            Folded::False => return Visible::Never,
            Folded::Residue(residue) => conditions.push(residue),
        }
    }
    if conditions.is_empty() { Visible::Always } else { Visible::When(conditions) }
}

/// The policies and bypasses that are asked for an action.
pub(super) fn applying<'a>(resource: &'a Resource, action: &'a Action) -> impl Iterator<Item = &'a Policy> {
    resource.policies.iter().filter(move |it| it.applies.iter().any(|entry| entry.covers(action)))
}

/// The field policies that name an attribute.
pub(super) fn of_field(resource: &Resource, attribute: AttributeId) -> impl Iterator<Item = &FieldPolicy> {
    let name = &resource[attribute].name;
    resource.field_policies.iter().filter(move |it| it.attributes.contains(name))
}
