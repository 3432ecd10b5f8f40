//! R1005: a resource that a surface offers has policies. Without any, everything would be refused to everybody.

use super::Findings;
use crate::ir::App;

pub(super) fn policies_exist(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        let offered =
            resource.graphql.is_some() || resource.admin.is_some() || resource.actions.iter().any(|it| it.public);
        if offered && resource.policies.is_empty() {
            found.report(resource, "it has no policies, so nobody may do anything with it");
        }
    }
}
