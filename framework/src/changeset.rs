//! What a write is going to store, as far as it is known before the policies are asked.
//!
//! ```text
//! Activity::record { kind: "BUILD" }  →  kind, detail = {} (default), user_id = actor (relate_actor), id, inserted_at, …
//! ```

mod cast;
mod check;

use std::collections::BTreeMap;

use crate::error::{Code, Error, Problem};
use crate::ir::{Action, App, Attribute, Generated, Name, Requirement, Resource, ResourceId, Tree};
use crate::record::{Field, Input, StoredRow};
use crate::value::{DateTimeUtc, RowKey, Value};

pub(crate) use cast::{CastError, REQUIRED, cast_alone, cast_arguments, cast_attribute};

/// The new values of one create, update or destroy. A change function reads and adds to it.
#[derive(Clone, Debug)]
pub struct Changeset {
    resource: ResourceId,
    action: Name,
    id: Option<RowKey>,
    values: Input,
    /// New values that only the database can work out, from the row as it was.
    expressions: Vec<(Name, Tree)>,
    /// Values that an update gives only to a row that it changes.
    stamps: Input,
    arguments: Input,
    /// The arguments that the action declares, given or not.
    declared: Vec<Name>,
    problems: Vec<Problem>,
    /// The function that is running, and which one set a value.
    function: Option<Name>,
    set_by: BTreeMap<Name, Name>,
}

impl Changeset {
    /// One without any value.
    pub(crate) fn new(resource: ResourceId, action: Name) -> Self {
        Self {
            resource,
            action,
            id: None,
            values: Input::new(),
            expressions: Vec::new(),
            stamps: Input::new(),
            arguments: Input::new(),
            declared: Vec::new(),
            problems: Vec::new(),
            function: None,
            set_by: BTreeMap::new(),
        }
    }

    /// The resource.
    pub fn resource(&self) -> ResourceId {
        self.resource
    }

    /// The action.
    pub fn action(&self) -> &Name {
        &self.action
    }

    /// The primary key of the row that is made, changed or removed; `None` where an upsert decides which row that is.
    pub fn id(&self) -> Option<RowKey> {
        self.id.clone()
    }

    /// The new value of an attribute, if there is one.
    pub fn value(&self, attribute: &str) -> Option<&Value> {
        self.values.get(attribute)
    }

    /// The value of an argument, if it was given.
    pub fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.get(name)
    }

    /// Whether the action has an argument of that name, given or not.
    pub(crate) fn declares(&self, argument: &str) -> bool {
        self.declared.iter().any(|it| *it == argument)
    }

    /// Sets an attribute, whether the action accepts it or not.
    pub fn set(&mut self, attribute: impl Into<Name>, value: Value) {
        let attribute = attribute.into();
        self.expressions.retain(|(it, _)| *it != attribute);
        match &self.function {
            Some(function) => self.set_by.insert(attribute.clone(), function.clone()),
            None => self.set_by.remove(&attribute),
        };
        self.values.set(attribute, value);
    }

    /// Reports something that is wrong; the action is not done, and all problems are reported together.
    pub fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    pub(crate) fn values(&self) -> &Input {
        &self.values
    }

    /// Values that an update gives only to a row that it changes: when it was changed.
    pub(crate) fn stamps(&self) -> &Input {
        &self.stamps
    }

    pub(crate) fn expressions(&self) -> &[(Name, Tree)] {
        &self.expressions
    }

    /// What the database works out as the new value of an attribute, if it does.
    pub(crate) fn expression(&self, attribute: &str) -> Option<&Tree> {
        self.expressions.iter().find(|(it, _)| it == attribute).map(|(_, tree)| tree)
    }

    /// The arguments that were given.
    pub(crate) fn arguments(&self) -> &Input {
        &self.arguments
    }

    /// Whether anything was reported.
    pub(crate) fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Takes it out, to be put back; an empty one of the same action stands there meanwhile.
    pub(crate) fn take(&mut self) -> Self {
        let empty = Self::new(self.resource, self.action.clone());
        std::mem::replace(self, empty)
    }

    /// Runs a change function, whose values are then known to be its.
    pub(crate) async fn by<T>(&mut self, function: &Name, run: impl AsyncFnOnce(&mut Self) -> T) -> T {
        self.function = Some(function.clone());
        let result = run(self).await;
        self.function = None;
        result
    }

    /// Takes the arguments that were given to `action`, cast, and what is wrong with the others.
    pub(crate) fn take_arguments(&mut self, action: &Action, arguments: Input, problems: &[Problem]) {
        self.declared = action.arguments.iter().map(|it| it.name.clone()).collect();
        self.arguments = arguments;
        self.problems.extend_from_slice(problems);
    }

    /// Says which row it is about.
    pub(crate) fn identify(&mut self, id: Option<RowKey>) {
        self.id = id;
    }

    /// Fills in what the framework keeps of a changed row: when that was.
    pub(crate) fn stamp(&mut self, resource: &Resource, now: DateTimeUtc) {
        self.stamps = Input::new();
        let stamped = resource.attributes.iter().filter(|it| it.generated == Some(Generated::UpdatedAt));
        for attribute in stamped.filter(|it| self.values.get(&it.name).is_none()) {
            self.stamps.set(attribute.name.clone(), Value::Timestamp(now));
        }
    }

    /// Whether a function of the application has set it.
    pub(crate) fn sets_itself(&self, attribute: &Name) -> bool {
        self.set_by.contains_key(attribute)
    }

    /// Sets an attribute to what the database works out, from the row as it was.
    pub(crate) fn set_expression(&mut self, attribute: Name, tree: Tree) {
        self.expressions.retain(|(it, _)| *it != attribute);
        self.values.remove(&attribute);
        self.set_by.remove(&attribute);
        self.expressions.push((attribute, tree));
    }

    /// Reports a value that is wrong.
    pub(crate) fn invalid(&mut self, field: &Name, message: impl Into<String>) {
        // One sentence for each field is enough to act on.
        if !self.is_wrong(field) {
            self.problem(Problem::new(Code::Invalid, message, vec![field.to_string()]));
        }
    }

    /// Whether something was reported of that field.
    pub(crate) fn is_wrong(&self, field: &str) -> bool {
        self.problems.iter().any(|it| it.fields.iter().any(|known| known == field))
    }

    /// The new row as far as it is known. What a create is not given is NULL.
    pub(crate) fn row(&self, app: &App, new: bool) -> StoredRow {
        let resource = app.resource(self.resource);
        let field = |attribute: &Attribute| match self.values.get(&attribute.name) {
            Some(value) => Field::of(attribute, value.clone()),
            None if new => Field::of(attribute, Value::Null),
            None => Field::NotLoaded,
        };
        StoredRow::new(self.resource, resource.attributes.iter().map(field).collect())
    }

    /// The changeset, if nothing is wrong with it.
    ///
    /// # Errors
    /// All problems at once.
    pub(crate) fn checked(self) -> Result<Self, Error> {
        if self.problems.is_empty() { Ok(self) } else { Err(Error::from_problems(self.problems)) }
    }
}

/// What is wrong with a row that would be outside of its resource's extent: told at the inputs that decide about it.
pub(crate) fn out_of_reach(resource: &Resource, action: &Action) -> Problem {
    let extent = resource.extent_condition();
    let decides = |it: &&Name| extent.as_ref().is_some_and(|extent| extent.reads(it));
    let fields = action.accept.iter().filter(decides).map(ToString::to_string).collect();
    Problem::new(Code::Invalid, "would put it out of everybody's reach", fields)
}

/// What a requirement that is not met is reported as, in these words.
pub(crate) fn failed(requirement: &Requirement, message: String) -> Problem {
    let fields = match &requirement.reported_at {
        Some(field) => vec![field.to_string()],
        None => requirement.fields.iter().map(ToString::to_string).collect(),
    };
    Problem::new(Code::Invalid, message, fields)
}
