//! The arguments of a field that returns many rows.

use super::{InputField, InputMeaning, list_of, named, sentence};
use crate::graphql::name;
use crate::ir::Pagination;

/// `filter` and `sort`.
pub(super) fn rows(object: &str) -> Vec<InputField> {
    let place = |name, ty, docs: &str| InputField::new(name, ty, InputMeaning::Place).docs(docs);
    vec![
        place("filter", named(&name::filter(object)), "Which rows. Without it, all."),
        place(
            "sort",
            list_of(&name::sort(object)),
            "In which order: by the first key, where that is equal by the next, and so on. Without it, in the list's own order.",
        ),
    ]
}

/// `filter`, `sort`, and those of a page.
pub(super) fn page(object: &str, pagination: Pagination) -> Vec<InputField> {
    let mut arguments = rows(object);
    for (name, ty, docs) in [
        ("first", "Int", sentence::of_page_size("start", pagination)),
        ("after", "String", "Only rows that follow the one of this cursor.".to_owned()),
        ("last", "Int", sentence::of_page_size("end", pagination)),
        ("before", "String", "Only rows that precede the one of this cursor.".to_owned()),
    ] {
        arguments.push(InputField::new(name, named(ty), InputMeaning::Place).docs(docs));
    }
    arguments
}
