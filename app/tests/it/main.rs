//! The reference application from outside: the built binary, real servers, a real browser.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod browser;
mod client;
mod contract;
mod day;
mod server;
