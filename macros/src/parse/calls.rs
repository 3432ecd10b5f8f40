//! What `calls!` is given, as `expand::handed_on` writes it.

use proc_macro2::Ident;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, LitBool, LitInt, Path, Token, Type, Visibility, braced, bracketed, parenthesized, token};

use crate::model::action::{Accepted, Argument, Exposure, NamedBy, RowName, Upsert};
use crate::model::call::{Calls, Column, Get, Identity, Need, Sort, Takes, Write, WriteKind};

impl Parse for Calls {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            shown: field(input, "shown", flag)?,
            columns: field(input, "columns", list)?,
            identities: field(input, "identities", list)?,
            visibility: field(input, "visibility", Visibility::parse)?,
            resource: field(input, "resource", Path::parse_mod_style)?,
            sorts: field(input, "sorts", list)?,
            gets: field(input, "gets", list)?,
            writes: field(input, "writes", list)?,
        })
    }
}

impl Parse for Column {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let written = input.parse()?;
        let content;
        braced!(content in input);
        Ok(Self {
            written,
            name: field(&content, "name", Ident::parse)?,
            index: field(&content, "index", |it| it.parse::<LitInt>()?.base10_parse())?,
            need: field(&content, "need", |it| one_of(it, Need::ALL, Need::name))?,
            takes: field(&content, "takes", |it| one_of(it, Takes::ALL, Takes::name))?,
            exposure: field(&content, "exposure", Exposure::parse)?,
            ordered: field(&content, "ordered", flag)?,
        })
    }
}

impl Parse for Sort {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        braced!(content in input);
        Ok(Self { name: field(&content, "name", Ident::parse)?, tells: field(&content, "tells", Exposure::parse)? })
    }
}

impl Parse for Identity {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self { name: input.parse()?, columns: list(input)? })
    }
}

impl Parse for Get {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ident: Ident = input.parse()?;
        let content;
        braced!(content in input);
        let attributes = field(&content, "attributes", attributes)?;
        let named_by = field(&content, "named_by", row_name)?;
        let named_by = named_by.ok_or_else(|| syn::Error::new(ident.span(), "expected how the row is named"))?;
        Ok(Self { ident, attributes, named_by, arguments: field(&content, "arguments", list)? })
    }
}

impl Parse for NamedBy {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attribute = input.parse()?;
        let actor = input.parse::<Option<Token![=]>>()?.map(|_| input.parse()).transpose()?;
        Ok(Self { attribute, actor })
    }
}

/// `{ identity by some_update takes [a, b] }`, or `{}`.
fn upsert(input: ParseStream<'_>) -> syn::Result<Option<Upsert>> {
    let content;
    braced!(content in input);
    if content.is_empty() {
        return Ok(None);
    }
    let mut upsert = Upsert { identity: content.parse()?, update: None, fields: None };
    while !content.is_empty() {
        match content.parse::<Ident>()?.to_string().as_str() {
            "by" => upsert.update = Some(content.parse()?),
            _ => upsert.fields = Some(list(&content)?),
        }
    }
    Ok(Some(upsert))
}

/// `id`, `identity slug`, `attributes [artist, listener = actor]` or `of actor`.
fn row_name(input: ParseStream<'_>) -> syn::Result<Option<RowName>> {
    let form: Ident = input.parse()?;
    Ok(match form.to_string().as_str() {
        "id" => None,
        "identity" => Some(RowName::Identity(input.parse()?)),
        "attributes" => Some(RowName::Attributes(list(input)?)),
        _ => Some(RowName::Actor(input.parse()?)),
    })
}

impl Parse for Write {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let kind = one_of(input, WriteKind::ALL, WriteKind::name)?;
        let ident = input.parse()?;
        let content;
        braced!(content in input);
        Ok(Self {
            kind,
            ident,
            public: field(&content, "public", flag)?,
            attributes: field(&content, "attributes", attributes)?,
            accept: field(&content, "accept", list)?,
            required: field(&content, "required", list)?,
            upsert: field(&content, "upsert", upsert)?,
            named_by: field(&content, "named_by", row_name)?,
            given: field(&content, "given", list)?,
            open: field(&content, "open", flag)?,
            by_function: field(&content, "by_function", flag)?,
            arguments: field(&content, "arguments", list)?,
        })
    }
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ident = input.parse()?;
        input.parse::<Token![:]>()?;
        Ok(Self { ident, docs: String::new(), ty: input.parse::<Type>()? })
    }
}

impl Parse for Accepted {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse()?;
        if !input.peek(token::Paren) {
            return Ok(Self { name, marked: None });
        }
        let content;
        parenthesized!(content in input);
        Ok(Self { name, marked: Some(content.parse()?) })
    }
}

impl Parse for Exposure {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        one_of(input, Self::ALL, Self::name)
    }
}

/// `name: value,`.
fn field<T>(
    input: ParseStream<'_>,
    name: &str,
    value: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    let found: Ident = input.parse()?;
    if found != name {
        return Err(syn::Error::new(found.span(), format_args!("expected `{name}`")));
    }
    input.parse::<Token![:]>()?;
    let value = value(input)?;
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(value)
}

/// `[a, b]`.
fn list<T: Parse>(input: ParseStream<'_>) -> syn::Result<Vec<T>> {
    let content;
    bracketed!(content in input);
    Ok(Punctuated::<T, Token![,]>::parse_terminated(&content)?.into_iter().collect())
}

/// `{ #[doc = "…"] }`.
fn attributes(input: ParseStream<'_>) -> syn::Result<Vec<Attribute>> {
    let content;
    braced!(content in input);
    content.call(Attribute::parse_outer)
}

fn flag(input: ParseStream<'_>) -> syn::Result<bool> {
    Ok(input.parse::<LitBool>()?.value)
}

fn one_of<T: Copy, const N: usize>(
    input: ParseStream<'_>,
    all: [T; N],
    name: impl Fn(T) -> &'static str,
) -> syn::Result<T> {
    let found: Ident = input.parse()?;
    let known = all.into_iter().find(|it| found == name(*it));
    known.ok_or_else(|| syn::Error::new(found.span(), format_args!("expected one of {:?}", all.map(name))))
}
