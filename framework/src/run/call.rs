//! Running a generic action.

use crate::application::Function;
use crate::authorize::{authorize, refusal};
use crate::context::Context;
use crate::error::Error;
use crate::evaluate::Evaluation;
use crate::ir::ResourceId;
use crate::record::{Input, ReturnValue};
use crate::request::CallRequest;

impl Context {
    /// Runs a generic action. No transaction is opened for it: the writes that its function makes open their own.
    ///
    /// # Errors
    /// `FORBIDDEN`, or `UNAUTHENTICATED` if nobody is signed in; `INVALID` with every argument that is wrong, `NOT_FOUND` for an argument
    /// that should name a row and cannot be the key of any; the error that the function returns.
    pub async fn call(&self, resource: ResourceId, action: &str, input: Input) -> Result<ReturnValue, Error> {
        self.call_permitted(resource, action, input).await?
    }

    /// As [`Context::call`], with two errors told apart: the outer one says why the function was not called, the inner one is the
    /// function's own.
    ///
    /// # Errors
    /// Those of [`Context::call`], without the function's.
    pub(crate) async fn call_permitted(
        &self,
        resource: ResourceId,
        action: &str,
        input: Input,
    ) -> Result<Result<ReturnValue, Error>, Error> {
        let authorized = authorize(self, CallRequest::new(self, resource, action, &input)?)?;
        let (action, arguments) = (authorized.action(), authorized.request().arguments());
        {
            // A generic action has no row, so a condition that depends on one is unknown, and does not hold.
            let actor = self.actor_row();
            let decision = authorized.filter().decide(&self.facts(&actor, arguments), None)?;
            if decision != Evaluation::Known(true) {
                return Err(refusal(self));
            }
        }
        let problems = authorized.request().problems();
        if !problems.is_empty() {
            return Err(Error::from_problems(problems.to_vec()).located(action, None));
        }
        let arguments = arguments.clone();
        let declared = self.engine().app().resource(resource);
        let function = self.engine().functions(declared, &action.name).find_map(|it| match it {
            Function::Generic(function) => Some(function),
            _ => None,
        });
        match function {
            Some(function) => {
                let called = function(&self.within(resource, &action.name), arguments).await;
                Ok(called.map_err(|error| error.located(action, None)))
            }
            None => Err(Error::internal(format!("no function for the action {}.{}", declared.name, action.name))),
        }
    }
}
