//! What a write tells of its rows. Only this makes a [`Record`], which an actor may see, of a [`StoredRow`].

use std::collections::HashMap;

use super::changes::{Rows, Staged};
use super::diagnose::named_key;
use super::{Row, Written, WrittenRow};
use crate::authorize::{PolicyFilter, ReadPolicies, Visible, all_hold, exists, permitted};
use crate::context::Context;
use crate::error::Error;
use crate::evaluate::{Evaluation, RecordRow, RowSource};
use crate::event::Wrote;
use crate::execute;
use crate::ir::ResourceId;
use crate::query::{Deleted, Query};
use crate::record::{Field, Input, Record, StoredRow};
use crate::request::{ReadRequest, Target};
use crate::value::{RowKey, Value};

/// What is wanted of the rows of a write.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Disclosure<'q> {
    /// Every attribute that the actor may see, whether they may read the row or not. Where that cannot be told nothing is written.
    Attributes,
    /// What a client selects, if the actor may read the row.
    Selection(&'q Query),
    /// Nothing.
    Nothing,
}

/// What was told of one row; `None` where nothing is wanted, or the actor may not read it. An error undoes nothing: the row is written all
/// the same.
pub(crate) type Disclosed = Result<Option<Record>, Error>;

/// Rows by their primary key.
type ByKey = HashMap<RowKey, Record>;

/// What only the database can tell of rows that are to be removed, asked while they are there.
pub(super) enum Before {
    /// The removed rows themselves will tell all that is wanted.
    Nothing,
    /// What it told.
    Told(Result<ByKey, Error>),
}

/// Asks of rows that are to be removed what only the database can tell. What fails is told once they are removed: who may not do that is told
/// so, and nothing else of them.
pub(super) async fn before(cx: &Context, staged: &[Staged<'_>], wanted: Disclosure<'_>) -> Before {
    let Some(first) = staged.first().filter(|it| it.write.action().is_destroy()) else { return Before::Nothing };
    let resource = first.write.resource();
    let keys = async |cx: &Context| -> Result<Vec<Value>, Error> {
        Ok(match (first.write.request().target(), &first.rows) {
            (Target::Key(id), _) => vec![id.into()],
            (Target::Keys(ids), _) => ids.iter().map(Value::from).collect(),
            (Target::Named(_), Rows::Locked(_, key)) => vec![key.clone()],
            (Target::Named(named), _) => {
                named_key(cx, resource, first.write.action(), named).await?.into_iter().collect()
            }
            (Target::New | Target::Identity(_) | Target::Where(_), _) => Vec::new(),
        })
    };
    match wanted {
        Disclosure::Attributes if fields_need_the_database(cx, resource) => {
            let read = cx.in_savepoint(async |cx| execute::reread(cx, resource, keys(cx).await?).await).await;
            Before::Told(read.map(|it| by_key(cx, it)))
        }
        Disclosure::Selection(query) if needs_the_database(cx, query) => {
            let deleted = if first.write.action().purges() { Deleted::Alone } else { Deleted::LeftOut };
            let query = &Query { deleted, ..query.clone() };
            let read = cx.in_savepoint(async |cx| execute::get_rows_alone(cx, query, keys(cx).await?).await).await;
            Before::Told(read.map(|it| by_key(cx, it)))
        }
        Disclosure::Attributes | Disclosure::Selection(_) | Disclosure::Nothing => Before::Nothing,
    }
}

/// Tells what is wanted of rows that were written.
///
/// # Errors
/// If it cannot be told what the actor may see, where every attribute is wanted.
pub(super) async fn disclose(
    cx: &Context,
    rows: Vec<Row>,
    before: Before,
    wanted: Disclosure<'_>,
) -> Result<Written, Error> {
    let mut done = Vec::with_capacity(rows.len());
    for row in &rows {
        let id = RowKey::of(&row.id).ok_or_else(|| Error::internal("a written row without its primary key"))?;
        done.push(WrittenRow { id, wrote: row.wrote, staged: row.staged });
    }
    let disclosed = match (wanted, before) {
        (Disclosure::Nothing, _) => Ok(rows.iter().map(|_| None).collect()),
        (Disclosure::Attributes, Before::Told(told)) => Ok(in_order(&done, told?)),
        (Disclosure::Attributes, Before::Nothing) => {
            let told = attributes(cx, rows).await?;
            Ok(told.into_iter().map(Some).collect())
        }
        (Disclosure::Selection(query), Before::Told(Ok(told))) => fill(cx, query, in_order(&done, told)).await,
        (Disclosure::Selection(_), Before::Told(Err(error))) => Err(error),
        (Disclosure::Selection(query), Before::Nothing) => selection(cx, query, &rows).await,
    };
    Ok(Written { rows: done, disclosed })
}

/// Every attribute that the actor may see.
async fn attributes(cx: &Context, rows: Vec<Row>) -> Result<Vec<Record>, Error> {
    let mut told = Vec::with_capacity(rows.len());
    let mut open = Vec::new();
    for row in &rows {
        let seen = hide(cx, &row.row)?;
        if seen.is_none() {
            open.push(row.id.clone());
        }
        told.push(seen);
    }
    let mut read = match rows.first() {
        Some(first) if !open.is_empty() && first.wrote.is_gone() => return Err(gone()),
        Some(first) if !open.is_empty() => by_key(cx, execute::reread(cx, first.row.resource(), open).await?),
        _ => ByKey::new(),
    };
    let all = told.into_iter().zip(&rows).map(|(told, row)| {
        told.or_else(|| RowKey::of(&row.id).and_then(|it| read.remove(&it))).ok_or_else(Error::not_found)
    });
    all.collect()
}

/// What a client selects of each row; what stands in the rows is not asked again.
async fn selection(cx: &Context, query: &Query, rows: &[Row]) -> Result<Vec<Option<Record>>, Error> {
    let mut told = Vec::with_capacity(rows.len());
    let mut is_known = true;
    for row in rows {
        // A purged row was one that had been deleted: there was no other way to it.
        let was_there = row.wrote == Wrote::Purged;
        match known(cx, query, &row.row, was_there)? {
            Some(Known(record)) => told.push(record),
            None if row.wrote.is_gone() => return Err(gone()),
            None => is_known = false,
        }
    }
    if is_known {
        return fill(cx, query, told).await;
    }
    let keys = rows.iter().map(|it| it.id.clone()).collect();
    let mut read = by_key(cx, cx.in_savepoint(async |cx| execute::get_rows(cx, query, keys).await).await?);
    Ok(rows.iter().map(|it| RowKey::of(&it.id).and_then(|id| read.remove(&id))).collect())
}

/// The rows with what is loaded with them.
async fn fill(cx: &Context, query: &Query, mut rows: Vec<Option<Record>>) -> Result<Vec<Option<Record>>, Error> {
    if query.loads.is_empty() || rows.iter().all(Option::is_none) {
        return Ok(rows);
    }
    cx.in_savepoint(async |cx| {
        execute::fill(cx, query, rows.iter_mut().flatten().collect()).await?;
        Ok(())
    })
    .await?;
    Ok(rows)
}

fn by_key(cx: &Context, records: Vec<Record>) -> ByKey {
    records.into_iter().filter_map(|it| Some((it.id(cx.engine().app())?, it))).collect()
}

fn in_order(done: &[WrittenRow], mut told: ByKey) -> Vec<Option<Record>> {
    done.iter().map(|it| told.remove(&it.id)).collect()
}

fn gone() -> Error {
    Error::internal("what a row shows asks for rows that are gone")
}

/// A stored row with all that is in it, for the application's own functions, which see what no actor may.
pub(crate) fn undisclosed(row: &StoredRow) -> Record {
    let attributes = row.attributes().to_vec();
    Record { resource: row.resource(), attributes, calculations: Vec::new(), related: Vec::new() }
}

/// A stored row as the actor may see it; `None` if only the database can tell.
fn hide(cx: &Context, row: &StoredRow) -> Result<Option<Record>, Error> {
    let app = cx.engine().app();
    let arguments = Input::new();
    let actor = cx.actor_row();
    let facts = cx.facts(&actor, &arguments);
    let read_policies = ReadPolicies::new(cx, facts);
    let source = RecordRow::stored(app, row);
    let mut attributes = row.attributes().to_vec();
    for (id, attribute) in app.resource(row.resource()).attributes_by_id() {
        if !attribute.guarded {
            continue;
        }
        let shown = match &*read_policies.field(row.resource(), id) {
            Visible::Always => true,
            Visible::Never => false,
            Visible::When(conditions) => match all_hold(conditions, &facts, Some(&source as &dyn RowSource))? {
                Evaluation::Known(shown) => shown,
                Evaluation::Unloaded => return Ok(None),
            },
        };
        if !shown {
            attributes[usize::from(id)] = Field::Hidden;
        }
    }
    Ok(Some(Record { resource: row.resource(), attributes, calculations: Vec::new(), related: Vec::new() }))
}

/// What a selection shows of a row, where that stands in the row.
pub(super) struct Known(Option<Record>);

/// `None` if only the database can tell.
fn known(cx: &Context, query: &Query, row: &StoredRow, was_there: bool) -> Result<Option<Known>, Error> {
    let app = cx.engine().app();
    let arguments = Input::new();
    let actor = cx.actor_row();
    let source = RecordRow::stored(app, row);
    let facts = cx.facts(&actor, &arguments);
    if !was_there && exists(cx, row)? == Evaluation::Known(false) {
        return Ok(Some(Known(None)));
    }
    Ok(match selectable(cx, query.resource).decide(&facts, Some(&source as &dyn RowSource))? {
        Evaluation::Known(false) => Some(Known(None)),
        Evaluation::Known(true) if query.calculations.is_empty() => hide(cx, row)?.map(|it| Known(Some(it))),
        Evaluation::Known(true) | Evaluation::Unloaded => None,
    })
}

/// Whether all that is wanted of a row that is known now stands in it.
pub(super) fn stands_in(cx: &Context, row: &StoredRow, wanted: Disclosure<'_>) -> bool {
    match wanted {
        Disclosure::Nothing => true,
        Disclosure::Attributes => matches!(hide(cx, row), Ok(Some(_))),
        Disclosure::Selection(query) => query.loads.is_empty() && matches!(known(cx, query, row, false), Ok(Some(_))),
    }
}

/// Whether all that is wanted of any row of the resource stands in the row, and can be told without an error.
pub(super) fn stands_in_any(cx: &Context, resource: ResourceId, wanted: Disclosure<'_>) -> bool {
    let app = cx.engine().app();
    let policies = &app.resource(resource).field_policies;
    let fields =
        policies.iter().all(|it| !it.condition.asks_other_rows() && !it.condition.may_fail(app, it.condition.root));
    match wanted {
        Disclosure::Nothing => true,
        Disclosure::Attributes => fields,
        Disclosure::Selection(query) => {
            query.loads.is_empty()
                && fields
                && !needs_the_database(cx, query)
                && !selectable(cx, resource).may_fail(app)
        }
    }
}

/// Whether [`known`] may leave it to the database, whatever the row.
fn needs_the_database(cx: &Context, query: &Query) -> bool {
    let asks = selectable(cx, query.resource).groups().iter().flatten().any(|it| it.asks_other_rows());
    asks || !query.calculations.is_empty() || fields_need_the_database(cx, query.resource)
}

/// Whether a field policy of the resource asks other rows.
fn fields_need_the_database(cx: &Context, resource: ResourceId) -> bool {
    let policies = &cx.engine().app().resource(resource).field_policies;
    policies.iter().any(|it| it.condition.asks_other_rows())
}

/// What the policies of the primary read leave; nothing where nothing is read.
fn selectable(cx: &Context, resource: ResourceId) -> PolicyFilter {
    let action = cx.engine().app().resource(resource).primary_read();
    action.map_or_else(PolicyFilter::nothing, |it| permitted(cx, &ReadRequest::primary(resource, it)))
}
