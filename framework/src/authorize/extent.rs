//! Whether a row in memory is one of its resource's extent: a question that no policy and no actor answers.

use std::borrow::Cow;

use crate::context::Context;
use crate::error::{Code, Error};
use crate::evaluate::{Evaluation, RecordRow, RowSource, holds};
use crate::ir::{Action, Resource, Tree};
use crate::record::StoredRow;
use crate::request::NO_ARGUMENTS;

/// Whether the row exists, as far as it is known; what decides about it stands in the row.
pub(crate) fn exists(cx: &Context, row: &StoredRow) -> Result<Evaluation<bool>, Error> {
    hold(cx, row, cx.engine().app().resource(row.resource()).extent())
}

/// Whether an action leaves a row that it wrote within the extent, but for what it says itself: see [`Resource::extent_after`].
///
/// [`Resource::extent_after`]: crate::ir::Resource
pub(crate) fn stays(cx: &Context, row: &StoredRow, action: &Action) -> Result<Evaluation<bool>, Error> {
    let conditions = cx.engine().app().resource(row.resource()).extent_after(action);
    hold(cx, row, conditions.into_iter().map(Cow::Owned))
}

fn hold<'t>(
    cx: &Context,
    row: &StoredRow,
    conditions: impl Iterator<Item = Cow<'t, Tree>>,
) -> Result<Evaluation<bool>, Error> {
    let app = cx.engine().app();
    if let Some((key, _)) = app.resource(row.resource()).tenant_key()
        && row.attribute(key).value().is_some_and(|it| Some(it) != cx.tenant())
    {
        return Ok(Evaluation::Known(false));
    }
    let facts = cx.facts(&None, &NO_ARGUMENTS);
    let source = RecordRow::stored(app, row);
    for condition in conditions {
        match holds(&condition, &facts, Some(&source as &dyn RowSource))? {
            Evaluation::Known(true) => {}
            other => return Ok(other),
        }
    }
    Ok(Evaluation::Known(true))
}

/// That the tenant is named whose rows are meant.
///
/// # Errors
/// `INVALID`.
pub(crate) fn names_tenant(cx: &Context, resource: &Resource) -> Result<(), Error> {
    match cx.tenant() {
        None if resource.tenant.is_some() => Err(no_tenant(resource)),
        _ => Ok(()),
    }
}

/// What is said where no tenant is named.
pub(crate) fn no_tenant(resource: &Resource) -> Error {
    Error::new(Code::Invalid, format!("{} belong to tenants: say within which one", resource.table))
}
