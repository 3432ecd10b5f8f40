//! R0232, R0234: a read of one row has a condition, and no options of a list.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::{ActionKind, Actions};

/// R0232, R0234: a read of one row has a condition, and no options of a list.
pub(crate) fn reads_of_one_say_which(cx: &Ctxt, actions: &Actions) {
    for action in actions.actions.iter().filter(|it| it.sound) {
        let ActionKind::Read(read) = &action.kind else { continue };
        let (Some(get), ident) = (read.get, &action.ident) else { continue };
        if read.filter.is_none() && action.named_by.is_none() {
            cx.error_at(
                DiagnosticCode::GetWithoutCondition,
                get,
                format_args!("`{ident}` answers one row and does not say which"),
            )
            .help(format_args!("write `filter(|row, slug| row.slug == slug)` and `fn {ident}(slug: String)`"))
            .help("write `get = slug` for the row of an identity, and `of = actor` for the actor's own")
            .help("the row of an id needs no action: every primary read has it");
        }
        let several = "a read of one row is neither a list nor the read of lists";
        if let Some(at) = action.primary {
            cx.error_at(DiagnosticCode::GetOfMany, at, several).help("drop `primary`; the primary read answers a list");
        }
        if let Some(key) = read.sort.first() {
            cx.error(DiagnosticCode::GetOfMany, &key.name, "one row has no order").help("drop `sort`, or drop `get`");
        }
        if let Some(filter) = &read.default_filter {
            cx.error(DiagnosticCode::GetOfMany, filter, "one row is there or not: a default filter is of a list")
                .help("write a `filter`, or drop `get`");
        }
        if let Some((at, _)) = read.pagination {
            cx.error_at(DiagnosticCode::GetOfMany, at, "one row has no pages").help("drop `paginate`, or drop `get`");
        }
    }
}
