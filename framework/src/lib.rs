//! Samara: declare resources once, in Rust, and get typed calls, migrations, a GraphQL API, admin screens and sign-in.
//!
//! Start with [`prelude`] and the macros [`macro@resource`], [`macro@actions`] and [`macro@policies`]; [`app!`] puts what they declare
//! together, and [`main`] runs a [`Server`] of it. [`call`] has the typed calls, [`context`] says who acts, [`error`] why something was
//! not done; [`testing`] has databases for tests, and [`migration`] is what generated migrations are written in. The book is in
//! `docs/book`.

#![deny(missing_docs)]

extern crate self as samara;

pub mod admin;
pub mod application;
pub mod attribute;
pub mod auth;
pub mod authorize;
mod cache;
pub mod call;
pub mod changeset;
mod cli;
pub mod context;
pub mod database;
pub mod engine;
pub mod entity;
pub mod error;
pub mod evaluate;
pub mod event;
mod execute;
pub mod expr;
pub mod future;
pub mod graphql;
pub mod ir;
pub mod location;
pub mod mail;
pub mod manifest;
pub mod migration;
pub mod own;
mod plan;
pub mod prelude;
#[doc(hidden)]
pub mod private;
pub mod query;
pub mod record;
pub mod relation;
mod request;
pub mod resource;
mod run;
pub mod settings;
pub mod site;
mod sql;
pub mod table;
pub mod testing;
pub mod value;
pub mod web;
mod write;

#[doc(hidden)]
pub use private as __private;

pub use cli::{Server, main};
pub use samara_macros::{
    Enum, Object, actions, actor, admin, app, calculations, domain, expr, expression, graphql, magic_link, policies,
    resource, session,
};

/// A result whose error is [`error::Error`].
pub type Result<T, E = error::Error> = std::result::Result<T, E>;
