//! `#[derive(Enum)] pub enum Role { … }`.

use heck::ToShoutySnakeCase as _;
use syn::{Data, DeriveInput, Fields};

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::docs::docs;
use crate::model::enumeration::{Enumeration, Variant};

/// Parses the enum; variants with fields are reported, and kept by their names. The first mistake in its shape is emitted as the constant
/// that says that it is an attribute type, so that rustc reports nothing more about its uses.
pub(crate) fn enumeration(cx: &Ctxt, input: DeriveInput) -> Enumeration {
    let mut broken = None;
    let variants = match input.data {
        Data::Enum(data) => data.variants.into_iter().collect(),
        Data::Struct(_) | Data::Union(_) => {
            broken =
                Some(cx.error(DiagnosticCode::Misplaced, &input.ident, "`Enum` is derived for an enum").into_expr());
            Vec::new()
        }
    };
    if !input.generics.params.is_empty() {
        cx.error(DiagnosticCode::EnumShape, &input.generics, "an enum of an attribute has no parameters");
    }
    let variants = variants.into_iter().map(|it| {
        if !matches!(it.fields, Fields::Unit) {
            let message = format!("variant `{}` holds data, which has no column", it.ident);
            let mistake = cx
                .error(DiagnosticCode::EnumShape, &it.fields, message)
                .help("each variant is stored as its name; put the data into attributes of its own");
            if broken.is_none() {
                broken = Some(mistake.into_expr());
            }
        }
        Variant {
            is_unit: matches!(it.fields, Fields::Unit),
            docs: docs(&it.attrs),
            stored: it.ident.to_string().to_shouty_snake_case(),
            ident: it.ident,
        }
    });
    let variants = variants.collect();
    Enumeration { docs: docs(&input.attrs), ident: input.ident, variants, broken }
}
