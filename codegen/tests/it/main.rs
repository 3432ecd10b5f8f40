//! Behaviour of the generators and of the command line.

#![allow(clippy::unwrap_used, clippy::expect_used, unreachable_pub)]

mod access;
mod add;
mod application;
mod badge;
mod change;
/// Shared with the app's tests.
#[expect(dead_code, reason = "the app's tests use the rest")]
#[path = "../../../app/tests/it/client.rs"]
mod client;
mod clients;
mod command;
/// Shared with the framework's tests.
#[path = "../../../framework/tests/it/support/declare.rs"]
mod declare;
mod diagram;
mod evolve;
mod evolving;
mod gdscript;
mod live;
mod new;
mod replace;
mod snapshot;
mod stranger;
mod tutorial;
mod write;

/// The migrations that `evolve` generates, compiled.
#[path = "evolution/migrations/src/lib.rs"]
mod evolution;
