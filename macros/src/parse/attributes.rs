//! The attributes of an item or field: the framework's, which are taken out by name, and others, which stay.

use proc_macro2::Ident;
use quote::ToTokens as _;
use syn::Attribute;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;

/// Attributes of Rust itself, on functions, fields and types.
const PLAIN: [&str; 9] = ["doc", "allow", "warn", "deny", "forbid", "expect", "deprecated", "must_use", "cfg_attr"];

/// Takes the attributes of these names out of `attributes`, in the order they were written.
pub(crate) fn take(attributes: &mut Vec<Attribute>, names: &[&str]) -> Vec<(String, Attribute)> {
    let ours = |it: &Attribute| names.iter().any(|name| written(it) == *name);
    attributes.extract_if(.., |it| ours(it)).map(|it| (written(&it), it)).collect()
}

/// Takes the one attribute that says what `subject` is. If there is none or more than one: `None`, with the mistake reported.
pub(crate) fn take_one(
    cx: &Ctxt,
    attributes: &mut Vec<Attribute>,
    names: &[&str],
    subject: &Ident,
    missing: (DiagnosticCode, &str),
) -> Option<(String, Attribute)> {
    let mut all = take(attributes, names).into_iter();
    let Some(first) = all.next() else {
        if !misspelt(cx, attributes, names) {
            let (code, message) = missing;
            cx.error(code, subject, message);
        }
        return None;
    };
    for (name, again) in all {
        cx.error(
            DiagnosticCode::DuplicateOption,
            again.path(),
            format_args!("`{subject}` is declared as `{name}` too"),
        )
        .help("keep one of the attributes");
    }
    Some(first)
}

/// Reports attributes whose names are misspellings of these, and takes them out. Returns whether there were any.
pub(crate) fn misspelt(cx: &Ctxt, attributes: &mut Vec<Attribute>, names: &[&str]) -> bool {
    let wrong: Vec<_> = attributes.extract_if(.., |it| !is_plain(it) && nearest(&written(it), names)).collect();
    for it in &wrong {
        let name = written(it);
        cx.error(DiagnosticCode::UnknownAttribute, it.path(), format_args!("there is no attribute `{name}`"))
            .nearest(&name, names.iter().copied());
    }
    !wrong.is_empty()
}

/// Reports and takes out `#[cfg]`: a declaration is the same in every build, and a macro cannot know which features are off.
pub(crate) fn unconditional(cx: &Ctxt, attributes: &mut Vec<Attribute>, what: &str) {
    for it in attributes.extract_if(.., |it| it.path().is_ident("cfg")) {
        cx.error(
            DiagnosticCode::UnknownAttribute,
            it.path(),
            format_args!("`#[cfg]` does not take {what} out of a declaration"),
        )
        .help("what is declared is the same in every build; switch whole resources, and what lists them");
    }
}

/// Reports attributes that have no meaning on `what` and would be lost silently, and takes them out: all but documentation, lints and the
/// like. `options` are names that may have been meant.
pub(crate) fn only_plain(cx: &Ctxt, attributes: &mut Vec<Attribute>, what: &str, options: &[&str]) {
    unconditional(cx, attributes, what);
    for it in attributes.extract_if(.., |it| !is_plain(it)) {
        let name = written(&it);
        let known = options.iter().copied().chain(PLAIN);
        cx.error(DiagnosticCode::UnknownAttribute, it.path(), format_args!("`#[{name}]` means nothing on {what}"))
            .nearest(&name, known.filter(|it| *it != name))
            .help("it would have no effect; take it away");
    }
}

/// Reports attributes between `#[macro_name]` and its `impl`, where they would be lost: all but documentation.
pub(crate) fn on_block(cx: &Ctxt, attributes: &mut Vec<Attribute>, macro_name: &str) {
    for it in attributes.extract_if(.., |it| !it.path().is_ident("doc")) {
        let name = written(&it);
        cx.error(
            DiagnosticCode::UnknownAttribute,
            it.path(),
            format_args!("`#[{name}]` has no effect below `#[{macro_name}]`"),
        )
        .help(format_args!("write it above `#[{macro_name}]`, or on what it is for"));
    }
}

/// Reports the attributes that are options of `#[owner(…)]`, written as attributes of their own, and takes them out.
pub(crate) fn options_apart(cx: &Ctxt, attributes: &mut Vec<Attribute>, owner: &str, options: &[&str]) {
    for it in attributes.extract_if(.., |it| options.iter().any(|name| it.path().is_ident(name))) {
        let name = written(&it);
        cx.error(
            DiagnosticCode::UnknownAttribute,
            it.path(),
            format_args!("`{name}` is no attribute, but an option of `#[{owner}]`"),
        )
        .help(format_args!("write it in there: `#[{owner}({name} …)]`"));
    }
}

/// Whether it is an attribute of Rust or of its tools, such as `rustfmt::skip`.
fn is_plain(attribute: &Attribute) -> bool {
    let tool = attribute.path().segments.len() > 1
        && attribute
            .path()
            .segments
            .first()
            .is_some_and(|it| ["rustfmt", "clippy", "diagnostic"].iter().any(|name| it.ident == name));
    tool || PLAIN.iter().any(|name| attribute.path().is_ident(name))
}

/// The last segment of its path.
fn written(attribute: &Attribute) -> String {
    let path = attribute.path();
    path.segments.last().map_or_else(|| path.to_token_stream().to_string(), |it| it.ident.to_string())
}

fn nearest(written: &str, names: &[&str]) -> bool {
    crate::ctxt::nearest(written, names.iter().copied()).is_some()
}
