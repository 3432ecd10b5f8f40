//! `#[derive(Object)] pub struct KindCount { … }`.

use syn::{Data, DeriveInput, Fields};

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::docs::docs;
use crate::model::object::{Object, ObjectField};

/// Reads the struct.
pub(crate) fn object(cx: &Ctxt, input: DeriveInput) -> Object {
    let fields = match input.data {
        Data::Struct(data) => match data.fields {
            Fields::Named(fields) => fields.named.into_iter().collect(),
            other => {
                cx.error(DiagnosticCode::Misplaced, &input.ident, "`Object` is derived for a struct with named fields");
                drop(other);
                Vec::new()
            }
        },
        Data::Enum(_) | Data::Union(_) => {
            cx.error(DiagnosticCode::Misplaced, &input.ident, "`Object` is derived for a struct with named fields");
            Vec::new()
        }
    };
    if !input.generics.params.is_empty() {
        cx.error(DiagnosticCode::Misplaced, &input.generics, "an object of the API has no parameters");
    }
    let field = |it: syn::Field| Some(ObjectField { docs: docs(&it.attrs), ident: it.ident?, ty: it.ty });
    let fields = fields.into_iter().filter_map(field).collect();
    Object { docs: docs(&input.attrs), ident: input.ident, fields }
}
