//! R0152: what a stored row takes in an upsert is accepted, is no part of the identity, and is taken by an update.

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::call::Calls;

/// R0152: what a stored row takes in an upsert is accepted, is no part of the identity, and is taken by an update.
pub(crate) fn upserts_take_what_is_given(cx: &Ctxt, calls: &Calls) {
    for write in &calls.writes {
        let Some(upsert) = &write.upsert else { continue };
        let identity = calls.identities.iter().find(|it| it.name == upsert.identity);
        for name in upsert.fields.iter().flatten() {
            if upsert.update.is_none() {
                cx.error(DiagnosticCode::UpsertField, name, "nothing says who may change the stored row")
                    .help("name the update whose policies decide it: `update = some_update`");
            } else if !write.accept.iter().any(|it| it.name == *name) {
                cx.error(
                    DiagnosticCode::UpsertField,
                    name,
                    format_args!("`{name}` is not accepted, so no caller gives it"),
                )
                .help("list it in `accept`; what the update itself sets needs no mention");
            } else if identity.is_some_and(|it| it.columns.contains(name)) {
                cx.error(
                    DiagnosticCode::UpsertField,
                    name,
                    format_args!("by `{name}` the stored row is found: it has that value"),
                )
                .help("leave it out");
            }
        }
    }
}
