//! `#[domain(resources = [World, Activity])] pub struct Platform;`.

use proc_macro2::TokenStream;
use syn::{Expr, Fields, ItemStruct, Path};

use super::options::Options;
use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;

/// The resources that the domain lists, in order.
pub(crate) fn resources(cx: &Ctxt, options: TokenStream, item: &ItemStruct) -> Vec<Path> {
    if !matches!(item.fields, Fields::Unit) {
        cx.error(DiagnosticCode::Misplaced, &item.fields, "a domain is a unit struct")
            .help(format_args!("write `struct {};`", item.ident));
    }
    let mut options = Options::parse(cx, options);
    let list = options.value("resources", "resources = [A, B]");
    if list.is_none() && options.is_sound() {
        cx.error(
            DiagnosticCode::DomainOptions,
            &item.ident,
            format_args!("domain `{}` does not say what is in it", item.ident),
        )
        .help("write `#[domain(resources = [A, B])]`");
    }
    options.finish();
    list.map(|(_, list)| paths(cx, "resources", list)).unwrap_or_default()
}

/// Reads `[A, b::C]`.
pub(crate) fn paths(cx: &Ctxt, option: &str, list: Expr) -> Vec<Path> {
    let Expr::Array(array) = list else {
        cx.error(DiagnosticCode::OptionValue, list, format_args!("`{option}` is a list: `{option} = [A, B]`"));
        return Vec::new();
    };
    if array.elems.is_empty() {
        cx.error(DiagnosticCode::DomainOptions, &array, format_args!("there is nothing in `{option}`"))
            .help(format_args!("list what belongs to it: `{option} = [A, B]`"));
    }
    let paths = array.elems.into_iter().filter_map(|it| match it {
        Expr::Path(path) if path.qself.is_none() => Some(path.path),
        other => {
            cx.error(DiagnosticCode::OptionValue, other, format_args!("`{option}` lists types by their names"));
            None
        }
    });
    paths.collect()
}
