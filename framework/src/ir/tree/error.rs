//! Why a tree is not well formed.

use super::{NodeId, PathId};
use crate::ir::{Name, Type};

/// Why a tree is not well formed. Macros and surfaces make well-formed trees; a manifest or hand-written code may not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TreeError {
    /// The tree's row or actor, or the target of a relationship, is of a resource that does not exist.
    #[error("there is no resource `{0}`")]
    NoResource(Name),
    /// The first two paths are not the row and the actor, or one of them occurs again.
    #[error("its paths do not start with the row and the actor")]
    Start,
    /// A path or node refers to a path that is not before it.
    #[error("there is no path {0}")]
    NoPath(PathId),
    /// A node refers to a node that is not before it, or the root is not a node.
    #[error("node {0} is not before its operator")]
    NoNode(NodeId),
    /// The tree uses the row or the actor, and has none.
    #[error("it asks {0}, which it does not have")]
    NoRow(&'static str),
    /// The position is beyond the resource's attributes, relationships or calculations.
    #[error("`{resource}` has no {what} {index}")]
    NoSuch {
        /// The resource.
        resource: Name,
        /// `attribute`, `relationship` or `calculation`.
        what: &'static str,
        /// The position.
        index: u16,
    },
    /// A path follows a to-many relationship as if it were to-one, or the other way round.
    #[error("the relationship `{relationship}` of `{resource}` does not lead to {wanted}")]
    Cardinality {
        /// The resource.
        resource: Name,
        /// The relationship.
        relationship: Name,
        /// `one row` or `many`.
        wanted: &'static str,
    },
    /// A row of a to-many relationship is used outside of the [`Node::Many`](super::Node::Many) that binds it.
    #[error("a row of many is used outside of the closure that it was given to")]
    Escape(PathId),
    /// Two nodes bind the same scope.
    #[error("a scope is bound more than once")]
    Rebound(PathId),
    /// The operands' types do not fit.
    #[error("{operator} does not go with {}", list(.operands))]
    Operands {
        /// The operator.
        operator: &'static str,
        /// The types of its operands, in order.
        operands: Vec<Type>,
    },
    /// The operator lacks an operand, or has one that it does not use.
    #[error("{0} has the wrong operands")]
    Arity(&'static str),
    /// A literal's value is not of its type.
    #[error("a literal is not of its type, {0}")]
    Literal(Type),
    /// An operand is a list where none is allowed, or is no list where one is needed.
    #[error("a list only stands on the right of `is_in`, as a literal")]
    List,
    /// The action has no such argument, or it is of another type.
    #[error("there is no argument `{name}` of type {ty}")]
    NoArgument {
        /// The argument.
        name: Name,
        /// The type it is used as.
        ty: Type,
    },
    /// An enum that is not declared.
    #[error("there is no enum `{0}`")]
    NoEnum(Name),
}

fn list(types: &[Type]) -> String {
    types.iter().map(Type::to_string).collect::<Vec<_>>().join(" and ")
}
