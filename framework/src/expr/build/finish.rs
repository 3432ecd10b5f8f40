//! From what a body left behind to a tree: scopes are checked, and what the answer does not need is left out.

use super::Misuse;
use crate::ir::{Node, NodeId, Path, PathId, Tree};

/// Checks the scopes of what `root` needs, drops the rest, and numbers what stays in post-order.
///
/// A node that is used twice (a `let`) stays one node.
pub(super) fn finish(mut tree: Tree, root: NodeId) -> Result<Tree, Misuse> {
    let order = post_order(&tree, root);
    scopes_hold(&tree, &order, root)?;
    let paths = keep_paths(&mut tree, &order);
    keep_nodes(&mut tree, &order, &paths, root);
    Ok(tree)
}

/// The nodes that `root` needs, operands in order before their operator.
///
/// Without recursion: a filter may be joined in a loop, and then is as deep as that loop is long.
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

/// The row of a closure may be read below the node that binds it, and nowhere else.
fn scopes_hold(tree: &Tree, order: &[NodeId], root: NodeId) -> Result<(), Misuse> {
    if !tree.paths.iter().any(|it| matches!(it, Path::Each { .. })) {
        return Ok(());
    }
    let mut open: Vec<Vec<PathId>> = vec![Vec::new(); tree.nodes.len()];
    for id in order {
        open[*id as usize] = open_scopes(tree, &tree.nodes[*id as usize], &open);
    }
    if open[root as usize].is_empty() { Ok(()) } else { Err(Misuse::EscapedScope) }
}

/// The scopes that `node` reads from and does not bind, given those of the nodes before it.
fn open_scopes(tree: &Tree, node: &Node, open: &[Vec<PathId>]) -> Vec<PathId> {
    let mut scopes: Vec<PathId> =
        node.operands().into_iter().flat_map(|id| open[id as usize].iter().copied()).collect();
    match node {
        Node::Column { path, .. } | Node::Calculation { path, .. } => scopes_of(tree, *path, &mut scopes),
        Node::Many { each, .. } => {
            scopes.retain(|it| it != each);
            if let Path::Each { from, .. } = tree.paths[usize::from(*each)] {
                scopes_of(tree, from, &mut scopes);
            }
        }
        _ => {}
    }
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// The scopes that `path` is inside of, itself included.
fn scopes_of(tree: &Tree, mut path: PathId, scopes: &mut Vec<PathId>) {
    loop {
        match tree.paths[usize::from(path)] {
            Path::Row | Path::Actor => return,
            Path::One { from, .. } => path = from,
            Path::Each { from, .. } => {
                scopes.push(path);
                path = from;
            }
        }
    }
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
