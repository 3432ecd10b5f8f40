//! One [`Event`] for each row that was written, told to every [`Consumer`](crate::event::Consumer) that is interested, inside the transaction.

use super::Row;
use super::changes::Staged;
use super::conflict::{self, Upsert};
use crate::authorize::Authorized;
use crate::context::Context;
use crate::error::Error;
use crate::event::{Event, Interest, Wrote};
use crate::request::WriteRequest;
use crate::value::RowKey;

/// Whether anybody wants to know of it.
pub(super) fn is_wanted(cx: &Context, write: &Authorized<WriteRequest<'_>>) -> bool {
    most(cx, write) > Interest::None
}

/// Whether anybody wants to know what the rows were before and are after.
pub(super) fn wants_values(cx: &Context, write: &Authorized<WriteRequest<'_>>) -> bool {
    most(cx, write) == Interest::Values
}

fn most(cx: &Context, write: &Authorized<WriteRequest<'_>>) -> Interest {
    let resource = cx.engine().app().resource(write.resource());
    let interests = cx.engine().consumers().iter().map(|it| it.interest(resource, write.action()));
    interests.max().unwrap_or(Interest::None)
}

/// Tells every consumer that is interested.
pub(super) async fn leave(
    cx: &Context,
    staged: &[Staged<'_>],
    upsert: Option<&Upsert<'_>>,
    rows: &[Row],
) -> Result<(), Error> {
    for consumer in cx.engine().consumers() {
        let mut events = Vec::with_capacity(rows.len());
        for row in rows.iter().filter(|it| it.wrote != Wrote::Kept) {
            let it = &staged[row.staged];
            let action = conflict::writer(upsert, it, row).0.action();
            let interest = consumer.interest(cx.engine().app().resource(it.write.resource()), action);
            let Some(id) = RowKey::of(&row.id).filter(|_| interest > Interest::None) else { continue };
            let values = interest == Interest::Values;
            events.push(Event {
                actor: cx.actor().clone(),
                resource: it.write.resource(),
                action: action.name.clone(),
                wrote: row.wrote,
                id,
                before: row.before.clone().filter(|_| values),
                after: Some(row.row.clone()).filter(|_| values && !row.wrote.is_gone()),
                request_id: cx.request_id().map(ToOwned::to_owned),
                at: cx.now(),
            });
        }
        if !events.is_empty() {
            consumer.consume(cx, &events).await?;
        }
    }
    Ok(())
}
