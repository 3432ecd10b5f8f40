//! Combines several trees into one.

use super::{Node, NodeId, Path, PathId, Tree};
use crate::ir::{Name, Type};
use crate::value::Value;

impl Tree {
    /// Copies the nodes of `from` into this tree, so that they are about the row at `at`. Returns the copy of its root.
    ///
    /// Hops that both trees have become one path; scopes are never shared.
    ///
    /// # Panics
    /// If `from` is not well formed.
    pub fn graft(&mut self, from: &Self, at: PathId) -> NodeId {
        let mut paths: Vec<PathId> = Vec::with_capacity(from.paths.len());
        for path in &from.paths {
            let here = match *path {
                Path::Row => at,
                Path::Actor => Self::ACTOR,
                Path::One { from, relationship } => self.one(paths[usize::from(from)], relationship),
                Path::Each { from, relationship } => self.each(paths[usize::from(from)], relationship),
            };
            paths.push(here);
        }
        if self.actor.is_none() {
            self.actor.clone_from(&from.actor);
        }
        let base = self.nodes.len() as NodeId;
        for node in &from.nodes {
            self.push(node.renumbered(|id| base + id, |path| paths[usize::from(path)]));
        }
        base + from.root
    }

    /// The conjunction of `trees`, each over the row of the resource `row`; true if there are none.
    pub fn conjunction(row: Option<Name>, trees: &[&Self]) -> Self {
        join(row, trees, true, Node::And)
    }

    /// The disjunction of `trees`, each over the row of the resource `row`; false if there are none.
    pub fn disjunction(row: Option<Name>, trees: &[&Self]) -> Self {
        join(row, trees, false, Node::Or)
    }
}

fn join(row: Option<Name>, trees: &[&Tree], none: bool, operator: fn(Vec<NodeId>) -> Node) -> Tree {
    let mut joined = Tree::new(row, None);
    let roots: Vec<_> = trees.iter().map(|it| joined.graft(it, Tree::ROW)).collect();
    joined.root = match roots.as_slice() {
        [] => joined.literal(Value::Bool(none), Type::Boolean),
        [root] => *root,
        _ => joined.push(operator(roots)),
    };
    joined
}
