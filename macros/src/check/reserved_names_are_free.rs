//! R0206: no action has the name of a call that every resource has.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::Actions;

const RESERVED: [&str; 2] = ["query", "get"];

/// R0206: no action has the name of a call that every resource has. Removes those that do.
pub(crate) fn reserved_names_are_free(cx: &Ctxt, actions: &mut Actions) {
    actions.actions.retain(|action| {
        let name = &action.ident;
        let reserved = RESERVED.iter().any(|it| name == it);
        if reserved {
            cx.error(DiagnosticCode::ReservedAction, name, format_args!("`{name}` is a call that every resource has"))
                .help("`query()` is the primary read and `get(id)` one row of it; give the action another name");
        }
        !reserved
    });
}
