//! R1015: a policy names actions that exist.

use super::Findings;
use crate::ir::{App, Subject};

pub(super) fn policies_name_actions(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for policy in &resource.policies {
            for name in policy.applies.iter().filter_map(|it| it.missing(resource)) {
                let place = Subject::policy(resource, &policy.name);
                found.report(place, format!("there is no action `{name}`"));
            }
        }
    }
}
