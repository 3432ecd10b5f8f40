//! Actions, and the row their payload shows.

use super::Execution;
use crate::execute::RowView;
use crate::graphql::compiled::{GenericCall, PayloadOutputs, RecordOutputs, ReturnOutput, RowMutation};
use crate::graphql::write::{ResponsePath, WriteResult, Writer};

impl Execution<'_> {
    pub(super) async fn act(
        &self,
        act: &RowMutation,
        payload: &PayloadOutputs<RecordOutputs>,
        writer: &mut Writer,
        path: &ResponsePath<'_>,
    ) -> WriteResult {
        let RowMutation { resource, action, id, input, query } = act;
        let id = id.as_ref().map(|it| self.values.id(it));
        let query = query.as_ref().map(|it| it.filled(self.values));
        let done = self.cx.write(*resource, action, id, input.filled(self.values), query.as_ref()).await;
        let error = done.as_ref().err();
        self.log(error);
        writer.payload(payload, error, self.request_id, path, |writer, record, output, path| {
            match &done {
                Ok(Ok(Some(row))) => return writer.record(record, RowView::Record(row), path),
                // The action was run: only its row cannot be read for the payload.
                Ok(Err(error)) => self.report(error, writer, path, output.position),
                Ok(Ok(None)) | Err(_) => {}
            }
            writer.null();
            Ok(())
        })
    }

    pub(super) async fn call_payload(
        &self,
        call: &GenericCall,
        payload: &PayloadOutputs<ReturnOutput>,
        writer: &mut Writer,
        path: &ResponsePath<'_>,
    ) -> WriteResult {
        let done = self.cx.call(call.resource, &call.action, call.input.filled(self.values)).await;
        let error = done.as_ref().err();
        self.log(error);
        writer.payload(payload, error, self.request_id, path, |writer, shape, output, path| match &done {
            Ok(answer) => writer.return_value(shape, answer, path, output.position),
            Err(_) => Ok(()),
        })
    }
}
