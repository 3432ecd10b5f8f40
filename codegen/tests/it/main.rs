//! Behaviour of the generators and of the command line.

#![allow(clippy::unwrap_used, clippy::expect_used, unreachable_pub)]

mod application;
mod badge;
mod change;
mod command;
/// Shared with the framework's tests.
#[path = "../../../framework/tests/it/support/declare.rs"]
mod declare;
mod evolve;
mod evolving;
mod live;
mod replace;
mod snapshot;
mod write;

/// The migrations that `evolve` generates, compiled.
#[path = "evolution/migrations/src/lib.rs"]
mod evolution;
