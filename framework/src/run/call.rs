//! Running a generic action.

use super::find;
use crate::application::Function;
use crate::authorize::{ActionRequest, authorize, refusal};
use crate::changeset::cast_arguments;
use crate::context::Context;
use crate::error::Error;
use crate::expr::Evaluation;
use crate::ir::{ActionKind, ResourceId};
use crate::record::{Input, ReturnValue};

impl Context {
    /// Runs a generic action. It has no transaction of its own: what it calls has.
    ///
    /// # Errors
    /// `FORBIDDEN`, or `UNAUTHENTICATED` if nobody is signed in; `INVALID` with every argument that is wrong, `NOT_FOUND` for one that
    /// is no id; what the function fails with.
    pub async fn call(&self, resource: ResourceId, action: &str, input: Input) -> Result<ReturnValue, Error> {
        self.call_permitted(resource, action, input).await?
    }

    /// The same, telling a refusal to call the function from what the function itself fails with.
    ///
    /// # Errors
    /// Those of [`Context::call`], without the function's, which stand in the answer.
    pub(crate) async fn call_permitted(
        &self,
        resource: ResourceId,
        action: &str,
        input: Input,
    ) -> Result<Result<ReturnValue, Error>, Error> {
        let action = find(self, resource, action, |it| matches!(it, ActionKind::Generic { .. }))?;
        let authorized = authorize(self, ActionRequest { resource, action, arguments: &input })?;
        {
            // There is no row, so what still depends on one is unknown.
            let actor = self.actor_row();
            let decision = authorized.filter().decide(&self.facts(&actor, &input), None)?;
            if decision != Evaluation::Known(true) {
                return Err(refusal(self));
            }
        }
        let arguments = cast_arguments(self.engine().app(), action, &input)?;
        let declared = self.engine().app().resource(resource);
        let function = self.engine().functions(declared, &action.name).find_map(|it| match it {
            Function::Generic(function) => Some(function),
            _ => None,
        });
        match function {
            Some(function) => Ok(function(&self.within(resource, &action.name), arguments).await),
            None => Err(Error::internal(format!("no function for the action {}.{}", declared.name, action.name))),
        }
    }
}
