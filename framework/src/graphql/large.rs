//! Integers beyond 64 bits, which async-graphql refuses as an `ID`: its rules see 0 in their place.
//!
//! The document that is validated has small numbers in their place; `coerce` checks the real ones.

use async_graphql::parser::types::{Directive, DocumentOperations, ExecutableDocument, Selection, SelectionSet};
use async_graphql::{Name, Positioned, Value as Const};
use async_graphql_value::{Number, Value};

use super::coerce::is_beyond_64_bits;

/// The document with large integers replaced by small ones. Its nesting has been checked.
pub(super) fn small(mut document: ExecutableDocument) -> ExecutableDocument {
    for fragment in document.fragments.values_mut() {
        directives(&mut fragment.node.directives);
        selections(&mut fragment.node.selection_set.node);
    }
    let operations: Vec<_> = match &mut document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values_mut().collect(),
    };
    for operation in operations.into_iter().map(|it| &mut it.node) {
        for variable in &mut operation.variable_definitions {
            if let Some(default) = &mut variable.node.default_value {
                constant(&mut default.node);
            }
        }
        directives(&mut operation.directives);
        selections(&mut operation.selection_set.node);
    }
    document
}

fn selections(set: &mut SelectionSet) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                arguments(&mut field.node.arguments);
                directives(&mut field.node.directives);
                selections(&mut field.node.selection_set.node);
            }
            Selection::InlineFragment(fragment) => {
                directives(&mut fragment.node.directives);
                selections(&mut fragment.node.selection_set.node);
            }
            Selection::FragmentSpread(spread) => directives(&mut spread.node.directives),
        }
    }
}

fn directives(directives: &mut [Positioned<Directive>]) {
    directives.iter_mut().for_each(|it| arguments(&mut it.node.arguments));
}

fn arguments(arguments: &mut [(Positioned<Name>, Positioned<Value>)]) {
    arguments.iter_mut().for_each(|(_, it)| value(&mut it.node));
}

fn value(it: &mut Value) {
    match it {
        Value::Number(number) => shrink(number),
        Value::List(items) => items.iter_mut().for_each(value),
        Value::Object(members) => members.values_mut().for_each(value),
        _ => {}
    }
}

fn constant(it: &mut Const) {
    match it {
        Const::Number(number) => shrink(number),
        Const::List(items) => items.iter_mut().for_each(constant),
        Const::Object(members) => members.values_mut().for_each(constant),
        _ => {}
    }
}

fn shrink(number: &mut Number) {
    if is_beyond_64_bits(number) {
        *number = Number::from(0);
    }
}
