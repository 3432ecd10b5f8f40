//! What a field's type says by its outermost name: `Option<…>`, `Guarded<…>`, `BelongsTo<…>`.

use syn::{GenericArgument, PathArguments, Type};

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
