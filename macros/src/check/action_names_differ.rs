//! R0202: no two actions of a resource share a name.

use crate::code::Code;
use crate::ctxt::Ctxt;
use crate::model::action::Actions;

/// R0202: no two actions of a resource share a name.
pub(crate) fn action_names_differ(cx: &Ctxt, actions: &Actions) {
    for (index, action) in actions.actions.iter().enumerate() {
        let name = &action.ident;
        if actions.actions.iter().take(index).any(|it| it.ident == *name) {
            cx.error(Code::DuplicateAction, name, format_args!("action `{name}` is declared twice"))
                .help(format_args!("the first `{name}` is above; rename one"));
        }
    }
}
