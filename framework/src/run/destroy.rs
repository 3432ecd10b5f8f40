//! Removing a row.

use uuid::Uuid;

use super::disclose::{Before, Disclosed, Disclosure, attributes, disclose_removed};
use super::find;
use super::update::WriteTarget;
use crate::changeset;
use crate::context::Context;
use crate::database::Purpose;
use crate::error::Error;
use crate::execute;
use crate::ir::{ActionKind, ResourceId};
use crate::plan::Delete;
use crate::record::{Input, Record};

impl Context {
    /// Runs a destroy action; the answer is the row as it was.
    ///
    /// # Errors
    /// As for [`Context::update`]; `CONFLICT` if other rows refer to it and may not be left without it.
    pub async fn destroy(&self, resource: ResourceId, action: &str, id: Uuid, input: Input) -> Result<Record, Error> {
        attributes(self.destroy_disclosing(resource, action, id, input, Disclosure::Attributes).await?)
    }

    /// The same, telling what is wanted of the row.
    pub(super) async fn destroy_disclosing(
        &self,
        resource: ResourceId,
        action: &str,
        id: Uuid,
        input: Input,
        wanted: Disclosure<'_>,
    ) -> Result<Disclosed, Error> {
        let action = find(self, resource, action, |it| matches!(it, ActionKind::Destroy))?;
        let target = WriteTarget::new(self, resource, action, &input, id).await?;
        let changeset = changeset::build(self, resource, action, &input, None)?.checked()?;
        let mut attempt = 1;
        loop {
            let inside = self.begin(Purpose::Write).await?;
            let result = remove(&inside, &target, changeset.arguments(), wanted).await;
            match inside.finish(result, self).await {
                Err(error) if self.may_retry(&error, attempt) => attempt += 1,
                result => return result,
            }
        }
    }
}

async fn remove(
    cx: &Context,
    target: &WriteTarget<'_>,
    arguments: &Input,
    wanted: Disclosure<'_>,
) -> Result<Disclosed, Error> {
    let before = Before::ask(cx, target.resource, &target.id, wanted).await?;
    let delete = Delete { resource: target.resource, wanted: target.wanted(cx, arguments) };
    let Some(record) = execute::delete(cx, &delete).await?.pop() else {
        return Err(target.diagnose(cx, arguments).await?);
    };
    disclose_removed(cx, &record, before, wanted).await
}
