//! R0213: a public action that accepts an attribute that is not public marks it.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::Exposure;
use crate::model::call::Calls;

/// R0213: a public action that accepts an attribute that is not public marks it, and no action marks a public one.
pub(crate) fn accept_says_what_is_hidden(cx: &Ctxt, calls: &Calls) {
    for write in &calls.writes {
        for accepted in &write.accept {
            let name = &accepted.name;
            let Some(column) = calls.columns.iter().find(|it| it.written == *name) else { continue };
            let exposure = column.exposure;
            match accepted.marked {
                Some(marked) if marked != exposure => {
                    let message = format!("`{name}` is not {}, it is {}", marked.name(), exposure.name());
                    let report = cx.error(DiagnosticCode::AcceptsHidden, name, message);
                    match exposure {
                        Exposure::Public => report.help(format_args!("write `{name}` alone")),
                        hidden => report.help(format_args!("write `{name}({})`", hidden.name())),
                    };
                }
                None if write.public && exposure != Exposure::Public => {
                    let (ident, exposure) = (&write.ident, exposure.name());
                    let message = format!("`{name}` is {exposure}, and whoever may call `{ident}` could give it");
                    cx.error(DiagnosticCode::AcceptsHidden, name, message).help(format_args!(
                        "write `{name}({exposure})` if they may; else take it out, or make the action `private`"
                    ));
                }
                Some(_) | None => {}
            }
        }
    }
}
