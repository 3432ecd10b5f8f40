//! Builders of actions: what `#[actions]` emits are chains of these calls.

use super::Located;
use super::fields::Relatable;
use crate::application::{ActionFunction, Function, GenericFn};
use crate::attribute::{Attribute, AttributeType, Writable};
use crate::expr::{Absent, Body, null};
use crate::ir::{
    Action, ActionKind, Argument, Change, Comparison, Direction, Name, NamedBy, Node, Pagination, Read, Requirement,
    Returns, SortKey, Transition, Tree, Upsert,
};
use crate::value::Value;

/// Stands for the name of the primary key, which only the resource knows.
pub(super) const PRIMARY_KEY: &str = "";

/// An action under construction.
#[derive(Debug)]
#[must_use]
pub struct ActionBuilder(Located<Action>);

/// Starts a read.
#[track_caller]
pub fn read(name: &'static str, docs: &str) -> ActionBuilder {
    action(name, docs, ActionKind::Read(Read::default()))
}

/// Starts a create.
#[track_caller]
pub fn create(name: &'static str, docs: &str) -> ActionBuilder {
    action(name, docs, ActionKind::Create)
}

/// Starts an update.
#[track_caller]
pub fn update(name: &'static str, docs: &str) -> ActionBuilder {
    action(name, docs, ActionKind::Update)
}

/// Starts a destroy.
#[track_caller]
pub fn destroy(name: &'static str, docs: &str) -> ActionBuilder {
    action(name, docs, ActionKind::Destroy)
}

/// Starts an action that is a function.
#[track_caller]
pub fn generic(name: &'static str, docs: &str, query: bool, returns: Returns) -> ActionBuilder {
    action(name, docs, ActionKind::Generic { query, returns })
}

#[track_caller]
fn action(name: &'static str, docs: &str, kind: ActionKind) -> ActionBuilder {
    ActionBuilder(Located::here(Action {
        name: Name::new(name),
        docs: docs.into(),
        kind,
        primary: false,
        public: true,
        sensitive: false,
        accept: Vec::new(),
        required: Vec::new(),
        named_by: Vec::new(),
        named_identity: None,
        of_deleted: false,
        upsert: None,
        arguments: Vec::new(),
        changes: Vec::new(),
        transition: None,
        requirements: Vec::new(),
        before: Vec::new(),
        after: Vec::new(),
        after_commit: Vec::new(),
        graphql_name: None,
    }))
}

impl ActionBuilder {
    /// Makes it one of deleted rows: an update brings them back, a destroy removes them for good.
    pub fn of_deleted(mut self) -> Self {
        self.0.item.of_deleted = true;
        self
    }

    /// Makes it the primary one of its kind.
    pub fn primary(mut self) -> Self {
        self.0.item.primary = true;
        self
    }

    /// Hides it from surfaces.
    pub fn private(mut self) -> Self {
        self.0.item.public = false;
        self
    }

    /// Keeps its answer nowhere.
    pub fn sensitive(mut self) -> Self {
        self.0.item.sensitive = true;
        self
    }

    /// Names its GraphQL field.
    pub fn named(mut self, name: &'static str) -> Self {
        self.0.item.graphql_name = Some(Name::new(name));
        self
    }

    /// Lets the input give an attribute.
    pub fn accept<R, T: AttributeType, Kind: Writable>(mut self, field: &Attribute<R, T, Kind>) -> Self {
        self.0.item.accept.push(field.name());
        self
    }

    /// Demands that the input gives an attribute.
    pub fn require<R, T: AttributeType, Kind: Writable>(mut self, field: &Attribute<R, T, Kind>) -> Self {
        self.0.item.required.push(field.name());
        self
    }

    /// Names its row by the identity of that name.
    pub fn named_by_identity(self, name: &'static str) -> Self {
        self.naming(name, false)
    }

    /// Names its row by an attribute, which is the actor's primary key or given by the caller.
    pub fn named_by<R, T, Kind>(mut self, field: &Attribute<R, T, Kind>, actor: bool) -> Self {
        self.0.item.named_by.push(NamedBy { attribute: field.name(), actor });
        self
    }

    /// Means the row of the actor.
    pub fn of_actor(self) -> Self {
        self.naming(PRIMARY_KEY, true)
    }

    fn naming(mut self, name: &'static str, actor: bool) -> Self {
        self.0.item.named_by.push(NamedBy { attribute: Name::new(name), actor });
        self
    }

    /// Lets a stored row that has the same identity stay as it is, and be answered.
    pub fn upsert(mut self, identity: &'static str) -> Self {
        self.0.item.upsert = Some(Upsert { identity: Name::new(identity), update: None, fields: None });
        self
    }

    /// Lets it take the accepted values instead, by the policies of that update.
    pub fn upsert_by(mut self, update: &'static str) -> Self {
        if let Some(upsert) = &mut self.0.item.upsert {
            upsert.update = Some(Name::new(update));
        }
        self
    }

    /// Lets it take this one, and no others that are not listed.
    pub fn upsert_field<R, T: AttributeType, Kind: Writable>(mut self, field: &Attribute<R, T, Kind>) -> Self {
        if let Some(upsert) = &mut self.0.item.upsert {
            upsert.fields.get_or_insert_default().push(field.name());
        }
        self
    }

    /// Adds an argument.
    pub fn argument<T: AttributeType>(mut self, name: &'static str, docs: &str) -> Self {
        let argument = Argument { name: Name::new(name), docs: docs.into(), ty: T::TYPE, nullable: T::NULLABLE };
        self.0.item.arguments.push(argument);
        self
    }

    /// Sets an attribute.
    pub fn set(mut self, (attribute, value): (Name, Tree)) -> Self {
        self.0.item.changes.push(Change::Set { attribute, value, when: None });
        self
    }

    /// Moves a state on: requires that it is one of `from`, and sets it to `to`. `state` is the expression that reads it.
    pub fn transition<R, T: AttributeType, Kind: Writable, const N: usize>(
        mut self,
        field: &Attribute<R, T, Kind>,
        state: Tree,
        from: [T::Base; N],
        to: T::Base,
        message: Option<&str>,
    ) -> Self {
        let stored = |it: &T::Base| Name::from(it.to_value().as_text().unwrap_or_default().to_owned());
        let transition =
            Transition { attribute: field.name(), from: from.iter().map(stored).collect(), to: stored(&to) };
        let usual = || {
            let (from, to) = (joined(&transition.from), &transition.to);
            // Not everybody may see a guarded state.
            if T::GUARDED {
                format!("only what is {from} becomes {to}")
            } else {
                format!("is {{}}, and only what is {from} becomes {to}")
            }
        };
        let values = if message.is_some() || T::GUARDED { Vec::new() } else { vec![state.clone()] };
        let message = message.map_or_else(usual, str::to_owned);
        let mut condition = state;
        let item = condition.root;
        condition.root = match from.as_slice() {
            [only] => {
                let right = condition.literal(only.to_value(), T::TYPE);
                condition.push(Node::Compare { op: Comparison::Eq, left: item, right })
            }
            several => {
                let list = Value::List(several.iter().map(AttributeType::to_value).collect());
                let list = condition.literal(list, T::TYPE);
                condition.push(Node::In { item, list })
            }
        };
        let mut value = Tree::new(None, None);
        value.root = value.literal(to.to_value(), T::TYPE);
        self.0.item.changes.push(Change::Set { attribute: field.name(), value, when: None });
        self.0.item.requirements.push(Requirement { values, ..Requirement::new(true, condition, message) });
        self.0.item.transition = Some(transition);
        self
    }

    /// Sets an attribute where a condition holds.
    pub fn set_where(mut self, (attribute, value): (Name, Tree), when: Tree) -> Self {
        self.0.item.changes.push(Change::Set { attribute, value, when: Some(Box::new(when)) });
        self
    }

    /// Sets a key to the actor's.
    pub fn relate_actor<R, T, Kind: Relatable>(
        mut self,
        _: &Attribute<R, T, Kind>,
        relationship: &'static str,
    ) -> Self {
        self.0.item.changes.push(Change::RelateActor { relationship: Name::new(relationship) });
        self
    }

    /// Runs a function over the new values; `reads_row` says whether it reads the row as it was.
    pub fn change(mut self, path: &'static str, reads_row: bool) -> Self {
        let name = Name::new(path);
        let change = if reads_row { Change::RowFunction { name } } else { Change::Function { name } };
        self.0.item.changes.push(change);
        self
    }

    /// Runs a function before the statement.
    pub fn before(mut self, path: &'static str) -> Self {
        self.0.item.before.push(Name::new(path));
        self
    }

    /// Runs a function once the row is written.
    pub fn after(mut self, path: &'static str) -> Self {
        self.0.item.after.push(Name::new(path));
        self
    }

    /// Runs a function once the transaction is committed.
    pub fn after_commit(mut self, path: &'static str) -> Self {
        self.0.item.after_commit.push(Name::new(path));
        self
    }

    /// Demands something of the row as it was.
    pub fn demand(self, condition: Tree, message: &str) -> Self {
        self.requirement(true, condition, message)
    }

    /// Demands something of the row as it will be.
    pub fn validate(self, condition: Tree, message: &str) -> Self {
        self.requirement(false, condition, message)
    }

    fn requirement(mut self, old: bool, condition: Tree, message: &str) -> Self {
        self.0.item.requirements.push(Requirement::new(old, condition, message));
        self
    }

    /// Puts a value into the message of the last requirement.
    pub fn telling(self, value: Tree) -> Self {
        self.with_requirement(|it| it.values.push(value))
    }

    /// Has the last requirement asked only where a condition holds.
    pub fn only_where(self, when: Tree) -> Self {
        self.with_requirement(|it| it.when = Some(when))
    }

    fn with_requirement(mut self, with: impl FnOnce(&mut Requirement)) -> Self {
        if let Some(last) = self.0.item.requirements.last_mut() {
            with(last);
        }
        self
    }

    /// Adds what is declared for several actions at once, behind what is declared for this one: of what its kind can have.
    pub fn with_rules(mut self, rules: &Rules) -> Self {
        rules.put(&mut self.0.item);
        self
    }

    /// Has the failure of the last requirement reported at an attribute, whatever it reads.
    pub fn reported_at<R, T, Kind>(self, field: &Attribute<R, T, Kind>) -> Self {
        self.reporting(field.name())
    }

    /// The same, at an argument.
    pub fn reported_at_argument(self, name: &'static str) -> Self {
        self.reporting(Name::new(name))
    }

    fn reporting(self, name: Name) -> Self {
        self.with_requirement(|it| it.reported_at = Some(name))
    }

    fn with_read(mut self, with: impl FnOnce(&mut Read)) -> Self {
        if let ActionKind::Read(read) = &mut self.0.item.kind {
            with(read);
        }
        self
    }

    /// Makes a read return one row or none.
    pub fn get(self) -> Self {
        self.with_read(|it| it.get = true)
    }

    /// Narrows a read.
    pub fn filter(self, filter: Tree) -> Self {
        self.with_read(|it| it.filter = Some(filter))
    }

    /// Says which rows a list shows unless the caller filters by what this reads.
    pub fn default_filter(self, filter: Tree) -> Self {
        self.with_read(|it| it.default_filter = Some(filter))
    }

    /// Orders a read.
    pub fn sort(self, field: &'static str, descends: bool) -> Self {
        self.key(field, descends, false)
    }

    /// Orders a read by an attribute that is not public.
    pub fn sort_privately(self, field: &'static str, descends: bool) -> Self {
        self.key(field, descends, true)
    }

    fn key(self, field: &'static str, descends: bool, private: bool) -> Self {
        let direction = if descends { Direction::Desc } else { Direction::Asc };
        self.with_read(|it| it.sort.push(SortKey { field: Name::new(field), direction, private }))
    }

    /// Pages a read.
    pub fn paginate(self, default: u32, max: u32) -> Self {
        self.with_read(|it| it.pagination = Some(Pagination { default, max }))
    }

    /// Finishes the action.
    pub fn finish(self) -> Located<Action> {
        self.0
    }

    /// Finishes what is declared for several actions at once.
    pub fn into_rules(self) -> Rules {
        Rules(self.0.item)
    }
}

/// Changes and requirements that several actions share.
#[derive(Debug)]
pub struct Rules(Action);

/// Starts what several actions share.
#[track_caller]
pub fn rules() -> ActionBuilder {
    update("", "")
}

impl Rules {
    /// Adds to an action what its kind can have.
    pub(super) fn put(&self, action: &mut Action) {
        if action.stores() {
            action.changes.extend(self.0.changes.iter().cloned());
        }
        let fits = |it: &&Requirement| if it.old { action.has_row() } else { action.stores() };
        let requirements: Vec<_> = self.0.requirements.iter().filter(fits).cloned().collect();
        action.requirements.extend(requirements);
    }
}

/// `DRAFT, PROPOSED or REJECTED`.
fn joined(names: &[Name]) -> String {
    match names {
        [] => String::new(),
        [only] => only.to_string(),
        [first @ .., last] => format!("{} or {last}", first.iter().map(Name::as_str).collect::<Vec<_>>().join(", ")),
    }
}

/// The name of an attribute that an action sets to NULL, and that.
pub fn cleared<R, T, Kind>(field: &Attribute<R, T, Kind>) -> (Name, Tree)
where
    T: AttributeType<Plain: Absent>,
    Kind: Writable,
{
    let body = Body::start();
    (field.name(), body.tree("`None`", null::<T::Plain>()))
}

/// The function of a generic action.
pub fn generic_function(resource: &'static str, action: &'static str, function: GenericFn) -> ActionFunction {
    ActionFunction { resource: Name::new(resource), action: Name::new(action), function: Function::Generic(function) }
}
