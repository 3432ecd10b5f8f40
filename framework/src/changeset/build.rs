//! From an action's input to a changeset: accept, defaults, what is generated, changes in order, and every rule of every value.

use uuid::Uuid;

use super::{CastError, Changeset, REQUIRED, cast_attribute};
use crate::application::Function;
use crate::context::{Actor, Context};
use crate::error::{Error, Problem};
use crate::expr::{Evaluation, FoldedValue, Mode, RecordRow, RowSource, evaluate, fold_value, holds};
use crate::ir::{Action, ActionKind, Change, Generated, Name, Resource, ResourceId, Tree, Type};
use crate::record::{Input, Record};
use crate::value::Value;

/// Builds the changeset of a create, update or destroy. What is wrong with the input stands in it. `row` is the row as it was,
/// for an action that reads it.
///
/// # Errors
/// `UNAUTHENTICATED` if the action relates its row to the actor and nobody is signed in; what a change function fails with; `INTERNAL`
/// for a create that sets what only the database can work out: see [`Builder`].
pub(crate) fn build(
    cx: &Context,
    resource: ResourceId,
    action: &Action,
    input: &Input,
    row: Option<&Record>,
) -> Result<Changeset, Error> {
    let mut builder = Builder::new(cx, resource, action, input, row)?;
    match builder.run()? {
        None => builder.finish(),
        Some(_) => Err(Error::internal("a create sets what only the database knows")),
    }
}

/// A changeset in the making. What only the database can work out is asked for on the way:
///
/// ```text
/// while let Some((tree, ty)) = builder.run()? { builder.answer(…) }
/// builder.finish()
/// ```
pub(crate) struct Builder<'a> {
    cx: &'a Context,
    resource: &'a Resource,
    action: &'a Action,
    row: Option<&'a Record>,
    changeset: Changeset,
    /// How many changes have run.
    done: usize,
}

impl<'a> Builder<'a> {
    /// Takes the input, with defaults and what is generated for a create.
    pub(crate) fn new(
        cx: &'a Context,
        resource: ResourceId,
        action: &'a Action,
        input: &Input,
        row: Option<&'a Record>,
    ) -> Result<Self, Error> {
        let declared = cx.engine().app().resource(resource);
        let mut changeset = Changeset::new(resource, action.name.clone());
        accept(cx, declared, action, input, &mut changeset);
        if matches!(action.kind, ActionKind::Create) {
            defaults(cx, declared, &mut changeset)?;
            generate(cx, declared, &mut changeset);
        }
        Ok(Self { cx, resource: declared, action, row, changeset, done: 0 })
    }

    /// The changeset so far.
    pub(crate) fn changeset(&self) -> &Changeset {
        &self.changeset
    }

    /// Runs the changes, up to one of a create whose value only the database can work out: that expression over the new row so far, and
    /// the type of its value. `None`: all have run, or what is wrong with the input makes more of them pointless.
    ///
    /// # Errors
    /// Those of [`build`].
    pub(crate) fn run(&mut self) -> Result<Option<(Tree, Type)>, Error> {
        while let Some(change) = self.action.changes.get(self.done) {
            if let Some(open) = self.change(change)? {
                return Ok(if self.changeset.problems.is_empty() { Some(open) } else { None });
            }
            self.done += 1;
        }
        Ok(None)
    }

    /// Gives the value that was asked for.
    pub(crate) fn answer(&mut self, value: Value) {
        if let Some(Change::Set { attribute, .. }) = self.action.changes.get(self.done) {
            self.changeset.set(attribute.clone(), value);
        }
        self.done += 1;
    }

    /// Asks every rule.
    ///
    /// # Errors
    /// `INTERNAL` for what a change function cannot have meant.
    pub(crate) fn finish(self) -> Result<Changeset, Error> {
        let Self { cx, resource, action, mut changeset, .. } = self;
        makes_sense(resource, action, &changeset)?;
        let creates = matches!(action.kind, ActionKind::Create);
        if matches!(action.kind, ActionKind::Update) {
            stamp(cx, resource, &mut changeset);
        }
        check(cx, resource, action, creates, &mut changeset)?;
        if creates {
            validate(cx, action, &mut changeset)?;
        }
        Ok(changeset)
    }

    fn change(&mut self, change: &'a Change) -> Result<Option<(Tree, Type)>, Error> {
        let Self { cx, resource, action, row, changeset, done } = self;
        let missing = |name: &Name| Error::internal(format!("no function for the change {name}"));
        match change {
            Change::Set { attribute, value } if matches!(action.kind, ActionKind::Create) => {
                let actor = cx.actor_row();
                let facts = cx.facts(&actor, &changeset.arguments);
                let record = changeset.record(cx.engine().app(), true);
                let row = RecordRow::new(cx.engine().app(), &record);
                if let Evaluation::Known(value) = evaluate(value, &facts, Some(&row as &dyn RowSource))? {
                    changeset.set(attribute.clone(), value);
                    return Ok(None);
                }
                match (fold_value(value, &facts, Mode::Exact), resource.attribute(attribute)) {
                    (FoldedValue::Residue(residue), Some((_, it))) => return Ok(Some((residue.tree, it.ty.clone()))),
                    (FoldedValue::Known(value), _) => changeset.set(attribute.clone(), value),
                    (FoldedValue::Residue(_), None) => {}
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
                    Function::Change(at, function) if at == *done => Some(function),
                    _ => None,
                });
                let function = function.ok_or_else(|| missing(name))?;
                changeset.by(name, |changeset| function(changeset, &within(cx, changeset)))?;
            }
            Change::RowFunction { name } => {
                let function = cx.engine().functions(resource, &action.name).find_map(|it| match it {
                    Function::RowChange(at, function) if at == *done => Some(function),
                    _ => None,
                });
                let row = row.ok_or_else(|| Error::internal(format!("the change {name} needs the row as it was")))?;
                let function = function.ok_or_else(|| missing(name))?;
                changeset.by(name, |changeset| function(changeset, row, &within(cx, changeset)))?;
            }
        }
        Ok(None)
    }
}

fn within(cx: &Context, changeset: &Changeset) -> Context {
    cx.within(changeset.resource, &changeset.action)
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
            None if action.required.contains(name) => changeset.invalid(name, REQUIRED),
            None => {}
            Some(value) => match cast_attribute(app, resource, attribute, value.clone()) {
                Ok(value) => changeset.set(name.clone(), value),
                Err(miscast) => changeset.invalid(name, miscast.to_string()),
            },
        }
    }
}

fn defaults(cx: &Context, resource: &Resource, changeset: &mut Changeset) -> Result<(), Error> {
    let actor = cx.actor_row();
    for attribute in resource.attributes.iter().filter(|it| changeset.value(&it.name).is_none()).collect::<Vec<_>>() {
        let Some(default) = &attribute.default else { continue };
        let value = evaluate(default, &cx.facts(&actor, &changeset.arguments), None)?;
        if let Evaluation::Known(value) = value {
            changeset.set(attribute.name.clone(), value);
        }
    }
    Ok(())
}

/// Only a function names attributes in a string, and knows nothing of the action's kind.
fn makes_sense(resource: &Resource, action: &Action, changeset: &Changeset) -> Result<(), Error> {
    for (name, _) in changeset.values.iter() {
        let wrong = match resource.attribute(name) {
            None => "which is no attribute",
            Some(_) if matches!(action.kind, ActionKind::Destroy) => "but a destroy stores nothing",
            Some(_) => continue,
        };
        return Err(Error::internal(format!("{}.{} sets `{name}`, {wrong}", resource.name, action.name)));
    }
    Ok(())
}

/// What the framework fills in of a new row.
fn generate(cx: &Context, resource: &Resource, changeset: &mut Changeset) {
    for attribute in &resource.attributes {
        let value = match attribute.generated {
            Some(Generated::Id) => Value::Uuid(Uuid::now_v7()),
            Some(Generated::InsertedAt | Generated::UpdatedAt) => Value::Timestamp(cx.now()),
            None => continue,
        };
        if changeset.value(&attribute.name).is_none() {
            changeset.set(attribute.name.clone(), value);
        }
    }
}

/// What the framework fills in of a changed row.
fn stamp(cx: &Context, resource: &Resource, changeset: &mut Changeset) {
    let stamped = resource.attributes.iter().filter(|it| it.generated == Some(Generated::UpdatedAt));
    for attribute in stamped.filter(|it| changeset.value(&it.name).is_none()).collect::<Vec<_>>() {
        changeset.stamps.set(attribute.name.clone(), Value::Timestamp(cx.now()));
    }
}

/// Brings every value to its stored form and asks every rule, whoever set it.
///
/// # Errors
/// `INTERNAL` for a value that a change function gives and no attribute of its type can hold: no input is wrong.
fn check(
    cx: &Context,
    resource: &Resource,
    action: &Action,
    creates: bool,
    changeset: &mut Changeset,
) -> Result<(), Error> {
    let mut unset = Vec::new();
    for attribute in &resource.attributes {
        let name = &attribute.name;
        match changeset.values.remove(name).map(|it| cast_attribute(cx.engine().app(), resource, attribute, it)) {
            Some(Ok(value)) => changeset.values.set(name.clone(), value),
            Some(Err(CastError::Absent(message))) if !action.accept.contains(name) => unset.push((name, message)),
            Some(Err(miscast @ CastError::Type(_))) if changeset.set_by.contains_key(name) => {
                return Err(misset(resource, changeset, name, &miscast));
            }
            Some(Err(miscast)) => changeset.invalid(name, miscast.to_string()),
            None if creates && !attribute.nullable && action.accept.contains(name) => {
                changeset.invalid(name, REQUIRED);
            }
            None if creates && !attribute.nullable => unset.push((name, REQUIRED)),
            None => {}
        }
    }
    // What the action sets itself may be missing because of what is wrong with the input, and nobody could give it.
    if changeset.problems.is_empty() {
        for (name, message) in unset {
            if changeset.set_by.contains_key(name) {
                return Err(misset(resource, changeset, name, &CastError::Absent(message)));
            }
            changeset.invalid(name, message);
        }
    }
    Ok(())
}

/// A change function that gives what cannot be stored. The value itself stays out of the log.
fn misset(resource: &Resource, changeset: &Changeset, attribute: &Name, miscast: &CastError) -> Error {
    let function = changeset.set_by.get(attribute).map(Name::as_str).unwrap_or_default();
    let action = &changeset.action;
    Error::internal(format!(
        "`{function}`, a change of {}.{action}, sets `{attribute}` to what {miscast}",
        resource.name
    ))
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
        if holds(&requirement.condition, &facts, Some(&row as &dyn RowSource))? == Evaluation::Known(false) {
            changeset.problem(super::failed(requirement));
        }
    }
    Ok(())
}
