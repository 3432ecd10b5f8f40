//! The GraphQL surface: what is served, and what operations answer.

mod answers;
mod contract;
mod corpus;
mod data;
mod pages;
mod platform;
mod reference;
mod refusals;
mod statements;
mod support;
