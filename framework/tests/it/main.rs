//! Behaviour of the framework, one module for each.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod expr_fold;
mod support;
