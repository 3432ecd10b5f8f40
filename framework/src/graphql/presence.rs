//! Distinguishes null from an object all of whose fields are skipped, in introspection: async-graphql writes both as null.
//!
//! ```text
//! { __schema { queryType { name @skip(if: true) } } }
//! → { __schema { queryType { name @skip(if: true) "": __typename } "": __typename } "": __typename }
//! → {"__schema":{"queryType":{"":"__Type"},"":"__Schema"},"":"Query"}
//! → {"__schema":{"queryType":{}}}
//! ```

use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Name, Pos, Positioned, Value as Const};

/// The response key of the marks: no document can use it, because no name is empty.
const MARK: &str = "";

/// The document with a mark in each selection set. It is valid, and its nesting has been checked.
pub(super) fn marked(mut document: ExecutableDocument) -> ExecutableDocument {
    for fragment in document.fragments.values_mut() {
        mark(&mut fragment.node.selection_set.node);
    }
    match &mut document.operations {
        DocumentOperations::Single(operation) => mark(&mut operation.node.selection_set.node),
        DocumentOperations::Multiple(operations) => {
            operations.values_mut().for_each(|it| mark(&mut it.node.selection_set.node));
        }
    }
    document
}

/// The response to such a document, without the marks.
pub(super) fn unmarked(answer: Const) -> Const {
    match answer {
        Const::Object(members) => {
            let members = members.into_iter().filter(|(key, _)| *key != MARK);
            Const::Object(members.map(|(key, value)| (key, unmarked(value))).collect())
        }
        Const::List(items) => Const::List(items.into_iter().map(unmarked).collect()),
        leaf => leaf,
    }
}

fn mark(set: &mut SelectionSet) {
    // The field is a scalar: it has no selection set.
    if set.items.is_empty() {
        return;
    }
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => mark(&mut field.node.selection_set.node),
            Selection::InlineFragment(fragment) => mark(&mut fragment.node.selection_set.node),
            Selection::FragmentSpread(_) => {}
        }
    }
    let here = Pos::default();
    let typename = Field {
        alias: Some(Positioned::new(Name::new(MARK), here)),
        name: Positioned::new(Name::new("__typename"), here),
        arguments: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::default(),
    };
    set.items.push(Positioned::new(Selection::Field(Positioned::new(typename, here)), here));
}
