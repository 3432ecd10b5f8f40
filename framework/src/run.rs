//! The calls of a [`Context`]: each is one line of arrows from a request to records.
//!
//! ```text
//! read    query → authorize → plan → SQL → page
//! write   input → changeset → authorize → plan → SQL → record, in one transaction
//! ```

mod call;
mod can;
mod create;
mod destroy;
mod read;
mod seen;
mod shown;
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
