//! Typed calls of creates, updates and destroys, and what of reads needs the columns.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::Path;
use syn::ext::IdentExt as _;

use super::builder::{Builder, CallInput, Runs};
use super::calculated::calculated;
use super::type_of_column;
use crate::model::call::{Calls, Column, Need, Takes, Write, WriteKind};

/// The calls of the writes.
pub(crate) fn calls(calls: &Calls) -> TokenStream {
    let each = calls.writes.iter().map(|it| call(calls, it));
    let sorts = sorts(calls);
    quote!(#sorts #(#each)*)
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
        .visible_as(&calls.visibility)
        .expand()
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
        Some(attribute(&calls.resource, name, column, takes, needed || required))
    });
    accepted.chain(write.arguments.iter().map(CallInput::argument))
}

fn attribute(resource: &Path, name: &Ident, column: &Column, takes: Takes, required: bool) -> CallInput {
    let (index, alias) = (column.index, format_ident!("__{}", column.name.unraw()));
    let part = |part: TokenStream| quote!(<#alias as ::samara::__private::AttributeType>::#part);
    // What must be given may be NULL as little as what cannot be.
    let ty = if takes.is_nullable() { part(quote!(Plain)) } else { part(quote!(Base)) };
    let (ident, key, known) = (name.clone(), column.name.unraw().to_string(), ty.clone());
    let told = type_of_column(resource, index, Span::call_site());
    let alias = Some(quote!(type #alias = #told;));
    CallInput { ident, key, alias, ty, known, base: part(quote!(Base)), takes, required }
}
