//! Functions of `#[policies]` and `#[calculations]`: the row, the actor, and a body that is an expression.

use proc_macro2::{Ident, TokenStream};
use syn::{FnArg, ImplItem, ImplItemFn, ItemImpl, Path, Type};

use super::attributes::{on_block, unconditional};
use super::block;
use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::docs::docs;
use crate::model::function::{Function, Parameter};
use crate::model::types::located;

/// An `impl` block of functions.
pub(crate) struct Block {
    pub(crate) resource: Path,
    pub(crate) name: Option<Ident>,
    pub(crate) functions: Vec<ImplItemFn>,
}

/// The resource of an `impl` block and its functions; anything else is reported and left out.
pub(crate) fn functions(cx: &Ctxt, options: TokenStream, mut item: ItemImpl, plural: &str) -> Option<Block> {
    let name = block::name(cx, plural, options);
    on_block(cx, &mut item.attrs, plural);
    if let Some((path, _)) = &item.trait_ {
        cx.error(
            DiagnosticCode::Misplaced,
            path,
            format_args!("{plural} stand in an `impl` of the resource, without a trait"),
        );
    }
    let Type::Path(resource) = &*item.self_ty else {
        cx.error(DiagnosticCode::Misplaced, &item.self_ty, format_args!("{plural} stand in an `impl` of a resource"));
        return None;
    };
    let functions = item.items.into_iter().filter_map(|it| match it {
        ImplItem::Fn(function) => Some(function),
        other => {
            cx.error(DiagnosticCode::Misplaced, other, format_args!("only {plural} stand here"))
                .help("write another `impl` for the rest; a helper is a function under `#[expression]`");
            None
        }
    });
    Some(Block { resource: located(&resource.path), name, functions: functions.collect() })
}

/// Parses the parameters. One without a meaning is reported.
pub(crate) fn function(cx: &Ctxt, mut function: ImplItemFn) -> Function {
    unconditional(cx, &mut function.attrs, "a function");
    let mut parameters: Vec<Parameter> = Vec::new();
    for input in &function.sig.inputs {
        let Some(parameter) = parameter(input) else {
            cx.error(DiagnosticCode::BodyParameter, input, "a body is given the row and the actor, and nothing else")
                .help("write `row: Row<…>` and `actor: Actor<…>`, each with its resource");
            continue;
        };
        if parameters.iter().any(|it| std::mem::discriminant(it) == std::mem::discriminant(&parameter)) {
            cx.error(DiagnosticCode::BodyParameter, input, "a body is given this only once")
                .help("remove one of the parameters");
            continue;
        }
        parameters.push(parameter);
    }
    if let Some(generics) = function.sig.generics.params.first() {
        cx.error(DiagnosticCode::BodyParameter, generics, "a declaration is about one resource: it cannot be generic");
    }
    Function {
        sound: parameters.len() == function.sig.inputs.len(),
        docs: docs(&function.attrs),
        attributes: function.attrs,
        signature: function.sig,
        body: function.block,
        parameters,
    }
}

fn parameter(input: &FnArg) -> Option<Parameter> {
    let FnArg::Typed(typed) = input else { return None };
    let Type::Path(path) = &*typed.ty else { return None };
    match path.path.segments.last()?.ident.to_string().as_str() {
        "Row" => Some(Parameter::Row((*typed.ty).clone())),
        "Actor" => Some(Parameter::Actor((*typed.ty).clone())),
        _ => None,
    }
}
