//! The typed handles that build expressions over a declaration's rows. [`crate::evaluate`] works out what they build.
//!
//! A body is ordinary Rust whose operators a macro has turned into calls on handles ([`Expr`]); running it once builds an
//! [`crate::ir::Tree`].
//!
//! ```text
//! activity.user_id == actor.id || actor.role == Role::Coordinator
//! or((&activity.user_id).equals(&actor.id), || cond((&actor.role).equals(&Role::Coordinator)))
//! [Column(Row, user_id), Column(Actor, id), Compare(Eq, 0, 1), Column(Actor, role), Literal(COORDINATOR), Compare(Eq, 3, 4), Or([2, 5])]
//! ```

mod arithmetic;
mod body_value;
mod build;
mod case;
mod compare;
mod handle;
mod logic;
mod many;
mod method;
mod missing;
mod operand;
mod plain;
mod roots;
mod row;
mod time;

pub use crate::attribute::{Nullability, Optional, Required};
pub use arithmetic::{Addend, Factor, Joined, Negated, Quotient, Subtrahend, add, div, mul, neg, sub};
pub use body_value::{Absent, BodyNullness, BodyValue, ret};
pub use build::BuildError;
pub use case::{Case, Choice, Covered, case, choice, exhaustive};
pub use compare::{Compare, Ordered, eq, ge, gt, le, lt, ne};
pub use handle::Expr;
pub use logic::{BoolOperand, and, cond, not, or};
pub use many::{FilteredRows, ManyRows, Summed};
pub use method::{Pattern, Text};
pub use operand::{Known, Nullness, Operand, TextLiteral, Typed};
pub use plain::{Called, called, value};
pub use roots::{Roots, filter, tree};
pub use row::{Actor, ExprRow, FromHop, KeyOf, Resource, Row, RowKind, RowPath};
pub use time::{Timed, days, hours, minutes, now, seconds};

#[doc(hidden)]
pub use arithmetic::div_by_literal;
#[doc(hidden)]
pub use body_value::null;
#[doc(hidden)]
pub use build::Body;
#[doc(hidden)]
pub use missing::{
    Absolute, Converted, EmptyText, Extreme, Iterated, Length, Mapped, NoRows, Null, Unwrapped, UpperCase,
};
#[doc(hidden)]
pub use operand::{NoOperand, lift_value, no_operand};
