//! What a write is going to store, as far as it is known before the policies are asked.

use crate::error::Problem;
use crate::ir::{Name, ResourceId};
use crate::record::Input;
use crate::value::Value;

/// The new values of one create, update or destroy. A change function reads and adds to it.
#[derive(Clone, Debug)]
pub struct Changeset {
    resource: ResourceId,
    action: Name,
    values: Input,
    arguments: Input,
    problems: Vec<Problem>,
}

impl Changeset {
    /// The resource.
    pub fn resource(&self) -> ResourceId {
        self.resource
    }

    /// The action.
    pub fn action(&self) -> &Name {
        &self.action
    }

    /// The new value of an attribute, if there is one.
    pub fn value(&self, attribute: &str) -> Option<&Value> {
        self.values.get(attribute)
    }

    /// The value of an argument, if it was given.
    pub fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.get(name)
    }

    /// Sets an attribute, whether the action accepts it or not.
    pub fn set(&mut self, attribute: impl Into<Name>, value: Value) {
        self.values.set(attribute, value);
    }

    /// Reports something that is wrong; the action is not done, and all problems are reported together.
    pub fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}
