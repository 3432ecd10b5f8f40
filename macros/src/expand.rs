//! Model in, tokens out: one module for each thing that is emitted.

pub(crate) mod expr;
pub(crate) mod expression;
pub(crate) mod known;
