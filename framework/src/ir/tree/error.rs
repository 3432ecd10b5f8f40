//! What is wrong with a tree.

use super::{NodeId, PathId};
use crate::ir::{Name, Type};

/// Why a tree is not well formed. Trees that macros or surfaces make have none; a manifest or code by hand may.
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
    /// A node refers to a node that is not before it, or the root is none.
    #[error("node {0} is not before its operator")]
    NoNode(NodeId),
    /// The row or the actor is asked, and the tree has none.
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
    /// A relationship to many is hopped over as if it were to one, or the other way round.
    #[error("the relationship `{relationship}` of `{resource}` does not lead to {wanted}")]
    Cardinality {
        /// The resource.
        resource: Name,
        /// The relationship.
        relationship: Name,
        /// `one row` or `many`.
        wanted: &'static str,
    },
    /// A row of a to-many relationship is used outside of the question that goes through those rows.
    #[error("a row of many is used outside of the closure that it was given to")]
    Escape(PathId),
    /// Two questions go through the same scope.
    #[error("a scope is bound more than once")]
    Rebound(PathId),
    /// The operands do not go together.
    #[error("{operator} does not go with {}", list(.operands))]
    Operands {
        /// The operator.
        operator: &'static str,
        /// The types of its operands, in order.
        operands: Vec<Type>,
    },
    /// The operator needs operands that are not there, or has ones that mean nothing.
    #[error("{0} has the wrong operands")]
    Arity(&'static str),
    /// A literal's value is not of its type.
    #[error("a literal is not of its type, {0}")]
    Literal(Type),
    /// Something is a list that may not be, or none that must be.
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
