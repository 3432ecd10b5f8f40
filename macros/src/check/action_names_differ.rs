//! R0202: no two actions of a resource share a name.

use std::collections::HashSet;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::Actions;

/// R0202: no two actions of a resource share a name. Removes the later one.
pub(crate) fn action_names_differ(cx: &Ctxt, actions: &mut Actions) {
    let mut names = HashSet::new();
    actions.actions.retain(|action| {
        let name = &action.ident;
        let is_new = names.insert(name.clone());
        if !is_new {
            cx.error(DiagnosticCode::DuplicateAction, name, format_args!("action `{name}` is declared twice"))
                .help(format_args!("the first `{name}` is above; rename one"));
        }
        is_new
    });
}
