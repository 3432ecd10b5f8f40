//! R0211: a create gives every attribute that must have a value.

use proc_macro2::Ident;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::call::{Calls, Need, WriteKind};

/// R0211: a create gives every attribute that must have a value. A create with a `change` function may give attributes that are not
/// visible here, and one that names an attribute which does not exist may mean the missing one.
pub(crate) fn create_gives_everything(cx: &Ctxt, calls: &Calls) {
    for write in calls.writes.iter().filter(|it| it.kind == WriteKind::Create && !it.open && calls.knows_all_of(it)) {
        let needed = calls.columns.iter().filter(|it| it.need == Need::Required).map(|it| &it.written);
        let is_accepted = |name: &Ident| write.accept.iter().any(|it| it.name == *name);
        for name in needed.filter(|it| !is_accepted(it) && !write.given.contains(it)) {
            let message = format!("`{}` never gives `{name}` a value", write.ident);
            cx.error(DiagnosticCode::CreateLeavesOut, &write.ident, message)
                .help(format_args!("accept or set `{name}`, give it a `default`, or make it an `Option`"));
        }
    }
}
