//! R0214: no input has a name that its call uses itself.

use proc_macro2::Ident;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::{ActionKind, Actions};

/// R0214: no input of a write is called `run`, which ends every call, and no input `id` where the call is given the row's id. Removes
/// those that are.
pub(crate) fn inputs_can_be_given(cx: &Ctxt, actions: &mut Actions) {
    for action in actions.actions.iter_mut().filter(|it| it.writes()) {
        let names_a_row = matches!(action.kind, ActionKind::Update | ActionKind::Destroy);
        let ident = &action.ident;
        let can_be_given = |name: &Ident| {
            let help = if name == "run" {
                "a call gives its inputs by methods of their names, and ends in `.run(&cx)`"
            } else if names_a_row && name == "id" {
                "its call is given the `id` of the row"
            } else {
                return true;
            };
            cx.error(
                DiagnosticCode::ReservedInput,
                name,
                format_args!("an input of `{ident}` cannot be called `{name}`"),
            )
            .help(help);
            false
        };
        action.accept.retain(|it| can_be_given(&it.name));
        action.required.retain(|it| it != "run");
        action.arguments.retain(|it| can_be_given(&it.ident));
    }
}
