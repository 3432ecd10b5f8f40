//! R1020: a magic link's resource holds the attributes and actions that signing in by mail needs.

use super::{Findings, strategy};
use crate::ir::strategy::magic_link;
use crate::ir::{App, Resource, Role};

pub(super) fn magic_links_fit(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        let Some(Role::MagicLink { user, .. }) = &resource.role else { continue };
        let starts = |it: &Resource| matches!(&it.role, Some(Role::Session { user: of }) if of == user);
        if !app.resources().iter().any(starts) {
            let message = format!(
                "it signs a `{user}` in, and no resource is the session of one: add one with `#[session(user = {user})]`"
            );
            found.report(resource, message);
        }
        strategy::holds(resource, &magic_link::ATTRIBUTES, &magic_link::ACTIONS, found);
    }
}
