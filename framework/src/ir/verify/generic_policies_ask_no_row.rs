//! R1044: a policy of a generic action uses no row: there is none.

use super::Findings;
use crate::ir::{Action, ActionKind, App, Node, Path, PathId, Subject, Tree};

pub(super) fn generic_policies_ask_no_row(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for policy in resource.policies.iter().filter(|it| asks_row(&it.condition)) {
            let generic = |it: &&Action| matches!(it.kind, ActionKind::Generic { .. });
            let covered = |it: &&Action| policy.applies.iter().any(|applies| applies.covers(it));
            let Some(action) = resource.actions.iter().filter(generic).find(covered) else { continue };
            let message =
                format!("it asks a row, and the action `{}` has none: it would refuse everybody", action.name);
            let action = Subject::action(resource, &action.name);
            found.report_both(Subject::policy(resource, &policy.name), message, action, "it applies to this action");
        }
    }
}

fn asks_row(tree: &Tree) -> bool {
    tree.nodes.iter().filter_map(Node::path).any(|it| starts_at_row(tree, it))
}

fn starts_at_row(tree: &Tree, mut path: PathId) -> bool {
    loop {
        match tree.paths.get(usize::from(path)) {
            Some(Path::Row) => return true,
            Some(Path::One { from, .. } | Path::Each { from, .. }) if *from < path => path = *from,
            _ => return false,
        }
    }
}
