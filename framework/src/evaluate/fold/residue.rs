//! What is left after folding, without the nodes that are no longer needed.

use crate::ir::{Node, NodeId, Tree};

/// What is left of a tree: the same paths, and the nodes that are still needed, operands first.
#[derive(Clone, Debug, PartialEq)]
pub struct Residue {
    /// The tree. Every literal in it is a parameter.
    pub tree: Tree,
    /// For each node of the tree, if it is a literal: the node of the source that it is the value of. That is the
    /// parameter's slot: two facts that happen to be equal keep slots of their own.
    pub slots: Vec<Option<NodeId>>,
}

impl Residue {
    /// The nodes that `root` needs, out of those that folding `source` made, each with its slot if it is a literal.
    ///
    /// Every node has its operands before it, so one pass back finds what is needed, and one pass forth copies it.
    pub(super) fn of(source: &Tree, nodes: Vec<Node>, slots: Vec<Option<NodeId>>, root: NodeId) -> Self {
        let mut needed = vec![false; nodes.len()];
        needed[root as usize] = true;
        for (index, node) in nodes.iter().enumerate().rev() {
            if needed[index] {
                node.operands().into_iter().for_each(|it| needed[it as usize] = true);
            }
        }
        let mut residue = Self {
            tree: Tree { paths: source.paths.clone(), ..Tree::new(source.row.clone(), source.actor.clone()) },
            slots: Vec::new(),
        };
        let mut places = vec![0; nodes.len()];
        for (index, (node, slot)) in nodes.iter().zip(slots).enumerate() {
            if needed[index] {
                places[index] = residue.tree.push(node.renumbered(|it| places[it as usize], |it| it));
                residue.slots.push(slot);
            }
        }
        residue.tree.root = places[root as usize];
        residue
    }
}
