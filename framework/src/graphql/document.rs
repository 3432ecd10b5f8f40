//! Parses a document, and selects the operation that is asked for.

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::parser::{Error as ParseError, parse_query};

use super::{Limits, error::ResponseError, lexer, limits};

/// Parses a document within limits.
///
/// The parser's own message quotes the line that is wrong, which may be the whole document: only its line and column are given. After an
/// escape that was rewritten for the parser, the columns of that line are those of the rewritten text.
pub(super) fn parse(query: &str, bounds: &Limits) -> Result<ExecutableDocument, ResponseError> {
    limits::text(query, bounds)?;
    let document = parse_query(lexer::with_known_forms(query)).map_err(|error| syntax_error(&error))?;
    lexer::input_fields_differ(query)?;
    limits::document(&document, bounds)?;
    Ok(document)
}

fn syntax_error(error: &ParseError) -> ResponseError {
    let message = match error {
        ParseError::MissingOperation => "the document has no operation",
        ParseError::MultipleOperations { .. } => "an operation without a name must be the only one",
        ParseError::OperationDuplicated { .. } => "two operations have the same name",
        ParseError::FragmentDuplicated { .. } => "two fragments have the same name",
        ParseError::RecursionLimitExceeded => return ResponseError::limit("the document nests too deep"),
        _ => "syntax error",
    };
    let mut refused = ResponseError::invalid(message);
    refused.locations = error.positions().collect();
    if let (ParseError::Syntax { .. }, Some(place)) = (error, refused.locations.first()) {
        refused.message = format!("syntax error at line {}, column {}", place.line, place.column);
    }
    refused
}

/// The operation of that name, or the only one.
pub(super) fn operation<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a OperationDefinition, ResponseError> {
    let operation = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => operation,
        (DocumentOperations::Single(_), Some(_)) => {
            return Err(ResponseError::invalid("there is no operation of that name"));
        }
        (DocumentOperations::Multiple(operations), Some(name)) => {
            operations.get(name).ok_or_else(|| ResponseError::invalid("there is no operation of that name"))?
        }
        (DocumentOperations::Multiple(operations), None) => match operations.values().next() {
            Some(operation) if operations.len() == 1 => operation,
            _ => return Err(ResponseError::invalid("`operationName` must say which operation")),
        },
    };
    match operation.node.ty {
        OperationType::Subscription => {
            Err(ResponseError::invalid("subscriptions are not served here").at(operation.pos))
        }
        OperationType::Query | OperationType::Mutation => Ok(&operation.node),
    }
}

/// Whether a root field describes the schema.
pub(super) fn is_introspection(field: &str) -> bool {
    matches!(field, "__schema" | "__type")
}
