//! Whether two expressions say the same: one about the row at the other end of a relationship, the other about its own row.

use super::{Node, NodeId, Path, PathId, Tree};
use crate::ir::RelationshipId;

impl Tree {
    /// Whether it says of the one row at the other end of `relationship` exactly what `other` says of its own row:
    /// `membership.world().owner_id == …` and `world.owner_id == …`.
    pub(crate) fn asks_beyond(&self, relationship: RelationshipId, other: &Tree) -> bool {
        Beyond { this: self, other, relationship, scopes: Vec::new() }.nodes(self.root, other.root)
    }
}

struct Beyond<'a> {
    this: &'a Tree,
    other: &'a Tree,
    relationship: RelationshipId,
    /// The enclosing scopes of the compared nodes: of this tree, and of the other.
    scopes: Vec<(PathId, PathId)>,
}

impl Beyond<'_> {
    fn nodes(&mut self, this: NodeId, other: NodeId) -> bool {
        let nodes = (self.this.nodes.get(this as usize), self.other.nodes.get(other as usize));
        let (Some(this), Some(other)) = nodes else { return false };
        let alike = |node: &Node| node.renumbered(|_| 0, |_| 0);
        if alike(this) != alike(other) {
            return false;
        }
        let bound = self.scopes.len();
        if let (Node::Many { each, .. }, Node::Many { each: other, .. }) = (this, other) {
            self.scopes.push((*each, *other));
        }
        let paths = this.path().zip(other.path()).is_none_or(|(this, other)| self.paths(this, other));
        let same = paths && this.operands().into_iter().zip(other.operands()).all(|(it, other)| self.nodes(it, other));
        self.scopes.truncate(bound);
        same
    }

    fn paths(&self, this: PathId, other: PathId) -> bool {
        let paths = (self.this.paths.get(usize::from(this)), self.other.paths.get(usize::from(other)));
        match paths {
            (Some(Path::Actor), Some(Path::Actor)) => true,
            (Some(Path::One { from: Tree::ROW, relationship }), Some(Path::Row)) => *relationship == self.relationship,
            (
                Some(Path::One { from, relationship }),
                Some(Path::One { from: other_from, relationship: other_relationship }),
            ) => relationship == other_relationship && self.paths(*from, *other_from),
            (
                Some(Path::Each { from, relationship }),
                Some(Path::Each { from: other_from, relationship: other_relationship }),
            ) => {
                let bound = self.scopes.contains(&(this, other));
                bound && relationship == other_relationship && self.paths(*from, *other_from)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{AttributeId, Comparison, Many, Type};
    use crate::value::Value;

    /// `row.0 == 1 || row.many(0).any(|it| it.1 == row.0)`, where the row is at `path`.
    fn tree(path: impl Fn(&mut Tree) -> PathId, value: i64) -> Tree {
        let mut tree = Tree::new(Some("A".into()), None);
        let row = path(&mut tree);
        let column = tree.push(Node::Column { path: row, attribute: AttributeId::at(0) });
        let one = tree.literal(Value::Int(value), Type::Integer);
        let is_one = tree.push(Node::Compare { op: Comparison::Eq, left: column, right: one });
        let each = tree.each(row, RelationshipId::at(0));
        let inner = tree.push(Node::Column { path: each, attribute: AttributeId::at(1) });
        let outer = tree.push(Node::Column { path: row, attribute: AttributeId::at(0) });
        let same = tree.push(Node::Compare { op: Comparison::Eq, left: inner, right: outer });
        let any = tree.push(Node::Many { how: Many::Any, each, condition: Some(same), value: None });
        tree.root = tree.push(Node::Or(vec![is_one, any]));
        tree
    }

    #[test]
    fn the_same_is_found_beyond_that_relationship_alone() {
        let here = tree(|_| Tree::ROW, 1);
        let beyond = tree(|it| it.one(Tree::ROW, RelationshipId::at(3)), 1);
        assert!(beyond.asks_beyond(RelationshipId::at(3), &here));
        assert!(!beyond.asks_beyond(RelationshipId::at(2), &here));
        assert!(!here.asks_beyond(RelationshipId::at(3), &here));
        assert!(!tree(|it| it.one(Tree::ROW, RelationshipId::at(3)), 2).asks_beyond(RelationshipId::at(3), &here));
        let further = |tree: &mut Tree| {
            let near = tree.one(Tree::ROW, RelationshipId::at(3));
            tree.one(near, RelationshipId::at(3))
        };
        assert!(!tree(further, 1).asks_beyond(RelationshipId::at(3), &here));
        assert!(tree(further, 1).asks_beyond(RelationshipId::at(3), &beyond));
    }
}
