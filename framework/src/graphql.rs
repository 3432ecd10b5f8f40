//! The GraphQL surface: a schema served from the declaration, and an executor that turns an operation into a few queries.
//!
//! ```text
//! Request ─▶ parse, limit ─▶ validate ─▶ PreparedText ─▶ compile ─▶ CompiledOperation      kept for requests like it
//!         ─▶ variables ─▶ fill in ─▶ execute (Context) ─▶ write ─▶ Response                  for each request
//! ```
//! async-graphql's dynamic schema is the type system, parser, validator and introspection. Everything after that is this crate's own:
//! each root field becomes one [`crate::query::Query`], whose rows are written straight to JSON bytes, so the number of SQL statements
//! depends on the operation's shape and never on the rows.
//!
//! ```text
//! query { worlds(first: 2) { nodes { name owner { displayName } } totalCount } }
//! → Query { World, slice: first 2, count, attributes: [name], loads: [owner { attributes: [display_name] }] }   3 statements
//! → {"data":{"worlds":{"nodes":[{"name":"Atrium","owner":{"displayName":"Ada"}}],"totalCount":1}}}
//! ```

mod coerce;
mod collect;
mod compile;
mod document;
mod error;
mod execute;
mod keyed;
mod large;
mod lexer;
mod limits;
mod open;
pub use crate::ir::graphql_name as name;
mod compiled;
mod options;
mod prepared;
mod presence;
mod request;
mod response;
mod roots;
mod scalar;
mod schema;
mod sign_in;
mod validate;
mod write;

pub use crate::query::PreparedCounts;
pub use options::{Limits, Options};
pub use request::Request;
pub use response::{Response, ResponseStatus};
pub use roots::{RootCall, RootField, roots};
pub use sign_in::{SignIn, SignInFlow, SignedIn};

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use async_graphql::Value as Const;

use self::compiled::CompiledOperation;
use self::error::ResponseError;
use self::execute::Execution;
use self::keyed::KeyedRequest;
use self::prepared::{PreparedOperations, PreparedText};
use self::schema::Schema;
use self::validate::Validator;
use crate::context::Context;
use crate::engine::Engine;
use crate::error::Error;
use crate::ir;

/// The API of one engine; cheap to clone.
#[derive(Clone, Debug)]
pub struct Api(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    engine: Engine,
    options: Options,
    schema: Schema,
    validator: Validator,
    prepared: PreparedOperations,
    /// Requests so far.
    requests: AtomicU64,
}

impl Api {
    /// Builds the schema of the engine's declaration.
    ///
    /// # Errors
    /// As [`sdl`].
    pub fn new(engine: Engine, options: Options) -> Result<Self, Error> {
        let schema = Schema::of(engine.app())?;
        let validator = Validator::new(&schema, options.introspection)?;
        let (prepared, requests) = (PreparedOperations::new(), AtomicU64::new(0));
        Ok(Self(Arc::new(Inner { engine, options, schema, validator, prepared, requests })))
    }

    /// Executes one operation as `cx`'s actor. Never fails: what goes wrong is in the response's `errors`.
    ///
    /// `cx` must be of the engine that the API was made for.
    pub async fn execute(&self, cx: &Context, request: Request) -> Response {
        let request_id = request.request_id.as_deref();
        match self.0.run(cx, &request).await {
            Ok((body, outcome)) => Response { body: body.into(), outcome },
            Err(errors) => {
                Response { body: write::refusal(&errors, request_id).into(), outcome: ResponseStatus::RequestError }
            }
        }
    }

    /// How many requests found their operation prepared.
    pub fn prepared(&self) -> PreparedCounts {
        self.0.prepared.counts(self.0.requests.load(Ordering::Relaxed))
    }
}

impl Inner {
    async fn run(&self, cx: &Context, request: &Request) -> Result<(Vec<u8>, ResponseStatus), Vec<ResponseError>> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let text = self.text(request).await?;
        let variables = coerce::variables(&self.schema, text.variables(), &request.variables)?;
        let operation = self.operation(&request.query, &text, &variables).map_err(|it| vec![it])?;
        let values = operation.open.fill(&variables.leaves).map_err(|it| vec![it])?;
        let sign_in = self.options.sign_in.as_deref();
        let keyed = KeyedRequest::of(cx, request, &operation, sign_in).map_err(|it| vec![it])?;
        let introspection = if operation.introspects {
            let (document, name) = (text.document().clone(), request.operation_name.as_deref());
            Box::pin(self.validator.introspect(document, name, &variables)).await.map_err(|it| vec![it])?
        } else {
            Const::Null
        };
        let run = Execution {
            cx,
            request_id: request.request_id.as_deref(),
            extensions: &request.extensions,
            sign_in,
            keyed: keyed.as_ref(),
            values: &values,
            introspection: &introspection,
            unavailable: AtomicUsize::new(0),
            written: AtomicUsize::new(0),
        };
        run.plan(&operation).await.map_err(|it| vec![it])
    }

    /// The request's document, parsed and validated.
    async fn text(&self, request: &Request) -> Result<Arc<PreparedText>, Vec<ResponseError>> {
        let name = request.operation_name.as_deref();
        if let Some(text) = self.prepared.text(&request.query, name) {
            return Ok(text);
        }
        let document = document::parse(&request.query, &self.options.limits).map_err(|it| vec![it])?;
        document::operation(&document, name).map_err(|it| vec![it])?;
        Box::pin(self.validator.validate(document.clone(), name)).await?;
        let text = PreparedText::new(document, name, &request.query).map_err(|it| vec![it])?;
        Ok(Arc::new(text))
    }

    /// The request's operation, compiled for what its variables decide.
    fn operation(
        &self,
        query: &str,
        text: &Arc<PreparedText>,
        variables: &coerce::Variables<'_>,
    ) -> Result<Arc<CompiledOperation>, ResponseError> {
        if let Some(operation) = self.prepared.operation(text, &variables.structure) {
            return Ok(operation);
        }
        let (limits, document) = (&self.options.limits, text.document());
        let operation =
            compile::compile(self.engine.app(), &self.schema, limits, document, text.operation()?, variables)?;
        let operation = Arc::new(operation);
        if !operation.holds_secrets() {
            self.prepared.keep_text(query, text);
            self.prepared.keep_operation(text, variables.structure.clone(), &operation);
        }
        Ok(operation)
    }
}

/// The schema of that declaration in the schema definition language: types sorted by name, fields in declared order.
///
/// Pure and deterministic: it is what `samara codegen` writes to `app/schema.graphql`, and what is served.
///
/// # Errors
/// `INTERNAL` if two declared things take the same name in the schema.
pub fn sdl(app: &ir::App) -> Result<String, Error> {
    schema::served::sdl(&Schema::of(app)?)
}

#[cfg(test)]
mod tests;
