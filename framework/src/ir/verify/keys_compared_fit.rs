//! R1041: keys that are compared with each other point at rows of one resource.

use super::{Findings, declared_tree};
use crate::ir::{App, Comparison, Name, Node, NodeId, Tree};

pub(super) fn keys_compared_fit(app: &App, found: &mut Findings<'_>) {
    for placed in declared_tree::trees(app) {
        for node in &placed.tree.nodes {
            let Node::Compare { op: Comparison::Eq | Comparison::Ne, left, right } = node else { continue };
            let (Some(left), Some(right)) = (key(app, placed.tree, *left), key(app, placed.tree, *right)) else {
                continue;
            };
            if left.target != right.target {
                let message = format!(
                    "it compares {left}, the key of a `{}`, with {right}, the key of a `{}`: they are never the same",
                    left.target, right.target
                );
                found.report(placed.subject.clone(), message);
            }
        }
    }
}

/// A column that holds a primary key.
struct KeyColumn<'a> {
    resource: &'a Name,
    attribute: &'a Name,
    /// The resource that the key points at.
    target: &'a Name,
}

impl std::fmt::Display for KeyColumn<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}.{}`", self.resource, self.attribute)
    }
}

fn key<'a>(app: &'a App, tree: &'a Tree, node: NodeId) -> Option<KeyColumn<'a>> {
    let Node::Column { path, attribute } = tree.nodes.get(node as usize)? else { return None };
    let resource = tree.resource_at(app, *path)?;
    let declared = resource.attributes.get(usize::from(*attribute))?;
    let owner = resource.relationships.iter().find(|it| it.key() == Some(&declared.name)).map(|it| &it.target);
    let target = owner.or_else(|| declared.primary_key.then_some(&resource.name))?;
    Some(KeyColumn { resource: &resource.name, attribute: &declared.name, target })
}
