//! The arguments of a field that answers many rows.

use super::{InputField, InputMeaning, list_of, named};
use crate::graphql::name;

/// `filter` and `sort`.
pub(super) fn rows(object: &str) -> Vec<InputField> {
    vec![
        InputField::new("filter", named(&name::filter(object)), InputMeaning::Place),
        InputField::new("sort", list_of(&name::sort(object)), InputMeaning::Place),
    ]
}

/// `filter`, `sort`, and those of a page.
pub(super) fn page(object: &str) -> Vec<InputField> {
    let mut arguments = rows(object);
    for (name, ty) in [("first", "Int"), ("after", "String"), ("last", "Int"), ("before", "String")] {
        arguments.push(InputField::new(name, named(ty), InputMeaning::Place));
    }
    arguments
}
