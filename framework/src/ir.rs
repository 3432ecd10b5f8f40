//! The declaration as data: what the macros make, and all that any surface reads.
//!
//! ```text
//! App ─ Domain ─ Resource ─┬ Attribute, Relationship, Identity, Index
//!                          ├ Action ─ Argument, Change, Requirement
//!                          ├ Policy, FieldPolicy, Calculation      (each holds a Tree)
//!                          └ Graphql, Admin, Role                  (what surfaces are told)
//! ```
//! No IO, no async, no database. References between resources are names; [`App::new`] resolves and [`verify`] checks them.

mod action;
mod app;
mod bounds;
mod calculation;
mod extent;
pub mod graphql_name;
mod id;
mod name;
mod policy;
mod relationship;
mod requirement;
mod resource;
mod row_condition;
pub(crate) mod strategy;
mod subject;
mod transition;
mod tree;
mod ty;
pub mod verify;

pub use action::{
    Action, ActionKind, Argument, Change, Direction, NamedBy, Pagination, Read, Returns, ReturnsField, SortKey, Upsert,
};
pub use app::{App, Domain};
pub(crate) use bounds::has_line_end;
pub use calculation::Calculation;
pub use id::{AttributeId, CalculationId, RelationshipId, ResourceId};
pub use name::Name;
pub use policy::{Applies, FieldPolicy, Policy};
pub use relationship::{OnDelete, Relationship, RelationshipKind};
pub use requirement::Requirement;
pub(crate) use requirement::in_a_sentence;
pub use resource::{Admin, Attribute, Constraints, Generated, Graphql, Identity, Index, Resource, Role};
pub use row_condition::RowCondition;
pub use subject::{ResourcePart, Subject};
pub use transition::{StateMachine, Transition};
pub use tree::{
    Arithmetic, Comparison, Many, Node, NodeId, NodeType, Path, PathId, TextTest, TimePart, TimeUnit, Tree, TreeError,
    TrimmedEnds,
};
pub use ty::{Enum, KeyType, Type, Variant};
