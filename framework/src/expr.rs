//! Expressions over a declaration's rows: typed handles that build them, evaluation, partial evaluation, printing.

mod eval;
mod facts;
mod fault;
mod fold;
mod graft;
mod operate;

pub use eval::{Outcome, evaluate, holds, resource_at};
pub use facts::{Facts, Hop, RecordRow, RowSource};
pub use fault::Fault;
pub use fold::{Folded, FoldedValue, Mode, Residue, fold_condition, fold_value};
pub use graft::{conjunction, disjunction, graft};
