//! Lists of names: `[title, world]`, and with a direction: `[-inserted_at, title]`.

use proc_macro2::Ident;
use syn::{Expr, ExprCall, ExprUnary, UnOp};

use super::options::as_ident;
use crate::code::Code;
use crate::ctxt::Ctxt;
use crate::model::action::{Accepted, Exposure};

/// A name with whether a `-` stands before it.
#[derive(Clone, Debug)]
pub(crate) struct Directed {
    pub(crate) name: Ident,
    pub(crate) descends: bool,
}

/// Reads `[a, b]`.
pub(crate) fn names(cx: &Ctxt, option: &Ident, list: &Expr) -> Vec<Ident> {
    items(cx, option, list)
        .filter_map(|it| {
            let name = as_ident(it).cloned();
            if name.is_none() {
                cx.error(Code::OptionValue, it, format_args!("`{option}` lists names: `{option} = [a, b]`"));
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
                    cx.error(Code::OptionValue, it, format_args!("`{option}` lists names: `{option} = [a, b]`"))
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
            let (inner, descends) = match it {
                Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => (&**expr, true),
                other => (other, false),
            };
            let name = as_ident(inner).cloned();
            if name.is_none() {
                let message = format!("`{option}` lists names, with `-` where larger values come first");
                cx.error(Code::OptionValue, it, message).help(format_args!("write `{option} = [a, -b]`"));
            }
            Some(Directed { name: name?, descends })
        })
        .collect()
}

fn items<'e>(cx: &Ctxt, option: &Ident, list: &'e Expr) -> impl Iterator<Item = &'e Expr> {
    let array = match list {
        Expr::Array(array) => Some(array),
        other => {
            cx.error(Code::OptionValue, other, format_args!("`{option}` is a list: `{option} = [a, b]`"));
            None
        }
    };
    array.into_iter().flat_map(|it| &it.elems)
}
