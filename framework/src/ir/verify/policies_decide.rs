//! R1043: a policy decides something: it applies to an action, and neither its own condition nor a bypass settles it for all.

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
        // What it names and does not exist is reported by `policies_name_actions`.
        if policy.applies.iter().all(|it| it.missing(resource).is_none()) {
            found.report(place(), "it applies to no action of the resource");
        }
        return;
    }
    match policy.condition.known_condition() {
        Some(false) => {
            found.report(place(), "it never holds, so it refuses everybody, or is a bypass that does nothing")
        }
        Some(true) if !policy.anyone && covered.iter().any(|it| writes(it)) => {
            let message = "it always holds, also for who is not signed in, and it applies to a write: say `anyone` if that is meant";
            found.report(place(), message);
        }
        Some(_) | None => {}
    }
    let settles = |it: &&Policy| it.bypass && it.name != policy.name && it.condition.known_condition() == Some(true);
    let mut settled = resource.policies.iter().filter(settles);
    if let Some(bypass) = settled.find(|it| covered.iter().all(|action| covers(it, action))) {
        let message = format!("it is never asked: the bypass `{}` holds for everybody", bypass.name);
        found.report_both(place(), message, Subject::policy(resource, &bypass.name), "this bypass always holds");
    }
}

fn covers(policy: &Policy, action: &Action) -> bool {
    policy.applies.iter().any(|it| it.covers(action))
}

fn writes(action: &Action) -> bool {
    !matches!(action.kind, ActionKind::Read(_) | ActionKind::Generic { query: true, .. })
}
