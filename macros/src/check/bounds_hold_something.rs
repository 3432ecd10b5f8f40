//! R0109: a bound allows some value, and has an effect.

use quote::ToTokens;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::attribute::{Attribute, Bound};
use crate::model::resource::{Field, FieldKind, Resource};
use crate::model::types::{argument_of, is_named};

/// R0109: a bound allows some value other than the empty text, and is none that no value of the attribute reaches.
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
            let Some(width) = width(field, attribute) else { continue };
            for bound in [&bounds.min, &bounds.max].into_iter().flatten().filter(|it| !width.holds(it.value)) {
                let message = format!("`{}` holds {} bits, and this is beyond them", field.ident, width.bits);
                cx.error(DiagnosticCode::EmptyBound, &bound.written, message).help(width.help);
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

/// How many bits an integer has, and what to do where they are too few.
pub(super) struct Width {
    pub(super) bits: u32,
    pub(super) help: &'static str,
}

impl Width {
    pub(super) fn holds(&self, number: i64) -> bool {
        let beyond = 1_i64 << (self.bits - 1);
        (-beyond..beyond).contains(&number)
    }
}

/// The width of an integer that has fewer than 64 bits: its type's, or the API's for an `i64`.
pub(super) fn width(field: &Field, attribute: &Attribute) -> Option<Width> {
    let plain = argument_of(&field.ty, "Guarded").unwrap_or(&field.ty);
    let base = argument_of(plain, "Option").unwrap_or(plain);
    let (bits, help) = match () {
        () if is_named(base, "i16") => (16, "write a wider type: `i32` or `i64`"),
        () if is_named(base, "i32") => (32, "write a wider type: `i64`"),
        () if is_named(base, "i64") && attribute.big.is_none() => (32, "mark the attribute `big`"),
        () => return None,
    };
    Some(Width { bits, help })
}
