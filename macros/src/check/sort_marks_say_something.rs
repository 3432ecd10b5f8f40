//! R0212: only an order that surfaces show has attributes marked as private.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::{ActionKind, Actions};

/// R0212: only an order that surfaces show has attributes marked as private.
pub(crate) fn sort_marks_say_something(cx: &Ctxt, actions: &Actions) {
    for action in &actions.actions {
        let ActionKind::Read(read) = &action.kind else { continue };
        // A primary read orders related rows too, wherever surfaces show them.
        if !action.private || action.primary.is_some() {
            continue;
        }
        for key in &read.sort {
            if let Some(mark) = &key.private {
                let message =
                    format!("no surface offers `{}`, so its order tells nobody of `{}`", action.ident, key.name);
                cx.error(DiagnosticCode::SortMark, mark, message).help(format_args!("write `{}` alone", key.name));
            }
        }
    }
}
