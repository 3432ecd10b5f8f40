//! Single rows and generic queries.

use async_graphql::Pos;

use super::Execution;
use crate::context::Actor;
use crate::error::{Code, Error};
use crate::execute::{self, FoundRows};
use crate::graphql::compiled::{GenericCall, RecordOutputs, ReturnOutput};
use crate::graphql::open::OpenQuery;
use crate::graphql::write::{NullPropagated, ResponsePath, WriteResult, Writer};
use crate::value::Value;

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
                Some(id) => execute::find_by_key(self.cx, &query.filled(self.values), Value::Uuid(id)).await,
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
        let nullable = matches!(shape, ReturnOutput::Value(leaf) if leaf.nullable);
        let error = match self.cx.call_permitted(call.resource, &call.action, call.input.filled(self.values)).await {
            Ok(Ok(answer)) if nullable => {
                writer.or_null(|it| it.return_value(shape, &answer, path, position));
                return Ok(());
            }
            Ok(Ok(answer)) => return writer.return_value(shape, &answer, path, position),
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
}
