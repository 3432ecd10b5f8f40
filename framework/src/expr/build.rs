//! Where handles put their nodes: this thread's stack of trees under construction.
//!
//! Every tree has a number, and every handle carries that of its tree. A handle of another tree is not used: the tree is marked as
//! invalid, and [`finish`] refuses it.
//!
//! ```text
//! activity.user_id == actor.id        [Column(Row, user_id), Column(Actor, id), Compare(Eq, 0, 1)]
//! ```

mod finish;

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::ir::{AttributeId, Name, Node, NodeId, PathId, RelationshipId, Tree};
use crate::value::Value;

/// A handle without its Rust type.
///
/// A column becomes a node only when it is used, so a row with many columns costs nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Raw {
    Column { tree: TreeNumber, path: PathId, attribute: AttributeId },
    Node { tree: TreeNumber, id: NodeId },
}

/// Identifies a tree under construction, uniquely in the process. 0 is never used.
pub(crate) type TreeNumber = u64;

/// Why a body could not be built. Always a mistake in the body's code, never in its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// A row or an expression was kept from one body and used in another.
    #[error("a handle of another expression is used: a body can only read the rows it is given")]
    ForeignHandle,
    /// The row of a closure was used after the closure.
    #[error("the row of `any`, `all`, `filter`, `count` or `sum` is used outside of its closure")]
    EscapedScope,
    /// The actor was used as a row of two resources.
    #[error("the actor is a row of one resource")]
    TwoActors,
    /// More than 65 535 rows are read from.
    #[error("the expression reads from too many rows")]
    TooLarge,
}

struct TreeBuilder {
    number: TreeNumber,
    tree: Tree,
    misuse: Option<BuildError>,
}

thread_local! {
    static STACK: RefCell<Vec<TreeBuilder>> = const { RefCell::new(Vec::new()) };
}

/// A new tree on top of the stack, for the time of one body: dropped, also when that panics, it is taken off.
///
/// What runs a body is generic and compiled for each, so all that can be is done here.
#[doc(hidden)]
#[derive(Debug)]
pub struct Body {
    number: TreeNumber,
}

impl Drop for Body {
    fn drop(&mut self) {
        STACK.with_borrow_mut(|stack| stack.pop());
    }
}

impl Body {
    /// Begins a body.
    pub fn start() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        STACK.with_borrow_mut(|stack| stack.push(TreeBuilder { number, tree: Tree::new(None, None), misuse: None }));
        Self { number }
    }

    /// The number of its tree.
    pub(crate) fn number(&self) -> TreeNumber {
        self.number
    }

    /// The tree whose root is the body's value.
    ///
    /// # Errors
    /// If the body used a handle or a row that is not its own.
    pub(crate) fn end(self, value: Raw) -> Result<Tree, BuildError> {
        let root = node_of(value);
        let (tree, misuse) = self.built()?;
        match misuse {
            None => finish::finish(tree, root),
            Some(misuse) => Err(misuse),
        }
    }

    /// As [`Body::end`], of a declaration: an error is a panic that names it.
    pub(super) fn end_declared(self, what: &'static str, value: Raw) -> Tree {
        match self.end(value) {
            Ok(tree) => tree,
            Err(misuse) => panic!("{what}: {misuse}"),
        }
    }

    /// Ends a body that gives no expression.
    ///
    /// # Errors
    /// As [`Body::end`].
    pub(crate) fn end_without_value(self) -> Result<(), BuildError> {
        self.built()?.1.map_or(Ok(()), Err)
    }

    fn built(self) -> Result<(Tree, Option<BuildError>), BuildError> {
        let take = |tree: &mut Tree| std::mem::replace(tree, Tree::new(None, None));
        let built = STACK.with_borrow_mut(|stack| stack.last_mut().map(|it| (take(&mut it.tree), it.misuse)));
        built.ok_or(BuildError::ForeignHandle)
    }
}

/// Runs `with` on the tree being built; returns `otherwise` if there is none.
fn on_top<T>(otherwise: T, with: impl FnOnce(&mut TreeBuilder) -> T) -> T {
    STACK.with_borrow_mut(|stack| match stack.last_mut() {
        Some(building) => with(building),
        None => otherwise,
    })
}

impl TreeBuilder {
    fn fail<T>(&mut self, misuse: BuildError, stand_in: T) -> T {
        self.misuse.get_or_insert(misuse);
        stand_in
    }

    fn push(&mut self, node: Node) -> Raw {
        Raw::Node { tree: self.number, id: self.tree.push(node) }
    }
}

/// Sets the resource of the row of that tree, if it is the one being built.
pub(crate) fn set_row(tree: TreeNumber, resource: &'static str) {
    on_top((), |it| {
        if tree == it.number {
            it.tree.row = Some(Name::new(resource));
        }
    });
}

/// Sets the resource of the actor, as [`set_row`] does that of the row.
pub(crate) fn set_actor(tree: TreeNumber, resource: &'static str) {
    on_top((), |it| match &it.tree.actor {
        _ if tree != it.number => {}
        Some(known) if *known != resource => it.fail(BuildError::TwoActors, ()),
        _ => it.tree.actor = Some(Name::new(resource)),
    });
}

/// Adds a node to the tree being built. If there is none, the handle belongs to no tree, and is refused wherever it is used.
#[inline(never)]
pub(crate) fn push(node: Node) -> Raw {
    on_top(Raw::Node { tree: 0, id: 0 }, |it| it.push(node))
}

/// The node of a handle in the tree being built.
#[inline(never)]
pub(crate) fn node_of(raw: Raw) -> NodeId {
    on_top(0, |it| match raw {
        Raw::Column { tree, path, attribute } if tree == it.number => it.tree.push(Node::Column { path, attribute }),
        Raw::Node { tree, id } if tree == it.number => id,
        Raw::Column { .. } | Raw::Node { .. } => it.fail(BuildError::ForeignHandle, 0),
    })
}

/// A handle on a node of the tree being built.
pub(crate) fn handle(id: NodeId) -> Raw {
    on_top(Raw::Node { tree: 0, id: 0 }, |it| Raw::Node { tree: it.number, id })
}

/// Both values, if both nodes of the tree being built are literals.
pub(crate) fn known_pair(left: NodeId, right: NodeId) -> Option<(Value, Value)> {
    on_top(None, |it| match (it.tree.nodes.get(left as usize)?, it.tree.nodes.get(right as usize)?) {
        (Node::Literal { value: left, .. }, Node::Literal { value: right, .. }) => Some((left.clone(), right.clone())),
        _ => None,
    })
}

/// Whether the tree of that number is the one being built.
pub(crate) fn is_current(tree: TreeNumber) -> bool {
    on_top(false, |it| it.number == tree)
}

/// A copy of the node of a handle, if it is of the tree being built.
pub(crate) fn peek(raw: Raw) -> Option<Node> {
    match raw {
        Raw::Column { tree, path, attribute } => is_current(tree).then_some(Node::Column { path, attribute }),
        Raw::Node { tree, id } => {
            on_top(None, |it| if tree == it.number { it.tree.nodes.get(id as usize).cloned() } else { None })
        }
    }
}

/// The path of a to-one hop.
#[inline(never)]
pub(crate) fn one(tree: TreeNumber, from: PathId, relationship: RelationshipId) -> PathId {
    path(tree, |it| it.one(from, relationship))
}

/// A new scope over a to-many hop.
#[inline(never)]
pub(crate) fn each(tree: TreeNumber, from: PathId, relationship: RelationshipId) -> PathId {
    path(tree, |it| it.each(from, relationship))
}

fn path(tree: TreeNumber, make: impl FnOnce(&mut Tree) -> PathId) -> PathId {
    on_top(0, |it| {
        if tree != it.number {
            it.fail(BuildError::ForeignHandle, 0)
        } else if it.tree.paths.len() > usize::from(PathId::MAX) {
            it.fail(BuildError::TooLarge, 0)
        } else {
            make(&mut it.tree)
        }
    })
}
