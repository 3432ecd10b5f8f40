//! Inputs, and the list of what is wrong with them.

use maud::{Markup, html};

use crate::admin::filter::NONE;
use crate::error::Problem;

/// A `select`; `empty` is the option that gives nothing.
pub(super) fn choice(
    id: &str,
    name: &str,
    value: &str,
    empty: &str,
    none: bool,
    options: impl Iterator<Item = (String, String)>,
) -> Markup {
    let options: Vec<(String, String)> = options.collect();
    let is_known = value.is_empty() || (none && value == NONE) || options.iter().any(|(it, _)| it == value);
    html! {
        select id=(id) name=(name) {
            option value="" selected[value.is_empty()] { (empty) }
            @if none { option value=(NONE) selected[value == NONE] { "none" } }
            @for (option, title) in &options {
                option value=(option) selected[option == value] { (title) }
            }
            @if !is_known { option value=(value) selected { (value) } }
        }
    }
}

/// All problems, each a link to its input. It takes the focus when the page opens.
pub(super) fn summary(problems: &[Problem], id: &dyn Fn(&str) -> String, title: &dyn Fn(&str) -> String) -> Markup {
    html! {
        div.problems role="alert" tabindex="-1" autofocus {
            p { (if problems.len() == 1 { "One thing has to be put right." } else { "Some things have to be put right." }) }
            ul {
                @for problem in problems {
                    li {
                        @match problem.fields.first() {
                            Some(field) => a href={ "#" (id(field)) } { (title(field)) ": " (problem.message) },
                            None => (problem.message),
                        }
                    }
                }
            }
        }
    }
}
