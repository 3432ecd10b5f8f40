//! R1031: the value of a sensitive attribute does not get out under another name.

use super::Findings;
use crate::ir::{App, Change, Many, Name, Node, Subject, Tree};

/// R1031: no calculation returns the value of a sensitive attribute, and no action copies it into an attribute that is not sensitive.
/// Conditions on it (whether it is NULL, whether it equals something) are allowed.
pub(super) fn secrets_stay(app: &App, found: &mut Findings<'_>) {
    for resource in app.resources() {
        for calculation in &resource.calculations {
            if let Some(secret) = given(app, &calculation.tree) {
                let message = format!("it gives the value of `{secret}`, which is sensitive");
                found.report(Subject::field(resource, &calculation.name), message);
            }
        }
        for action in &resource.actions {
            for change in &action.changes {
                let Change::Set { attribute, value, .. } = change else { continue };
                let keeps = resource.attribute(attribute).is_some_and(|(_, it)| it.sensitive);
                if let Some(secret) = given(app, value).filter(|_| !keeps) {
                    let message = format!("it copies `{secret}`, which is sensitive, into `{attribute}`, which is not");
                    found.report(Subject::action(resource, &action.name), message);
                }
            }
        }
    }
}

/// The sensitive attribute whose value may be the tree's value. Calculations that the tree reads are reported by themselves.
fn given<'a>(app: &'a App, tree: &Tree) -> Option<&'a Name> {
    let mut waiting = vec![tree.root];
    while let Some(node) = waiting.pop().and_then(|id| tree.nodes.get(id as usize)) {
        match node {
            Node::Column { path, attribute } => {
                let resource = tree.resource_at(app, *path);
                let attribute = resource.and_then(|it| it.attributes.get(usize::from(*attribute)));
                if let Some(secret) = attribute.filter(|it| it.sensitive) {
                    return Some(&secret.name);
                }
            }
            Node::Case { arms, otherwise } => waiting.extend(arms.iter().map(|(_, value)| value).chain([otherwise])),
            Node::Coalesce(left, right) | Node::Arithmetic { left, right, .. } => waiting.extend([left, right]),
            Node::Lower(operand)
            | Node::Trim { text: operand, .. }
            | Node::TimePart { time: operand, .. }
            | Node::TimeStart { time: operand, .. } => waiting.push(*operand),
            Node::Many { how: Many::Sum, value, .. } => waiting.extend(value),
            // A calculation is checked by itself; the others give no text of their operands. Every node is named, so that a new one that
            // passes a value on cannot be forgotten.
            Node::Calculation { .. }
            | Node::Literal { .. }
            | Node::Argument { .. }
            | Node::Now
            | Node::Compare { .. }
            | Node::And(_)
            | Node::Or(_)
            | Node::Not(_)
            | Node::IsNull(_)
            | Node::In { .. }
            | Node::Text { .. }
            | Node::Length(_)
            | Node::ByteLength(_)
            | Node::Many { .. } => {}
        }
    }
    None
}
