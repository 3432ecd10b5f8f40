//! The attributes of an item or field: those that are ours, taken out by name, and those that stay.

use proc_macro2::Ident;
use syn::Attribute;

use crate::code::Code;
use crate::ctxt::Ctxt;

/// Takes the attributes of these names out of `attributes`, in the order they were written.
pub(crate) fn take(attributes: &mut Vec<Attribute>, names: &[&str]) -> Vec<(String, Attribute)> {
    let ours =
        |it: &Attribute| it.path().segments.last().is_some_and(|last| names.iter().any(|name| last.ident == name));
    attributes
        .extract_if(.., |it| ours(it))
        .map(|it| (it.path().segments.last().map(|last| last.ident.to_string()).unwrap_or_default(), it))
        .collect()
}

/// Takes the one attribute that says what `subject` is; `None` with the mistake pushed if there is none or more than one.
pub(crate) fn take_one(
    cx: &Ctxt,
    attributes: &mut Vec<Attribute>,
    names: &[&str],
    subject: &Ident,
    missing: (Code, &str),
) -> Option<(String, Attribute)> {
    let mut all = take(attributes, names).into_iter();
    let Some(first) = all.next() else {
        let (code, message) = missing;
        cx.error(code, subject, message);
        return None;
    };
    for (name, again) in all {
        cx.error(Code::DuplicateOption, again.path(), format_args!("`{subject}` is declared as `{name}` too"))
            .help("keep one of the attributes");
    }
    Some(first)
}
