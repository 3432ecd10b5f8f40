//! R0233: an update accepts, sets or runs something.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::{ActionKind, Actions};

/// R0233: an update accepts, sets or runs something.
pub(crate) fn updates_change_something(cx: &Ctxt, actions: &Actions) {
    for action in actions.actions.iter().filter(|it| it.sound && matches!(it.kind, ActionKind::Update)) {
        let changes = action.of_deleted.is_some() || !action.rules.changes.is_empty() || action.transition.is_some();
        if action.accept.is_empty() && !changes && action.rules.hooks.is_empty() {
            cx.error_at(DiagnosticCode::UpdateOfNothing, action.at, format_args!("`{}` changes nothing", action.ident))
                .help("let it `accept` or `set` something, or run a function");
        }
    }
}
