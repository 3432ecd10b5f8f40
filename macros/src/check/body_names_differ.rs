//! R0202: no two functions of a block of policies or calculations share a name.

use std::collections::HashSet;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::function::Function;

/// R0202: no two functions of a block share a name. Removes the later one, so that rustc does not report it again.
pub(crate) fn body_names_differ<T>(cx: &Ctxt, what: &str, items: &mut Vec<T>, function: impl Fn(&T) -> &Function) {
    let mut names = HashSet::new();
    items.retain(|item| {
        let name = &function(item).signature.ident;
        let is_new = names.insert(name.clone());
        if !is_new {
            cx.error(DiagnosticCode::DuplicateAction, name, format_args!("{what} `{name}` is declared twice"))
                .help(format_args!("the first `{name}` is above; rename one"));
        }
        is_new
    });
}
