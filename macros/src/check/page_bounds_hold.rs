//! R0210: the default page is not empty, and not larger than the largest page.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::{ActionKind, Actions};

/// R0210: the default page is not empty, and not larger than the largest page.
pub(crate) fn page_bounds_hold(cx: &Ctxt, actions: &Actions) {
    for action in &actions.actions {
        let ActionKind::Read(read) = &action.kind else { continue };
        let Some((at, page)) = read.pagination else { continue };
        if page.default == 0 || page.default > page.max {
            let message =
                format!("the pages of `{}` hold {} rows, of at most {}", action.ident, page.default, page.max);
            cx.error_at(DiagnosticCode::PageBounds, at, message).help("`default` is at least 1 and at most `max`");
        }
    }
}
