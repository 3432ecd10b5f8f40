//! The GraphQL surface: what is served, and what operations answer.

mod contract;
mod platform;
