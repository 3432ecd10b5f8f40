//! What generated code calls. Not for use by hand: it may change in any release.

mod action;
mod block;
mod body;
mod declare;
mod decode;
mod domain;
mod entity;
mod enumeration;
mod fields;
mod function;
mod return_value;

use std::marker::PhantomData;

pub use crate::attribute::{
    AsValue, Attribute, AttributeType, Generated, Given, Identity, Key, Optional, Required, ReturnForm, Returnable,
    Scalar, Unique,
};
pub use crate::call::UntypedWrite;
pub use crate::expr::{
    Actor, Body, Compare, Expr, ExprRow, KeyOf, Known, ManyRows, NoOperand, Nullness, Operand, Resource, Roots, Row,
    RowKind, RowPath, Typed, add, and, called, case, choice, cond, div, div_by_literal, exhaustive, lift_value, mul,
    neg, no_operand, not, null, or, ret, sub,
};
pub use crate::future::BoxFuture;
pub use crate::ir;
pub use crate::location::{Declared, Located};
pub use crate::record::ReturnedRows;
pub use crate::resource::{
    ActionsWithoutName, ActorResource, CalculationsWithoutName, Changes, Declaration, InDomain, Loaded,
    PoliciesWithoutName, SoftDeleted,
};
pub use crate::value::{DateTimeUtc, Value};
pub use action::{Rules, cleared, create, destroy, generic, generic_function, read, rules, update};
pub use block::{
    Block, Blocks, FollowedActions, HasPolicies, ListedActions, ListedCalculations, ListedPolicies, NamedActions,
    NamedCalculations, NamedPolicies, NamedPoliciesAlone, NoActions, NoBlock, NoCalculations, NoPolicies,
    WrittenActions, together,
};
pub use body::{Missing, calculation, field_policy, guarded, is_calculation, named, policy};
pub use declare::{attribute, belongs_to, has_many, has_one, many_to_many, resource};
pub use decode::{argument, decode, related_many, related_one};
pub use domain::{DeclaredDomain, DeclaresDomain, application, declared, domain, in_domain};
pub use entity::{BaseOf, entity_belongs_to, entity_has_many, entity_has_one};
pub use enumeration::{enumeration, enums, enums_of, text_value};
pub use fields::{
    ColumnTypes, KnownResource, KnownType, RelatedTo, actor_resource, address, cloned, debug, integral, key_to,
    measured, shown, textual, wide,
};
pub use function::{
    AfterCall, AfterFunction, ChangeCall, ChangeFunction, CreateFunction, Fallible, ReadsNoRow, Signature,
    after_commit_function, after_function, before_function, change_function, changed, created, finished, followed,
};
pub use return_value::{field_value, object, object_field, object_values};
pub use samara_macros::calls;
pub use uuid::Uuid;

/// A type with a fact about it as a constant. If the type has no such constant, that is an error where the fact is asked for; rustc then
/// reports nothing more about what is made of this type.
#[derive(Debug)]
pub struct Asked<T, const ANSWER: bool>(PhantomData<T>);

/// Replaces code that could not be used; the mistake is reported beside it.
///
/// # Panics
/// Always. No program that compiles calls it.
#[track_caller]
pub fn broken<T>() -> T {
    unreachable!("generated from a declaration that did not compile")
}
