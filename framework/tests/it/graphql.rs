//! The GraphQL surface: what is served, and what operations answer.

mod answers;
mod coercion;
mod corpus;
mod data;
mod empty;
mod failing;
mod faults;
mod hidden;
mod introspection;
mod keyed;
mod mangled;
mod mutations;
mod pages;
pub(crate) mod platform;
mod prepared;
mod reference;
mod refusals;
mod schema;
mod shape;
mod sign_in;
mod sql;
mod statements;
mod support;
mod text;
