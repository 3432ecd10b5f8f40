//! Everything that `#[actions]` emits: the actions as data, their names for policies, the functions, and the calls.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Attribute, FnArg, Ident, Path};

use super::block::BlockKind;
use super::builder::{Builder, CallInput, Runs};
use super::{at, attribute_type, body, enumeration, handed_on, hook, respanned};
use crate::ctxt::Ctxt;
use crate::model::action::{
    Accepted, Action, ActionKind, Actions, Argument, Change, Generic, NamedBy, Read, Requirement, RowName, Rules,
    Transition, Upsert, When,
};

/// The data and the calls of `actions`.
pub(crate) fn actions(cx: &Ctxt, actions: &Actions) -> TokenStream {
    let resource = &actions.resource;
    let (names, names_type) = names(actions);
    let rules = rules(cx, actions);
    let built = actions.actions.iter().map(|it| action(cx, resource, it, rules.is_some()));
    let code = actions.actions.iter().flat_map(|it| code(resource, it));
    let enums = actions.actions.iter().flat_map(enums);
    let functions = actions.actions.iter().filter_map(|it| match &it.kind {
        ActionKind::Generic(generic) => Some(function(it, generic)),
        _ => None,
    });
    let calls = actions.actions.iter().filter_map(|it| call(resource, it));
    let primary = primary_calls(resource, actions);
    // What these take depends on the columns, which the resource's own macro tells.
    let writes = handed_on::writes(actions);
    let listed = BlockKind::Actions.is_listed(resource, actions.block.as_ref());
    let block = BlockKind::Actions.of(actions.block.as_ref());
    let here = respanned(resource, at(resource));
    let items = quote! {
        type Names = #names_type<#here>;

        fn actions() -> ::std::vec::Vec<::samara::__private::Located<::samara::__private::ir::Action>> {
            #rules
            ::std::vec![#(#built),*]
        }

        fn functions() -> ::std::vec::Vec<::samara::application::ActionFunction> {
            ::std::vec![#(#code),*]
        }

        fn enums() -> ::std::vec::Vec<::samara::__private::Located<::samara::__private::ir::Enum>> {
            #[allow(unused_mut, reason = "there may be nothing to ask")]
            let mut enums = ::std::vec::Vec::new();
            #(#enums)*
            enums
        }
    };
    // All at the resource's name: there a second block of the name is found.
    let implemented = quote_spanned!(at(resource)=> #[automatically_derived] impl #block for #here { #items });
    quote! {
        const _: () = {
            #listed
            #names

            #implemented

            #[allow(unreachable_pub, dead_code, reason = "as visible as the resource, and not every action is called")]
            impl #resource {
                #primary
            }
        };

        #(#calls)*

        impl #resource {
            #(#functions)*
        }

        #writes
    }
}

/// A struct with a field for each action, which `#[policy(actions = [record])]` reads, and its name. It dereferences to that of the
/// next block, which is one of the resource: with that as its parameter it is no more visible.
fn names(actions: &Actions) -> (TokenStream, Ident) {
    let resource = &actions.resource;
    let name = format_ident!("{}Actions", super::function::name(resource));
    let fields = actions.actions.iter().map(|it| &it.ident);
    let span = actions.block.as_ref().map_or_else(|| at(resource), at);
    let here = respanned(resource, span);
    let next = BlockKind::next(resource, actions.block.as_ref());
    let dereferences = quote_spanned! {span=>
        #[automatically_derived]
        impl ::core::ops::Deref for #name<#here> {
            type Target = #next;

            fn deref(&self) -> &Self::Target {
                ::samara::__private::broken()
            }
        }
    };
    let item = quote! {
        #[allow(dead_code, reason = "not every action is named")]
        pub struct #name<Of> { #(pub #fields: (),)* __of: ::core::marker::PhantomData<Of> }

        #dereferences
    };
    (item, name)
}

/// The chain of calls that builds an action. The first is at its name, so that this is where it is declared.
fn action(cx: &Ctxt, resource: &Path, action: &Action, shared: bool) -> TokenStream {
    let (name, docs) = (action.ident.unraw().to_string(), &action.docs);
    let (arguments, span) = (&action.arguments, action.ident.span());
    let start = match &action.kind {
        ActionKind::Read(read) => self::read(cx, resource, action, read),
        ActionKind::Create => quote_spanned!(span=> ::samara::__private::create(#name, #docs)),
        ActionKind::Update => quote_spanned!(span=> ::samara::__private::update(#name, #docs)),
        ActionKind::Destroy => quote_spanned!(span=> ::samara::__private::destroy(#name, #docs)),
        ActionKind::Generic(generic) => {
            let (query, answer) = (generic.query, &generic.answer);
            let returns = quote_spanned!(at(answer)=> <#answer as ::samara::__private::Returnable>::returns());
            let sensitive = generic.sensitive.then(|| quote!(.sensitive()));
            quote_spanned!(span=> ::samara::__private::generic(#name, #docs, #query, #returns) #sensitive)
        }
    };
    let flags = [
        action.primary.map(|_| quote!(.primary())),
        action.private.then(|| quote!(.private())),
        action.of_deleted.map(|_| quote!(.of_deleted())),
    ];
    let flags = flags.iter().flatten();
    let graphql_name = action.name.as_ref().map(|it| quote!(.named(#it)));
    let accept = action.accept.iter().map(|Accepted { name: it, .. }| {
        let field = field(resource, it);
        quote_spanned!(at(it)=> .accept(#field))
    });
    let required = action.required.iter().map(|it| {
        let field = field(resource, it);
        quote_spanned!(at(it)=> .require(#field))
    });
    let named_by = action.named_by.as_ref().map(|it| named_by(resource, it));
    let upsert = action.upsert.as_ref().map(|it| upsert(resource, it));
    let inputs = arguments.iter().map(|Argument { ident, docs, ty }| {
        let (name, known) = (ident.unraw().to_string(), attribute_type(ty));
        quote_spanned!(at(ty)=> .argument::<#known>(#name, #docs))
    });
    // Those of the block come with its rules.
    let own = action.rules.changes.len() - action.shared_changes;
    let changes = action.rules.changes.iter().take(own).map(|it| change(cx, resource, action, it));
    let transition = action.transition.as_ref().map(|it| transition(resource, it));
    let hooks = action.rules.hooks.iter().map(|it| {
        let (method, text) = (format_ident!("{}", it.when.option()), written(&it.path));
        quote!(.#method(#text))
    });
    let what = format!("a condition of action `{name}`");
    let requirements = action.rules.requirements.iter().map(|it| requirement(cx, resource, &what, it, arguments));
    let shares = shared && !matches!(action.kind, ActionKind::Read(_) | ActionKind::Generic(_));
    let rules = shares.then(|| quote!(.with_rules(&__rules)));
    quote! {
        #start #(#flags)* #graphql_name #(#accept)* #(#required)* #named_by #upsert #(#inputs)* #transition #(#changes)* #(#requirements)* #(#hooks)*
            #rules.finish()
    }
}

/// The calls that say what is done where a stored row has the same identity.
fn upsert(resource: &Path, upsert: &Upsert) -> TokenStream {
    // Whether there is such an identity is checked beside the columns, and whether there is such an update where all actions are known.
    let identity = upsert.identity.unraw().to_string();
    let update = upsert.update.as_ref().map(|it| {
        let name = it.unraw().to_string();
        quote!(.upsert_by(#name))
    });
    let fields = upsert.fields.iter().flatten().map(|it| {
        let field = field(resource, it);
        quote_spanned!(at(it)=> .upsert_field(#field))
    });
    quote!(.upsert(#identity) #update #(#fields)*)
}

/// The calls that say how the row is named.
fn named_by(resource: &Path, name: &RowName) -> TokenStream {
    match name {
        // Whether there is such an identity is checked beside the columns.
        RowName::Identity(name) => {
            let name = name.unraw().to_string();
            quote!(.named_by_identity(#name))
        }
        RowName::Attributes(parts) => {
            let parts = parts.iter().map(|NamedBy { attribute, actor }| {
                let (field, actor) = (field(resource, attribute), actor.is_some());
                quote_spanned!(at(attribute)=> .named_by(#field, #actor))
            });
            quote!(#(#parts)*)
        }
        RowName::Actor(_) => quote!(.of_actor()),
    }
}

/// `.transition(field, tree of the attribute, [from], to, message)`.
fn transition(resource: &Path, transition: &Transition) -> TokenStream {
    let Transition { attribute, from, to, message } = transition;
    let field = field(resource, attribute);
    let message = match message {
        Some(message) => quote!(::core::option::Option::Some(#message)),
        None => quote!(::core::option::Option::None),
    };
    quote_spanned! {at(attribute)=>
        .transition(
            #field,
            {
                let __body = ::samara::__private::Body::start();
                let __row = __body.roots::<#resource>().row();
                __body.tree("a transition", __row.#attribute)
            },
            [#(#from),*],
            #to,
            #message,
        )
    }
}

/// The rules of several actions: `let __rules = rules().validate(…).into_rules();`, if there are any.
fn rules(cx: &Ctxt, actions: &Actions) -> Option<TokenStream> {
    let (resource, Rules { changes, requirements, .. }) = (&actions.resource, &actions.rules);
    if changes.is_empty() && requirements.is_empty() {
        return None;
    }
    let update = |it: &&Action| matches!(it.kind, ActionKind::Update);
    // The signature of a function is asked of an update, for a create has no row that it could read.
    let asked = actions.actions.iter().find(update).or_else(|| actions.actions.first());
    let changes = asked.into_iter().flat_map(|action| changes.iter().map(|it| change(cx, resource, action, it)));
    let what = "a condition of a block of actions";
    let requirements = requirements.iter().map(|it| requirement(cx, resource, what, it, &[]));
    Some(quote!(let __rules = ::samara::__private::rules() #(#changes)* #(#requirements)* .into_rules();))
}

/// `.validate(tree, "message").telling(tree).reported_at(…).only_where(tree)`.
pub(super) fn requirement(
    cx: &Ctxt,
    resource: &Path,
    what: &str,
    requirement: &Requirement,
    arguments: &[Argument],
) -> TokenStream {
    let Requirement { old, when, condition, message, field } = requirement;
    let before = cx.count();
    let tree = body::condition(cx, resource, what, condition, arguments);
    let method = if *old { quote!(demand) } else { quote!(validate) };
    // What is wrong with the closure's parameters is said once.
    let values = message.values.iter().filter(|_| cx.count() == before).map(|it| {
        let tree = body::told(cx, resource, what, condition, it, arguments);
        quote_spanned!(at(&message.written)=> .telling(#tree))
    });
    let reported = field.as_ref().map(|name| reported_at(resource, name, arguments));
    let when = when.as_ref().map(|it| {
        let tree = body::condition(cx, resource, what, it, arguments);
        quote!(.only_where(#tree))
    });
    let text = &message.text;
    quote!(.#method(#tree, #text) #(#values)* #reported #when)
}

/// Where the failure of a requirement is reported: at an argument, or at an attribute, which rustc looks for.
fn reported_at(resource: &Path, name: &Ident, arguments: &[Argument]) -> TokenStream {
    if arguments.iter().any(|it| it.ident == *name) {
        let name = name.unraw().to_string();
        return quote!(.reported_at_argument(#name));
    }
    let field = field(resource, name);
    quote_spanned!(at(name)=> .reported_at(#field))
}

fn read(cx: &Ctxt, resource: &Path, action: &Action, read: &Read) -> TokenStream {
    let (name, docs) = (action.ident.unraw().to_string(), &action.docs);
    let get = read.get.map(|_| quote!(.get()));
    let filter = read.filter.as_ref().map(|it| {
        let what = format!("the filter of action `{name}`");
        let tree = body::condition(cx, resource, &what, it, &action.arguments);
        quote!(.filter(#tree))
    });
    let default_filter = read.default_filter.as_ref().map(|it| {
        let what = format!("the default filter of action `{name}`");
        let tree = body::condition(cx, resource, &what, it, &[]);
        quote!(.default_filter(#tree))
    });
    let sort = read.sort.iter().map(|it| {
        let (name, descends) = (it.name.unraw().to_string(), it.descends);
        match it.private {
            Some(_) => quote!(.sort_privately(#name, #descends)),
            None => quote!(.sort(#name, #descends)),
        }
    });
    let paginate = read.pagination.map(|(_, it)| {
        let (default, max) = (it.default, it.max);
        quote!(.paginate(#default, #max))
    });
    let start = quote_spanned!(action.ident.span()=> ::samara::__private::read(#name, #docs));
    quote!(#start #get #filter #default_filter #(#sort)* #paginate)
}

fn change(cx: &Ctxt, resource: &Path, action: &Action, change: &Change) -> TokenStream {
    match change {
        Change::Set { attribute, value, when } => {
            let what = format!("`set({attribute} = …)` of action `{}`", action.ident);
            let assigned = body::assigned(cx, resource, &what, &field(resource, attribute), value, &action.arguments);
            match when {
                None => quote!(.set(#assigned)),
                Some(when) => {
                    let when = body::condition(cx, resource, &what, when, &action.arguments);
                    quote!(.set_where(#assigned, #when))
                }
            }
        }
        Change::RelateActor(name) => {
            let (field, text) = (field(resource, name), name.unraw().to_string());
            quote_spanned!(at(name)=> .relate_actor(#field, #text))
        }
        Change::Function(path) => {
            let (text, reads_row) = (written(path), hook::reads_row(resource, action, path));
            quote!(.change(#text, #reads_row))
        }
    }
}

/// `module::function`.
fn written(path: &Path) -> String {
    path.segments.iter().map(|it| it.ident.to_string()).collect::<Vec<_>>().join("::")
}

/// `&World::FIELDS.name`: rustc finds a misspelt name, at the name.
fn field(resource: &Path, name: &Ident) -> TokenStream {
    quote_spanned!(at(name)=> &<#resource as ::samara::__private::Declaration>::FIELDS.#name)
}

/// The functions that the action names.
fn code(resource: &Path, action: &Action) -> Vec<TokenStream> {
    let name = action.ident.unraw().to_string();
    let owner = quote!(<#resource as ::samara::__private::Resource>::NAME);
    // A transition is the first change.
    let first = usize::from(action.transition.is_some());
    let changes = action.rules.changes.iter().zip(first..).filter_map(|(it, position)| match it {
        Change::Function(path) => Some(hook::change(resource, action, position, path)),
        Change::Set { .. } | Change::RelateActor(_) => None,
    });
    let mut code: Vec<_> = changes.collect();
    for when in When::ALL {
        let hooks = action.hooks(when).enumerate();
        code.extend(hooks.map(|(position, path)| hook::hook(resource, action, when, position, path)));
    }
    if let ActionKind::Generic(generic) = &action.kind {
        let (function, answer) = (hidden(&action.ident), &generic.answer);
        let into_return_value =
            quote_spanned!(at(answer)=> <#answer as ::samara::__private::Returnable>::into_return_value);
        let context = generic.takes_context.then(|| quote!(cx,));
        let arguments = action.arguments.iter().map(|Argument { ident, ty, .. }| {
            let (argument, known) = (ident.unraw().to_string(), attribute_type(ty));
            quote_spanned!(at(ty)=> ::samara::__private::argument::<#known>(#name, &input, #argument)?)
        });
        let answered = quote_spanned!(at(answer)=> #resource::#function(#context #(#arguments),*).await?);
        code.push(quote! {
            ::samara::__private::generic_function(#owner, #name, |cx, input| {
                ::std::boxed::Box::pin(async move {
                    let _ = (&cx, &input);
                    ::core::result::Result::Ok(#into_return_value(#answered))
                })
            })
        });
    }
    code
}

fn enums(action: &Action) -> Vec<TokenStream> {
    let arguments = action
        .arguments
        .iter()
        .filter_map(|Argument { ty, .. }| enumeration(ty, attribute_type(ty)))
        .map(|it| quote!(enums.extend(#it());));
    let mut enums: Vec<_> = arguments.collect();
    if let ActionKind::Generic(generic) = &action.kind {
        let answer = &generic.answer;
        enums.push(quote!(enums.extend(<#answer as ::samara::__private::Returnable>::enums());));
    }
    enums
}

/// `__action_summary`: the call has the function's own name.
fn hidden(name: &Ident) -> Ident {
    format_ident!("__action_{name}", span = name.span())
}

/// The function of a generic action as written, under another name: the call has its own.
fn function(action: &Action, generic: &Generic) -> TokenStream {
    let Generic { body, .. } = generic;
    let mut signature = generic.signature.clone();
    signature.ident = hidden(&action.ident);
    // They are the argument's documentation, which Rust does not allow on parameters.
    for input in &mut signature.inputs {
        if let FnArg::Typed(typed) = input {
            typed.attrs.retain(|it| !it.path().is_ident("doc"));
        }
    }
    let kept = action.attributes.iter().filter(|it| !is_told(it));
    quote! {
        #[doc(hidden)]
        #(#kept)*
        #signature #body
    }
}

/// Whether it is for callers, and is put on the call.
fn is_told(attribute: &Attribute) -> bool {
    ["doc", "deprecated", "must_use"].iter().any(|name| attribute.path().is_ident(name))
}

/// The call of a read or of a function: it takes arguments alone.
fn call(resource: &Path, action: &Action) -> Option<TokenStream> {
    let runs = match &action.kind {
        // Its call takes values of columns, of which `calls!` knows.
        ActionKind::Read(_) if action.named_by.is_some() => return None,
        ActionKind::Read(read) if read.get.is_some() => Runs::Get,
        ActionKind::Read(_) => Runs::Read,
        ActionKind::Generic(generic) => Runs::Generic(&generic.answer),
        ActionKind::Create | ActionKind::Update | ActionKind::Destroy => return None,
    };
    // The rest stands on the function as written, if there is one.
    let attributes = action.attributes.iter().filter(|it| !matches!(runs, Runs::Generic(_)) || is_told(it));
    let inputs = action.arguments.iter().map(CallInput::argument);
    Some(Builder::new(resource, &action.ident, attributes, runs, inputs).expand())
}

/// `query()` and `get(id)`, of a resource with a primary read.
fn primary_calls(resource: &Path, actions: &Actions) -> Option<TokenStream> {
    let primary = actions.actions.iter().find(|it| it.primary.is_some() && matches!(it.kind, ActionKind::Read(_)))?;
    let name = primary.ident.unraw().to_string();
    Some(quote! {
        /// The primary read, to be narrowed and ordered.
        #[inline]
        pub fn query() -> ::samara::call::Read<#resource> {
            ::samara::call::Read::new(Some(#name))
        }

        /// The row of that id, if the actor may read it.
        #[inline]
        pub fn get(id: ::samara::__private::KeyOf<#resource>) -> ::samara::call::Get<#resource> {
            ::samara::call::Get::by_id(id)
        }
    })
}
