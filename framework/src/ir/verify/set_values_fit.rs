//! R1050: a known value that an action sets keeps to the bounds of its attribute.

use super::Findings;
use super::defaults_fit::misfit;
use crate::ir::{App, Change, Node, Subject};

pub(super) fn set_values_fit(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for action in &resource.actions {
            for change in &action.changes {
                let Change::Set { attribute, value, .. } = change else { continue };
                // An attribute that does not exist is reported by `names_exist`.
                let Some((_, declared)) = resource.attribute(attribute) else { continue };
                for outcome in value.outcomes() {
                    let Node::Literal { value, .. } = outcome else { continue };
                    let unfit = (!value.is_null()).then(|| misfit(resource, declared, value)).flatten();
                    if let Some(why) = unfit {
                        let message = format!("the value that it sets `{attribute}` to {why}");
                        found.report(Subject::action(resource, &action.name), message);
                    }
                }
            }
        }
    }
}
