//! Reads: one statement for the rows with their page and count, and one for each level of related rows.

use std::collections::{HashMap, HashSet};

use sea_orm::QueryResult;

use super::failing_values::{failing_values, is_value_error};
use super::field::row_key;
use super::found::{Found, FoundByKey, FoundPage, FoundRow, FoundRows, put_related, record};
use super::statement::{rows_once, statement, statement_once};
use super::{load, ties};
use crate::authorize::authorize;
use crate::context::Context;
use crate::database::Purpose;
use crate::error::{Code, Error};
use crate::ir::{ResourceId, Type};
use crate::plan::{BoundRead, Column, Cursor, Predicate, Read, Rows, bind, plan_rows};
use crate::query::{Cursors, Query};
use crate::record::{Field, Record, RecordPage};
use crate::request::{Clock, QueryRequest};
use crate::sql::{Question, decode, decode_key};
use crate::value::{RowKey, Value, ValueError};

/// Authorises a query and binds it; `None` if it cannot find any rows.
///
/// # Errors
/// As [`QueryRequest::new`] and [`bind`].
pub(super) fn bound(cx: &Context, query: &Query, rows: Rows<'_>) -> Result<Option<BoundRead>, Error> {
    bind(cx, authorize(cx, QueryRequest::new(cx, query)?)?, rows)
}

/// Reads one page, with the related rows that the query loads.
pub(crate) async fn find(cx: &Context, query: &Query) -> Result<FoundRows, Error> {
    let Some(mut bound) = bound(cx, query, Rows::All)? else {
        let (total, position) = (query.count.then_some(0), query.position.then_some(0));
        return Ok(FoundRows { found: None, page: FoundPage { total, position, ..FoundPage::default() } });
    };
    place(cx, &mut bound).await?;
    if let (Some(0), true, None, None) = (bound.page(), bound.counts(), bound.after(), bound.before()) {
        // No rows are asked for; the count says whether there are any.
        let total = count(cx, &bound).await?;
        let backwards = bound.plan().read().backwards;
        let (has_next, has_previous) = (total > 0 && !backwards, total > 0 && backwards);
        let page = FoundPage { total: Some(total), has_next, has_previous, ..FoundPage::default() };
        return Ok(FoundRows { found: None, page });
    }
    let found = rows(cx, &bound).await?;
    let total = match (total(&bound, &found)?, bound.counts()) {
        (Some(total), _) => Some(total),
        (None, false) => None,
        // Nothing on this page: there may still be rows before or after it.
        (None, true) if bound.after().is_some() || bound.before().is_some() => Some(count(cx, &bound).await?),
        (None, true) => Some(0),
    };
    let all: Vec<u32> = (0..found.len() as u32).collect();
    let mut found = Found::new(bound.plan().clone(), found);
    let position = position(cx, &bound, &found).await?;
    load::attach(cx, &mut found, &query.loads).await?;
    let page = FoundPage { total, position, ..page(cx, &bound, &found, all)? };
    Ok(FoundRows { found: Some(found), page })
}

/// Reads one page as records.
pub(crate) async fn read(cx: &Context, query: &Query) -> Result<RecordPage, Error> {
    Ok(find(cx, query).await?.into_page(cx.engine().app())?)
}

/// Reads the row with that primary key, with the related rows that the query loads.
pub(crate) async fn find_by_key(cx: &Context, query: &Query, id: Value) -> Result<FoundRows, Error> {
    find_rows(cx, query, Rows::ByKey(vec![id])).await
}

/// Reads the rows with those primary keys, each once, with the related rows that the query loads once `fits` has seen which rows there are.
pub(crate) async fn find_by_keys(
    cx: &Context,
    query: &Query,
    keys: &[RowKey],
    fits: impl Fn(&FoundByKey) -> Result<(), Error>,
) -> Result<FoundByKey, Error> {
    let which = Rows::ByKey(load::distinct(keys.iter().cloned()));
    let mut found = FoundByKey::new(cx.engine().app(), find_rows_alone(cx, query, which).await?);
    fits(&found)?;
    if let Some(rows) = found.rows_mut() {
        load::attach(cx, rows, &query.loads).await?;
    }
    Ok(found)
}

/// Reads the one row that the query finds.
///
/// # Errors
/// `CONFLICT` if there is more than one that the actor may read.
pub(crate) async fn find_only(cx: &Context, query: &Query) -> Result<FoundRows, Error> {
    find_rows(cx, query, Rows::One).await
}

async fn find_rows(cx: &Context, query: &Query, which: Rows<'_>) -> Result<FoundRows, Error> {
    let mut found = find_rows_alone(cx, query, which).await?;
    if let Some(rows) = &mut found.found {
        load::attach(cx, rows, &query.loads).await?;
    }
    Ok(found)
}

/// The same without the related rows.
async fn find_rows_alone(cx: &Context, query: &Query, which: Rows<'_>) -> Result<FoundRows, Error> {
    let is_one = matches!(which, Rows::One);
    let nothing = || FoundRows { found: None, page: FoundPage::default() };
    let Some(mut bound) = bound(cx, query, which)? else { return Ok(nothing()) };
    place(cx, &mut bound).await?;
    let found = rows(cx, &bound).await?;
    if is_one && found.len() > 1 {
        return Err(Error::new(Code::Conflict, "more than one row was found where one was asked for"));
    }
    let rows = (0..found.len() as u32).collect();
    let found = Found::new(bound.plan().clone(), found);
    Ok(FoundRows { found: Some(found), page: FoundPage { rows, ..FoundPage::default() } })
}

/// Reads the row with that primary key, with the related rows that the query loads.
pub(crate) async fn get(cx: &Context, query: &Query, id: Value) -> Result<Option<Record>, Error> {
    Ok(find_by_key(cx, query, id).await?.into_page(cx.engine().app())?.records.pop())
}

/// Reads the one row that the query finds, `None` if there is none.
///
/// # Errors
/// `CONFLICT` if there is more than one that the actor may read.
pub(crate) async fn only(cx: &Context, query: &Query) -> Result<Option<Record>, Error> {
    Ok(find_only(cx, query).await?.into_page(cx.engine().app())?.records.pop())
}

/// Reads the rows with those primary keys, in no order, with what is loaded with them.
pub(crate) async fn get_rows(cx: &Context, query: &Query, ids: Vec<Value>) -> Result<Vec<Record>, Error> {
    Ok(find_rows(cx, query, Rows::ByKey(ids)).await?.into_page(cx.engine().app())?.records)
}

/// Reads the rows with those primary keys, in no order, without what is to be loaded with them.
pub(crate) async fn get_rows_alone(cx: &Context, query: &Query, ids: Vec<Value>) -> Result<Vec<Record>, Error> {
    let Some(bound) = bound(cx, query, Rows::ByKey(ids))? else { return Ok(Vec::new()) };
    let found = Found::new(bound.plan().clone(), rows(cx, &bound).await?);
    Ok(found.into_records(cx.engine().app())?)
}

/// Puts what a query loads into rows that it read.
pub(crate) async fn fill(cx: &Context, query: &Query, records: Vec<&mut Record>) -> Result<(), Error> {
    let loads = load::of_records(cx, query.resource, &records, &query.loads).await?;
    Ok(put_related(cx.engine().app(), records, loads)?)
}

/// Sets the limits of a page from its cursors. Where a cursor only names a row, the row's keys are looked up, if the actor may read it.
pub(super) async fn place(cx: &Context, bound: &mut BoundRead) -> Result<(), Error> {
    let [after, before] = bound.take_cursors();
    let (after, before) = (keys(cx, bound, after).await?, keys(cx, bound, before).await?);
    bound.put_between(after, before);
    Ok(())
}

async fn keys(cx: &Context, bound: &BoundRead, cursor: Option<Cursor>) -> Result<Option<Vec<Value>>, Error> {
    let id = match cursor {
        None => return Ok(None),
        Some(Cursor::Values(values)) => return Ok(Some(values)),
        Some(Cursor::Row(id)) => id,
    };
    // The row that a cursor names need not itself be on the page, so only the policies apply to it.
    let policies = bound.wanted().iter().filter(|it| matches!(it, Predicate::Policy(_))).cloned();
    let wanted = policies.chain([Predicate::Is(id.into())]).collect();
    let read = bound.plan().read();
    let order = read.order.clone();
    let columns = (0..order.len()).map(Column::Key).collect();
    let anchor = Read { order, columns, limit: 1, reach: read.reach, ..Read::of(read.resource, wanted) };
    let answers = rows_once(cx, &anchor).await?;
    let gone = || Error::new(Code::InvalidCursor, "the row of the cursor is gone");
    let answer = answers.first().ok_or_else(gone)?;
    let values = anchor.order.iter().enumerate().map(|(column, key)| decode_key(answer, column, &key.ty));
    Ok(Some(values.collect::<Result<_, _>>()?))
}

/// The rows of one bound read, in order. A calculation that cannot be worked out for one of them is an error of that field alone.
pub(super) async fn rows(cx: &Context, bound: &BoundRead) -> Result<Vec<FoundRow>, Error> {
    // An open transaction survives a failure only if one was expected and a savepoint was set.
    let goes_on = bound.plan().may_fail() || !cx.session().in_transaction();
    let calculates = !bound.plan().layout().calculations.is_empty();
    let rows = match send(cx, bound).await {
        Err(error) if is_value_error(&error) && goes_on && calculates => {
            Box::pin(cx.unit(Purpose::Snapshot, async |inside| rows_with_failing_values(inside, bound).await)).await?
        }
        rows => rows?,
    };
    match bound.at_most() {
        Some(most) if rows.len() as u64 > most && longest(bound, &rows)? > most => {
            Err(Error::new(Code::LimitExceeded, format!("a list without pages has more than {most} rows")))
        }
        _ => Ok(rows),
    }
}

/// The largest number of rows that any parent has; the number of all rows, if there are no parents.
fn longest(bound: &BoundRead, rows: &[FoundRow]) -> Result<u64, Error> {
    let Some((column, ty)) = bound.plan().parent() else { return Ok(rows.len() as u64) };
    let mut counts: HashMap<Option<RowKey>, u64> = HashMap::new();
    for row in rows {
        *counts.entry(RowKey::of(&decode(&row.answer, column, ty)?)).or_default() += 1;
    }
    Ok(counts.into_values().max().unwrap_or(0))
}

async fn send(cx: &Context, bound: &BoundRead) -> Result<Vec<FoundRow>, Error> {
    let settled = match bound.plan().puts_ties_in_order() {
        true => ties::settled(bound, answers(cx, bound, Question::TiedRows).await?),
        false => None,
    };
    let answers = match settled {
        Some(answers) => answers,
        None => {
            bound.plan().leave_ties_to_the_database();
            answers(cx, bound, Question::Rows).await?
        }
    };
    Ok(answers.into_iter().map(|answer| FoundRow { answer, calculations: None }).collect())
}

async fn answers(cx: &Context, bound: &BoundRead, question: Question) -> Result<Vec<QueryResult>, Error> {
    let statement = statement(cx, bound, question)?;
    match bound.plan().may_fail() {
        true => Box::pin(cx.in_savepoint(async |cx| Ok(cx.session().rows(statement).await?))).await,
        false => Ok(cx.session().rows(statement).await?),
    }
}

/// As [`rows`], where a calculation fails: reads the rows without calculations, and then their calculations.
async fn rows_with_failing_values(cx: &Context, bound: &BoundRead) -> Result<Vec<FoundRow>, Error> {
    let (app, layout, mut read) = (cx.engine().app(), bound.plan().layout(), bound.read());
    for (_, column) in &layout.calculations {
        // Rows are in the order of a key whether or not it is selected.
        let key = layout.keys.iter().position(|it| it == column);
        read.columns[*column] = key.map_or(Column::Nothing, Column::Key);
    }
    let answers = rows_once(cx, &read).await?;
    let resource = app.resource(read.resource);
    let id = |answer: &QueryResult| row_key(resource, layout, answer);
    let mut seen = HashSet::new();
    let keys: Vec<_> = answers.iter().filter_map(id).filter(|it| seen.insert(it.clone())).collect();
    let columns: Vec<_> = layout.calculations.iter().map(|(index, _)| Column::Calculation(*index)).collect();
    let fields = failing_values(cx, read.resource, (read.reach, bound.wanted()), &keys, &columns).await?;
    let changed = || Error::new(Code::Conflict, "it was changed at the same time; try again");
    let mut rows = Vec::with_capacity(answers.len());
    for answer in answers {
        let calculations = match id(&answer) {
            Some(id) => fields.get(&id).ok_or_else(changed)?.clone(),
            None => vec![Field::Failed(ValueError::Unreadable); columns.len()],
        };
        rows.push(FoundRow { answer, calculations: Some(calculations) });
    }
    Ok(rows)
}

/// The number of all rows, as each row says it.
fn total(bound: &BoundRead, rows: &[FoundRow]) -> Result<Option<u64>, Error> {
    match (bound.plan().layout().total, rows.first()) {
        (Some(column), Some(row)) => Ok(Some(as_count(&decode(&row.answer, column, &Type::Integer)?))),
        _ => Ok(None),
    }
}

/// How many rows precede a page; `None` if that was not asked for, or the page is empty.
async fn position(cx: &Context, bound: &BoundRead, found: &Found) -> Result<Option<u64>, Error> {
    if !bound.is_positioned() {
        return Ok(None);
    }
    let size = usize::try_from(bound.page().unwrap_or_default()).unwrap_or(usize::MAX);
    let (rows, after) = (&found.rows, bound.after().is_some());
    let (first, skips) = match bound.plan().read().backwards {
        false => (rows.first(), after),
        true => (rows.iter().take(size).next_back(), rows.len() > size || after),
    };
    match first {
        None => Ok(None),
        Some(_) if !skips => Ok(Some(0)),
        Some(first) => {
            let keys = cursor_values(bound, first)?;
            let before = Read { after: None, before: Some(keys), ..bound.read() };
            let statement = statement_once(cx, &before, Question::CountBetween, Clock::Request)?;
            counted(cx, statement).await.map(Some)
        }
    }
}

async fn count(cx: &Context, bound: &BoundRead) -> Result<u64, Error> {
    counted(cx, statement(cx, bound, Question::Count)?).await
}

async fn counted(cx: &Context, statement: crate::database::Statement) -> Result<u64, Error> {
    let answers = cx.session().rows(statement).await?;
    let count = answers.first().map(|it| decode(it, 0, &Type::Integer)).transpose()?;
    Ok(as_count(&count.unwrap_or(Value::Null)))
}

/// A count as SQL returns it.
pub(super) fn as_count(value: &Value) -> u64 {
    match value {
        Value::Int(count) => u64::try_from(*count).unwrap_or_default(),
        _ => 0,
    }
}

/// The values of a row's keys, for a cursor.
fn cursor_values(bound: &BoundRead, row: &FoundRow) -> Result<Vec<Value>, Error> {
    let (layout, read) = (bound.plan().layout(), bound.plan().read());
    let keys = layout.keys.iter().zip(&read.order);
    Ok(keys.map(|(column, key)| decode_key(&row.answer, *column, &key.ty)).collect::<Result<_, _>>()?)
}

/// Makes a page of rows, given by their positions: they may be one more than the page holds, and in reverse order.
pub(super) fn page(cx: &Context, bound: &BoundRead, found: &Found, mut rows: Vec<u32>) -> Result<FoundPage, Error> {
    let (plan, read) = (bound.plan(), bound.plan().read());
    let Some(size) = bound.page() else { return Ok(FoundPage { rows, ..FoundPage::default() }) };
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    if read.backwards {
        rows.reverse();
    }
    let marked = match plan.cursors() {
        Cursors::None => Vec::new(),
        Cursors::Ends => [rows.first(), rows.last()].into_iter().flatten().collect(),
        Cursors::All => rows.iter().collect::<Vec<_>>(),
    };
    let resource = cx.engine().app().resource(read.resource);
    let cursor = |row: &u32| {
        let keys = cursor_values(bound, &found.rows[*row as usize])?;
        Cursor::encode(cx.engine().seal()?, resource, &read.order, &keys)
    };
    let cursors = marked.into_iter().map(cursor).collect::<Result<_, Error>>()?;
    let (after, before) = (bound.after().is_some(), bound.before().is_some());
    let (has_next, has_previous) = if read.backwards { (before, more) } else { (more, after) };
    Ok(FoundPage { rows, cursors, has_next, has_previous, total: None, position: None })
}

/// Reads rows by their primary keys, in no order, without asking the policies of rows, with the fields that the actor may see.
pub(crate) async fn reread(cx: &Context, resource: ResourceId, ids: Vec<Value>) -> Result<Vec<Record>, Error> {
    let (read, layout) = plan_rows(cx, resource, &ids);
    let app = cx.engine().app();
    let rows = rows_once(cx, &read).await?.into_iter().map(|answer| FoundRow { answer, calculations: None });
    Ok(rows.map(|it| record(app, resource, &layout, &it)).collect::<Result<_, _>>()?)
}
