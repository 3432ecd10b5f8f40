//! The writes of a [`Context`].

use super::{Disclosed, Disclosure, Written, write};
use crate::context::Context;
use crate::database::Purpose;
use crate::error::Error;
use crate::event::Wrote;
use crate::ir::{ActionKind, Name, ResourceId, Tree};
use crate::query::{Access, Query};
use crate::record::{Input, Record};
use crate::request::{Clock, OF_STORED_ROWS, OneRow, Target, Upsert, Where, WriteRequest};
use crate::value::RowKey;

impl Context {
    /// Runs a create action; the answer holds all attributes that the actor may read.
    ///
    /// # Errors
    /// `INVALID` with every field that is wrong; `FORBIDDEN`, or `UNAUTHENTICATED` if nobody is signed in; `NOT_FOUND` for a key
    /// that names no row the actor may read; `CONFLICT` for values that must be unique. Then nothing was written.
    pub async fn create(&self, resource: ResourceId, action: &str, input: Input) -> Result<Record, Error> {
        self.write_one(resource, action, ActionKind::Create, OneRow::New, input).await
    }

    /// As [`Context::create`], and says what was done: a create that declares `upsert` may find the row stored already.
    ///
    /// # Errors
    /// As for [`Context::create`].
    pub async fn create_telling(
        &self,
        resource: ResourceId,
        action: &str,
        input: Input,
    ) -> Result<(Wrote, Record), Error> {
        let request = WriteRequest::new(self, resource, action, &[ActionKind::Create], Target::New, input)?;
        let written = write(self, vec![request], Disclosure::Attributes).await?;
        let wrote = written.rows.first().map(|it| it.wrote).ok_or_else(untold)?;
        Ok((wrote, records(written)?.pop().ok_or_else(untold)?))
    }

    /// Runs an update action on the row with that primary key.
    ///
    /// # Errors
    /// `NOT_FOUND` if there is no such row that the actor may read; `FORBIDDEN`, or `UNAUTHENTICATED` if nobody is signed in, if
    /// they may not change it; `INVALID` with every field that is wrong, or with what the stored row does not fulfil; `CONFLICT` for
    /// values that must be unique. Then nothing was written.
    pub async fn update(
        &self,
        resource: ResourceId,
        action: &str,
        id: impl Into<RowKey>,
        input: Input,
    ) -> Result<Record, Error> {
        self.write_one(resource, action, ActionKind::Update, OneRow::Key(id.into()), input).await
    }

    /// Runs a destroy action; the answer is the row as it was.
    ///
    /// # Errors
    /// As for [`Context::update`]; `CONFLICT` if other rows refer to it and may not be left without it.
    pub async fn destroy(
        &self,
        resource: ResourceId,
        action: &str,
        id: impl Into<RowKey>,
        input: Input,
    ) -> Result<Record, Error> {
        self.write_one(resource, action, ActionKind::Destroy, OneRow::Key(id.into()), input).await
    }

    /// Runs an update action on the row that `named` names: the values of the attributes that the action names its row by
    /// ([`crate::ir::Action::named_by`]), but for those that are the actor.
    ///
    /// # Errors
    /// As for [`Context::update`]; `UNAUTHENTICATED` if nobody is signed in whose row it would be.
    pub async fn update_named(
        &self,
        resource: ResourceId,
        action: &str,
        named: Input,
        input: Input,
    ) -> Result<Record, Error> {
        self.write_one(resource, action, ActionKind::Update, OneRow::Named(named), input).await
    }

    /// Runs a destroy action on the row that `named` names, as [`Context::update_named`]; the answer is the row as it was.
    ///
    /// # Errors
    /// As for [`Context::destroy`] and [`Context::update_named`].
    pub async fn destroy_named(
        &self,
        resource: ResourceId,
        action: &str,
        named: Input,
        input: Input,
    ) -> Result<Record, Error> {
        self.write_one(resource, action, ActionKind::Destroy, OneRow::Named(named), input).await
    }

    /// Runs a create action for each of `inputs`, all or none, in one statement as far as the database takes as many values. The answer
    /// holds the rows in the order of the inputs.
    ///
    /// # Errors
    /// As for [`Context::create`]: all that is known to be wrong with any input before anything is sent, else the first row that the
    /// database refuses; the path of each problem begins with the position of its input.
    pub async fn create_many(
        &self,
        resource: ResourceId,
        action: &str,
        inputs: Vec<Input>,
    ) -> Result<Vec<Record>, Error> {
        records(write(self, requests(self, resource, action, &Target::New, inputs)?, Disclosure::Attributes).await?)
    }

    /// As [`Context::create_many`], where what is wrong with one input keeps no other from being stored: for each input its row, or why it
    /// was not stored. It is tried as one first; where that fails each row has a savepoint of its own.
    ///
    /// # Errors
    /// What has nothing to do with the inputs: `UNAVAILABLE`, `TIMEOUT`.
    pub async fn create_each(
        &self,
        resource: ResourceId,
        action: &str,
        inputs: Vec<Input>,
    ) -> Result<Vec<Result<Record, Error>>, Error> {
        each(self, requests(self, resource, action, &Target::New, inputs)?).await
    }

    /// Runs an update action on each of the rows with those primary keys, all or none, in one statement unless a function of the action
    /// reads the row. The answer holds the rows in the order of the keys.
    ///
    /// # Errors
    /// As for [`Context::update`], for every row at once; the path of each problem begins with the position of its key. `INVALID` at a key
    /// that is given again.
    pub async fn update_many(
        &self,
        resource: ResourceId,
        action: &str,
        ids: impl IntoIterator<Item: Into<RowKey>>,
        input: Input,
    ) -> Result<Vec<Record>, Error> {
        self.rows(resource, action, ActionKind::Update, Target::Keys(ids.into_iter().map(Into::into).collect()), input)
            .await
    }

    /// Runs a destroy action on each of the rows with those primary keys, all or none, in one statement. The answer holds the rows as
    /// they were, in the order of the keys.
    ///
    /// # Errors
    /// As for [`Context::destroy`], as [`Context::update_many`].
    pub async fn destroy_many(
        &self,
        resource: ResourceId,
        action: &str,
        ids: impl IntoIterator<Item: Into<RowKey>>,
        input: Input,
    ) -> Result<Vec<Record>, Error> {
        self.rows(resource, action, ActionKind::Destroy, Target::Keys(ids.into_iter().map(Into::into).collect()), input)
            .await
    }

    /// Runs an update action on every row for which `filter` holds, in one statement unless a function of the action reads the row. Rows
    /// that the actor may not read or not change, or that do not fulfil what the action requires, are passed over.
    ///
    /// # Errors
    /// As for [`Context::update`], but for rows that are passed over.
    pub async fn update_all(
        &self,
        resource: ResourceId,
        action: &str,
        filter: Tree,
        input: Input,
    ) -> Result<Vec<Record>, Error> {
        self.rows(resource, action, ActionKind::Update, meant(filter, Clock::Request), input).await
    }

    /// Runs a destroy action on every row for which `filter` holds, in one statement; the answer is how many were removed. Rows are passed
    /// over as by [`Context::update_all`].
    ///
    /// # Errors
    /// As for [`Context::destroy`], but for rows that are passed over.
    pub async fn destroy_all(
        &self,
        resource: ResourceId,
        action: &str,
        filter: Tree,
        input: Input,
    ) -> Result<u64, Error> {
        let request =
            WriteRequest::new(self, resource, action, &[ActionKind::Destroy], meant(filter, Clock::Request), input)?;
        let written = write(self, vec![request], Disclosure::Nothing).await?;
        Ok(written.rows.len() as u64)
    }

    /// Runs a create action for each of `inputs`, all or none; where a row is stored already that has the same values of `identity`, that
    /// one takes the accepted values instead, if the policies of `update` hold of it; what `update` itself sets, of the row as it was, goes
    /// before them. The answer says for each row which it was.
    ///
    /// # Errors
    /// As for [`Context::create_many`]; `INVALID` if two inputs have the same identity, or a stored row does not fulfil what `update`
    /// requires; for a stored row that may not be changed `FORBIDDEN` if the actor may read it, else `CONFLICT`; `INTERNAL` if `update`
    /// has a `change` or `before` function.
    pub async fn upsert_many(
        &self,
        resource: ResourceId,
        action: &str,
        identity: &str,
        update: &str,
        inputs: Vec<Input>,
    ) -> Result<Vec<(Wrote, Record)>, Error> {
        let (identity, update) = (named(identity), named(update));
        let upsert = Upsert::new(identity, update, Input::new());
        let upserted = self.upserted(resource, action, upsert, inputs).await?;
        upserted.into_iter().map(|it| it.ok_or_else(untold)).collect()
    }

    /// As [`Context::upsert_many`], where `condition` says which stored rows are changed: `None` for an input whose row was passed over
    /// because it does not hold of it.
    ///
    /// # Errors
    /// As for [`Context::upsert_many`].
    pub async fn upsert_where(
        &self,
        resource: ResourceId,
        action: &str,
        identity: &str,
        update: &str,
        condition: Tree,
        inputs: Vec<Input>,
    ) -> Result<Vec<Option<(Wrote, Record)>>, Error> {
        let (identity, update) = (named(identity), named(update));
        let upsert = Upsert { condition: Some(condition), ..Upsert::new(identity, update, Input::new()) };
        self.upserted(resource, action, upsert, inputs).await
    }

    /// Runs a create action for each of `inputs`, or changes the row that is stored already, as `upsert` says; `None` for one that was
    /// passed over.
    ///
    /// # Errors
    /// As for [`Context::upsert_many`].
    pub(crate) async fn upserted(
        &self,
        resource: ResourceId,
        action: &str,
        upsert: Upsert,
        inputs: Vec<Input>,
    ) -> Result<Vec<Option<(Wrote, Record)>>, Error> {
        let mut upserted: Vec<_> = inputs.iter().map(|_| None).collect();
        let requests = requests(self, resource, action, &Target::Identity(Box::new(upsert)), inputs)?;
        let written = write(self, requests, Disclosure::Attributes).await?;
        let rows = written.rows.clone();
        for (row, record) in rows.iter().zip(records(written)?) {
            if let Some(it) = upserted.get_mut(row.staged) {
                *it = Some((row.wrote, record));
            }
        }
        Ok(upserted)
    }

    /// Runs an update action on all rows for which `filter` holds, in one statement, and answers them as they are then. In `filter`,
    /// `now()` is the database's clock when the statement runs. A row that does not fulfil the action's requirements is passed over.
    ///
    /// So a link is consumed by exactly one of two requests that hold it at the same time.
    ///
    /// # Errors
    /// `FORBIDDEN` unless the framework itself acts; as for [`Context::update`] otherwise.
    pub async fn update_where(
        &self,
        resource: ResourceId,
        action: &str,
        filter: Tree,
        input: Input,
    ) -> Result<Vec<Record>, Error> {
        if !self.is_system() {
            return Err(Error::forbidden());
        }
        self.rows(resource, action, ActionKind::Update, meant(filter, Clock::Database), input).await
    }

    /// Runs a create, or an update or destroy of a row, and reads what a client selects of its row in the same transaction: of a
    /// written row as it then is. Of a destroyed one the row itself is as it was, and what is reached from it as it is without it.
    ///
    /// # Errors
    /// Those of [`Context::create`], [`Context::update`] and [`Context::destroy`]: nothing was written. What fails while the selection is
    /// read stands in the answer.
    pub(crate) async fn write(
        &self,
        resource: ResourceId,
        action: &str,
        row: OneRow,
        input: Input,
        selection: Option<&Query>,
    ) -> Result<(Option<Wrote>, Disclosed), Error> {
        let wanted = selection.map_or(Disclosure::Nothing, Disclosure::Selection);
        let kinds: &[ActionKind] = if matches!(row, OneRow::New) { &[ActionKind::Create] } else { &OF_STORED_ROWS };
        let request = WriteRequest::of_one(self, resource, action, kinds, row, input)?;
        let written = write(self, vec![request], wanted).await?;
        let wrote = written.rows.first().map(|it| it.wrote);
        Ok((wrote, written.disclosed.map(|it| it.into_iter().next().flatten())))
    }

    /// Runs a write of one row; the answer holds all attributes that the actor may read, of a destroyed row as it was.
    ///
    /// # Errors
    /// Those of [`Context::create`], [`Context::update`] and [`Context::destroy`]; `UNAUTHENTICATED` if nobody is signed in whose row it
    /// would be.
    pub(crate) async fn write_one(
        &self,
        resource: ResourceId,
        action: &str,
        kind: ActionKind,
        row: OneRow,
        input: Input,
    ) -> Result<Record, Error> {
        let request = WriteRequest::of_one(self, resource, action, &[kind], row, input)?;
        records(write(self, vec![request], Disclosure::Attributes).await?)?.pop().ok_or_else(untold)
    }

    /// The rows of a write, every attribute that the actor may see.
    async fn rows(
        &self,
        resource: ResourceId,
        action: &str,
        kind: ActionKind,
        target: Target,
        input: Input,
    ) -> Result<Vec<Record>, Error> {
        let request = WriteRequest::new(self, resource, action, &[kind], target, input)?;
        records(write(self, vec![request], Disclosure::Attributes).await?)
    }
}

/// Every row for which a filter of the application holds.
fn meant(filter: Tree, clock: Clock) -> Target {
    Target::Where(Where { tree: filter, access: Access::Unrestricted, clock })
}

fn named(name: &str) -> Name {
    Name::from(name.to_owned())
}

fn requests<'a>(
    cx: &'a Context,
    resource: ResourceId,
    action: &str,
    target: &Target,
    inputs: Vec<Input>,
) -> Result<Vec<WriteRequest<'a>>, Error> {
    let request = |it| WriteRequest::new(cx, resource, action, &[ActionKind::Create], target.clone(), it);
    inputs.into_iter().map(request).collect()
}

/// All of them as one; or, where that cannot be, one after the other, each by itself.
async fn each(cx: &Context, requests: Vec<WriteRequest<'_>>) -> Result<Vec<Result<Record, Error>>, Error> {
    let count = requests.len();
    match write(cx, requests.clone(), Disclosure::Attributes).await {
        Ok(written) => return Ok(records(written)?.into_iter().map(Ok).collect()),
        Err(error) if !error.is_of_input() => return Err(error),
        Err(_) => {}
    }
    cx.unit(Purpose::Write, async |cx| {
        let mut told = Vec::with_capacity(count);
        for request in &requests {
            let written = write(cx, vec![request.clone()], Disclosure::Attributes).await;
            match written.and_then(records).map(|mut it| it.pop()) {
                Ok(record) => told.push(Ok(record.ok_or_else(untold)?)),
                Err(error) if error.is_of_input() => told.push(Err(error)),
                Err(error) => return Err(error),
            }
        }
        Ok(told)
    })
    .await
}

/// The rows of a write that wanted every attribute of them.
fn records(written: Written) -> Result<Vec<Record>, Error> {
    written.disclosed?.into_iter().map(|it| it.ok_or_else(untold)).collect()
}

fn untold() -> Error {
    Error::internal("a written row was not told")
}
