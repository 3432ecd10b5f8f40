//! What a field's type says by its outermost name: `Option<…>`, `Guarded<…>`, `BelongsTo<…>`.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::Parse;
use syn::{GenericArgument, PathArguments, Type};

/// The same, each of its tokens ours and at its own place: what it names and is not there is one error, however often the generated
/// code names it.
pub(crate) fn located<T: Parse + ToTokens + Clone>(named: &T) -> T {
    syn::parse2(moved(named.to_token_stream())).unwrap_or_else(|_| named.clone())
}

fn moved(tokens: TokenStream) -> TokenStream {
    let ours = |span| Span::call_site().located_at(span);
    let at_its_place = |token| match token {
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), moved(group.stream()));
            inner.set_span(ours(group.span()));
            TokenTree::Group(inner)
        }
        mut other => {
            other.set_span(ours(other.span()));
            other
        }
    };
    tokens.into_iter().map(at_its_place).collect()
}

/// The argument of `wrapper<…>`, if that is what the type is, by whatever path it is named.
pub(crate) fn argument_of<'t>(ty: &'t Type, wrapper: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|it| it.ident == wrapper)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.iter().collect::<Vec<_>>().as_slice() {
        [GenericArgument::Type(argument)] => Some(argument),
        _ => None,
    }
}

/// Whether the type's last name is that one, without arguments.
pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|it| it.ident == name && it.arguments.is_none()))
}
