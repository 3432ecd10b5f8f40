//! The text of an operation: one call around a selection.

use heck::ToPascalCase;

use super::{Argument, ArgumentPosition, Call, OperationKind, ResultShape};

/// The text of a call's operation, in two halves: the selection of its result goes between them.
///
/// ```text
/// query World($id: ID!) { world(id: $id)  { id name }  }
/// └─────────── head ───────────────────┘               └ tail
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// The operation's name: `RecordActivity`.
    pub name: String,
    /// What stands before the selection.
    pub head: String,
    /// What stands after it.
    pub tail: String,
}

/// The variable that says whether a page's rows are counted. No argument can have its name.
pub(crate) const COUNTED: &str = "_counted";

impl Document {
    /// The whole text, around a selection such as `{ id name }`; of a scalar, an empty one.
    pub fn with(&self, selection: &str) -> String {
        let space = if selection.is_empty() { "" } else { " " };
        format!("{}{space}{selection}{}", self.head, self.tail)
    }

    /// The same, with more between it and the selection: a selection of something further inside.
    #[must_use]
    pub(crate) fn around(self, before: &str, after: &str) -> Self {
        Self { head: self.head + before, tail: format!("{after}{}", self.tail), ..self }
    }
}

impl Call {
    /// The text of its operation. Its variables have the names of the root field's arguments; those of the input object go together in `input`.
    /// That of a page has one more, `_counted`: whether the rows of all pages are counted.
    pub fn document(&self) -> Document {
        self.document_named(&self.field.to_pascal_case())
    }

    /// The same, under another name.
    pub(crate) fn document_named(&self, name: &str) -> Document {
        let own = self.arguments.iter().filter(|it| it.position != ArgumentPosition::Input);
        let mut variables: Vec<String> = own.clone().map(variable).collect();
        let mut arguments: Vec<String> = own.map(|it| format!("{field}: ${field}", field = it.field)).collect();
        if let Some(input) = &self.input {
            variables.push(format!("$input: {input}!"));
            arguments.push("input: $input".to_owned());
        }
        if self.shape == ResultShape::Page {
            variables.push(format!("${COUNTED}: Boolean! = false"));
        }
        let operation = match self.operation {
            OperationKind::Query => "query",
            OperationKind::Mutation => "mutation",
        };
        let in_brackets = |it: &[String]| if it.is_empty() { String::new() } else { format!("({})", it.join(", ")) };
        let field = format!("{}{}", self.field, in_brackets(&arguments));
        let head = format!("{operation} {name}{} {{ {field}", in_brackets(&variables));
        let (inner, tail) = match self.shape {
            ResultShape::Plain => (String::new(), " }".to_owned()),
            ResultShape::Payload => (" { result".to_owned(), " errors { code message path fields } } }".to_owned()),
            ResultShape::Page => (
                " { nodes".to_owned(),
                format!(
                    " pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} totalCount @include(if: ${COUNTED}) }} }}"
                ),
            ),
        };
        Document { name: name.to_owned(), head: format!("{head}{inner}"), tail }
    }
}

/// Its definition: `$id: ID!`. What has a default may be left out.
fn variable(argument: &Argument) -> String {
    let ty = argument.ty.to_string();
    let ty = if argument.default.is_some() { ty.trim_end_matches('!') } else { &ty };
    format!("${}: {ty}", argument.field)
}
