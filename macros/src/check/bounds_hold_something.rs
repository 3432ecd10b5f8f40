//! R0109: a bound allows some value, and has an effect.

use quote::ToTokens;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::attribute::{Attribute, Bound};
use crate::model::resource::{Field, FieldKind, Resource};
use crate::model::types::{argument_of, is_named};

/// R0109: a bound allows some value other than the empty text, and only a bound of a `big` attribute is beyond 32 bits.
pub(crate) fn bounds_hold_something(cx: &Ctxt, resource: &Resource) {
    for field in &resource.fields {
        if let FieldKind::Attribute(attribute) = &field.kind {
            let bounds = &attribute.constraints;
            ordered(cx, field, "min", bounds.min.as_ref(), bounds.max.as_ref());
            ordered(cx, field, "min_length", bounds.min_length.as_ref(), bounds.max_length.as_ref());
            if let Some(bound) = bounds.max_length.as_ref().filter(|it| it.value == 0) {
                cx.error(
                    DiagnosticCode::EmptyBound,
                    &bound.written,
                    format_args!("only the empty text could be in `{}`", field.ident),
                )
                .help("`max_length` is at least 1; leave it out where any length will do");
            }
            for bound in
                [&bounds.min, &bounds.max].into_iter().flatten().filter(|it| is_out_of_reach(field, attribute, it))
            {
                let message = format!("`{}` holds 32 bits, and this is beyond them", field.ident);
                cx.error(DiagnosticCode::EmptyBound, &bound.written, message).help("mark the attribute `big`");
            }
        }
    }
}

fn ordered<T: PartialOrd>(cx: &Ctxt, field: &Field, low: &str, min: Option<&Bound<T>>, max: Option<&Bound<T>>) {
    if let Some((_, max)) = min.zip(max).filter(|(min, max)| min.value > max.value) {
        let written = max.written.to_token_stream();
        cx.error(DiagnosticCode::EmptyBound, written, format_args!("no value of `{}` is possible", field.ident))
            .help(format_args!("`{low}` is above this"));
    }
}

fn is_out_of_reach(field: &Field, attribute: &Attribute, bound: &Bound<i64>) -> bool {
    is_narrow(field, attribute) && i32::try_from(bound.value).is_err()
}

/// Whether it is an integer of 32 bits.
pub(super) fn is_narrow(field: &Field, attribute: &Attribute) -> bool {
    let plain = argument_of(&field.ty, "Guarded").unwrap_or(&field.ty);
    attribute.big.is_none() && is_named(argument_of(plain, "Option").unwrap_or(plain), "i64")
}
