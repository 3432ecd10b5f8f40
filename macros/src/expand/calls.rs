//! Typed calls of creates, updates and destroys, and what of reads needs the columns.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Path;
use syn::ext::IdentExt as _;

use super::builder::{Builder, CallInput, Runs};
use super::calculated::calculated;
use super::type_of_column;
use crate::model::action::RowName;
use crate::model::call::{Calls, Column, Get, Need, Takes, Write, WriteKind};

/// The calls of the writes.
pub(crate) fn calls(calls: &Calls) -> TokenStream {
    let each = calls.writes.iter().map(|it| call(calls, it));
    let gets = calls.gets.iter().map(|it| get(calls, it));
    let sorts = sorts(calls);
    quote!(#sorts #(#gets)* #(#each)*)
}

/// What a read is sorted by and is no column must be a calculation: a method of the row, which rustc looks for.
fn sorts(calls: &Calls) -> TokenStream {
    let resource = &calls.resource;
    let is_column = |name: &Ident| calls.columns.iter().any(|it| it.name == *name);
    let calculations = calls.sorts.iter().map(|it| &it.name).filter(|it| !is_column(it));
    let columns: Vec<_> = calls.columns.iter().map(|it| it.name.unraw().to_string()).collect();
    calculated(resource, &super::function::name(resource), calculations, &columns)
}

fn call(calls: &Calls, write: &Write) -> TokenStream {
    let runs = match write.kind {
        WriteKind::Create => Runs::Create,
        WriteKind::Update => Runs::Update { by_function: write.by_function },
        WriteKind::Destroy => Runs::Destroy,
    };
    Builder::new(&calls.resource, &write.ident, write.attributes.iter(), runs, inputs(calls, write))
        .naming(named_by(calls, write.named_by.as_ref()))
        .visible_as(&calls.visibility)
        .expand()
}

fn get(calls: &Calls, get: &Get) -> TokenStream {
    let inputs = get.arguments.iter().map(CallInput::argument);
    Builder::new(&calls.resource, &get.ident, get.attributes.iter(), Runs::Get, inputs)
        .naming(named_by(calls, Some(&get.named_by)))
        .visible_as(&calls.visibility)
        .expand()
}

/// What the call takes in place of the id; `None`: it takes that. What is no identity has been reported.
fn named_by(calls: &Calls, name: Option<&RowName>) -> Option<Vec<CallInput>> {
    let columns = calls.named_by(name?)?;
    let input = |it: &&Column| attribute(&calls.resource, "__by_", &it.written, it, it.takes.value(), true);
    Some(columns.iter().map(input).collect())
}

/// What the call can be given: accepted attributes in their order, then arguments.
fn inputs(calls: &Calls, write: &Write) -> impl Iterator<Item = CallInput> {
    let accepted = write.accept.iter().filter_map(|it| {
        let name = &it.name;
        // A name that no column has is reported by rustc, where the data is built.
        let column = calls.columns.iter().find(|it| it.written == *name && it.need != Need::Generated)?;
        let needed = write.kind == WriteKind::Create && column.need == Need::Required && !write.given.contains(name);
        let required = write.required.contains(name);
        let takes = if required { column.takes.value() } else { column.takes };
        Some(attribute(&calls.resource, "__", name, column, takes, needed || required))
    });
    accepted.chain(write.arguments.iter().map(CallInput::argument))
}

fn attribute(resource: &Path, prefix: &str, name: &Ident, column: &Column, takes: Takes, required: bool) -> CallInput {
    let (index, alias) = (column.index, format_ident!("{prefix}{}", column.name.unraw()));
    let part = |part: TokenStream| quote!(<#alias as ::samara::__private::AttributeType>::#part);
    // What must be given may be NULL as little as what cannot be.
    let ty = if takes.is_nullable() { part(quote!(Written)) } else { part(quote!(Scalar)) };
    let (ident, key, known) = (name.clone(), column.name.unraw().to_string(), ty.clone());
    let told = type_of_column(resource, index, Span::call_site());
    let alias = Some(quote!(type #alias = #told;));
    CallInput { ident, key, alias, ty, known, base: part(quote!(Scalar)), takes, required }
}
