//! Actions, and the row their payload shows.

use super::Run;
use crate::context::Context;
use crate::error::Error;
use crate::graphql::plan::{Act, ActKind, Answer, Call, Payload, Record};
use crate::graphql::write::{Path, Writer, Written};
use crate::query::Query;
use crate::record::Record as Row;

impl Run<'_> {
    pub(super) async fn act(
        &self,
        act: &Act,
        payload: &Payload<Record>,
        writer: &mut Writer,
        path: &Path<'_>,
    ) -> Written {
        let done = done(self.cx, act).await;
        let error = done.as_ref().err();
        self.log(error);
        writer.payload(payload, error, self.request_id, path, |writer, record, _, path| match &done {
            Ok(Some(row)) => writer.record(record, row, path),
            _ => {
                writer.null();
                Ok(())
            }
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

/// Does it, and reads what `result` selects in the same transaction: the written row after, the destroyed one before.
async fn done(cx: &Context, act: &Act) -> Result<Option<Row>, Error> {
    let Some(query) = &act.query else {
        run(cx, act).await?;
        return Ok(None);
    };
    if query.calculations.is_empty() && query.loads.is_empty() && cx.reads_by_row(act.resource) {
        let row = run(cx, act).await?;
        return Ok(cx.may_read(&row)?.then_some(row));
    }
    let mut attempt = 1;
    loop {
        match cx.transaction(async |cx| run_and_read(cx, act, query).await).await {
            Err(error) if cx.may_retry(&error, attempt) => attempt += 1,
            done => return done,
        }
    }
}

async fn run_and_read(cx: &Context, act: &Act, query: &Query) -> Result<Option<Row>, Error> {
    match act.kind {
        ActKind::Destroy(id) => {
            let row = cx.get(query.clone(), id).await?;
            run(cx, act).await?;
            Ok(row)
        }
        ActKind::Create | ActKind::Update(_) => {
            let written = run(cx, act).await?;
            read(cx, query, &written).await
        }
    }
}

async fn run(cx: &Context, act: &Act) -> Result<Row, Error> {
    let input = act.input.clone();
    match act.kind {
        ActKind::Create => cx.create(act.resource, &act.action, input).await,
        ActKind::Update(id) => cx.update(act.resource, &act.action, id, input).await,
        ActKind::Destroy(id) => cx.destroy(act.resource, &act.action, id, input).await,
    }
}

/// Through the policies: somebody may be allowed to write a row that they may not read.
async fn read(cx: &Context, query: &Query, written: &Row) -> Result<Option<Row>, Error> {
    match written.id(cx.engine().app()) {
        Some(id) => cx.get(query.clone(), id).await,
        None => Ok(None),
    }
}
