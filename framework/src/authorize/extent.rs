//! Whether a row in memory is one of its resource's extent: a question that no policy and no actor answers.

use std::borrow::Cow;

use crate::context::Context;
use crate::error::Error;
use crate::evaluate::{Evaluation, RecordRow, RowSource, holds};
use crate::ir::{Action, Tree};
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
