//! Removing a row.

use uuid::Uuid;

use super::find;
use super::seen::hide;
use super::update::Target;
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
        let action = find(self, resource, action, |it| matches!(it, ActionKind::Destroy))?;
        let target = Target::new(self, resource, action, &input, id).await?;
        let changeset = changeset::build(self, resource, action, &input, None)?.checked()?;
        let mut attempt = 1;
        loop {
            let inside = self.begin(Purpose::Write).await?;
            let result = remove(&inside, &target, changeset.arguments()).await;
            match inside.finish(result, self).await {
                Err(error) if self.may_retry(&error, attempt) => attempt += 1,
                result => return result,
            }
        }
    }
}

async fn remove(cx: &Context, target: &Target<'_>, arguments: &Input) -> Result<Record, Error> {
    // Once it is gone the database can no longer tell who may see which of its fields.
    let before = match fields_need_the_database(cx, target.resource) {
        true => execute::reread(cx, target.resource, target.id.clone()).await?,
        false => None,
    };
    let delete = Delete { resource: target.resource, wanted: target.wanted(cx, arguments) };
    let Some(record) = execute::delete(cx, &delete).await?.pop() else {
        return Err(target.diagnose(cx, arguments).await?);
    };
    match (before, hide(cx, &record)?) {
        (Some(seen), _) | (None, Some(seen)) => Ok(seen),
        (None, None) => Err(Error::internal("a field policy asks for rows that are gone")),
    }
}

/// Whether a field policy of the resource asks other rows.
fn fields_need_the_database(cx: &Context, resource: ResourceId) -> bool {
    let policies = &cx.engine().app().resource(resource).field_policies;
    policies.iter().any(|it| it.condition.asks_other_rows())
}
