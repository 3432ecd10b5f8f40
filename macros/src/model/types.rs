//! The outermost name of a field's type: `Option<…>`, `Guarded<…>`, `BelongsTo<…>`.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::Parse;
use syn::{GenericArgument, PathArguments, Type};

/// The same tokens with the macro's hygiene, each at its own location: if a name in it does not exist, that is one error, however often
/// the generated code uses it.
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

/// The argument of `wrapper<…>`, if the type is that, by any path.
pub(crate) fn argument_of<'t>(ty: &'t Type, wrapper: &str) -> Option<&'t Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|it| it.ident == wrapper)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.iter().collect::<Vec<_>>().as_slice() {
        [GenericArgument::Type(argument)] => Some(argument),
        _ => None,
    }
}

/// Whether the type is one of the framework's for attributes, as far as its name says: `String`, `Option<i64>`, `Guarded<Uuid>`.
pub(crate) fn is_stored(ty: &Type) -> bool {
    is_copied(ty) || ["String", "CiString", "Json"].iter().any(|it| is_named(base(ty), it)) || is_key(base(ty))
}

/// Whether it is one of those that are copied.
pub(crate) fn is_copied(ty: &Type) -> bool {
    ["i64", "i32", "i16", "f64", "bool", "Uuid", "DateTimeUtc"].iter().any(|it| is_named(base(ty), it))
}

/// Whether it is the type of the keys of a resource, as `#[belongs_to]` names it.
fn is_key(ty: &Type) -> bool {
    argument_of(ty, "KeyOf").is_some()
}

/// The type without `Guarded` and `Option`.
fn base(ty: &Type) -> &Type {
    let plain = argument_of(ty, "Guarded").unwrap_or(ty);
    argument_of(plain, "Option").unwrap_or(plain)
}

/// Whether the last segment of the type's path is that name, without arguments.
pub(crate) fn is_named(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|it| it.ident == name && it.arguments.is_none()))
}
