//! The one way of writing, whatever the target: a new row, a row of a key, rows of keys or of a condition, or an identity to upsert by.
//!
//! ```text
//! request → authorize → changes → keys → plan → execute → approve → event → disclose
//! ```
//! One row is a bulk of one. [`write()`] reads like that line; each noun is a type that only the stage before can make.

mod approve;
mod build;
mod call;
mod changes;
mod conflict;
mod deletion;
mod diagnose;
mod disclose;
mod event;
mod execute;
mod hook;
mod keys;
mod single;

use std::sync::{Mutex, PoisonError};

use crate::authorize::{Authorized, authorize};
use crate::context::Context;
use crate::error::Error;
use crate::event::Wrote;
use crate::plan::Deletion;
use crate::record::{Record, StoredRow};
use crate::request::WriteRequest;
use crate::value::{RowKey, Value};

pub(crate) use disclose::{Disclosed, Disclosure, undisclosed};

use changes::work_out;
use disclose::disclose;
use execute::Unwritten;

/// What became of one row.
#[derive(Clone, Debug)]
pub(crate) struct WrittenRow {
    /// Its primary key.
    pub(crate) id: RowKey,
    /// What was done with it.
    pub(crate) wrote: Wrote,
    /// The position of what it was written for, among all that was staged: of new rows, that of the request.
    pub(crate) staged: usize,
}

/// What a write answers: each row, in the order of the requests, and what was told of them, in the same order.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) rows: Vec<WrittenRow>,
    /// `None` where nothing is wanted of a row, or the actor may not read it. An error undoes nothing: the rows are written all the same.
    pub(crate) disclosed: Result<Vec<Option<Record>>, Error>,
}

impl Written {
    fn nothing() -> Self {
        Self { rows: Vec::new(), disclosed: Ok(Vec::new()) }
    }
}

/// A row that was written, before anybody is told of it.
pub(crate) struct Row {
    /// The position of what it was written for, among all that was staged.
    staged: usize,
    id: Value,
    wrote: Wrote,
    /// The row as it was, where somebody asked for it.
    before: Option<StoredRow>,
    /// The row as it is stored now; of a destroy, as it was, or its primary key alone where nobody wants to know more.
    row: StoredRow,
}

/// Runs one or several requests of the same action, all or nothing.
///
/// # Errors
/// As [`Context::create`], [`Context::update`] and [`Context::destroy`]. Then nothing was written.
pub(crate) async fn write(
    cx: &Context,
    requests: Vec<WriteRequest<'_>>,
    wanted: Disclosure<'_>,
) -> Result<Written, Error> {
    let Some(action) = requests.first().map(WriteRequest::action) else { return Ok(Written::nothing()) };
    let writes = authorized(cx, requests).await?;
    let upsert = conflict::authorized(cx, &writes)?;
    let numbers = changes::numbers(cx, &writes).await?;
    let known = changes::known(cx, &writes, &numbers).map_err(|it| it.located(action, None))?;
    let purpose = single::purpose(cx, &writes, upsert.as_ref(), known.as_deref(), wanted);
    let known = Mutex::new(known);
    let written = cx.unit(purpose, async |cx| {
        let mut staged = match take(&known) {
            Some(known) => known,
            None => work_out(cx, &writes, &numbers).await?,
        };
        keys::are_readable(cx, &staged, upsert.as_ref()).await?;
        hook::before(cx, &mut staged).await?;
        let before = disclose::before(cx, &staged, wanted).await;
        let deletion = Deletion::new(cx);
        let rows = execute::run(cx, &staged, upsert.as_ref(), wanted, &deletion).await?;
        approve::all(cx, &staged, upsert.as_ref(), &rows).await?;
        deletion::follow(cx, &staged, &rows, &deletion).await?;
        hook::after(cx, &staged, upsert.as_ref(), &rows).await?;
        event::leave(cx, &staged, upsert.as_ref(), &rows).await?;
        Ok(disclose(cx, rows, before, wanted).await?)
    });
    match written.await {
        Ok(written) => Ok(written),
        Err(Unwritten::Failed(error)) => Err(error.located(action, None)),
        Err(Unwritten::Refused(refused)) => Err(diagnose::refused(cx, action, *refused).await.located(action, None)),
    }
}

/// What is known before the first attempt; a further one works it out again.
fn take<T>(known: &Mutex<Option<T>>) -> Option<T> {
    known.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Asks the policies of each request; all that is wrong is told at once.
async fn authorized<'a>(
    cx: &'a Context,
    requests: Vec<WriteRequest<'a>>,
) -> Result<Vec<Authorized<WriteRequest<'a>>>, Error> {
    let is_one = requests.len() == 1;
    let (mut writes, mut problems) = (Vec::with_capacity(requests.len()), Vec::new());
    for (index, request) in requests.into_iter().enumerate() {
        let (resource, action, target) = (request.resource(), request.action(), request.target().clone());
        let write = match authorize(cx, request) {
            Ok(write) => Ok(write),
            Err(error) => Err(diagnose::invisible(cx, resource, action, &target, error).await?),
        };
        match write {
            Ok(write) => writes.push(write),
            Err(error) if is_one => return Err(error),
            Err(error) => problems.extend(error.located(action, Some(index)).problems().to_vec()),
        }
    }
    if problems.is_empty() { Ok(writes) } else { Err(Error::from_problems(problems)) }
}
