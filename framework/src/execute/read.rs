//! Reads: one statement for the rows with their page and count, and one for each level of related rows.

use std::collections::{HashMap, HashSet};

use sea_orm::Statement;
use uuid::Uuid;

use super::failing_values::{failing_values, is_value_error};
use super::load;
use super::row::{Row, as_count, record, row};
use crate::authorize::ReadPolicies;
use crate::context::Context;
use crate::database::Purpose;
use crate::error::{Code, Error};
use crate::ir::{RelationshipId, ResourceId, Tree, Type};
use crate::plan::{Column, Cursor, Planned, Predicate, Read, plan_pair, plan_read, plan_rows};
use crate::query::{Cursors, Query, Slice};
use crate::record::{Field, Input, Record, RecordPage};
use crate::request::Clock;
use crate::sql::{self, Lowering, decode, decode_key};
use crate::value::{DateTimeUtc, Value, ValueError};

/// Reads one page, with the related rows that the query loads.
pub(crate) async fn read(cx: &Context, query: &Query) -> Result<RecordPage, Error> {
    let Some(mut planned) = plan_read(cx, query)? else {
        let (total, position) = (query.count.then_some(0), query.position.then_some(0));
        return Ok(RecordPage { total, position, ..RecordPage::default() });
    };
    place(cx, &mut planned).await?;
    if let (Some(0), true, None, None) = (planned.page, planned.count, &planned.read.after, &planned.read.before) {
        // No rows are asked for; the count says whether there are any.
        let total = count(cx, &planned.read).await?;
        let (has_next, has_previous) = (total > 0 && !planned.read.backwards, total > 0 && planned.read.backwards);
        return Ok(RecordPage { total: Some(total), has_next, has_previous, ..RecordPage::default() });
    }
    let mut rows = rows(cx, &planned).await?;
    let total = match (rows.first().and_then(|it| it.total), planned.count) {
        (Some(total), _) => Some(total),
        (None, false) => None,
        // Nothing on this page: there may still be rows before or after it.
        (None, true) if planned.read.after.is_some() || planned.read.before.is_some() => {
            Some(count(cx, &planned.read).await?)
        }
        (None, true) => Some(0),
    };
    let position = position(cx, &planned, &rows).await?;
    load::attach(cx, query.resource, rows.iter_mut().map(|it| &mut it.record).collect(), &query.loads).await?;
    Ok(RecordPage { total, position, ..page(cx, &planned, rows)? })
}

/// Reads the row with that primary key, with the related rows that the query loads.
pub(crate) async fn get(cx: &Context, query: &Query, id: Value) -> Result<Option<Record>, Error> {
    let Some(mut record) = get_rows_alone(cx, query, vec![id]).await?.pop() else { return Ok(None) };
    fill(cx, query, vec![&mut record]).await?;
    Ok(Some(record))
}

/// Reads the rows with those primary keys, in no order, with what is loaded with them.
pub(crate) async fn get_rows(cx: &Context, query: &Query, ids: Vec<Value>) -> Result<Vec<Record>, Error> {
    let mut records = get_rows_alone(cx, query, ids).await?;
    fill(cx, query, records.iter_mut().collect()).await?;
    Ok(records)
}

/// Reads the rows with those primary keys, in no order, without what is to be loaded with them.
pub(crate) async fn get_rows_alone(cx: &Context, query: &Query, ids: Vec<Value>) -> Result<Vec<Record>, Error> {
    let query = Query { slice: Slice::All, count: false, at_most: u32::MAX, ..query.clone() };
    let Some(mut planned) = plan_read(cx, &query)? else { return Ok(Vec::new()) };
    planned.read.wanted.insert(0, Predicate::one_of(&ids));
    planned.read.order.clear();
    planned.read.limit = ids.len() as u64;
    Ok(rows(cx, &planned).await?.into_iter().map(|it| it.record).collect())
}

/// Puts what a query loads into rows that it read.
pub(crate) async fn fill(cx: &Context, query: &Query, records: Vec<&mut Record>) -> Result<(), Error> {
    load::attach(cx, query.resource, records, &query.loads).await
}

/// Reads the one row that the query finds, `None` if there is none.
///
/// # Errors
/// `CONFLICT` if there is more than one that the actor may read.
pub(crate) async fn only(cx: &Context, query: &Query) -> Result<Option<Record>, Error> {
    let query = Query { count: false, cursors: Cursors::None, ..query.clone() };
    let Some(mut planned) = plan_read(cx, &query)? else { return Ok(None) };
    place(cx, &mut planned).await?;
    planned.read.limit = 2;
    let mut rows = rows(cx, &planned).await?;
    if rows.len() > 1 {
        return Err(Error::new(Code::Conflict, "more than one row was found where one was asked for"));
    }
    load::attach(cx, query.resource, rows.iter_mut().map(|it| &mut it.record).collect(), &query.loads).await?;
    Ok(rows.pop().map(|it| it.record))
}

/// Sets the limits of a page from its cursors. Where a cursor only names a row, the row's keys are looked up, if the actor may read it.
pub(super) async fn place(cx: &Context, planned: &mut Planned) -> Result<(), Error> {
    planned.read.after = keys(cx, planned, planned.after.clone()).await?;
    planned.read.before = keys(cx, planned, planned.before.clone()).await?;
    Ok(())
}

async fn keys(cx: &Context, planned: &Planned, cursor: Option<Cursor>) -> Result<Option<Vec<Value>>, Error> {
    let id = match cursor {
        None => return Ok(None),
        Some(Cursor::Values(values)) => return Ok(Some(values)),
        Some(Cursor::Row(id)) => id,
    };
    // The row that a cursor names need not itself be on the page, so only the policies apply to it.
    let policies = planned.read.wanted.iter().filter(|it| matches!(it, Predicate::Policy(_))).cloned();
    let wanted = policies.chain([Predicate::Is(Value::Uuid(id))]).collect();
    let order = planned.read.order.clone();
    let columns = (0..order.len()).map(Column::Key).collect();
    let anchor = Read { order, columns, limit: 1, ..Read::of(planned.read.resource, wanted) };
    let statement = lowered(cx, |lowering| sql::select(lowering, &anchor))?;
    let answers = cx.session().rows(statement).await?;
    let gone = || Error::new(Code::InvalidCursor, "the row of the cursor is gone");
    let answer = answers.first().ok_or_else(gone)?;
    let values = anchor.order.iter().enumerate().map(|(column, key)| decode_key(answer, column, &key.ty));
    Ok(Some(values.collect::<Result<_, _>>()?))
}

/// The rows of one planned statement, in order. A calculation that cannot be worked out for one of them is an error of that field alone.
pub(super) async fn rows(cx: &Context, planned: &Planned) -> Result<Vec<Row>, Error> {
    // An open transaction survives a failure only if one was expected and a savepoint was set.
    let goes_on = planned.may_fail(cx.engine().app()) || !cx.session().in_transaction();
    let rows = match planned_rows(cx, planned).await {
        Err(error) if is_value_error(&error) && goes_on && !planned.shape.calculations.is_empty() => {
            cx.unit(Purpose::Snapshot, async |inside| rows_with_failing_values(inside, planned).await).await?
        }
        rows => rows?,
    };
    match planned.at_most {
        Some(most) if longest(&rows) > most => {
            Err(Error::new(Code::LimitExceeded, format!("a list without pages has more than {most} rows")))
        }
        _ => Ok(rows),
    }
}

/// The largest number of rows that any parent has; the number of all rows, if there are no parents.
fn longest(rows: &[Row]) -> u64 {
    let mut counts: HashMap<Option<Uuid>, u64> = HashMap::new();
    for row in rows {
        *counts.entry(row.parent.as_ref().and_then(Value::as_uuid)).or_default() += 1;
    }
    counts.into_values().max().unwrap_or(0)
}

async fn planned_rows(cx: &Context, planned: &Planned) -> Result<Vec<Row>, Error> {
    let app = cx.engine().app();
    let statement = lowered(cx, |lowering| sql::select(lowering, &planned.read))?;
    let answers = match planned.may_fail(app) {
        true => cx.in_savepoint(async |cx| Ok(cx.session().rows(statement).await?)).await?,
        false => cx.session().rows(statement).await?,
    };
    let rows: Result<Vec<Row>, _> = answers.iter().map(|it| row(app, planned, it)).collect();
    Ok(rows?)
}

/// As [`rows`], where a calculation fails: reads the rows without calculations, and then their calculations.
async fn rows_with_failing_values(cx: &Context, planned: &Planned) -> Result<Vec<Row>, Error> {
    let mut rows = planned_rows(cx, &planned.without_calculations()).await?;
    let app = cx.engine().app();
    let mut seen = HashSet::new();
    let keys: Vec<_> = rows.iter().filter_map(|it| it.record.id(app)).filter(|it| seen.insert(*it)).collect();
    let columns: Vec<_> = planned.shape.calculations.iter().map(|(index, _)| Column::Calculation(*index)).collect();
    let fields = failing_values(cx, planned.read.resource, &planned.read.wanted, &keys, &columns).await?;
    let changed = || Error::new(Code::Conflict, "it was changed at the same time; try again");
    for row in &mut rows {
        row.record.calculations = match row.record.id(app) {
            Some(id) => fields.get(&id).ok_or_else(changed)?.clone(),
            None => vec![Field::Failed(ValueError::Unreadable); columns.len()],
        };
    }
    Ok(rows)
}

/// How many rows precede a page; `None` if that was not asked for, or the page is empty.
async fn position(cx: &Context, planned: &Planned, rows: &[Row]) -> Result<Option<u64>, Error> {
    let (read, size) = (&planned.read, usize::try_from(planned.page.unwrap_or_default()).unwrap_or(usize::MAX));
    let (first, skips) = match read.backwards {
        false => (rows.first(), read.after.is_some()),
        true => (rows.iter().take(size).next_back(), rows.len() > size || read.after.is_some()),
    };
    match first.filter(|_| planned.position) {
        None => Ok(None),
        Some(_) if !skips => Ok(Some(0)),
        Some(first) => {
            let before = Read { after: None, before: Some(first.keys.clone()), ..read.clone() };
            counted(cx, |lowering| sql::count_between(lowering, &before)).await.map(Some)
        }
    }
}

async fn count(cx: &Context, read: &Read) -> Result<u64, Error> {
    counted(cx, |lowering| sql::count(lowering, read)).await
}

async fn counted(cx: &Context, build: impl FnOnce(&Lowering<'_>) -> Result<Statement, Error>) -> Result<u64, Error> {
    let statement = lowered(cx, build)?;
    let answers = cx.session().rows(statement).await?;
    let count = answers.first().map(|it| decode(it, 0, &Type::Integer)).transpose()?;
    Ok(as_count(&count.unwrap_or(Value::Null)))
}

/// Makes a page of rows: they may be one more than the page holds, and in reverse order.
pub(super) fn page(cx: &Context, planned: &Planned, mut rows: Vec<Row>) -> Result<RecordPage, Error> {
    let read = &planned.read;
    let Some(size) = planned.page else {
        return Ok(RecordPage { records: rows.into_iter().map(|it| it.record).collect(), ..RecordPage::default() });
    };
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    if read.backwards {
        rows.reverse();
    }
    let resource = cx.engine().app().resource(read.resource);
    let marked = match planned.cursors {
        Cursors::None => Vec::new(),
        Cursors::Ends => [rows.first(), rows.last()].into_iter().flatten().collect(),
        Cursors::All => rows.iter().collect::<Vec<_>>(),
    };
    let cursor = |row: &Row| Cursor::encode(cx.engine().seal()?, resource, &read.order, &row.keys);
    let cursors = marked.into_iter().map(cursor).collect::<Result<_, _>>()?;
    let (has_next, has_previous) =
        if read.backwards { (read.before.is_some(), more) } else { (more, read.after.is_some()) };
    Ok(RecordPage {
        records: rows.into_iter().map(|it| it.record).collect(),
        cursors,
        has_next,
        has_previous,
        ..RecordPage::default()
    })
}

/// Reads rows by their primary keys, in no order, without asking the policies of rows, with the fields that the actor may see.
pub(crate) async fn reread(cx: &Context, resource: ResourceId, ids: Vec<Value>) -> Result<Vec<Record>, Error> {
    let planned = plan_rows(cx, resource, &ids);
    Ok(rows(cx, &planned).await?.into_iter().map(|it| it.record).collect())
}

/// Reads a row for which `filter` holds by the database's clock, what is at the other end of a to-one relationship of it, and that
/// clock: in one statement.
pub(crate) async fn pair(
    cx: &Context,
    resource: ResourceId,
    relationship: RelationshipId,
    filter: Tree,
) -> Result<Option<(Record, Record, DateTimeUtc)>, Error> {
    let Some(pair) = plan_pair(cx, resource, relationship, filter)? else { return Ok(None) };
    let statement = lowered_by(cx, Clock::Database, |lowering| sql::select(lowering, &pair.read))?;
    let answers = cx.session().rows(statement).await?;
    let Some(answer) = answers.first() else { return Ok(None) };
    let app = cx.engine().app();
    let row = record(app, resource, &pair.shape, answer)?;
    let related = record(app, pair.related.0, &pair.related.1, answer)?;
    Ok(Some((row, related, time(answer, pair.now)?)))
}

/// The database's clock.
pub(crate) async fn now(cx: &Context) -> Result<DateTimeUtc, Error> {
    let statement = lowered_by(cx, Clock::Database, sql::now)?;
    let answers = cx.session().rows(statement).await?;
    time(answers.first().ok_or_else(no_clock)?, 0)
}

fn time(answer: &sea_orm::QueryResult, column: usize) -> Result<DateTimeUtc, Error> {
    match decode(answer, column, &Type::Timestamp)? {
        Value::Timestamp(now) => Ok(now),
        _ => Err(no_clock()),
    }
}

fn no_clock() -> Error {
    Error::internal("the database has no clock")
}

/// Lowers a statement with the context's facts. Nothing of the lowering lives across an `await`.
pub(super) fn lowered(
    cx: &Context,
    build: impl FnOnce(&Lowering<'_>) -> Result<Statement, Error>,
) -> Result<Statement, Error> {
    lowered_by(cx, Clock::Request, build)
}

/// As [`lowered`], by the given clock.
pub(super) fn lowered_by(
    cx: &Context,
    clock: Clock,
    build: impl FnOnce(&Lowering<'_>) -> Result<Statement, Error>,
) -> Result<Statement, Error> {
    let arguments = Input::new();
    let actor = cx.actor_row();
    let read_policies = ReadPolicies::new(cx, cx.facts(&actor, &arguments));
    build(&Lowering::new(&read_policies, cx.engine().database().capability()).by(clock))
}
