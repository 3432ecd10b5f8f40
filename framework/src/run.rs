//! The calls of a [`Context`]: each is one line of arrows from a request to records.
//!
//! ```text
//! read    query → authorize → plan → SQL → page
//! write   input → changeset → authorize → plan → SQL → record, in one transaction
//! ```

mod approve;
mod call;
mod can;
mod create;
mod destroy;
mod disclose;
mod keys;
mod read;
mod system;
mod update;

use crate::context::Context;
use crate::error::Error;
use crate::ir::{Action, ActionKind, ResourceId};

/// The action of that name, if it is of the kind that was called.
fn find<'a>(
    cx: &'a Context,
    resource: ResourceId,
    action: &str,
    kind: fn(&ActionKind) -> bool,
) -> Result<&'a Action, Error> {
    let declared = cx.engine().app().resource(resource);
    let found = declared.action(action).filter(|it| kind(&it.kind));
    found.ok_or_else(|| Error::internal(format!("{} has no such action of this kind: {action}", declared.name)))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::query::Query;
    use crate::record::Input;

    /// Servers move a request's future between threads, so no call may hold what cannot move. It is enough that this compiles.
    #[expect(dead_code, reason = "it is checked, not run")]
    fn calls_can_move_between_threads(cx: &Context) {
        fn moves<T: Send>(_: T) {}
        moves(cx.read(Query::new(0)));
        moves(cx.get(Query::new(0), Uuid::nil()));
        moves(cx.create(0, "", Input::new()));
        moves(cx.update(0, "", Uuid::nil(), Input::new()));
        moves(cx.destroy(0, "", Uuid::nil(), Input::new()));
        moves(cx.call(0, "", Input::new()));
        moves(cx.can(0, "", None));
        moves(cx.can_each(0, &[], &[]));
        moves(cx.acting_as(Uuid::nil()));
        moves(cx.transaction(async |inside| inside.read(Query::new(0)).await));
    }
}
