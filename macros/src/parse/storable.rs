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
        Some("i8" | "i16" | "i32" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize") => (
            "a whole number of a column is an `i64`",
            "write `i64`; `min = …` and `max = …` bound it",
            parse_quote_spanned!(span=> i64),
        ),
        Some("f32" | "f64") => (
            "no column holds a float",
            "write `i64` and count in the smallest unit, or keep it in a `Json`",
            parse_quote_spanned!(span=> i64),
        ),
        Some("&" | "str" | "char" | "Cow") => (
            "a record owns its text",
            "write `String`, or `CiString` where case does not count",
            parse_quote_spanned!(span=> ::std::string::String),
        ),
        Some("Vec" | "VecDeque" | "HashMap" | "BTreeMap" | "HashSet" | "BTreeSet" | "[]" | "()") => (
            "a column holds one value",
            "make the items rows of a resource of their own and write `#[has_many]`, or keep them in a `Json`",
            parse_quote_spanned!(span=> ::samara::attribute::Json),
        ),
        Some("NaiveDate" | "NaiveDateTime" | "NaiveTime" | "SystemTime" | "Instant" | "OffsetDateTime") => (
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
