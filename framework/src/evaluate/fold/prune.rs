//! What is left after folding, without the nodes that are no longer needed.

use crate::ir::{Node, NodeId, Tree};

/// The nodes that `root` needs, out of those that folding `source` made: the same paths, operands first.
///
/// Every node has its operands before it, so one pass back finds what is needed, and one pass forth moves it.
pub(super) fn pruned(source: &Tree, nodes: Vec<Node>, root: NodeId) -> Tree {
    let mut needed = vec![false; nodes.len()];
    needed[root as usize] = true;
    for (index, node) in nodes.iter().enumerate().rev() {
        if needed[index] {
            node.operands().into_iter().for_each(|it| needed[it as usize] = true);
        }
    }
    let mut tree = Tree { paths: source.paths.clone(), ..Tree::new(source.row.clone(), source.actor.clone()) };
    let mut places = vec![0; nodes.len()];
    for (index, node) in nodes.into_iter().enumerate() {
        if needed[index] {
            places[index] = tree.push(node.renumbered(|it| places[it as usize], |it| it));
        }
    }
    tree.root = places[root as usize];
    tree
}
