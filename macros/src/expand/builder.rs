//! A typed call: the function that begins it, and the builder that takes its inputs by their names.
//!
//! ```text
//! World::create() -> WorldCreateCall<NotProvided>              the function
//! .name(impl IntoText<String>) -> WorldCreateCall<Provided>    a required input: the type knows that it is given
//! .capacity(impl IntoNullable<i64>) -> Self                    an optional one
//! .run(&cx) where has_name: given_name                         does not compile while `name` is missing, and says so
//! ```
//! A call without inputs has no builder of its own.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Attribute, Path, Type, Visibility};

use super::{at, attribute_type, respanned};
use crate::model::action::Argument;
use crate::model::call::Takes;
use crate::model::types::argument_of;

/// A call.
pub(crate) struct Builder<'c> {
    resource: &'c Path,
    /// The action's name.
    action: &'c Ident,
    /// What stands on the function: documentation, lints, `deprecated`.
    attributes: Vec<&'c Attribute>,
    runs: Runs<'c>,
    inputs: Vec<CallInput>,
    /// What the function takes in place of the id of a row; `None`: it takes that, if it is of one.
    named_by: Option<Vec<CallInput>>,
    /// Of the builder; `None`: public. What is made of it names the resource, which may be less visible.
    visibility: Option<&'c Visibility>,
}

/// The type in `samara::call` that runs it.
#[derive(Clone, Copy)]
pub(crate) enum Runs<'c> {
    Create,
    /// Whether functions run before its statement.
    Update {
        by_function: bool,
    },
    Destroy,
    Read,
    Get,
    /// With what it answers.
    Generic(&'c Type),
}

/// One thing that a call is given.
pub(crate) struct CallInput {
    /// The method.
    pub(crate) ident: Ident,
    /// What the engine calls it: `world_id`.
    pub(crate) key: String,
    /// The item that the types name, if there is one: an alias, see [`super::column_type`].
    pub(crate) alias: Option<TokenStream>,
    pub(crate) ty: TokenStream,
    /// The same, asked whether it can be stored where it is declared and not here.
    pub(crate) known: TokenStream,
    /// The type without `Option`.
    pub(crate) base: TokenStream,
    pub(crate) takes: Takes,
    pub(crate) required: bool,
}

impl CallInput {
    /// An argument; one that may be absent is an `Option`.
    pub(crate) fn argument(Argument { ident, ty, .. }: &Argument) -> Self {
        let base = argument_of(ty, "Option");
        Self {
            ident: ident.clone(),
            key: ident.unraw().to_string(),
            alias: None,
            ty: ty.to_token_stream(),
            known: attribute_type(ty),
            base: base.unwrap_or(ty).to_token_stream(),
            takes: Takes::of(ty),
            required: base.is_none(),
        }
    }

    /// `has_name`: the parameter that says whether it is given.
    fn state(&self) -> Ident {
        format_ident!("has_{}", self.ident.unraw(), span = at(&self.ident))
    }

    /// `given_name`: what that parameter must be.
    fn proof(&self) -> Ident {
        format_ident!("given_{}", self.ident.unraw(), span = at(&self.ident))
    }

    /// Its type as a parameter, and the value made of that.
    fn taken(&self) -> (TokenStream, TokenStream) {
        let Self { ident, ty, base, takes, .. } = self;
        match takes {
            Takes::Value => (ty.clone(), quote!(#ident)),
            Takes::Text => {
                (quote!(impl ::samara::call::IntoText<#ty>), quote!(::samara::call::IntoText::into_text(#ident)))
            }
            Takes::Nullable | Takes::NullableText => (
                quote!(impl ::samara::call::IntoNullable<#base>),
                quote!(::samara::call::IntoNullable::into_nullable(#ident)),
            ),
        }
    }
}

impl Runs<'_> {
    /// The call that is run.
    fn ty(self, resource: &Path) -> TokenStream {
        match self {
            Self::Create => quote!(::samara::call::Create<#resource>),
            Self::Update { by_function: false } => quote!(::samara::call::Update<#resource>),
            Self::Update { by_function: true } => {
                quote!(::samara::call::Update<#resource, ::samara::call::ByFunction>)
            }
            Self::Destroy => quote!(::samara::call::Destroy<#resource>),
            Self::Read => quote!(::samara::call::Read<#resource>),
            Self::Get => quote!(::samara::call::Get<#resource>),
            Self::Generic(answer) => quote!(::samara::call::Generic<#answer>),
        }
    }

    /// What a builder holds: of a write nothing that is generic, so that what takes its inputs is compiled once, in the framework.
    fn held(self, resource: &Path) -> TokenStream {
        if self.writes() { quote!(::samara::__private::UntypedWrite) } else { self.ty(resource) }
    }

    /// The call, made of what a builder holds.
    fn made(self, resource: &Path, held: TokenStream) -> TokenStream {
        let ty = self.ty(resource);
        if self.writes() { quote!(<#ty as ::core::convert::From<_>>::from(#held)) } else { held }
    }

    /// What a builder holds, without inputs.
    fn begun(self, resource: &Path, action: &str) -> TokenStream {
        match self {
            Self::Create => quote! {
                ::samara::__private::UntypedWrite::new(<#resource as ::samara::__private::Resource>::NAME, #action)
            },
            Self::Update { .. } | Self::Destroy => quote! {
                ::samara::__private::UntypedWrite::of(<#resource as ::samara::__private::Resource>::NAME, #action, id)
            },
            Self::Read => quote!(::samara::call::Read::new(::core::option::Option::Some(#action))),
            Self::Get => quote!(::samara::call::Get::new(#action)),
            Self::Generic(_) => {
                quote!(::samara::call::Generic::new(<#resource as ::samara::__private::Resource>::NAME, #action))
            }
        }
    }

    /// Whether it is a write, which may be handed on.
    fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Update { .. } | Self::Destroy)
    }

    /// The names of its methods but for those of inputs.
    fn methods(self, resource: &Path) -> Vec<&'static str> {
        let narrows = self.narrows(resource).into_iter().map(|it| it.method);
        let ends = self.ends(resource).into_iter().map(|(method, _)| method);
        narrows.chain(self.selects()).chain(ends).collect()
    }

    fn must_use(self) -> &'static str {
        match self {
            Self::Read => {
                "a read does nothing until .run(&cx), .all(&cx), .one(&cx), .first(&cx), .count(&cx) or .page(&cx)"
            }
            Self::Get => "a read does nothing until .run(&cx)",
            Self::Create | Self::Update { .. } | Self::Destroy | Self::Generic(_) => {
                "an action does nothing until .run(&cx)"
            }
        }
    }

    /// The methods that narrow it.
    fn narrows(self, resource: &Path) -> Vec<Narrows> {
        let row = quote!(::samara::__private::Row<#resource>);
        let selectable = quote!(::samara::call::Selectable<#resource>);
        let narrows = |method, generics, parameter, handed_on| Narrows { method, generics, parameter, handed_on };
        let load = || {
            let hop = quote!(hop: impl ::core::ops::FnOnce(#selectable) -> H);
            narrows("load", quote!(<H: ::samara::call::Loadable>), hop, quote!(hop))
        };
        let by = |method| {
            let field = quote!(::samara::__private::Expr<::samara::call::Selected<T>>);
            let field = quote!(field: impl ::core::ops::FnOnce(#selectable) -> #field);
            narrows(method, quote!(<T>), field, quote!(field))
        };
        match self {
            Self::Read => {
                let condition = quote!(condition: impl ::core::ops::FnOnce(#row) -> ::samara::__private::Expr<bool>);
                let cursor = quote!(cursor: impl ::core::convert::Into<::std::string::String>);
                vec![
                    narrows("filter", quote!(), condition, quote!(condition)),
                    by("sort"),
                    by("sort_desc"),
                    load(),
                    narrows("limit", quote!(), quote!(rows: u32), quote!(rows)),
                    narrows("after", quote!(), cursor, quote!(cursor)),
                ]
            }
            Self::Get => vec![load()],
            Self::Create | Self::Update { .. } | Self::Destroy | Self::Generic(_) => Vec::new(),
        }
    }

    /// The method that names what is read of each row, in place of the row.
    fn selects(self) -> Option<&'static str> {
        matches!(self, Self::Read | Self::Get).then_some("select")
    }

    /// The methods that run it, and what each answers.
    fn ends(self, resource: &Path) -> Vec<(&'static str, TokenStream)> {
        let one = quote!(::core::option::Option<#resource>);
        match self {
            Self::Create | Self::Update { .. } | Self::Destroy => vec![("run", quote!(#resource))],
            Self::Generic(answer) => vec![("run", quote!(#answer))],
            Self::Get => vec![("run", one)],
            Self::Read => {
                let all = quote!(::std::vec::Vec<#resource>);
                let page = quote!(::samara::call::Page<#resource>);
                vec![
                    ("run", all.clone()),
                    ("all", all),
                    ("one", one.clone()),
                    ("first", one),
                    ("count", quote!(i64)),
                    ("page", page),
                ]
            }
        }
    }
}

/// A method of a read that it hands on as it is.
struct Narrows {
    method: &'static str,
    generics: TokenStream,
    parameter: TokenStream,
    handed_on: TokenStream,
}

impl<'c> Builder<'c> {
    /// The call of `action`.
    pub(crate) fn new(
        resource: &'c Path,
        action: &'c Ident,
        attributes: impl Iterator<Item = &'c Attribute>,
        runs: Runs<'c>,
        inputs: impl Iterator<Item = CallInput>,
    ) -> Self {
        let methods = runs.methods(resource);
        // An input of the name of one of these has been reported.
        let inputs = inputs.filter(|input| !methods.iter().any(|it| input.ident == it));
        let (attributes, inputs) = (attributes.collect(), inputs.collect());
        Self { resource, action, attributes, runs, inputs, named_by: None, visibility: None }
    }

    /// The same, whose row is named by these in place of its id.
    pub(crate) fn naming(self, named_by: Option<Vec<CallInput>>) -> Self {
        Self { named_by, ..self }
    }

    /// The same, whose builder is as visible as that.
    pub(crate) fn visible_as(self, visibility: &'c Visibility) -> Self {
        Self { visibility: Some(visibility), ..self }
    }

    /// The function, and the builder.
    pub(crate) fn expand(&self) -> TokenStream {
        let Self { resource, action, runs, inputs, .. } = self;
        let (inner, begun) = (runs.ty(resource), self.begun(&action.unraw().to_string()));
        let naming = self.named_by.iter().flatten().filter_map(|it| it.alias.as_ref());
        if inputs.is_empty() {
            let function = self.function(&inner, &runs.made(resource, begun));
            if self.named_by.is_none() {
                return function;
            }
            return quote! {
                #[allow(non_camel_case_types, reason = "inputs are named as they are written")]
                const _: () = { #(#naming)* #function };
            };
        }
        let (held, made) = (runs.held(resource), runs.made(resource, quote!(self.0)));
        let (name, generics, marker) = (self.name(), self.generics(&CallInput::state), self.marker());
        let missing = self.generics(&|_| quote!(::samara::call::NotProvided));
        let function = self.function(&quote!(#name #missing), &quote!(#name(#begun #marker)));
        let states = self.required().map(CallInput::state);
        let states = generics.as_ref().map(|_| quote!(, ::core::marker::PhantomData<(#(#states,)*)>));
        let aliases = inputs.iter().filter_map(|it| it.alias.as_ref());
        let proofs = self.required().map(|it| self.proof(it));
        let setters = inputs.iter().map(|it| self.setter(it));
        let narrows = runs.narrows(resource).into_iter().map(|it| self.narrowing(it));
        let selects = runs.selects().map(|method| self.selecting(method));
        let ends = runs.ends(resource).into_iter().map(|(method, answer)| self.ending(method, &answer));
        let complete = runs.writes().then(|| {
            let bounded = self.generics(&bound);
            quote! {
                impl #bounded ::samara::call::Complete for #name #generics {
                    type Call = #inner;

                    #[inline]
                    fn complete(self) -> #inner {
                        #made
                    }
                }
            }
        });
        let visibility = self.visibility.map_or_else(|| quote!(pub), |it| respanned(it, Span::call_site()));
        let (docs, must_use) = (format!("[`{}::{action}`], before it runs.", last(resource)), runs.must_use());
        quote! {
            #[allow(non_camel_case_types, reason = "inputs are named as they are written")]
            const _: () = {
                #(#aliases)*
                #(#naming)*
                #(#proofs)*

                #[doc = #docs]
                #[must_use = #must_use]
                #visibility struct #name #generics(#held #states);

                #[allow(dead_code, reason = "not every input is given")]
                impl #generics #name #generics {
                    #(#setters)*
                    #(#narrows)*
                    #selects
                    #(#ends)*
                }

                #complete

                #function
            };
        }
    }

    /// What the builder holds, without inputs.
    fn begun(&self, action: &str) -> TokenStream {
        let Self { resource, runs, named_by, .. } = self;
        let Some(named_by) = named_by else { return runs.begun(resource, action) };
        let given = named_by.iter().map(|it| {
            let (CallInput { key, known, .. }, (_, value)) = (it, it.taken());
            (key, quote!(<#known as ::samara::__private::AttributeType>::to_value(&#value)))
        });
        if let Runs::Get = runs {
            let begun = runs.begun(resource, action);
            let given = given.map(|(key, value)| quote!(.give(#key, #value)));
            return quote!(#begun #(#given)*);
        }
        let given = given.map(|(key, value)| quote!((#key, #value)));
        quote! {
            ::samara::__private::UntypedWrite::named(
                <#resource as ::samara::__private::Resource>::NAME, #action, [#(#given),*]
            )
        }
    }

    /// What the function is given: the row that is meant.
    fn parameters(&self) -> Vec<TokenStream> {
        match &self.named_by {
            Some(named_by) => {
                let parameter = |it: &CallInput| {
                    let (ident, (taken, _)) = (&it.ident, it.taken());
                    quote!(#ident: #taken)
                };
                named_by.iter().map(parameter).collect()
            }
            None if matches!(self.runs, Runs::Update { .. } | Runs::Destroy) => {
                let resource = self.resource;
                vec![quote!(id: ::samara::__private::KeyOf<#resource>)]
            }
            None => Vec::new(),
        }
    }

    /// The function that begins it.
    fn function(&self, answer: &TokenStream, begun: &TokenStream) -> TokenStream {
        let Self { resource, action, attributes, .. } = self;
        let parameters = self.parameters();
        quote_spanned! {at(action)=>
            #[allow(unreachable_pub, dead_code, reason = "as visible as the resource, and not every action is called")]
            impl #resource {
                #(#attributes)*
                #[inline]
                pub fn #action(#(#parameters),*) -> #answer {
                    #begun
                }
            }
        }
    }

    /// `WorldCreateCall`.
    fn name(&self) -> Ident {
        use heck::ToPascalCase as _;
        let Self { resource, action, .. } = self;
        format_ident!("{}{}Call", last(resource), action.unraw().to_string().to_pascal_case(), span = action.span())
    }

    fn required(&self) -> impl Iterator<Item = &CallInput> {
        self.inputs.iter().filter(|it| it.required)
    }

    /// `<…>` with one for each required input, if there is any.
    fn generics<T: ToTokens>(&self, of: &dyn Fn(&CallInput) -> T) -> Option<TokenStream> {
        let each: Vec<_> = self.required().map(of).collect();
        (!each.is_empty()).then(|| quote!(<#(#each),*>))
    }

    /// What stands in the builder for the types of its states.
    fn marker(&self) -> Option<TokenStream> {
        self.required().next().map(|_| quote!(, ::core::marker::PhantomData))
    }

    /// The trait that only what was given has, with what rustc says where it is asked for in vain.
    fn proof(&self, input: &CallInput) -> TokenStream {
        let (proof, method) = (input.proof(), &input.ident);
        let message = format!("`{}::{}` is not given `{method}`", last(self.resource), self.action);
        let label = format!("call `.{method}(…)` before this");
        quote! {
            #[doc(hidden)]
            #[diagnostic::on_unimplemented(message = #message, label = #label)]
            pub trait #proof {}

            #[diagnostic::do_not_recommend]
            impl #proof for ::samara::call::Provided {}
        }
    }

    /// The method that gives `input`.
    fn setter(&self, input: &CallInput) -> TokenStream {
        let CallInput { ident, key, known, required, .. } = input;
        let ((taken, value), marker) = (input.taken(), self.marker());
        let given =
            quote!(self.0.give(#key, <#known as ::samara::__private::AttributeType>::to_value(&#value)) #marker);
        if !required {
            let docs = format!("Gives `{ident}`.");
            return quote! {
                #[doc = #docs]
                #[inline]
                pub fn #ident(self, #ident: #taken) -> Self {
                    Self(#given)
                }
            };
        }
        let (name, docs) = (self.name(), format!("Gives `{ident}`, without which it does not run."));
        let states = self.generics(&|it| {
            if it.ident == *ident { quote!(::samara::call::Provided) } else { it.state().into_token_stream() }
        });
        quote! {
            #[doc = #docs]
            pub fn #ident(self, #ident: #taken) -> #name #states {
                #name(#given)
            }
        }
    }

    fn narrowing(&self, narrows: Narrows) -> TokenStream {
        let Narrows { method, generics, parameter, handed_on } = narrows;
        let (docs, method, marker) = (self.as_in(method), Ident::new(method, at(self.action)), self.marker());
        quote! {
            #[doc = #docs]
            #[inline]
            pub fn #method #generics(self, #parameter) -> Self {
                Self(self.0.#method(#handed_on) #marker)
            }
        }
    }

    /// What it gives has no inputs any more, so the required ones must be given.
    fn selecting(&self, method: &str) -> TokenStream {
        let (docs, method) = (self.as_in(method), Ident::new(method, at(self.action)));
        let (resource, bounds) = (self.resource, self.bounds());
        let read = if matches!(self.runs, Runs::Get) { quote!(Get) } else { quote!(Read) };
        quote! {
            #[doc = #docs]
            #[inline]
            pub fn #method<S: ::samara::call::Selection>(
                self,
                selection: impl ::core::ops::FnOnce(::samara::call::Selectable<#resource>) -> S,
            ) -> ::samara::call::#read<#resource, S::Value>
            #bounds
            {
                self.0.#method(selection)
            }
        }
    }

    /// That each required input is given.
    fn bounds(&self) -> Option<TokenStream> {
        let bounds: Vec<_> = self.required().map(bound).collect();
        (!bounds.is_empty()).then(|| quote!(where #(#bounds),*))
    }

    fn ending(&self, method: &str, answer: &TokenStream) -> TokenStream {
        let (docs, method) = (self.as_in(method), Ident::new(method, at(self.action)));
        let bounds = self.bounds();
        let call = self.runs.made(self.resource, quote!(self.0));
        quote! {
            #[doc = #docs]
            ///
            /// # Errors
            /// Those of the action.
            #[inline]
            pub fn #method(
                self,
                cx: &::samara::context::Context,
            ) -> ::samara::future::BoxFuture<'_, ::core::result::Result<#answer, ::samara::error::Error>>
            #bounds
            {
                #call.#method(cx)
            }
        }
    }

    /// What a method that is handed on says of itself.
    fn as_in(&self, method: &str) -> String {
        let ty = match self.runs {
            Runs::Create => "Create",
            Runs::Update { .. } => "Update",
            Runs::Destroy => "Destroy",
            Runs::Read => "Read",
            Runs::Get => "Get",
            Runs::Generic(_) => "Generic",
        };
        format!("As [`samara::call::{ty}::{method}`].")
    }
}

/// `has_name: given_name`, where the input is declared.
fn bound(input: &CallInput) -> TokenStream {
    let (state, proof) = (input.state(), input.proof());
    quote_spanned!(at(&input.ident)=> #state: #proof)
}

fn last(resource: &Path) -> String {
    resource.segments.last().map(|it| it.ident.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::action::{ActionKind, Read};
    use crate::model::call::methods;

    #[test]
    fn the_names_that_are_refused_are_those_of_the_methods() {
        let resource: Path = syn::parse_quote!(World);
        let named = |runs: Runs<'_>| runs.methods(&resource);
        assert_eq!(named(Runs::Create), methods(&ActionKind::Create));
        assert_eq!(named(Runs::Update { by_function: false }), methods(&ActionKind::Update));
        assert_eq!(named(Runs::Destroy), methods(&ActionKind::Destroy));
        assert_eq!(named(Runs::Read), methods(&ActionKind::Read(Box::default())));
        let get = Read { get: Some(Span::call_site()), ..Read::default() };
        assert_eq!(named(Runs::Get), methods(&ActionKind::Read(Box::new(get))));
    }
}
