//! R0421: a message tells nothing that its reader may not see.

use super::Findings;
use crate::ir::{App, Node, Resource, Subject, Tree};

/// R0421: the values in the message of a condition are made of the row's own attributes, of the actor and of arguments: of none that is
/// sensitive or has a field policy, of a row only where its resource is read, of none that surfaces do not show if they offer the action, and of no other row, which the caller may not
/// be allowed to read.
pub(super) fn messages_keep_secrets(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for action in &resource.actions {
            for value in action.requirements.iter().flat_map(|it| &it.values) {
                if let Some(why) = objection(app, resource, action.public, value) {
                    found.report(Subject::action(resource, &action.name), why);
                }
            }
        }
    }
}

fn objection(app: &App, resource: &Resource, offered: bool, value: &Tree) -> Option<String> {
    value.nodes.iter().find_map(|node| match node {
        Node::Column { path: path @ (Tree::ROW | Tree::ACTOR), attribute } => {
            let owner = value.resource_at(app, *path).unwrap_or(resource);
            let attribute = owner.attributes.get(usize::from(*attribute))?;
            // Who acts is told of themselves.
            let why = match () {
                () if attribute.sensitive => "is sensitive",
                () if *path != Tree::ROW => return None,
                // Without a primary read a write's own policies say which rows it is about, and not what may be read of them.
                () if resource.primary_read().is_none() => "nobody reads: its resource has no `#[read(primary)]`",
                () if attribute.guarded => "not everybody may see",
                () if offered && !attribute.public => "no surface shows",
                () => return None,
            };
            Some(format!("a message of it tells `{}`, which {why}", attribute.name))
        }
        Node::Column { .. } | Node::Calculation { .. } | Node::Many { .. } => {
            Some("a message of it tells of other rows, which not everybody may read".into())
        }
        _ => None,
    })
}
