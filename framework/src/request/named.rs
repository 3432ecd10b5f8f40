//! Rows that are named by an identity in place of their id: what must hold of the row that is meant.

use crate::changeset::cast_alone;
use crate::context::{Actor, Context};
use crate::error::Error;
use crate::ir::{Action, Comparison, NamedBy, Node, Resource, Tree, Type};
use crate::record::Input;
use crate::value::Value;

/// That an action which goes by the actor is run by one.
///
/// # Errors
/// `UNAUTHENTICATED` if nobody is signed in.
pub(crate) fn names_somebody(cx: &Context, action: &Action) -> Result<(), Error> {
    match cx.actor() {
        Actor::Anonymous if action.named_by.iter().any(|it| it.actor) => Err(Error::unauthenticated()),
        _ => Ok(()),
    }
}

/// The condition that holds of the row that `given` names, and of no other; false where it can name none: a value that no row can have, or
/// the framework in place of an actor.
///
/// # Errors
/// `INTERNAL` if an attribute is not given, or is none.
pub(crate) fn named_row(cx: &Context, resource: &Resource, action: &Action, given: &Input) -> Result<Tree, Error> {
    let mut tree = Tree::new(Some(resource.name.clone()), None);
    let mut holds = Vec::with_capacity(action.named_by.len());
    for part in &action.named_by {
        let missing =
            || Error::internal(format!("{}.{} is not given `{}`", resource.name, action.name, part.attribute));
        let (id, attribute) = resource.attribute(&part.attribute).ok_or_else(missing)?;
        if !part.actor && given.get(&part.attribute).is_none() {
            return Err(missing());
        }
        let Some(value) = value(cx, part, &attribute.ty, given) else {
            let mut nothing = Tree::new(Some(resource.name.clone()), None);
            nothing.root = nothing.literal(Value::Bool(false), Type::Boolean);
            return Ok(nothing);
        };
        let left = tree.push(Node::Column { path: Tree::ROW, attribute: id });
        let right = tree.literal(value, attribute.ty.clone());
        holds.push(tree.push(Node::Compare { op: Comparison::Eq, left, right }));
    }
    tree.root = match holds[..] {
        [one] => one,
        _ => tree.push(Node::And(holds)),
    };
    Ok(match only(resource, action) {
        Some(only) => Tree::conjunction(Some(resource.name.clone()), &[&tree, only]),
        None => tree,
    })
}

/// The rows among which the attributes are an identity; `None`: all.
fn only<'a>(resource: &'a Resource, action: &Action) -> Option<&'a Tree> {
    action.identities_of_row(resource).next()?.only.as_ref()
}

/// What the row that is meant has; `None`: no row has it.
fn value(cx: &Context, part: &NamedBy, ty: &Type, given: &Input) -> Option<Value> {
    let app = cx.engine().app();
    if part.actor {
        return match cx.actor() {
            Actor::Record(actor) => actor.id(app).map(Value::from),
            Actor::Anonymous | Actor::System(_) => None,
        };
    }
    let value = given.get(&part.attribute).filter(|_| !given.names_no_row(&part.attribute))?;
    cast_alone(app, ty, value.clone()).filter(|it| !it.is_null())
}
