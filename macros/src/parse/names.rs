//! Lists of names: `[title, world]`, with a direction: `[-inserted_at, title]`, and with a mark: `[-rank(private), title]`.

use proc_macro2::Ident;
use syn::{Expr, ExprCall, ExprUnary, UnOp};

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::{Accepted, Exposure};
use crate::model::order::{Directed, SortKey};
use crate::model::values::as_ident;

/// Reads `[a, b]`.
pub(crate) fn names(cx: &Ctxt, option: &Ident, list: &Expr) -> Vec<Ident> {
    items(cx, option, list)
        .filter_map(|it| {
            let name = as_ident(it).cloned();
            if name.is_none() {
                cx.error(DiagnosticCode::OptionValue, it, format_args!("`{option}` lists names: `{option} = [a, b]`"));
            }
            name
        })
        .collect()
}

/// Reads `[a, b(private), c(sensitive)]`.
pub(crate) fn accepted(cx: &Ctxt, option: &Ident, list: &Expr) -> Vec<Accepted> {
    items(cx, option, list)
        .filter_map(|it| {
            let (name, mark) = match it {
                Expr::Call(ExprCall { func, args, .. }) if args.len() == 1 => (&**func, args.first()),
                other => (other, None),
            };
            let exposure = mark.map(|it| as_ident(it).and_then(Exposure::named).filter(|it| *it != Exposure::Public));
            match (as_ident(name), exposure) {
                (Some(name), None) => Some(Accepted { name: name.clone(), marked: None }),
                (Some(name), Some(Some(marked))) => Some(Accepted { name: name.clone(), marked: Some(marked) }),
                _ => {
                    cx.error(
                        DiagnosticCode::OptionValue,
                        it,
                        format_args!("`{option}` lists names: `{option} = [a, b]`"),
                    )
                    .help("what is not public is listed as `a(private)` or `a(sensitive)`");
                    None
                }
            }
        })
        .collect()
}

/// Reads `[a, -b]`.
pub(crate) fn directed(cx: &Ctxt, option: &Ident, list: &Expr) -> Vec<Directed> {
    items(cx, option, list)
        .filter_map(|it| {
            let (named, descends) = direction(it);
            let name = as_ident(named).cloned();
            if name.is_none() {
                let message = format!("`{option}` lists names, with `-` where larger values come first");
                cx.error(DiagnosticCode::OptionValue, it, message).help(format_args!("write `{option} = [a, -b]`"));
            }
            Some(Directed { name: name?, descends })
        })
        .collect()
}

/// Reads `[a, -b, c(private)]`.
pub(crate) fn sort_keys(cx: &Ctxt, option: &Ident, list: &Expr) -> Vec<SortKey> {
    items(cx, option, list)
        .filter_map(|it| {
            let (marked, descends) = direction(it);
            let key = marked_name(marked).map(|(name, private)| SortKey { name, descends, private });
            if key.is_none() {
                let message = format!("`{option}` lists names, with `-` where larger values come first");
                cx.error(DiagnosticCode::OptionValue, it, message).help(format_args!(
                    "write `{option} = [a, -b]`, and `{option} = [c(private)]` where the order may tell of what is not public"
                ));
            }
            key
        })
        .collect()
}

/// The expression without its `-`, and whether there is one.
fn direction(item: &Expr) -> (&Expr, bool) {
    match item {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => (expr, true),
        other => (other, false),
    }
}

/// `a` or `a(private)`.
fn marked_name(item: &Expr) -> Option<(Ident, Option<Ident>)> {
    let Expr::Call(call) = item else { return Some((as_ident(item)?.clone(), None)) };
    let mut marks = call.args.iter();
    let mark = marks.next().and_then(as_ident).filter(|it| *it == "private")?;
    marks.next().is_none().then_some((as_ident(&call.func)?.clone(), Some(mark.clone())))
}

fn items<'e>(cx: &Ctxt, option: &Ident, list: &'e Expr) -> impl Iterator<Item = &'e Expr> {
    let array = match list {
        Expr::Array(array) => Some(array),
        other => {
            cx.error(DiagnosticCode::OptionValue, other, format_args!("`{option}` is a list: `{option} = [a, b]`"));
            None
        }
    };
    array.into_iter().flat_map(|it| &it.elems)
}
