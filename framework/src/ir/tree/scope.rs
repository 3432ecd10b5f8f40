//! Checks that each row of a to-many relationship is used only inside the node that binds it.

use std::collections::BTreeSet;

use super::{Node, Path, PathId, Tree, TreeError};

impl Tree {
    /// Checks that no row of a to-many relationship is used outside of the node that binds it. The operands of each node stand before it.
    ///
    /// # Errors
    /// [`TreeError::Escape`], or [`TreeError::Rebound`] if two nodes bind the same scope.
    pub(crate) fn check_scopes(&self) -> Result<(), TreeError> {
        if self.paths.iter().any(|it| matches!(it, Path::Each { .. })) { check(self) } else { Ok(()) }
    }
}

fn check(tree: &Tree) -> Result<(), TreeError> {
    let mut bound = BTreeSet::new();
    let mut open: Vec<BTreeSet<PathId>> = Vec::with_capacity(tree.nodes.len());
    for node in &tree.nodes {
        let mut scopes: BTreeSet<PathId> =
            node.operands().iter().filter_map(|it| open.get(*it as usize)).flatten().copied().collect();
        match node {
            Node::Column { path, .. } | Node::Calculation { path, .. } => scopes.extend(scope(tree, *path)),
            Node::Many { each, .. } => {
                if !bound.insert(*each) {
                    return Err(TreeError::Rebound(*each));
                }
                scopes.remove(each);
                if let Some(Path::Each { from, .. }) = tree.paths.get(usize::from(*each)) {
                    scopes.extend(scope(tree, *from));
                }
            }
            _ => {}
        }
        open.push(scopes);
    }
    match open.get(tree.root as usize).and_then(BTreeSet::first) {
        Some(escaped) => Err(TreeError::Escape(*escaped)),
        None => Ok(()),
    }
}

/// The scope that a path is in, if any: the last `Each` on the way to it.
fn scope(tree: &Tree, mut path: PathId) -> Option<PathId> {
    loop {
        match tree.paths.get(usize::from(path))? {
            Path::Row | Path::Actor => return None,
            Path::One { from, .. } => path = *from,
            Path::Each { .. } => return Some(path),
        }
    }
}
