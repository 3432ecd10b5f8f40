//! Types that newcomers write for an attribute, and that no column can have: each with the one to write instead.
//!
//! rustc refuses every other type by itself, wherever it is used. These are so common that they get one message of their own.

use syn::spanned::Spanned as _;
use syn::{GenericArgument, PathArguments, Type, parse_quote_spanned};

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;

/// The type; one that no column can have is reported and replaced, so that the rest of the declaration still compiles.
pub(crate) fn storable(cx: &Ctxt, mut ty: Type) -> Type {
    replace(cx, &mut ty, false);
    ty
}

/// The same of what a calculation gives: whole numbers are worked out in 64 bits.
pub(crate) fn calculable(cx: &Ctxt, ty: Type) -> Type {
    let mut ty = storable(cx, ty);
    let mut base = &mut ty;
    while matches!(name(base).as_deref(), Some("Option" | "Guarded")) {
        match argument(base) {
            Some(inner) => base = inner,
            None => return ty,
        }
    }
    if matches!(name(base).as_deref(), Some("i16" | "i32")) {
        let span = base.span();
        cx.error(DiagnosticCode::AttributeType, &*base, "a calculation of whole numbers gives an `i64`")
            .help("write `i64`");
        *base = parse_quote_spanned!(span=> i64);
    }
    ty
}

fn replace(cx: &Ctxt, ty: &mut Type, optional: bool) {
    let span = ty.span();
    let (message, help, instead): (&str, &str, Type) = match name(ty).as_deref() {
        Some("Option") if optional => match argument(ty) {
            Some(inner) => ("`Option` twice: there is only one NULL", "write `Option<…>` once", inner.clone()),
            None => return,
        },
        Some(wrapper @ ("Option" | "Guarded")) => {
            let optional = optional || wrapper == "Option";
            if let Some(inner) = argument(ty) {
                replace(cx, inner, optional);
            }
            return;
        }
        Some("i8" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize") => (
            "a whole number of a column is an `i16`, `i32` or `i64`",
            "write `i64`; `min = …` and `max = …` bound it",
            parse_quote_spanned!(span=> i64),
        ),
        Some("f32") => ("a float of a column is an `f64`", "write `f64`", parse_quote_spanned!(span=> f64)),
        Some("&" | "str" | "char" | "Cow") => (
            "a record owns its text",
            "write `String`, or `CiString` where case does not count",
            parse_quote_spanned!(span=> ::std::string::String),
        ),
        Some("Vec") if argument(ty).and_then(|it| name(it)).as_deref() == Some("u8") => {
            ("bytes of a column are `Bytes`", "write `Bytes`", parse_quote_spanned!(span=> ::samara::value::Bytes))
        }
        Some("Vec" | "VecDeque" | "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet" | "[]" | "()") => (
            "a column holds one value",
            "make the items rows of a resource of their own and write `#[has_many]`, or keep them in a `Json`",
            parse_quote_spanned!(span=> ::samara::attribute::Json),
        ),
        Some("NaiveDateTime" | "SystemTime" | "Instant" | "OffsetDateTime") => (
            "a time of a column is a `DateTimeUtc`",
            "write `DateTimeUtc`",
            parse_quote_spanned!(span=> ::samara::__private::DateTimeUtc),
        ),
        _ => return,
    };
    cx.error(DiagnosticCode::AttributeType, &*ty, message).help(help);
    *ty = instead;
}

/// The last name of a path; a sign for what is none.
fn name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|it| it.ident.to_string()),
        Type::Reference(_) => Some("&".into()),
        Type::Array(_) | Type::Slice(_) => Some("[]".into()),
        Type::Tuple(_) => Some("()".into()),
        _ => None,
    }
}

fn argument(ty: &mut Type) -> Option<&mut Type> {
    let Type::Path(path) = ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &mut path.path.segments.last_mut()?.arguments else { return None };
    match arguments.args.first_mut()? {
        GenericArgument::Type(argument) => Some(argument),
        _ => None,
    }
}
