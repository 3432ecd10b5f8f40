//! What must hold of a row: `validate(|row| …, "message", field = name, when(|row| …))`.

use proc_macro2::{Ident, TokenStream};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprAssign, ExprCall, ExprClosure, Lit, LitStr, Token};

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::{Message, Requirement};
use crate::model::values::as_ident;

/// What stands in the parentheses of `require` (of the row as it was: `old`) or `validate`.
pub(crate) fn requirement(cx: &Ctxt, old: bool, tokens: TokenStream) -> Option<Requirement> {
    let Written { condition, message, field, when } = cx.ok(syn::parse2(tokens))?;
    Some(Requirement { old, when, condition, message: self::message(cx, &message), field })
}

struct Written {
    condition: ExprClosure,
    message: LitStr,
    field: Option<Ident>,
    when: Option<ExprClosure>,
}

impl Parse for Written {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut parts = Punctuated::<Expr, Token![,]>::parse_terminated(input)?.into_iter();
        let (condition, message) = match (parts.next(), parts.next()) {
            (Some(Expr::Closure(condition)), Some(Expr::Lit(message))) => match message.lit {
                Lit::Str(message) => (condition, message),
                other => return Err(syn::Error::new_spanned(other, "expected the message: a text")),
            },
            (Some(first), _) => {
                return Err(syn::Error::new_spanned(first, "expected a closure and a message: `|row| …, \"…\"`"));
            }
            (None, _) => return Err(input.error("expected a closure and a message: `|row| …, \"…\"`")),
        };
        let mut written = Self { condition, message, field: None, when: None };
        for part in parts {
            let twice = match (reported_at(&part), asked_where(&part)) {
                (Some(name), _) => written.field.replace(name).is_some(),
                (_, Some(when)) => written.when.replace(when).is_some(),
                (None, None) => {
                    let message =
                        "expected where a failure is reported, `field = name`, or where it is asked, `when(|row| …)`";
                    return Err(syn::Error::new_spanned(part, message));
                }
            };
            if twice {
                return Err(syn::Error::new_spanned(part, "this is said twice"));
            }
        }
        Ok(written)
    }
}

/// `name` of `field = name`.
fn reported_at(part: &Expr) -> Option<Ident> {
    let Expr::Assign(ExprAssign { left, right, .. }) = part else { return None };
    as_ident(left).filter(|it| *it == "field").and_then(|_| as_ident(right)).cloned()
}

/// The closure of `when(|row| …)`.
fn asked_where(part: &Expr) -> Option<ExprClosure> {
    let Expr::Call(ExprCall { func, args, .. }) = part else { return None };
    match (as_ident(func).filter(|it| *it == "when"), args.first()) {
        (Some(_), Some(Expr::Closure(when))) if args.len() == 1 => Some(when.clone()),
        _ => None,
    }
}

/// R0138: the braces of a message hold expressions, and are written twice where they are meant as they are.
fn message(cx: &Ctxt, written: &LitStr) -> Message {
    let before = cx.count();
    // The words between the values: one more than there are values.
    let (mut words, mut words_now, mut values) = (Vec::new(), String::new(), Vec::new());
    let text = written.value();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['{', '}']) {
        let (words_before, from) = rest.split_at(at);
        words_now.push_str(words_before);
        let brace = if from.starts_with('{') { '{' } else { '}' };
        if from[1..].starts_with(brace) {
            words_now.push(brace);
            rest = &from[2..];
            continue;
        }
        let Some(end) = closing(from) else {
            cx.error(DiagnosticCode::MessageValue, written, format_args!("the `{brace}` of this message stands alone"))
                .help("a value stands between two: `\"has {row.title} already\"`")
                .help("a brace that is meant as it is is written twice: `{{`, `}}`");
            break;
        };
        let inside = from[1..end].trim();
        match LitStr::new(inside, written.span()).parse::<Expr>() {
            Ok(value) => values.push(value),
            Err(error) => {
                let message = format!("`{{{inside}}}` in this message is no expression: {error}");
                cx.error(DiagnosticCode::MessageValue, written, message)
                    .help("it is one of the closure's parameters, or made of them: `{row.title}`, `{word}`")
                    .help("a brace that is meant as it is is written twice: `{{`, `}}`");
                break;
            }
        }
        words.push(std::mem::take(&mut words_now));
        rest = &from[end + 1..];
    }
    words_now.push_str(rest);
    words.push(words_now);
    if cx.count() > before {
        values.clear();
    }
    let text = match values.is_empty() {
        true => words.concat(),
        false => words.iter().map(|it| it.replace('{', "{{").replace('}', "}}")).collect::<Vec<_>>().join("{}"),
    };
    Message { text, values, written: written.clone() }
}

/// Where the brace closes with which `text` begins; braces in between belong to each other.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}
