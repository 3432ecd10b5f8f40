//! Creating a row.

use super::find;
use super::seen::{approve, keys_are_readable, seen};
use crate::authorize::{Authorized, Request, authorize, refusal};
use crate::changeset::{self, Changeset};
use crate::context::Context;
use crate::database::Purpose;
use crate::error::Error;
use crate::execute;
use crate::expr::{Outcome, RecordRow, RowSource};
use crate::ir::{ActionKind, ResourceId};
use crate::plan::Insert;
use crate::record::{Input, Record};
use crate::value::Value;

impl Context {
    /// Runs a create action; the answer holds all attributes that the actor may read.
    ///
    /// # Errors
    /// `INVALID` with every field that is wrong; `FORBIDDEN`, or `UNAUTHENTICATED` if nobody is signed in; `NOT_FOUND` for a key
    /// that names no row the actor may read; `CONFLICT` for values that must be unique. Then nothing was written.
    pub async fn create(&self, resource: ResourceId, action: &str, input: Input) -> Result<Record, Error> {
        let action = find(self, resource, action, |it| matches!(it, ActionKind::Create))?;
        let request = Request { resource, action, arguments: &input };
        let authorized = authorize(self, request)?;
        let changeset = changeset::build(self, resource, action, &input, None)?.checked()?;
        let record = changeset.record(self.engine().app(), true);
        may_become(self, &authorized, &changeset, &record)?;
        let mut attempt = 1;
        loop {
            let inside = self.begin(Purpose::Write).await?;
            let result = store(&inside, &authorized, &changeset, &record).await;
            match inside.finish(result, self).await {
                Err(error) if self.may_retry(&error, attempt) => attempt += 1,
                result => return result,
            }
        }
    }
}

/// Refuses what is known to be refused before anything is written.
fn may_become(cx: &Context, authorized: &Authorized<'_>, changeset: &Changeset, record: &Record) -> Result<(), Error> {
    let actor = cx.actor_row();
    let facts = cx.facts(&actor, changeset.arguments());
    let row = RecordRow::new(cx.engine().app(), record);
    match authorized.filter().decide(&facts, Some(&row as &dyn RowSource))? {
        Outcome::Known(false) => Err(refusal(cx)),
        Outcome::Known(true) | Outcome::Unloaded => Ok(()),
    }
}

async fn store(
    cx: &Context,
    authorized: &Authorized<'_>,
    changeset: &Changeset,
    record: &Record,
) -> Result<Record, Error> {
    let Request { resource, action, arguments: input } = authorized.request();
    keys_are_readable(cx, action, input, changeset).await?;
    let id = record.id(cx.engine().app()).map(Value::Uuid).ok_or_else(|| Error::internal("a new row without id"))?;
    execute::insert(cx, &insert(cx, resource, changeset)).await?;
    approve(cx, authorized.filter(), action, changeset, record, &id).await?;
    seen(cx, record.clone(), &id).await
}

fn insert(cx: &Context, resource: ResourceId, changeset: &Changeset) -> Insert {
    let attributes = (0..).zip(&cx.engine().app().resource(resource).attributes);
    let values = attributes.map(|(index, it)| (index, changeset.value(&it.name).cloned().unwrap_or(Value::Null)));
    Insert { resource, values: values.collect() }
}
