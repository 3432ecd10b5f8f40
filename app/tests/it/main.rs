//! The reference application: its declarations as typed calls, and from outside the built binary, real servers, a real browser.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(unreachable_pub, reason = "each module says itself what it offers to the others")]

mod book;
mod browser;
mod client;
mod contract;
mod day;
mod godot;
mod process;
mod server;
mod typed_calls;
mod typescript;
mod who;
