//! Finishes a tree: checks its scopes, and drops the nodes that its root does not need.

use super::BuildError;
use crate::ir::{NodeId, Path, PathId, Tree};

/// Keeps what `root` needs, numbers it in post-order, and checks its scopes.
///
/// A node that is used twice (a `let`) stays one node.
pub(super) fn finish(mut tree: Tree, root: NodeId) -> Result<Tree, BuildError> {
    let order = post_order(&tree, root);
    let paths = keep_paths(&mut tree, &order);
    keep_nodes(&mut tree, &order, &paths, root);
    tree.check_scopes().map_err(|_| BuildError::EscapedScope)?;
    Ok(tree)
}

/// The nodes that `root` needs, operands in order before their operator.
///
/// Without recursion: a filter that is built in a loop is as deep as the loop is long.
fn post_order(tree: &Tree, root: NodeId) -> Vec<NodeId> {
    let mut order = Vec::with_capacity(tree.nodes.len());
    let mut seen = vec![false; tree.nodes.len()];
    let mut waiting = vec![(root, false)];
    while let Some((id, operands_done)) = waiting.pop() {
        if operands_done {
            order.push(id);
        } else if !std::mem::replace(&mut seen[id as usize], true) {
            waiting.push((id, true));
            waiting.extend(tree.nodes[id as usize].operands().into_iter().rev().map(|it| (it, false)));
        }
    }
    order
}

/// Drops the paths that no needed node reads, and gives the new number of each that stays.
fn keep_paths(tree: &mut Tree, order: &[NodeId]) -> Vec<PathId> {
    let mut used = vec![false; tree.paths.len()];
    used[..2].fill(true);
    for path in order.iter().filter_map(|id| tree.nodes[*id as usize].path()) {
        used[usize::from(path)] = true;
    }
    for index in (0..used.len()).rev() {
        if let (true, Path::One { from, .. } | Path::Each { from, .. }) = (used[index], tree.paths[index]) {
            used[usize::from(from)] = true;
        }
    }
    let mut numbers = vec![0; used.len()];
    let mut kept = Vec::new();
    for (index, path) in tree.paths.iter().enumerate().filter(|(index, _)| used[*index]) {
        numbers[index] = kept.len() as PathId;
        kept.push(match *path {
            Path::One { from, relationship } => Path::One { from: numbers[usize::from(from)], relationship },
            Path::Each { from, relationship } => Path::Each { from: numbers[usize::from(from)], relationship },
            own => own,
        });
    }
    tree.paths = kept;
    numbers
}

fn keep_nodes(tree: &mut Tree, order: &[NodeId], paths: &[PathId], root: NodeId) {
    let mut numbers: Vec<NodeId> = vec![0; tree.nodes.len()];
    for (number, id) in (0..).zip(order) {
        numbers[*id as usize] = number;
    }
    let renumbered = |id: &NodeId| {
        let node = &tree.nodes[*id as usize];
        node.renumbered(|id| numbers[id as usize], |path| paths[usize::from(path)])
    };
    let nodes = order.iter().map(renumbered).collect();
    tree.nodes = nodes;
    tree.root = numbers[root as usize];
}
