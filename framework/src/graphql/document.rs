//! From a text to the one operation that is asked for.

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::parser::{Error as ParseError, parse_query};

use super::{Limits, error::ResponseError, lexer, limits};

/// Parses a document within limits.
///
/// The parser's own message quotes the line at fault, which may be the whole document: only the place is told. After an escape
/// that had to be rewritten for it, the columns of that line are those of the rewritten text.
pub(super) fn parse(query: &str, bounds: &Limits) -> Result<ExecutableDocument, ResponseError> {
    limits::text(query, bounds)?;
    let document = parse_query(lexer::with_known_forms(query)).map_err(|error| syntax_fault(&error))?;
    lexer::input_fields_differ(query)?;
    limits::document(&document, bounds)?;
    Ok(document)
}

fn syntax_fault(error: &ParseError) -> ResponseError {
    let message = match error {
        ParseError::MissingOperation => "the document has no operation",
        ParseError::MultipleOperations { .. } => "an operation without a name must be the only one",
        ParseError::OperationDuplicated { .. } => "two operations have the same name",
        ParseError::FragmentDuplicated { .. } => "two fragments have the same name",
        ParseError::RecursionLimitExceeded => return ResponseError::limit("the document nests too deep"),
        _ => "syntax error",
    };
    let mut fault = ResponseError::invalid(message);
    fault.locations = error.positions().collect();
    if let (ParseError::Syntax { .. }, Some(place)) = (error, fault.locations.first()) {
        fault.message = format!("syntax error at line {}, column {}", place.line, place.column);
    }
    fault
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
