//! R0151: an action names its row, and an upsert finds it, by an identity of the resource.

use proc_macro2::Ident;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::RowName;
use crate::model::call::Calls;

/// R0151: an action names its row by an identity of the resource. Of an attribute that is not there rustc tells, where the data is built.
pub(crate) fn names_of_rows_are_identities(cx: &Ctxt, calls: &Calls) {
    for upsert in calls.writes.iter().filter_map(|it| it.upsert.as_ref()) {
        is_identity(cx, calls, &upsert.identity);
    }
    let gets = calls.gets.iter().map(|it| &it.named_by);
    for name in gets.chain(calls.writes.iter().filter_map(|it| it.named_by.as_ref())) {
        match name {
            RowName::Identity(name) => is_identity(cx, calls, name),
            RowName::Attributes(parts) => {
                let names: Vec<&Ident> = parts.iter().map(|it| &it.attribute).collect();
                let are_known = names.iter().all(|name| calls.columns.iter().any(|it| it.written == **name));
                let is_same =
                    |columns: &[Ident]| columns.len() == names.len() && columns.iter().all(|it| names.contains(&it));
                if let (true, false, Some(first)) =
                    (are_known, calls.identities.iter().any(|it| is_same(&it.columns)), names.first())
                {
                    let listed = names.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" and ");
                    cx.error(DiagnosticCode::NoIdentity, first, format_args!("{listed} together are no identity"))
                        .help(told(calls));
                }
            }
            RowName::Actor(_) => {}
        }
    }
}

fn is_identity(cx: &Ctxt, calls: &Calls, name: &Ident) {
    if calls.identities.iter().any(|it| it.name == *name) {
        return;
    }
    let message = match calls.columns.iter().any(|it| it.written == *name) {
        true => format!("`{name}` is not unique, so it may be that of several rows"),
        false => format!("`{name}` names no identity of this resource"),
    };
    let known = calls.identities.iter().map(|it| it.name.to_string()).collect::<Vec<_>>();
    cx.error(DiagnosticCode::NoIdentity, name, message)
        .nearest(&name.to_string(), known.iter().map(String::as_str))
        .help(told(calls));
}

/// The identities that there are.
fn told(calls: &Calls) -> String {
    let each: Vec<_> = calls
        .identities
        .iter()
        .map(|it| {
            let columns = it.columns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            if it.columns.len() == 1 && it.columns[0] == it.name {
                format!("`{columns}`")
            } else {
                format!("`{}` ({columns})", it.name)
            }
        })
        .collect();
    match each.is_empty() {
        true => {
            "declare one: `#[attribute(unique)]`, or `identity(name = [a, b])` in the options of `#[resource]`".into()
        }
        false => format!("identities of it: {}", each.join(", ")),
    }
}
