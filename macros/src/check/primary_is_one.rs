//! R0205: at most one action of a kind is primary.

use std::mem::discriminant;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::Actions;

/// R0205: at most one action of a kind is primary.
pub(crate) fn primary_is_one(cx: &Ctxt, actions: &Actions) {
    let primary: Vec<_> = actions.actions.iter().filter(|it| it.primary.is_some()).collect();
    for (index, action) in primary.iter().enumerate() {
        let earlier = primary.iter().take(index).find(|it| discriminant(&it.kind) == discriminant(&action.kind));
        if let Some(earlier) = earlier {
            let message = format!("`{}` is a second primary action of its kind", action.ident);
            cx.error(DiagnosticCode::PrimaryTwice, &action.ident, message)
                .help(format_args!("`{}` is meant where none is named; drop `primary` from one", earlier.ident));
        }
    }
}
