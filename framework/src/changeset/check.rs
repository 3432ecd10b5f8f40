//! The stored form of every new value, and whether its attribute may hold it, whoever set it.

use super::{CastError, Changeset, REQUIRED, cast_attribute};
use crate::error::Error;
use crate::ir::{Action, ActionKind, App, Name, Resource};

impl Changeset {
    /// Brings every value to its stored form, and notes what is wrong with one or missing.
    ///
    /// # Errors
    /// `INTERNAL` for a value that a change function gives and no attribute of its type can hold: no input is wrong.
    pub(crate) fn check(&mut self, app: &App, resource: &Resource, action: &Action) -> Result<(), Error> {
        let creates = matches!(action.kind, ActionKind::Create);
        let mut unset = Vec::new();
        for attribute in &resource.attributes {
            let name = &attribute.name;
            match self.values.remove(name).map(|it| cast_attribute(app, resource, attribute, it)) {
                Some(Ok(value)) => self.values.set(name.clone(), value),
                Some(Err(CastError::Absent(message))) if !action.accept.contains(name) => unset.push((name, message)),
                Some(Err(miscast @ CastError::Type(_))) if self.set_by.contains_key(name) => {
                    return Err(self.misset(resource, name, &miscast));
                }
                Some(Err(miscast)) => self.invalid(name, miscast.to_string()),
                None if creates && !attribute.nullable && action.accept.contains(name) => self.invalid(name, REQUIRED),
                None if creates && !attribute.nullable => unset.push((name, REQUIRED)),
                None => {}
            }
        }
        // What the action sets itself may be missing because of what is wrong with the input, and nobody could give it.
        if self.problems.is_empty() {
            for (name, message) in unset {
                if self.set_by.contains_key(name) {
                    return Err(self.misset(resource, name, &CastError::Absent(message)));
                }
                self.invalid(name, message);
            }
        }
        Ok(())
    }

    /// A change function that gives what cannot be stored. The value itself stays out of the log.
    fn misset(&self, resource: &Resource, attribute: &Name, miscast: &CastError) -> Error {
        let function = self.set_by.get(attribute).map(Name::as_str).unwrap_or_default();
        let action = &self.action;
        Error::internal(format!(
            "`{function}`, a change of {}.{action}, sets `{attribute}` to what {miscast}",
            resource.name
        ))
    }
}
