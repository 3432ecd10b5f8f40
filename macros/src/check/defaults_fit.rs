//! R0131, R0132: a default that is written out keeps to the bounds of its attribute, and is not the same in every row of a unique one.

use syn::{Expr, ExprLit, ExprUnary, Lit};

use super::bounds_hold_something::width;
use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::attribute::{Attribute, Bound};
use crate::model::resource::{Field, FieldKind, Resource};
use crate::model::values::digits;

/// R0131, R0132: a literal default can be stored, and in more than one row. The value of a constant is checked by `R1042` of the
/// verifier.
pub(crate) fn defaults_fit(cx: &Ctxt, resource: &Resource) {
    for field in &resource.fields {
        let FieldKind::Attribute(attribute) = &field.kind else { continue };
        let Some(default) = &attribute.default else { continue };
        if let Some((message, help)) = mismatch(field, attribute, default) {
            cx.error(DiagnosticCode::DefaultOutOfBounds, default, message).help(help);
        }
        if attribute.unique && is_one_value(default) {
            let message =
                format!("`{}` is unique, and this is one value: a second row could not be stored", field.ident);
            cx.error(DiagnosticCode::UniqueDefault, default, message)
                .help("leave the default out and accept the value, or let a `change` function make one for each row");
        }
    }
}

/// What is wrong with the default, and what to do.
fn mismatch(field: &Field, attribute: &Attribute, default: &Expr) -> Option<(String, String)> {
    let bounds = &attribute.constraints;
    let crossed = bounds.min.as_ref().zip(bounds.max.as_ref()).is_some_and(|(min, max)| min.value > max.value);
    let lengths = bounds.min_length.as_ref().zip(bounds.max_length.as_ref());
    if crossed || lengths.is_some_and(|(min, max)| min.value > max.value) {
        // No default would fit: R0109 reports the bounds.
        return None;
    }
    if let Some(number) = digits(default).and_then(|it| it.parse::<i64>().ok()) {
        let below = bounds.min.as_ref().filter(|it| number < it.value).map(|it| broken("below", "min", it));
        let above = || bounds.max.as_ref().filter(|it| number > it.value).map(|it| broken("above", "max", it));
        let wide = || {
            let width = width(field, attribute).filter(|it| !it.holds(number))?;
            Some((format!("the default does not fit into {} bits", width.bits), width.help.to_owned()))
        };
        return below.or_else(above).or_else(wide);
    }
    let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = default else { return None };
    let text = text.value();
    let length = if text.trim().is_empty() { 0 } else { u32::try_from(text.chars().count()).unwrap_or(u32::MAX) };
    let short =
        bounds.min_length.as_ref().filter(|it| length < it.value).map(|it| broken("shorter than", "min_length", it));
    let long =
        || bounds.max_length.as_ref().filter(|it| length > it.value).map(|it| broken("longer than", "max_length", it));
    let shape = |wanted: bool, fits: bool, what: &str, form: &str| {
        (wanted && !fits)
            .then(|| (format!("the default is no {what}"), format!("write one, such as `{form}`, or leave it out")))
    };
    let slug = || shape(bounds.slug.is_some(), is_slug(&text), "slug", "a-first-world");
    let email = || shape(bounds.email.is_some(), is_email(&text), "e-mail address", "ada@example.org");
    short.or_else(long).or_else(slug).or_else(email)
}

fn broken<T: std::fmt::Display>(how: &str, name: &str, bound: &Bound<T>) -> (String, String) {
    (format!("the default is {how} `{name} = {}`", bound.value), "write one within the bounds, or widen them".into())
}

/// Whether the text is lower-case letters and digits, with single hyphens between them.
fn is_slug(text: &str) -> bool {
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit();
    text.split('-').all(|part| !part.is_empty() && part.chars().all(plain))
}

/// Whether it may be an address; the whole rule is checked for values at run time.
fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
}

/// Whether it is a literal, a constant or a variant: the same value each time.
fn is_one_value(default: &Expr) -> bool {
    match default {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Unary(ExprUnary { expr, .. }) => is_one_value(expr),
        _ => false,
    }
}
