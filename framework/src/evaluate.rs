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

mod cache;
mod eval;
mod facts;
mod fingerprint;
mod fold;
mod operate;

pub use cache::ShapeCache;
pub use eval::{Evaluation, evaluate, holds};
pub use facts::{Facts, Hop, RecordRow, RowSource};
pub use fingerprint::{Shape, fingerprint};
pub use fold::{Folded, FoldedValue, Mode, Residue, fold_condition, fold_value};
