//! Single rows and generic queries.

use async_graphql::Pos;

use super::Execution;
use crate::context::{Actor, Context};
use crate::error::{Code, Error};
use crate::execute::{self, FoundByKey, FoundRows};
use crate::graphql::compiled::{GenericCall, RecordOutputs, ReturnOutput};
use crate::graphql::open::OpenQuery;
use crate::graphql::write::{NullPropagated, ResponsePath, RowsByKey, WriteResult, Writer};
use crate::record::ReturnValue;

impl Execution<'_> {
    /// A row that may be absent, or a field error in its place.
    pub(super) fn row(
        &self,
        found: Result<FoundRows, Error>,
        record: &RecordOutputs,
        writer: &mut Writer,
        path: &ResponsePath<'_>,
        position: Pos,
    ) {
        match found {
            Ok(found) => match found.first(self.app()) {
                Some(row) => writer.or_null(|it| it.record(record, row, path)),
                None => writer.null(),
            },
            Err(error) => {
                self.report(&error, writer, path, position);
                writer.null();
            }
        }
    }

    /// The actor's own row, as they may read it.
    pub(super) async fn current_user(&self, query: &OpenQuery) -> Result<FoundRows, Error> {
        match self.cx.actor() {
            Actor::Record(actor) if actor.resource == query.known.resource => match actor.id(self.cx.engine().app()) {
                Some(id) => execute::find_by_key(self.cx, &query.filled(self.values), id.into()).await,
                None => Ok(FoundRows::default()),
            },
            Actor::Record(_) | Actor::Anonymous | Actor::System(_) => Ok(FoundRows::default()),
        }
    }

    /// A generic action that only reads. As with every read, one that the actor may not call gives an empty list, or null where the type
    /// allows it. An error of the function itself is a field error.
    pub(super) async fn call(
        &self,
        call: &GenericCall,
        shape: &ReturnOutput,
        writer: &mut Writer,
        path: &ResponsePath<'_>,
        position: Pos,
    ) -> WriteResult {
        let nullable = match shape {
            ReturnOutput::Value(leaf) => leaf.nullable,
            ReturnOutput::Row { nullable, .. } => *nullable,
            ReturnOutput::Object(_) | ReturnOutput::List(_) => false,
        };
        let called = self.cx.call_permitted(call.resource, &call.action, call.input.filled(self.values)).await;
        let error = match called {
            Ok(Ok(answer)) => match self.returned_rows(self.cx, call, &answer).await {
                Ok(found) => {
                    let rows = RowsByKey { app: self.app(), found: found.as_ref() };
                    if !nullable {
                        return writer.return_value(shape, &answer, rows, path, position);
                    }
                    writer.or_null(|it| it.return_value(shape, &answer, rows, path, position));
                    return Ok(());
                }
                Err(error) => error,
            },
            Err(error) if matches!(error.code(), Code::Forbidden | Code::Unauthenticated) => match shape {
                ReturnOutput::List(_) => {
                    writer.raw(b"[]");
                    return Ok(());
                }
                _ if nullable => {
                    writer.null();
                    return Ok(());
                }
                _ => error,
            },
            Ok(Err(error)) | Err(error) => error,
        };
        self.report(&error, writer, path, position);
        if !nullable {
            return Err(NullPropagated);
        }
        writer.null();
        Ok(())
    }

    /// The rows that an answer names, as far as they are selected.
    pub(super) async fn returned_rows(
        &self,
        cx: &Context,
        call: &GenericCall,
        answer: &ReturnValue,
    ) -> Result<Option<FoundByKey>, Error> {
        match &call.query {
            Some(query) => cx.find_returned(&query.filled(self.values), answer).await.map(Some),
            None => Ok(None),
        }
    }
}
