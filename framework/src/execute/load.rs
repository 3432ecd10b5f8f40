//! Related rows of many rows at once: one statement for each relationship of each level, whatever the number of rows.

use std::collections::HashMap;

use super::found::{Found, FoundLoad, FoundPage, FoundRelated};
use super::read::{as_count, bound, page, place, rows};
use super::statement::statement;
use crate::context::Context;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::ir::{AttributeId, Relationship, ResourceId, Type};
use crate::plan::{BoundRead, Rows};
use crate::query::Load;
use crate::record::Record;
use crate::sql::{Question, cell, decode};
use crate::value::{RowKey, Value};

/// Reads the related rows that `loads` ask for, of each row that was found.
pub(super) fn attach<'a>(cx: &'a Context, found: &'a mut Found, loads: &'a [Load]) -> BoxFuture<'a, Result<(), Error>> {
    Box::pin(async move {
        for load in loads {
            let app = cx.engine().app();
            let (relationship, near) = start(cx, found.plan().read().resource, load)?;
            let keys = (0..found.rows.len() as u32).filter_map(|row| found.key(app, row, near));
            let keys = distinct(keys);
            let loaded = related(cx, relationship, near, load, keys).await?;
            found.loads.push(loaded);
        }
        Ok(())
    })
}

/// The same of records of `resource`.
pub(super) async fn of_records(
    cx: &Context,
    resource: ResourceId,
    records: &[&mut Record],
    loads: &[Load],
) -> Result<Vec<FoundLoad>, Error> {
    let mut loaded = Vec::with_capacity(loads.len());
    for load in loads {
        let (relationship, near) = start(cx, resource, load)?;
        let keys = distinct(records.iter().filter_map(|it| RowKey::of(it.attribute(near).shown()?)));
        loaded.push(related(cx, relationship, near, load, keys).await?);
    }
    Ok(loaded)
}

/// The relationship of a load, and the attribute of a row that says which rows are related to it.
fn start<'a>(cx: &'a Context, resource: ResourceId, load: &Load) -> Result<(&'a Relationship, AttributeId), Error> {
    let declared = cx.engine().app().resource(resource);
    let relationship = &declared[load.relationship];
    let near = relationship.key().and_then(|it| declared.attribute(it)).map(|(id, _)| id);
    let near = near.or(declared.primary_key()).ok_or_else(|| Error::internal("no key to load by"))?;
    Ok((relationship, near))
}

/// Each key once.
pub(super) fn distinct(keys: impl Iterator<Item = RowKey>) -> Vec<Value> {
    let mut seen = std::collections::HashSet::new();
    keys.filter(|it| seen.insert(it.clone())).map(Value::from).collect()
}

async fn related(
    cx: &Context,
    relationship: &Relationship,
    near: AttributeId,
    load: &Load,
    keys: Vec<Value>,
) -> Result<FoundLoad, Error> {
    let nothing = || {
        let empty = FoundPage { total: load.query.count.then_some(0), ..FoundPage::default() };
        let related = match relationship.is_to_one() {
            true => FoundRelated::One(HashMap::new()),
            false => FoundRelated::Many(HashMap::new(), empty),
        };
        FoundLoad { near, found: None, related }
    };
    if keys.is_empty() {
        return Ok(nothing());
    }
    let Some(mut bound) = bound(cx, &load.query, Rows::Related(&relationship.kind, keys))? else {
        return Ok(nothing());
    };
    place(cx, &mut bound).await?;
    let mut found = Found::new(bound.plan().clone(), rows(cx, &bound).await?);
    attach(cx, &mut found, &load.query.loads).await?;
    let mut loaded = nothing();
    match &mut loaded.related {
        FoundRelated::One(by_key) => {
            for row in 0..found.rows.len() as u32 {
                if let Some(parent) = parent(&bound, &found, row)? {
                    by_key.insert(parent, row);
                }
            }
        }
        FoundRelated::Many(pages, _) => {
            let mut by_parent: HashMap<RowKey, Vec<u32>> = HashMap::new();
            // Rows of one parent come together on PostgreSQL.
            let mut together: Option<(RowKey, Vec<u32>)> = None;
            for row in 0..found.rows.len() as u32 {
                let Some(parent) = parent(&bound, &found, row)? else { continue };
                match &mut together {
                    Some((of, rows)) if *of == parent => rows.push(row),
                    _ => put(&mut by_parent, together.replace((parent, vec![row]))),
                }
            }
            put(&mut by_parent, together);
            let totals = if load.query.count { totals(cx, &bound).await? } else { HashMap::new() };
            // A parent may have rows but none on this page.
            for parent in totals.keys() {
                by_parent.entry(parent.clone()).or_default();
            }
            for (parent, rows) in by_parent {
                let mut page = page(cx, &bound, &found, rows)?;
                page.total = load.query.count.then(|| totals.get(&parent).copied().unwrap_or(0));
                pages.insert(parent, page);
            }
        }
    }
    loaded.found = Some(found);
    Ok(loaded)
}

fn put(by_parent: &mut HashMap<RowKey, Vec<u32>>, rows: Option<(RowKey, Vec<u32>)>) {
    let Some((parent, mut rows)) = rows else { return };
    by_parent.entry(parent).or_default().append(&mut rows);
}

/// The key of the row that a row was loaded for.
fn parent(bound: &BoundRead, found: &Found, row: u32) -> Result<Option<RowKey>, Error> {
    let Some((column, ty)) = bound.plan().parent() else { return Ok(None) };
    Ok(cell(&found.rows[row as usize].answer, column, ty)?.key())
}

async fn totals(cx: &Context, bound: &BoundRead) -> Result<HashMap<RowKey, u64>, Error> {
    let statement = statement(cx, bound, Question::CountPerParent)?;
    let (_, ty) =
        bound.plan().parent().ok_or_else(|| Error::internal("totals of rows that were read for no others"))?;
    let mut totals = HashMap::new();
    for answer in cx.session().rows(statement).await? {
        if let Some(parent) = RowKey::of(&decode(&answer, 0, ty)?) {
            totals.insert(parent, as_count(&decode(&answer, 1, &Type::Integer)?));
        }
    }
    Ok(totals)
}
