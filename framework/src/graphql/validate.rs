//! Validation of documents, and introspection: both by async-graphql.
//!
//! Its rules are only reachable through `Schema::execute`, so an extension stops every request after they passed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_graphql::dynamic;
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Name, Request, Response, ServerError, ValidationMode, Value as Const, Variables};

use super::coerce;
use super::error::ResponseError;
use super::large::small;
use super::presence::{marked, unmarked};
use super::schema::{Schema, served};
use crate::error::Error;

/// The served schema, once to validate and once to describe itself.
#[derive(Clone, Debug)]
pub(super) struct Validator {
    schema: dynamic::Schema,
    /// `None`: clients may not introspect the schema.
    introspection: Option<dynamic::Schema>,
}

impl Validator {
    /// # Errors
    /// `INTERNAL` if async-graphql refuses the schema.
    pub(super) fn new(schema: &Schema, introspection: bool) -> Result<Self, Error> {
        let finish = |builder: dynamic::SchemaBuilder| builder.finish().map_err(|it| Error::internal(it.0));
        let validating = served::builder(schema).extension(Stop);
        if !introspection {
            let silent = validating.disable_introspection().disable_suggestions();
            return Ok(Self { schema: finish(silent)?, introspection: None });
        }
        // It only gets documents that were validated already.
        let describing = served::builder(schema).validation_mode(ValidationMode::Fast).introspection_only();
        Ok(Self { schema: finish(validating)?, introspection: Some(finish(describing)?) })
    }

    /// Checks a document by the rules of the specification. Values of variables are not looked at.
    pub(super) async fn validate(
        &self,
        document: ExecutableDocument,
        operation: Option<&str>,
    ) -> Result<(), Vec<ResponseError>> {
        let passed = Arc::new(AtomicBool::new(false));
        let request = request(small(document), operation).data(Passed(passed.clone()));
        let response = self.schema.execute(request).await;
        if passed.load(Ordering::Relaxed) {
            return Ok(());
        }
        let mut errors: Vec<ResponseError> = response.errors.into_iter().map(response_error).collect();
        // Its rules iterate over hash maps: without sorting, equal requests would get errors in different orders.
        errors.sort_by(|one, other| (&one.locations, &one.message).cmp(&(&other.locations, &other.message)));
        errors.dedup();
        errors.truncate(MAX_ERRORS);
        Err(errors)
    }

    /// The value of each introspection field at the operation's root, by response key.
    pub(super) async fn introspect(
        &self,
        document: ExecutableDocument,
        operation: Option<&str>,
        variables: &coerce::Variables<'_>,
    ) -> Result<Const, ResponseError> {
        let Some(schema) = &self.introspection else { return Err(ResponseError::invalid("the schema is not told")) };
        let mut given = Variables::default();
        for (name, value) in variables.json() {
            given.insert(Name::new(name), Const::from_json(value).unwrap_or_default());
        }
        let response = schema.execute(request(marked(document), operation).variables(given)).await;
        match response.errors.into_iter().next() {
            Some(error) => Err(response_error(error)),
            None => Ok(unmarked(response.data)),
        }
    }
}

/// The most errors that are reported for one document.
const MAX_ERRORS: usize = 20;

fn request(document: ExecutableDocument, operation: Option<&str>) -> Request {
    let mut request = Request::new("");
    request.set_parsed_query(document);
    match operation {
        Some(name) => request.operation_name(name),
        None => request,
    }
}

fn response_error(error: ServerError) -> ResponseError {
    ResponseError { locations: error.locations, ..ResponseError::invalid(error.message) }
}

/// Set once a document has passed validation.
struct Passed(Arc<AtomicBool>);

struct Stop;

impl ExtensionFactory for Stop {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait::async_trait]
impl Extension for Stop {
    async fn execute(&self, ctx: &ExtensionContext<'_>, _: Option<&str>, _: NextExecute<'_>) -> Response {
        if let Some(Passed(passed)) = ctx.data_opt() {
            passed.store(true, Ordering::Relaxed);
        }
        Response::default()
    }
}
