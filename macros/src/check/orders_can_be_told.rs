//! R0236, R0237: an order is over attributes that can be ordered, and reveals none that its readers may not see.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::Exposure;
use crate::model::call::Calls;

/// R0236, R0237: an order is over attributes that can be ordered, and reveals none that its readers may not see.
pub(crate) fn orders_can_be_told(cx: &Ctxt, calls: &Calls) {
    for key in &calls.sorts {
        let name = &key.name;
        let Some(column) = calls.columns.iter().find(|it| it.written == *name || it.name == *name) else { continue };
        if !column.ordered {
            cx.error(DiagnosticCode::SortWithoutOrder, name, format_args!("`{name}` is a `Json`, which has no order"))
                .help("keep what rows are sorted by in an attribute of its own");
        } else if calls.shown {
            match (column.exposure, key.tells) {
                (Exposure::Public, Exposure::Private) => {
                    cx.error(DiagnosticCode::SortTells, name, format_args!("`{name}` is not private, it is public"))
                        .help(format_args!("write `{name}` alone"));
                }
                (Exposure::Sensitive, Exposure::Public | Exposure::Private) => {
                    cx.error(
                        DiagnosticCode::SortTells,
                        name,
                        format_args!("the order would tell of `{name}`, which is sensitive"),
                    )
                    .help("only a `private` read can be sorted by it");
                }
                (Exposure::Private, Exposure::Public) => {
                    cx.error(
                        DiagnosticCode::SortTells,
                        name,
                        format_args!("the order tells of `{name}`, which is not public"),
                    )
                    .help(format_args!("write `{name}(private)` if it may; else sort by something else"));
                }
                _ => {}
            }
        }
    }
}
