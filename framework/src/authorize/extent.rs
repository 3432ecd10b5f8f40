//! Whether a row in memory is one of its resource's extent: a question that no policy and no actor answers.

use crate::context::Context;
use crate::error::Error;
use crate::evaluate::{Evaluation, RecordRow, RowSource, holds};
use crate::record::StoredRow;
use crate::request::NO_ARGUMENTS;

/// Whether the row exists, as far as it is known; what decides about it stands in the row.
pub(crate) fn exists(cx: &Context, row: &StoredRow) -> Result<Evaluation<bool>, Error> {
    let app = cx.engine().app();
    let facts = cx.facts(&None, &NO_ARGUMENTS);
    let source = RecordRow::stored(app, row);
    for condition in app.resource(row.resource()).extent() {
        match holds(&condition, &facts, Some(&source as &dyn RowSource))? {
            Evaluation::Known(true) => {}
            other => return Ok(other),
        }
    }
    Ok(Evaluation::Known(true))
}
