//! Actions, and the row their payload shows.

use super::Run;
use crate::graphql::plan::{Act, Answer, Call, Payload, Record};
use crate::graphql::write::{Path, Writer, Written};

impl Run<'_> {
    pub(super) async fn act(
        &self,
        act: &Act,
        payload: &Payload<Record>,
        writer: &mut Writer,
        path: &Path<'_>,
    ) -> Written {
        let Act { resource, action, id, input, query } = act;
        let done = self.cx.write(*resource, action, *id, input.clone(), query.as_ref()).await;
        let error = done.as_ref().err();
        self.log(error);
        writer.payload(payload, error, self.request_id, path, |writer, record, output, path| {
            match &done {
                Ok(Ok(Some(row))) => return writer.record(record, row, path),
                // It was done: only what was selected of it cannot be shown.
                Ok(Err(error)) => self.report(error, writer, path, output.position),
                Ok(Ok(None)) | Err(_) => {}
            }
            writer.null();
            Ok(())
        })
    }

    pub(super) async fn call_payload(
        &self,
        call: &Call,
        payload: &Payload<Answer>,
        writer: &mut Writer,
        path: &Path<'_>,
    ) -> Written {
        let done = self.cx.call(call.resource, &call.action, call.input.clone()).await;
        let error = done.as_ref().err();
        self.log(error);
        writer.payload(payload, error, self.request_id, path, |writer, shape, output, path| match &done {
            Ok(answer) => writer.answer(shape, answer, path, output.position),
            Err(_) => Ok(()),
        })
    }
}
