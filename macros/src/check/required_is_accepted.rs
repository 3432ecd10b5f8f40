//! R0208: what must be given can be given.

use crate::code::Code;
use crate::ctxt::Ctxt;
use crate::model::action::Actions;

/// R0208: what must be given can be given.
pub(crate) fn required_is_accepted(cx: &Ctxt, actions: &Actions) {
    for action in &actions.actions {
        for name in action.required.iter().filter(|it| !action.accept.contains(it)) {
            let accepted: Vec<_> = action.accept.iter().map(ToString::to_string).collect();
            cx.error(
                Code::RequiredNotAccepted,
                name,
                format_args!("`{name}` is required, but `{}` does not accept it", action.ident),
            )
            .nearest(&name.to_string(), accepted.iter().map(String::as_str))
            .help(format_args!("write `accept = [{name}]` too"));
        }
    }
}
