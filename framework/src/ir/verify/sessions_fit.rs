//! R1021: a session's resource holds the attributes and actions that staying signed in needs.

use super::{Findings, strategy};
use crate::ir::strategy::session;
use crate::ir::{App, Role};

pub(super) fn sessions_fit(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        let Some(Role::Session { user }) = &resource.role else { continue };
        strategy::holds(resource, &session::ATTRIBUTES, &session::ACTIONS, found);
        let points = resource.relationships.iter().find(|it| it.target == *user).and_then(|it| it.key());
        if points.and_then(|it| resource.attribute(it)).is_none_or(|(_, it)| it.nullable) {
            found.report(resource, format!("the strategy needs it to belong to a `{user}`"));
        }
    }
}
