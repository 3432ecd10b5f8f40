//! What an expression gives: for a row in memory, or, before any row is read, what is left of it for the database.
//!
//! ```text
//! activity.user_id == actor.id || actor.role == Role::Coordinator
//!   evaluate, for a row of the actor's own        → Known(true)
//!   fold_condition, before any row is read:
//!     a coordinator                               → True
//!     a member                                    → Residue: activity.user_id == 7b…
//! ```
//!
//! It reads [`Tree`](crate::ir::Tree)s and knows neither Rust's types nor a database. [`mod@crate::expr`] builds them.

mod eval;
mod facts;
mod fold;
mod operate;
mod requirement;
mod shape;

pub use eval::{Evaluation, evaluate, holds};
pub use facts::{Facts, Hop, RecordRow, RowSource};
pub use fold::{Folded, FoldedValue, Mode, fold_condition, fold_value};
pub(crate) use requirement::{fold_requirement, met, told};
pub use shape::{hash_shape, same_shape, shape};
