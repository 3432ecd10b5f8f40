//! R0235: an order contains each attribute once.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::{ActionKind, Actions};

/// R0235: an order contains each attribute once: a second key over the same attribute has no effect.
pub(crate) fn sorted_once(cx: &Ctxt, actions: &Actions) {
    for action in &actions.actions {
        let ActionKind::Read(read) = &action.kind else { continue };
        for (index, key) in read.sort.iter().enumerate() {
            if read.sort.iter().take(index).any(|it| it.name == key.name) {
                cx.error(
                    DiagnosticCode::SortedTwice,
                    &key.name,
                    format_args!("the order goes by `{}` already", key.name),
                )
                .help("name it once");
            }
        }
    }
}
