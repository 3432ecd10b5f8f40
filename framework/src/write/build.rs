//! From an action's input to a changeset: accept, defaults, what is generated, changes in order, and every rule of every value.

use uuid::Uuid;

use crate::application::{ChangeFn, Function, RowChangeFn};
use crate::authorize::{Authorized, exists};
use crate::changeset::{Changeset, REQUIRED, cast_attribute, failed, out_of_reach};
use crate::context::{Actor, Context};
use crate::error::{Error, Problem};
use crate::evaluate::{
    Evaluation, Folded, FoldedValue, Mode, RecordRow, RowSource, evaluate, fold_condition, fold_value, holds, met, told,
};
use crate::ir::{Action, ActionKind, Change, Generated, Name, Node, Resource, Tree, Type};
use crate::record::StoredRow;
use crate::request::{Target, WriteRequest};
use crate::value::{RowKey, Value};

/// A changeset in the making. It stops where somebody else has a say, and goes on once that is answered:
///
/// ```text
/// while let Some(open) = builder.run()? { builder.set(…) or builder.call(…).await? }
/// builder.finish()
/// ```
pub(crate) struct Builder<'a> {
    cx: &'a Context,
    resource: &'a Resource,
    action: &'a Action,
    changeset: Changeset,
    /// How many changes have run.
    done: usize,
}

/// What a change needs beyond what is known.
pub(crate) enum Open<'a> {
    /// The value of an expression over the new row so far, of this type: the database works it out.
    Value(Tree, Type),
    /// What the application's function does.
    Function(&'a Name, ChangeFn),
    /// What the application's function does with the row as it was.
    RowFunction(&'a Name, RowChangeFn),
}

impl<'a> Builder<'a> {
    /// Takes the input, with defaults and what is generated for a create. What is wrong with the input stands in the changeset. `row` is the
    /// stored row that is meant, where it was read; `number` is the primary key of a new one, where the database counts it.
    pub(crate) fn new(
        cx: &'a Context,
        write: &'a Authorized<WriteRequest<'_>>,
        row: Option<&StoredRow>,
        number: Option<i64>,
    ) -> Result<Self, Error> {
        let mut builder = Self::accepting(cx, write, &write.action().required);
        let Self { resource, action, ref mut changeset, .. } = builder;
        if let (Some(key), Some(number)) = (resource.primary_key(), number) {
            changeset.set(resource[key].name.clone(), Value::Int(number));
        }
        if matches!(action.kind, ActionKind::Create) {
            defaults(cx, resource, changeset)?;
            if let (Some((_, key)), Some(tenant)) = (resource.tenant_key(), cx.tenant()) {
                changeset.set(key.name.clone(), tenant.clone());
            }
            generate(cx, resource, changeset);
        }
        changeset.identify(match write.request().target() {
            Target::New => resource.primary_key().and_then(|it| RowKey::of(changeset.value(&resource[it].name)?)),
            Target::Key(id) => Some(id.clone()),
            Target::Named(_) | Target::Keys(_) | Target::Where(_) => row.and_then(|it| it.id(cx.engine().app())),
            Target::Identity(_) => None,
        });
        Ok(builder)
    }

    /// The same of an update that an upsert is to a stored row, which takes values of a new one besides: so no input is required.
    pub(crate) fn of_upsert(cx: &'a Context, update: &'a Authorized<WriteRequest<'_>>) -> Self {
        Self::accepting(cx, update, &[])
    }

    fn accepting(cx: &'a Context, write: &'a Authorized<WriteRequest<'_>>, required: &[Name]) -> Self {
        let (resource, action) = (cx.engine().app().resource(write.resource()), write.action());
        let mut changeset = Changeset::new(write.resource(), action.name.clone());
        accept(cx, resource, write.request(), required, &mut changeset);
        Self { cx, resource, action, changeset, done: 0 }
    }

    /// The changeset so far.
    pub(crate) fn changeset(&self) -> &Changeset {
        &self.changeset
    }

    /// Runs the changes, up to one that needs more than is known. `None`: all have run.
    ///
    /// # Errors
    /// `UNAUTHENTICATED` if the action relates its row to the actor and nobody is signed in.
    pub(crate) fn run(&mut self) -> Result<Option<Open<'a>>, Error> {
        while let Some(change) = self.action.changes.get(self.done) {
            match self.change(change)? {
                // What is wrong with the input makes it pointless to ask the database.
                Some(Open::Value(..)) if self.changeset.has_problems() => return Ok(None),
                Some(open) => return Ok(Some(open)),
                None => self.done += 1,
            }
        }
        Ok(None)
    }

    /// Gives the value that [`Open::Value`] asked for.
    pub(crate) fn set(&mut self, value: Value) {
        if let Some(Change::Set { attribute, .. }) = self.action.changes.get(self.done) {
            self.changeset.set(attribute.clone(), value);
        }
        self.done += 1;
    }

    /// Runs the function that [`Open::Function`] named.
    ///
    /// # Errors
    /// What it fails with.
    pub(crate) async fn call(&mut self, name: &Name, function: ChangeFn) -> Result<(), Error> {
        let within = self.within();
        self.changeset.by(name, async |changeset| function(changeset, &within).await).await?;
        self.done += 1;
        Ok(())
    }

    /// Runs the function that [`Open::RowFunction`] named, on the row as it was.
    ///
    /// # Errors
    /// What it fails with.
    pub(crate) async fn call_with(&mut self, name: &Name, function: RowChangeFn, row: &StoredRow) -> Result<(), Error> {
        let within = self.within();
        self.changeset.by(name, async |changeset| function(changeset, row, &within).await).await?;
        self.done += 1;
        Ok(())
    }

    /// Asks every rule. What is wrong stands in the changeset.
    ///
    /// # Errors
    /// `INTERNAL` for what a change function cannot have meant.
    pub(crate) fn finish(self) -> Result<Changeset, Error> {
        ruled(self.cx, self.resource, self.action, self.changeset)
    }

    /// The context of the action's functions.
    fn within(&self) -> Context {
        self.cx.within(self.changeset.resource(), self.changeset.action())
    }

    fn change(&mut self, change: &'a Change) -> Result<Option<Open<'a>>, Error> {
        let Self { cx, resource, action, changeset, done } = self;
        let mut functions = cx.engine().functions(resource, &action.name);
        let missing = |name: &Name| Error::internal(format!("no function for the change {name}"));
        match change {
            Change::Set { attribute, value, when } if matches!(action.kind, ActionKind::Create) => {
                let actor = cx.actor_row();
                let facts = cx.facts(&actor, changeset.arguments());
                let row = changeset.row(cx.engine().app(), true);
                let row = RecordRow::stored(cx.engine().app(), &row);
                let row = Some(&row as &dyn RowSource);
                let conditional: Tree;
                let value = match when.as_ref().map_or(Ok(Evaluation::Known(true)), |it| holds(it, &facts, row))? {
                    Evaluation::Known(false) => return Ok(None),
                    Evaluation::Known(true) => value,
                    Evaluation::Unloaded => {
                        conditional = where_it_holds(resource, attribute, value, when.as_deref(), changeset);
                        &conditional
                    }
                };
                if let Evaluation::Known(value) = evaluate(value, &facts, row)? {
                    changeset.set(attribute.clone(), value);
                    return Ok(None);
                }
                match (fold_value(value, &facts, Mode::Exact), resource.attribute(attribute)) {
                    (FoldedValue::Residue(residue), Some((_, it))) => {
                        return Ok(Some(Open::Value(residue, it.ty.clone())));
                    }
                    (FoldedValue::Known(value), _) => changeset.set(attribute.clone(), value),
                    (FoldedValue::Residue(_), None) => {}
                }
            }
            Change::Set { attribute, value, when } => {
                let actor = cx.actor_row();
                let facts = cx.facts(&actor, changeset.arguments());
                let conditional: Tree;
                let value = match when.as_ref().map_or(Folded::True, |it| fold_condition(it, &facts)) {
                    Folded::False => return Ok(None),
                    Folded::True => value,
                    Folded::Residue(_) => {
                        conditional = where_it_holds(resource, attribute, value, when.as_deref(), changeset);
                        &conditional
                    }
                };
                match fold_value(value, &facts, Mode::Exact) {
                    FoldedValue::Known(value) => changeset.set(attribute.clone(), value),
                    FoldedValue::Residue(residue) => changeset.set_expression(attribute.clone(), residue),
                }
            }
            Change::RelateActor { relationship } => {
                let key = resource.relationship(relationship).and_then(|(_, it)| it.key());
                let key = key.ok_or_else(|| Error::internal("only a belongs_to can be related to the actor"))?;
                match cx.actor() {
                    Actor::Anonymous => return Err(Error::unauthenticated()),
                    Actor::Record(actor) => {
                        let id = actor.id(cx.engine().app()).ok_or_else(|| Error::internal("an actor without id"))?;
                        changeset.set(key.clone(), id.into());
                    }
                    // The framework is no row to point at: the key stays what it is.
                    Actor::System(_) => {}
                }
            }
            Change::Function { name } => {
                let function = functions.find_map(|it| match it {
                    Function::Change(at, function) if at == *done => Some(function),
                    _ => None,
                });
                return Ok(Some(Open::Function(name, function.ok_or_else(|| missing(name))?)));
            }
            Change::RowFunction { name } => {
                let function = functions.find_map(|it| match it {
                    Function::RowChange(at, function) if at == *done => Some(function),
                    _ => None,
                });
                return Ok(Some(Open::RowFunction(name, function.ok_or_else(|| missing(name))?)));
            }
        }
        Ok(None)
    }
}

/// `value` where `when` holds of the row, else what the attribute would be without it.
fn where_it_holds(
    resource: &Resource,
    attribute: &Name,
    value: &Tree,
    when: Option<&Tree>,
    changeset: &Changeset,
) -> Tree {
    let (Some(when), Some((id, declared))) = (when, resource.attribute(attribute)) else { return value.clone() };
    let mut tree = Tree::new(Some(resource.name.clone()), None);
    let (condition, value) = (tree.graft(when, Tree::ROW), tree.graft(value, Tree::ROW));
    let otherwise = match (changeset.value(attribute), changeset.expression(attribute)) {
        (Some(given), _) => tree.literal(given.clone(), declared.ty.clone()),
        (None, Some(earlier)) => tree.graft(earlier, Tree::ROW),
        (None, None) => tree.push(Node::Column { path: Tree::ROW, attribute: id }),
    };
    tree.root = tree.push(Node::Case { arms: vec![(condition, value)], otherwise });
    tree
}

/// Asks every rule once more, of what a function set after they were asked.
///
/// # Errors
/// As [`Builder::finish`].
pub(crate) fn recheck(
    cx: &Context,
    write: &Authorized<WriteRequest<'_>>,
    changeset: Changeset,
) -> Result<Changeset, Error> {
    ruled(cx, cx.engine().app().resource(write.resource()), write.action(), changeset)
}

fn ruled(cx: &Context, resource: &Resource, action: &Action, mut changeset: Changeset) -> Result<Changeset, Error> {
    makes_sense(resource, action, &changeset)?;
    let creates = matches!(action.kind, ActionKind::Create);
    if matches!(action.kind, ActionKind::Update) {
        changeset.stamp(resource, cx.now());
    }
    if !action.is_destroy() {
        changeset.check(cx.engine().app(), resource, action)?;
        validate(cx, action, creates, &mut changeset)?;
    }
    Ok(changeset)
}

fn accept(cx: &Context, resource: &Resource, request: &WriteRequest<'_>, required: &[Name], changeset: &mut Changeset) {
    let (app, action, input) = (cx.engine().app(), request.action(), request.input());
    changeset.take_arguments(action, request.arguments().clone(), request.problems());
    for name in &action.accept {
        let Some((_, attribute)) = resource.attribute(name) else { continue };
        if input.names_no_row(name) {
            changeset.problem(Problem::not_found(name));
        }
        match input.get(name) {
            None => {
                if required.contains(name) {
                    changeset.invalid(name, REQUIRED);
                }
            }
            Some(value) if value.is_null() && required.contains(name) => changeset.invalid(name, REQUIRED),
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
        let value = evaluate(default, &cx.facts(&actor, changeset.arguments()), None)?;
        if let Evaluation::Known(value) = value {
            changeset.set(attribute.name.clone(), value);
        }
    }
    Ok(())
}

/// Only a function names attributes in a string, and knows nothing of the action's kind.
fn makes_sense(resource: &Resource, action: &Action, changeset: &Changeset) -> Result<(), Error> {
    for (name, _) in changeset.values().iter() {
        let wrong = match resource.attribute(name) {
            None => "which is no attribute",
            Some(_) if matches!(action.kind, ActionKind::Destroy) => "but a destroy stores nothing",
            Some((_, it)) if resource.tenant.as_ref() == Some(&it.name) && changeset.sets_itself(name) => {
                "which is that of the tenant"
            }
            Some((_, it)) if it.is_of_deletions() => "which only a deletion does",
            Some((_, it)) if it.immutable && matches!(action.kind, ActionKind::Update) => "which is immutable",
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
            Some(Generated::RandomId) => Value::Uuid(Uuid::new_v4()),
            Some(Generated::InsertedAt | Generated::UpdatedAt) => Value::Timestamp(cx.now()),
            // A number was taken beforehand, and a new row is not deleted.
            Some(Generated::Number | Generated::DeletedAt | Generated::DeletionId) | None => continue,
        };
        if changeset.value(&attribute.name).is_none() {
            changeset.set(attribute.name.clone(), value);
        }
    }
}

/// Asks whether a new row would exist.
fn reaches_extent(cx: &Context, action: &Action, changeset: &mut Changeset) -> Result<(), Error> {
    let resource = cx.engine().app().resource(changeset.resource());
    let out = exists(cx, &changeset.row(cx.engine().app(), true))? == Evaluation::Known(false);
    if out {
        let problem = out_of_reach(resource, action);
        // Of a value that is wrong already nothing more is said.
        if !problem.fields.iter().any(|it| changeset.is_wrong(it)) {
            changeset.problem(problem);
        }
    }
    Ok(())
}

/// Asks what must hold of the new row, as far as it can be known before it is stored: where something is wrong already, so that all is told
/// at once, and of a new row that tells everything. Else it is asked once the row is written, all of it together.
fn validate(cx: &Context, action: &Action, creates: bool, changeset: &mut Changeset) -> Result<(), Error> {
    if creates {
        reaches_extent(cx, action, changeset)?;
    }
    let requirements: Vec<_> = action.requirements.iter().filter(|it| !it.old).collect();
    let tells_all = creates && !requirements.iter().any(|it| it.asks_other_rows());
    if requirements.is_empty() || !changeset.has_problems() && !tells_all {
        return Ok(());
    }
    let resource = cx.engine().app().resource(changeset.resource());
    let row = changeset.row(cx.engine().app(), creates);
    let row = RecordRow::stored(cx.engine().app(), &row);
    let arguments = changeset.arguments().clone();
    let actor = cx.actor_row();
    let facts = cx.facts(&actor, &arguments);
    for requirement in requirements {
        let row = Some(&row as &dyn RowSource);
        if requirement.reads_wrong(resource, |it| changeset.is_wrong(it)) {
            continue;
        }
        if met(requirement, &facts, row)? == Evaluation::Known(false)
            && let Some(message) = told(requirement, &facts, row)
        {
            changeset.problem(failed(requirement, message));
        }
    }
    Ok(())
}
