//! Inputs, and the list of what is wrong with them.

use maud::{Markup, html};

use crate::admin::filter::{NONE, SOME};
use crate::error::Problem;
use crate::site::value::isolated;

/// The hint on how a search treats upper and lower case.
pub(super) const CASE: &str = "A to Z count as a to z; any other letter is found in the same case only.";

/// A `select`. `empty` is the text of the option without a value; with `presence` there are also options for "no value" and "any value".
/// `described` is the id of the text that says what is wrong with it.
pub(super) fn choice(
    id: &str,
    name: &str,
    value: &str,
    empty: &str,
    presence: bool,
    described: Option<&str>,
    options: impl Iterator<Item = (String, String)>,
) -> Markup {
    let options: Vec<(String, String)> = options.collect();
    let is_known =
        value.is_empty() || (presence && [NONE, SOME].contains(&value)) || options.iter().any(|(it, _)| it == value);
    html! {
        select id=(id) name=(name) aria-invalid=[described.map(|_| "true")] aria-describedby=[described] {
            option value="" selected[value.is_empty()] { (empty) }
            @if presence {
                option value=(NONE) selected[value == NONE] { "none" }
                option value=(SOME) selected[value == SOME] { "given" }
            }
            @for (option, title) in &options {
                option value=(option) selected[option == value] { (isolated(title)) }
            }
            @if !is_known { option value=(value) selected { (isolated(value)) } }
        }
    }
}

/// All problems, each a link to its input where it has one. When the page opens, the list takes the focus.
pub(super) fn summary(
    problems: &[Problem],
    takes_focus: bool,
    id: &dyn Fn(&str) -> Option<String>,
    title: &dyn Fn(&str) -> String,
) -> Markup {
    html! {
        div.problems role="alert" tabindex="-1" autofocus[takes_focus] {
            p { (if problems.len() == 1 { "One thing has to be put right." } else { "Some things have to be put right." }) }
            ul {
                @for problem in problems {
                    li {
                        @match problem.fields.first().map(|field| (title(field), id(field))) {
                            Some((title, Some(id))) => a href={ "#" (id) } { (title) ": " (problem.message) },
                            Some((title, None)) => { (title) ": " (problem.message) },
                            None => (problem.message),
                        }
                    }
                }
            }
        }
    }
}
