//! Mutations: what they do, and the payload that shows it. Under a key what was answered before is answered again.

use super::{Execution, Stopped};
use crate::context::{Context, Tries};
use crate::error::{Code, Error};
use crate::event::Wrote;
use crate::execute::{FoundByKey, RowView};
use crate::future::BoxFuture;
use crate::graphql::compiled::{GenericCall, MeantRow, PayloadOutputs, RecordOutputs, ReturnOutput, RowMutation};
use crate::graphql::keyed::Unanswered;
use crate::graphql::write::{ResponsePath, RowsByKey, WriteResult, Writer};
use crate::record::ReturnValue;
use crate::request::OneRow;
use crate::write::Disclosed;

/// A root field that writes.
pub(super) trait Mutation: Sync {
    /// What it did.
    type Done: Send;

    /// How often its transaction is tried under a key, where another one is in the way.
    const TRIES: Tries = Tries::Several;

    /// Does it, in the transaction of `cx` if one is open there.
    fn perform<'a>(&'a self, run: &'a Execution<'_>, cx: &'a Context) -> BoxFuture<'a, Result<Self::Done, Error>>;

    /// Writes the payload: what was done, or the problems.
    fn show(
        &self,
        run: &Execution<'_>,
        done: &Result<Self::Done, Error>,
        writer: &mut Writer,
        path: &ResponsePath<'_>,
    ) -> WriteResult;
}

/// A create, update or destroy, and the row that its payload shows.
pub(super) struct Act<'a>(pub(super) &'a RowMutation, pub(super) &'a PayloadOutputs<RecordOutputs>);

/// A generic action that may write, and what it returns.
pub(super) struct Call<'a>(pub(super) &'a GenericCall, pub(super) &'a PayloadOutputs<ReturnOutput>);

impl Execution<'_> {
    /// Does what a mutation at that position asks for, and writes its payload; under a key, if that was not answered yet.
    ///
    /// # Errors
    /// [`Stopped::AnotherRequest`] if the key belongs to another request: then nothing of this one was done.
    pub(super) async fn mutate<M: Mutation>(
        &self,
        mutation: M,
        position: usize,
        writer: &mut Writer,
        path: &ResponsePath<'_>,
    ) -> Result<(), Stopped> {
        let Some(keyed) = self.keyed else {
            let done = mutation.perform(self, self.cx).await;
            self.count(&done);
            return Ok(mutation.show(self, &done, writer, path)?);
        };
        let answered = keyed.answer(self.cx, position, M::TRIES, async |cx| {
            let done = mutation.perform(self, cx).await?;
            let mut writer = Writer::default();
            let written = mutation.show(self, &Ok(done), &mut writer, path);
            written.map_err(|_| Error::internal("a payload is never null"))?;
            writer.into_response(self.request_id)
        });
        let answered = answered.await;
        self.count(&answered);
        match answered {
            Ok(response) => writer.response(response),
            Err(Unanswered::Failed(error)) => mutation.show(self, &Err(error), writer, path)?,
            Err(Unanswered::AnotherRequest) => return Err(Stopped::AnotherRequest),
        }
        Ok(())
    }
}

impl Mutation for Act<'_> {
    /// What was done with the row, and what was told of it.
    type Done = (Option<Wrote>, Disclosed);

    fn perform<'a>(&'a self, run: &'a Execution<'_>, cx: &'a Context) -> BoxFuture<'a, Result<Self::Done, Error>> {
        let RowMutation { resource, action, row, input, query } = self.0;
        Box::pin(async move {
            let row = match row {
                MeantRow::New => OneRow::New,
                MeantRow::Id(id) => OneRow::Key(run.values.id(id)),
                MeantRow::Named(named) => OneRow::Named(named.filled(run.values)),
            };
            let query = query.as_ref().map(|it| it.filled(run.values));
            match cx.write(*resource, action, row, input.filled(run.values), query.as_ref()).await? {
                // What is kept is answered for good, so what will pass undoes the action: a repeat does it. What takes too long
                // would take too long again.
                (_, Err(error)) if run.keyed.is_some() && error.code() == Code::Unavailable => Err(error),
                done => Ok(done),
            }
        })
    }

    fn show(
        &self,
        run: &Execution<'_>,
        done: &Result<Self::Done, Error>,
        writer: &mut Writer,
        path: &ResponsePath<'_>,
    ) -> WriteResult {
        let error = done.as_ref().err();
        run.log(error);
        let wrote = done.as_ref().ok().and_then(|(wrote, _)| *wrote);
        writer.payload_of_write(self.1, (error, wrote), run.request_id, path, |writer, record, output, path| {
            match done {
                Ok((_, Ok(Some(row)))) => return writer.record(record, RowView::Record(row), path),
                // The action was run: only its row cannot be read for the payload.
                Ok((_, Err(error))) => run.report(error, writer, path, output.position),
                Ok((_, Ok(None))) | Err(_) => {}
            }
            writer.null();
            Ok(())
        })
    }
}

impl Mutation for Call<'_> {
    /// Its answer, and the rows that it names, as far as they are selected. That they could not be read undoes nothing.
    type Done = (ReturnValue, Result<Option<FoundByKey>, Error>);

    /// What its function did beside the database is not undone: whether it is done again is for the client to say.
    const TRIES: Tries = Tries::One;

    fn perform<'a>(&'a self, run: &'a Execution<'_>, cx: &'a Context) -> BoxFuture<'a, Result<Self::Done, Error>> {
        let GenericCall { resource, action, input, .. } = self.0;
        Box::pin(async move {
            let answer = cx.call(*resource, action, input.filled(run.values)).await?;
            match run.returned_rows(cx, self.0, &answer).await {
                // As for the row of a write.
                Err(error) if run.keyed.is_some() && error.code() == Code::Unavailable => Err(error),
                rows => Ok((answer, rows)),
            }
        })
    }

    fn show(
        &self,
        run: &Execution<'_>,
        done: &Result<Self::Done, Error>,
        writer: &mut Writer,
        path: &ResponsePath<'_>,
    ) -> WriteResult {
        let error = done.as_ref().err();
        run.log(error);
        writer.payload(self.1, error, run.request_id, path, |writer, shape, output, path| match done {
            Ok((answer, Ok(found))) => {
                let rows = RowsByKey { app: run.app(), found: found.as_ref() };
                writer.return_value(shape, answer, rows, path, output.position)
            }
            Ok((_, Err(error))) => {
                run.report(error, writer, path, output.position);
                writer.null();
                Ok(())
            }
            Err(_) => Ok(()),
        })
    }
}
