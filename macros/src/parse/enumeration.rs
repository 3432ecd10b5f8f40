//! `#[derive(Enum)] pub enum Role { … }`.

use heck::ToShoutySnakeCase as _;
use syn::{Data, DeriveInput, Fields};

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::docs::docs;
use crate::model::enumeration::{Enumeration, Variant};

/// Reads the enum; variants with fields are pushed, and kept by their names.
pub(crate) fn enumeration(cx: &Ctxt, input: DeriveInput) -> Enumeration {
    let variants = match input.data {
        Data::Enum(data) => data.variants.into_iter().collect(),
        Data::Struct(_) | Data::Union(_) => {
            cx.error(DiagnosticCode::Misplaced, &input.ident, "`Enum` is derived for an enum");
            Vec::new()
        }
    };
    if !input.generics.params.is_empty() {
        cx.error(DiagnosticCode::EnumShape, &input.generics, "an enum of an attribute has no parameters");
    }
    let variants = variants.into_iter().map(|it| {
        if !matches!(it.fields, Fields::Unit) {
            cx.error(
                DiagnosticCode::EnumShape,
                &it.fields,
                format_args!("variant `{}` holds data, which has no column", it.ident),
            )
            .help("each variant is stored as its name; put the data into attributes of its own");
        }
        Variant {
            is_unit: matches!(it.fields, Fields::Unit),
            docs: docs(&it.attrs),
            stored: it.ident.to_string().to_shouty_snake_case(),
            ident: it.ident,
        }
    });
    let variants = variants.collect();
    Enumeration { docs: docs(&input.attrs), ident: input.ident, variants }
}
