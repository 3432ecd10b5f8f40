//! R0214: no input has a name that its call uses itself.

use proc_macro2::Ident;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::{ActionKind, Actions};
use crate::model::call::is_reserved;

/// R0214: no input has the name of a method that its call has anyway, such as `run`, and none is `id` where the call is given the row's
/// id. Removes such attributes; an argument stays, since the action's bodies name it, and gets no method.
pub(crate) fn inputs_can_be_given(cx: &Ctxt, actions: &mut Actions) {
    for action in &mut actions.actions {
        let (ident, kind) = (&action.ident, &action.kind);
        let can_be_given = |name: &Ident| {
            if !is_reserved(kind, name) {
                return true;
            }
            let help = match kind {
                _ if name == "id" => "its call is given the `id` of the row".to_owned(),
                ActionKind::Read(_) => {
                    format!(
                        "a call gives its inputs by methods of their names, and that of a read has a method `{name}` anyway"
                    )
                }
                _ => "a call gives its inputs by methods of their names, and ends in `.run(&cx)`".to_owned(),
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
        action.required.retain(|it| !is_reserved(kind, it));
        for argument in &action.arguments {
            can_be_given(&argument.ident);
        }
    }
}
