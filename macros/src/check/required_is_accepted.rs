//! R0208: a required input is accepted.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::Actions;

/// R0208: a required input is accepted. Removes those that are not.
pub(crate) fn required_is_accepted(cx: &Ctxt, actions: &mut Actions) {
    for action in &mut actions.actions {
        let (ident, accept) = (&action.ident, &action.accept);
        action.required.retain(|name| {
            let is_accepted = accept.iter().any(|it| it.name == *name);
            if !is_accepted {
                let accepted: Vec<_> = accept.iter().map(|it| it.name.to_string()).collect();
                cx.error(
                    DiagnosticCode::RequiredNotAccepted,
                    name,
                    format_args!("`{name}` is required, but `{ident}` does not accept it"),
                )
                .nearest(&name.to_string(), accepted.iter().map(String::as_str))
                .help("`required` names some of what is in `accept`");
            }
            is_accepted
        });
    }
}
