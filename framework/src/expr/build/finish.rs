//! From what a body left behind to a tree: scopes are checked, and what the answer does not need is left out.

use super::Misuse;
use crate::ir::{Node, NodeId, Path, PathId, Tree};

/// Checks the scopes of what `root` needs, drops the rest, and numbers what stays in the order it was made.
///
/// A node that is used twice (a `let`) stays one node.
pub(super) fn finish(mut tree: Tree, root: NodeId) -> Result<Tree, Misuse> {
    let needed = needed_nodes(&tree, root);
    scopes_hold(&tree, &needed, root)?;
    let paths = keep_paths(&mut tree, &needed);
    keep_nodes(&mut tree, &needed, &paths, root);
    Ok(tree)
}

fn needed_nodes(tree: &Tree, root: NodeId) -> Vec<bool> {
    let mut needed = vec![false; tree.nodes.len()];
    if let Some(it) = needed.get_mut(root as usize) {
        *it = true;
    }
    // Operands stand before their operator, so one pass from the end finds all.
    for index in (0..tree.nodes.len()).rev() {
        if needed[index] {
            for id in tree.nodes[index].operands() {
                needed[id as usize] = true;
            }
        }
    }
    needed
}

/// The row of a closure may be read below the node that binds it, and nowhere else.
fn scopes_hold(tree: &Tree, needed: &[bool], root: NodeId) -> Result<(), Misuse> {
    if !tree.paths.iter().any(|it| matches!(it, Path::Each { .. })) {
        return Ok(());
    }
    let mut open: Vec<Vec<PathId>> = Vec::with_capacity(tree.nodes.len());
    for (node, needed) in tree.nodes.iter().zip(needed) {
        open.push(if *needed { open_scopes(tree, node, &open) } else { Vec::new() });
    }
    if open.get(root as usize).is_some_and(Vec::is_empty) { Ok(()) } else { Err(Misuse::EscapedScope) }
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
fn keep_paths(tree: &mut Tree, needed: &[bool]) -> Vec<PathId> {
    let mut used = vec![false; tree.paths.len()];
    used[..2].fill(true);
    for (node, _) in tree.nodes.iter().zip(needed).filter(|(_, needed)| **needed) {
        if let Some(path) = node.path() {
            used[usize::from(path)] = true;
        }
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

fn keep_nodes(tree: &mut Tree, needed: &[bool], paths: &[PathId], root: NodeId) {
    let mut numbers: Vec<NodeId> = vec![0; needed.len()];
    let mut kept = Vec::new();
    for (index, node) in tree.nodes.iter().enumerate().filter(|(index, _)| needed[*index]) {
        numbers[index] = kept.len() as NodeId;
        kept.push(node.renumbered(|id| numbers[id as usize], |path| paths[usize::from(path)]));
    }
    tree.nodes = kept;
    tree.root = numbers[root as usize];
}
