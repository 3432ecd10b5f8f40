//! A function whose body is an expression over a row and the actor.

use syn::{Block, Signature, Type};

/// The function of a policy or a calculation.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    /// The attributes that are kept on it: documentation, lints.
    pub(crate) attributes: Vec<syn::Attribute>,
    pub(crate) docs: String,
    pub(crate) signature: Signature,
    pub(crate) body: Block,
    /// Its parameters, in order.
    pub(crate) parameters: Vec<Parameter>,
    /// Whether its parameters and its type have a meaning.
    pub(crate) sound: bool,
}

/// What a parameter is, with its type.
#[derive(Clone, Debug)]
pub(crate) enum Parameter {
    /// `Row<R>`.
    Row(Type),
    /// `Actor<R>`.
    Actor(Type),
}
