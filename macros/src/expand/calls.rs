//! Typed calls of creates, updates and destroys: what is required is an argument, what is optional a method.
//!
//! `#[actions]` does not see the struct, so it hands its writes to the macro that `#[resource]` made, which hands them to
//! `calls!` behind the columns:
//!
//! ```text
//! Activity! { Activity [occurred_at public]; create record public { #[doc = "…"] } [kind, world] [] [user] true []; … }
//! calls! { true [kind kind 1 required public false true; …] Activity [occurred_at public]; create record … }
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, LitBool, Path, Token, Type, braced, bracketed, parenthesized, token};

use super::actions::{give, parameter};
use super::at;
use super::calculated::calculated;
use super::column::{InputColumn, Need};
use crate::model::action::{Accepted, Action, ActionKind, Argument, Change, Exposure};
use crate::parse::types::argument_of;

/// What `calls!` is given.
pub(crate) struct Calls {
    /// Whether a surface shows the resource's rows.
    pub(crate) shown: bool,
    pub(crate) columns: Vec<InputColumn>,
    pub(crate) resource: Path,
    /// What reads are sorted by.
    pub(crate) sorts: Vec<Sort>,
    pub(crate) calls: Vec<Call>,
}

/// A key of a read's order.
pub(crate) struct Sort {
    pub(crate) name: Ident,
    /// What it may go by, so that nobody learns what they may not see.
    pub(crate) tells: Exposure,
}

/// One write.
pub(crate) struct Call {
    pub(crate) kind: Kind,
    pub(crate) ident: Ident,
    /// Whether surfaces offer it.
    pub(crate) public: bool,
    /// What stands on its function: documentation, lints, `deprecated`.
    attributes: Vec<Attribute>,
    pub(crate) accept: Vec<Accepted>,
    required: Vec<Ident>,
    /// Attributes that changes set.
    pub(crate) given: Vec<Ident>,
    /// Whether a function may set others.
    pub(crate) open: bool,
    arguments: Vec<Argument>,
}

/// Which write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Create,
    Update,
    Destroy,
}

impl Call {
    /// What of `action` a call must know.
    pub(crate) fn of(action: &Action) -> Self {
        let kind = match action.kind {
            ActionKind::Create => Kind::Create,
            ActionKind::Destroy => Kind::Destroy,
            ActionKind::Update | ActionKind::Read(_) | ActionKind::Generic(_) => Kind::Update,
        };
        let given = action.changes.iter().filter_map(|it| match it {
            Change::Set { attribute, .. } | Change::RelateActor(attribute) => Some(attribute.clone()),
            Change::Function(_) | Change::RowFunction(_) => None,
        });
        Self {
            kind,
            ident: action.ident.clone(),
            public: !action.private,
            attributes: action.attributes.clone(),
            accept: action.accept.clone(),
            required: action.required.clone(),
            given: given.collect(),
            open: !action.sound
                || action.changes.iter().any(|it| matches!(it, Change::Function(_) | Change::RowFunction(_))),
            arguments: action.arguments.clone(),
        }
    }
}

impl ToTokens for Call {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { kind, ident, public, attributes, accept, required, given, open, arguments } = self;
        let kind = Ident::new(kind.name(), Span::call_site());
        let exposure = if *public { Exposure::Public } else { Exposure::Private };
        let exposure = Ident::new(exposure.name(), Span::call_site());
        let arguments = arguments.iter().map(|Argument { ident, ty, .. }| quote!(#ident: #ty));
        tokens.extend(quote! {
            #kind #ident #exposure { #(#attributes)* } [#(#accept),*] [#(#required),*] [#(#given),*] #open [#(#arguments),*];
        });
    }
}

impl Parse for Calls {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let shown = input.parse::<LitBool>()?.value;
        let content;
        bracketed!(content in input);
        let columns = all(&content)?;
        let resource = Path::parse_mod_style(input)?;
        let sorts = list(input)?;
        input.parse::<Token![;]>()?;
        Ok(Self { shown, columns, resource, sorts, calls: all(input)? })
    }
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let kind: Ident = input.parse()?;
        let known = Kind::ALL.into_iter().find(|it| kind == it.name());
        let call = Self {
            kind: known.ok_or_else(|| syn::Error::new(kind.span(), "expected a kind of write"))?,
            ident: input.parse()?,
            public: Exposure::named(&input.parse()?) == Some(Exposure::Public),
            attributes: attributes(input)?,
            accept: list(input)?,
            required: list(input)?,
            given: list(input)?,
            open: input.parse::<LitBool>()?.value,
            arguments: list(input)?,
        };
        input.parse::<Token![;]>()?;
        Ok(call)
    }
}

impl Sort {
    /// The keys of `action`'s order. A read that no surface offers tells nobody, unless it is primary: that orders related rows too.
    pub(crate) fn of(action: &Action) -> Vec<Self> {
        let ActionKind::Read(read) = &action.kind else { return Vec::new() };
        let hidden = action.private && action.primary.is_none();
        let tells = |marked: bool| match (hidden, marked) {
            (true, _) => Exposure::Sensitive,
            (false, true) => Exposure::Private,
            (false, false) => Exposure::Public,
        };
        read.sort.iter().map(|it| Self { name: it.name.clone(), tells: tells(it.private.is_some()) }).collect()
    }
}

impl ToTokens for Sort {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (name, tells) = (&self.name, Ident::new(self.tells.name(), Span::call_site()));
        tokens.extend(quote!(#name #tells));
    }
}

impl Parse for Sort {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (name, tells) = (input.parse()?, input.parse::<Ident>()?);
        let known = Exposure::named(&tells);
        Ok(Self { name, tells: known.ok_or_else(|| syn::Error::new(tells.span(), "expected who may see it"))? })
    }
}

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let ident = input.parse()?;
        input.parse::<Token![:]>()?;
        Ok(Self { ident, docs: String::new(), ty: input.parse::<Type>()? })
    }
}

impl ToTokens for Accepted {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { name, marked } = self;
        let mark = marked.map(|it| Ident::new(it.name(), Span::call_site())).map(|it| quote!((#it)));
        tokens.extend(quote!(#name #mark));
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
        Ok(Self { name, marked: Exposure::named(&content.parse()?) })
    }
}

fn attributes(input: ParseStream<'_>) -> syn::Result<Vec<Attribute>> {
    let content;
    braced!(content in input);
    content.call(Attribute::parse_outer)
}

fn all<T: Parse>(input: ParseStream<'_>) -> syn::Result<Vec<T>> {
    let mut items = Vec::new();
    while !input.is_empty() {
        items.push(input.parse()?);
    }
    Ok(items)
}

fn list<T: Parse>(input: ParseStream<'_>) -> syn::Result<Vec<T>> {
    let content;
    bracketed!(content in input);
    Ok(Punctuated::<T, Token![,]>::parse_terminated(&content)?.into_iter().collect())
}

impl Calls {
    /// Whether each attribute that `call` names is there. rustc reports one that is not, where the data is built.
    pub(crate) fn knows_all_of(&self, call: &Call) -> bool {
        let named = call.accept.iter().map(|it| &it.name).chain(&call.given);
        named.into_iter().all(|name| self.columns.iter().any(|it| it.written == *name))
    }
}

impl Kind {
    const ALL: [Self; 3] = [Self::Create, Self::Update, Self::Destroy];

    fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Destroy => "destroy",
        }
    }

    /// The type in `samara::call`.
    fn builder(self) -> &'static str {
        match self {
            Self::Create => "Create",
            Self::Update => "Update",
            Self::Destroy => "Destroy",
        }
    }
}

/// One thing that a call is given: as a parameter of the constructor or of a method of its own.
struct Given {
    ident: Ident,
    parameter: TokenStream,
    give: TokenStream,
}

/// The constructors, and a builder for each call with optional inputs.
pub(crate) fn calls(calls: &Calls) -> TokenStream {
    let each = calls.calls.iter().map(|it| call(calls, it));
    let sorts = sorts(calls);
    quote!(#sorts #(#each)*)
}

/// What a read is sorted by and is no column must be a calculation: a method of the row, which rustc looks for.
fn sorts(calls: &Calls) -> TokenStream {
    let resource = &calls.resource;
    let is_column = |name: &Ident| calls.columns.iter().any(|it| it.column == *name);
    let calculations = calls.sorts.iter().map(|it| &it.name).filter(|it| !is_column(it));
    let columns: Vec<_> = calls.columns.iter().map(|it| it.column.unraw().to_string()).collect();
    calculated(resource, &super::function::name(resource), calculations, &columns)
}

fn call(calls: &Calls, call: &Call) -> TokenStream {
    let resource = &calls.resource;
    let (ident, name, attributes) = (&call.ident, call.ident.unraw().to_string(), &call.attributes);
    let (required, optional) = inputs(calls, call);
    let builder = Ident::new(call.kind.builder(), Span::call_site());
    let builder = quote!(::samara::call::#builder<#resource>);
    let (id, with_id) = match call.kind {
        Kind::Create => (None, None),
        Kind::Update | Kind::Destroy => (Some(quote!(id: ::samara::__private::Uuid,)), Some(quote!(, id))),
    };
    let parameters = required.iter().map(|it| &it.parameter);
    let given = required.iter().map(|it| &it.give);
    let started = quote!(<#builder>::new(#name #with_id) #(#given)*);
    let constructor = |answer: TokenStream, made: TokenStream| {
        quote_spanned! {at(ident)=>
            #[allow(unreachable_pub, dead_code, reason = "as visible as the resource, and not every action is called")]
            impl #resource {
                #(#attributes)*
                #[allow(clippy::too_many_arguments, reason = "each is a required input")]
                pub fn #ident(#id #(#parameters),*) -> #answer {
                    #made
                }
            }
        }
    };
    if optional.is_empty() {
        return constructor(builder, started);
    }
    let shell = shell_name(resource, ident);
    let shell_docs = format!("[`{}::{ident}`], before it runs.", last(resource));
    let methods = optional.iter().map(|Given { ident, parameter, give }| {
        let docs = format!("Gives `{ident}`.");
        quote! {
            #[doc = #docs]
            pub fn #ident(self, #parameter) -> Self {
                Self(self.0 #give)
            }
        }
    });
    let constructor = constructor(shell.to_token_stream(), quote!(#shell(#started)));
    quote! {
        const _: () = {
            #[doc = #shell_docs]
            #[must_use = "an action does nothing until .run(&cx)"]
            pub struct #shell(#builder);

            #[allow(dead_code, reason = "not every input is given")]
            impl #shell {
                #(#methods)*

                /// Runs it.
                ///
                /// # Errors
                /// Those of the action.
                pub fn run(
                    self,
                    cx: &::samara::context::Context,
                ) -> ::samara::application::BoxFuture<'_, ::core::result::Result<#resource, ::samara::error::Error>> {
                    self.0.run(cx)
                }
            }

            #constructor
        };
    }
}

/// `ActivityRecord`.
fn shell_name(resource: &Path, action: &Ident) -> Ident {
    use heck::ToPascalCase as _;
    format_ident!("{}{}", last(resource), action.unraw().to_string().to_pascal_case(), span = action.span())
}

fn last(resource: &Path) -> String {
    resource.segments.last().map(|it| it.ident.to_string()).unwrap_or_default()
}

/// What the call must be given, and what it may: accepted attributes in their order, then arguments.
fn inputs(calls: &Calls, call: &Call) -> (Vec<Given>, Vec<Given>) {
    let (mut required, mut optional) = (Vec::new(), Vec::new());
    for name in call.accept.iter().map(|it| &it.name) {
        // A name that no column has is reported by rustc, where the data is built.
        let Some(column) = calls.columns.iter().find(|it| it.written == *name && it.need != Need::Generated) else {
            continue;
        };
        let must = call.required.contains(name)
            || call.kind == Kind::Create && column.need == Need::Required && !call.given.contains(name);
        let into = if must { &mut required } else { &mut optional };
        into.push(attribute(&calls.resource, name, column));
    }
    for argument in &call.arguments {
        let into = if argument_of(&argument.ty, "Option").is_some() { &mut optional } else { &mut required };
        into.push(Given { ident: argument.ident.clone(), parameter: parameter(argument), give: give(argument) });
    }
    (required, optional)
}

fn attribute(resource: &Path, name: &Ident, column: &InputColumn) -> Given {
    let index = column.index;
    let ty = quote! {
        <<#resource as ::samara::__private::ColumnType<#index>>::Type as ::samara::__private::AttributeType>::Plain
    };
    let key = column.column.unraw().to_string();
    let converts = column.text || column.need == Need::Nullable;
    let (parameter, value) = if converts {
        (quote!(#name: impl ::core::convert::Into<#ty>), quote!(#name.into()))
    } else {
        (quote!(#name: #ty), quote!(#name))
    };
    Given { ident: name.clone(), parameter, give: quote!(.give::<#ty>(#key, #value)) }
}
