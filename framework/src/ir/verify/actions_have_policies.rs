//! R1040: somebody may run what a surface offers: a policy or a bypass applies to it.

use super::Findings;
use crate::ir::{App, Resource, Subject};

pub(super) fn actions_have_policies(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources().iter().filter(|it| is_sound(it)) {
        for action in resource.actions.iter().filter(|it| it.public) {
            if !resource.policies.iter().flat_map(|it| &it.applies).any(|it| it.covers(action)) {
                let message =
                    "no policy and no bypass applies to it, so nobody may run it: name it in one, or make it `private`";
                found.report(Subject::action(resource, &action.name), message);
            }
        }
    }
}

/// Whether the resource has policies and they name actions that exist; else `policies_exist` or `policies_name_actions` reports it.
fn is_sound(resource: &Resource) -> bool {
    let mut applies = resource.policies.iter().flat_map(|it| &it.applies);
    !resource.policies.is_empty() && applies.all(|it| it.missing(resource).is_none())
}
