//! R0109: a bound lets some value through.

use proc_macro2::Ident;

use crate::code::Code;
use crate::ctxt::Ctxt;
use crate::model::resource::{FieldKind, Resource};

/// R0109: a bound lets some value through.
pub(crate) fn bounds_hold_something(cx: &Ctxt, resource: &Resource) {
    for field in &resource.fields {
        if let FieldKind::Attribute(attribute) = &field.kind {
            let bounds = &attribute.constraints;
            ordered(cx, &field.ident, ("min", bounds.min), ("max", bounds.max));
            ordered(cx, &field.ident, ("min_length", bounds.min_length), ("max_length", bounds.max_length));
        }
    }
}

fn ordered<T: PartialOrd>(cx: &Ctxt, field: &Ident, (low, min): (&str, Option<T>), (high, max): (&str, Option<T>)) {
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        cx.error(Code::EmptyBound, field, format_args!("no value of `{field}` is possible"))
            .help(format_args!("`{low}` is above `{high}`"));
    }
}
