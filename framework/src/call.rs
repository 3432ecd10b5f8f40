//! Typed calls: what `World::create().name("Hall")` and `Activity::query()` give, before they run.
//!
//! ```text
//! Activity::record().kind(kind).world(id).run(&cx)    input by attribute → Context::create → Activity
//! Activity::query().filter(expr!(…)).all(&cx)         Query              → Context::read   → Vec<Activity>
//! World::query().select(|it| (it.name, it.owner()))   selection, Query   → Context::read   → Vec<(String, Option<User>)>
//! ```
//! A call without inputs is one of these types. One with inputs is a builder around it that macros emit, with a method for each input;
//! its type says which of the required ones are [`Provided`], and it runs once all of them are.
//!
//! Every call goes through the same engine, policies and all, as GraphQL and the admin screens do.

mod generic;
mod input;
mod many;
mod read;
mod related;
mod running;
mod selected_row;
mod selection;
mod untyped_read;
mod write;

pub use generic::Generic;
pub use input::{Complete, IntoNullable, IntoText, NotProvided, Provided};
pub use many::{
    CreateMany, DestroyAll, UpdateAll, Upsert, UpsertMany, Upserted, create_many, upsert, upsert_many, upserted,
};
pub use read::{Get, Page, Read};
pub use related::{CountedRows, Loadable, RelatedMany, RelatedOne};
pub use selection::{Selectable, Selected, Selecting, Selection};
#[doc(hidden)]
pub use write::UntypedWrite;
pub(crate) use write::called;
pub use write::{ByFunction, ByStatement, Create, Destroy, Update, Upserting};

use crate::context::Context;
use crate::error::Error;
use crate::ir::ResourceId;

/// The resource of that name in the running application.
fn resource_id(cx: &Context, name: &str) -> Result<ResourceId, Error> {
    cx.engine()
        .app()
        .find(name)
        .ok_or_else(|| Error::internal(format!("`{name}` is called, but is in no domain of the running application")))
}
