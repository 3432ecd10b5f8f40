//! R1043: a policy decides something: it applies to an action, and neither its own condition nor a bypass decides it for every row and
//! actor.

use super::Findings;
use crate::ir::{Action, ActionKind, App, Policy, Resource, Subject};

pub(super) fn policies_decide(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for policy in &resource.policies {
            decides(resource, policy, found);
        }
    }
}

fn decides(resource: &Resource, policy: &Policy, found: &mut Findings<'_>) {
    let place = || Subject::policy(resource, &policy.name);
    let covered: Vec<_> = resource.actions.iter().filter(|it| covers(policy, it)).collect();
    if covered.is_empty() {
        // An action that does not exist is reported by `policies_name_actions`.
        if policy.applies.iter().all(|it| it.missing(resource).is_none()) {
            found.report(place(), "it applies to no action of the resource");
        }
        return;
    }
    match policy.condition.known_condition() {
        Some(false) if policy.bypass => found.report(place(), "it never holds, so this bypass does nothing"),
        Some(false) => found.report(place(), "it never holds, so it refuses everybody"),
        Some(true)
            if !policy.anyone && covered.iter().any(|it| writes(it)) && shadowed(resource, policy).is_empty() =>
        {
            let message = "it always holds, also for who is not signed in, and it applies to a write: say `anyone` if that is meant";
            found.report(place(), message);
        }
        Some(_) | None => {}
    }
    // The policies that a bypass makes useless are one finding, at the bypass.
    if let [first, rest @ ..] = shadowed(resource, policy).as_slice() {
        let others: String = rest.iter().map(|it| format!(", `{}`", it.name)).collect();
        let message = format!("it holds for everybody, so `{}`{others} would never be asked", first.name);
        found.report_both(place(), message, Subject::policy(resource, &first.name), "this is never asked");
    }
}

/// The policies that `bypass`, if it always holds, makes useless for every action that they apply to.
fn shadowed<'a>(resource: &'a Resource, bypass: &Policy) -> Vec<&'a Policy> {
    if !bypass.bypass || bypass.condition.known_condition() != Some(true) {
        return Vec::new();
    }
    let settled = |it: &&Policy| {
        let mut covered = resource.actions.iter().filter(|action| covers(it, action)).peekable();
        it.name != bypass.name && covered.peek().is_some() && covered.all(|action| covers(bypass, action))
    };
    resource.policies.iter().filter(settled).collect()
}

fn covers(policy: &Policy, action: &Action) -> bool {
    policy.applies.iter().any(|it| it.covers(action))
}

fn writes(action: &Action) -> bool {
    !matches!(action.kind, ActionKind::Read(_) | ActionKind::Generic { query: true, .. })
}
