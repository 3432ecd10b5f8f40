//! The macros of Samara: tokens in, tokens out.
//!
//! A declaration goes one way: tokens → `parse` → `model` (checked by `check`, defaults resolved) → `expand`. Bodies of
//! policies, calculations and filters go through `rewrite`, which turns operators into calls on handles. Mistakes are
//! collected in a `Ctxt` and emitted together, beside as much of the output as can be made.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod code;
mod ctxt;
