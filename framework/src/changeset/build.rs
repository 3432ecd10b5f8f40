//! From an action's input to a changeset: accept, defaults, changes in order, what is generated, and every rule of every value.

use uuid::Uuid;

use super::{Changeset, cast_attribute};
use crate::application::Function;
use crate::context::{Actor, Context};
use crate::error::{Error, Problem};
use crate::expr::{FoldedValue, Mode, Outcome, RecordRow, RowSource, evaluate, fold_value, holds};
use crate::ir::{Action, ActionKind, Change, Generated, Name, Resource, ResourceId};
use crate::record::{Input, Record};
use crate::value::Value;

/// Builds the changeset of a create, update or destroy. What is wrong with the input stands in it. `row` is the row as it was,
/// for an action that reads it.
///
/// # Errors
/// `UNAUTHENTICATED` if the action relates its row to the actor and nobody is signed in; what a change function fails with.
pub(crate) fn build(
    cx: &Context,
    resource: ResourceId,
    action: &Action,
    input: &Input,
    row: Option<&Record>,
) -> Result<Changeset, Error> {
    let app = cx.engine().app();
    let declared = app.resource(resource);
    let creates = matches!(action.kind, ActionKind::Create);
    let mut changeset = Changeset::new(resource, action.name.clone());
    accept(cx, declared, action, input, &mut changeset);
    if creates {
        defaults(cx, declared, &mut changeset)?;
    }
    change(cx, declared, action, row, &mut changeset)?;
    if !matches!(action.kind, ActionKind::Destroy) {
        generate(cx, declared, creates, &mut changeset);
    }
    check(cx, declared, action, creates, &mut changeset);
    if creates {
        validate(cx, action, &mut changeset)?;
    }
    Ok(changeset)
}

fn accept(cx: &Context, resource: &Resource, action: &Action, input: &Input, changeset: &mut Changeset) {
    let app = cx.engine().app();
    match super::cast_arguments(app, action, input) {
        Ok(arguments) => changeset.arguments = arguments,
        Err(error) => error.problems().iter().cloned().for_each(|it| changeset.problem(it)),
    }
    for name in &action.accept {
        let Some((_, attribute)) = resource.attribute(name) else { continue };
        if input.names_no_row(name) {
            changeset.problem(Problem::not_found(name));
        }
        match input.get(name) {
            None if action.required.contains(name) => changeset.invalid(name, "is required"),
            None => {}
            Some(value) => match cast_attribute(app, resource, attribute, value.clone()) {
                Ok(value) => changeset.set(name.clone(), value),
                Err(message) => changeset.invalid(name, message),
            },
        }
    }
}

fn defaults(cx: &Context, resource: &Resource, changeset: &mut Changeset) -> Result<(), Error> {
    let actor = cx.actor_row();
    for attribute in resource.attributes.iter().filter(|it| changeset.value(&it.name).is_none()).collect::<Vec<_>>() {
        let Some(default) = &attribute.default else { continue };
        let value = evaluate(default, &cx.facts(&actor, &changeset.arguments), None)?;
        if let Outcome::Known(value) = value {
            changeset.set(attribute.name.clone(), value);
        }
    }
    Ok(())
}

fn change(
    cx: &Context,
    resource: &Resource,
    action: &Action,
    row: Option<&Record>,
    changeset: &mut Changeset,
) -> Result<(), Error> {
    let creates = matches!(action.kind, ActionKind::Create);
    let missing = |name: &Name| Error::internal(format!("no function for the change {name}"));
    for (position, change) in action.changes.iter().enumerate() {
        match change {
            Change::Set { attribute, value } if creates => {
                let record = changeset.record(cx.engine().app(), false);
                let actor = cx.actor_row();
                let row = RecordRow::new(cx.engine().app(), &record);
                let facts = cx.facts(&actor, &changeset.arguments);
                match evaluate(value, &facts, Some(&row as &dyn RowSource))? {
                    Outcome::Known(value) => changeset.set(attribute.clone(), value),
                    Outcome::Unloaded => return Err(Error::internal("a create sets what only the database knows")),
                }
            }
            Change::Set { attribute, value } => {
                let actor = cx.actor_row();
                match fold_value(value, &cx.facts(&actor, &changeset.arguments), Mode::Exact) {
                    FoldedValue::Known(value) => changeset.set(attribute.clone(), value),
                    FoldedValue::Residue(residue) => changeset.set_expression(attribute.clone(), residue.tree),
                }
            }
            Change::RelateActor { relationship } => {
                let key = resource.relationship(relationship).and_then(|(_, it)| it.key());
                let key = key.ok_or_else(|| Error::internal("only a belongs_to can be related to the actor"))?;
                match cx.actor() {
                    Actor::Anonymous => return Err(Error::unauthenticated()),
                    Actor::Record(actor) => {
                        let id = actor.id(cx.engine().app()).ok_or_else(|| Error::internal("an actor without id"))?;
                        changeset.set(key.clone(), Value::Uuid(id));
                    }
                    // The framework is no row to point at: the key stays what it is.
                    Actor::System(_) => {}
                }
            }
            Change::Function { name } => {
                let function = cx.engine().functions(resource, &action.name).find_map(|it| match it {
                    Function::Change(at, function) if at == position => Some(function),
                    Function::Change(..) | Function::RowChange(..) | Function::Generic(_) => None,
                });
                function.ok_or_else(|| missing(name))?(changeset, cx)?;
            }
            Change::RowFunction { name } => {
                let function = cx.engine().functions(resource, &action.name).find_map(|it| match it {
                    Function::RowChange(at, function) if at == position => Some(function),
                    Function::Change(..) | Function::RowChange(..) | Function::Generic(_) => None,
                });
                let row = row.ok_or_else(|| Error::internal(format!("the change {name} needs the row as it was")))?;
                function.ok_or_else(|| missing(name))?(changeset, row, cx)?;
            }
        }
    }
    // Only a function names attributes in a string.
    match changeset.values.iter().find(|(name, _)| resource.attribute(name).is_none()) {
        Some((name, _)) => {
            Err(Error::internal(format!("{}.{} sets `{name}`, which is no attribute", resource.name, action.name)))
        }
        None => Ok(()),
    }
}

fn generate(cx: &Context, resource: &Resource, creates: bool, changeset: &mut Changeset) {
    for attribute in &resource.attributes {
        let value = match attribute.generated {
            Some(Generated::Id) if creates => Value::Uuid(Uuid::now_v7()),
            Some(Generated::InsertedAt) if creates => Value::Timestamp(cx.now()),
            Some(Generated::UpdatedAt) => Value::Timestamp(cx.now()),
            _ => continue,
        };
        if changeset.value(&attribute.name).is_none() {
            changeset.set(attribute.name.clone(), value);
        }
    }
}

/// Brings every value to its stored form and asks every rule, whoever set it.
fn check(cx: &Context, resource: &Resource, action: &Action, creates: bool, changeset: &mut Changeset) {
    let mut unset = Vec::new();
    for attribute in &resource.attributes {
        match changeset.values.remove(&attribute.name) {
            Some(value) => match cast_attribute(cx.engine().app(), resource, attribute, value) {
                Ok(value) => changeset.values.set(attribute.name.clone(), value),
                Err(message) => changeset.invalid(&attribute.name, message),
            },
            None if creates && !attribute.nullable && action.accept.contains(&attribute.name) => {
                changeset.invalid(&attribute.name, "is required");
            }
            None if creates && !attribute.nullable => unset.push(&attribute.name),
            None => {}
        }
    }
    // What the action sets itself may be missing because of what is wrong with the input, and nobody could give it.
    if changeset.problems.is_empty() {
        unset.into_iter().for_each(|it| changeset.invalid(it, "is required"));
    }
}

/// Asks what must hold of the new row, as far as it can be known before it is stored.
fn validate(cx: &Context, action: &Action, changeset: &mut Changeset) -> Result<(), Error> {
    let record = changeset.record(cx.engine().app(), true);
    let row = RecordRow::new(cx.engine().app(), &record);
    let arguments = changeset.arguments.clone();
    let actor = cx.actor_row();
    let facts = cx.facts(&actor, &arguments);
    for requirement in action.requirements.iter().filter(|it| !it.old) {
        // Of a value that is wrong already nothing more is said.
        if requirement.fields.iter().any(|it| changeset.is_wrong(it)) {
            continue;
        }
        if holds(&requirement.condition, &facts, Some(&row as &dyn RowSource))? == Outcome::Known(false) {
            changeset.problem(super::failed(requirement));
        }
    }
    Ok(())
}
