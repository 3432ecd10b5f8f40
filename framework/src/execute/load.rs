//! Related rows of many records at once: one statement for each relationship of each level, whatever the number of rows.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use uuid::Uuid;

use super::read::{lowered, page, place, rows};
use super::row::{Row, as_count};
use crate::context::Context;
use crate::error::Error;
use crate::future::BoxFuture;
use crate::ir::{Relationship, ResourceId, Type};
use crate::plan::{Planned, plan_load};
use crate::query::Load;
use crate::record::{Record, RecordPage, Related};
use crate::sql::{self, decode};
use crate::value::Value;

/// Puts the related rows that `loads` ask for into each of `records`, all of which are of `resource`.
pub(super) fn attach<'a>(
    cx: &'a Context,
    resource: ResourceId,
    mut records: Vec<&'a mut Record>,
    loads: &'a [Load],
) -> BoxFuture<'a, Result<(), Error>> {
    Box::pin(async move {
        for load in loads {
            one_load(cx, resource, &mut records, load).await?;
        }
        Ok(())
    })
}

async fn one_load(cx: &Context, resource: ResourceId, records: &mut [&mut Record], load: &Load) -> Result<(), Error> {
    let declared = cx.engine().app().resource(resource);
    let relationship = &declared[load.relationship];
    let near = relationship.key().and_then(|it| declared.attribute(it)).map(|(id, _)| id);
    let near = near.or(declared.primary_key()).ok_or_else(|| Error::internal("no key to load by"))?;
    let key = |record: &Record| record.attribute(near).shown()?.as_uuid();

    let mut seen = HashSet::new();
    let keys = records.iter().filter_map(|it| key(it)).filter(|it| seen.insert(*it)).map(Value::Uuid).collect();
    let found = related(cx, relationship, load, keys).await?;
    for record in records.iter_mut() {
        record.related.push(found.of(key(record)));
    }
    Ok(())
}

/// What a load found, by the parent's key. A row may be the `world` of two activities: they share it.
enum LoadedRows {
    One(HashMap<Uuid, Arc<Record>>),
    /// The pages, and the page of a parent without related rows.
    Many(HashMap<Uuid, Arc<RecordPage>>, Arc<RecordPage>),
}

impl LoadedRows {
    fn nothing(relationship: &Relationship, load: &Load) -> Self {
        if relationship.is_to_one() {
            return Self::One(HashMap::new());
        }
        let empty = RecordPage { total: load.query.count.then_some(0), ..RecordPage::default() };
        Self::Many(HashMap::new(), Arc::new(empty))
    }

    fn of(&self, key: Option<Uuid>) -> Related {
        match self {
            Self::One(rows) => Related::One(key.and_then(|it| rows.get(&it)).cloned()),
            Self::Many(pages, empty) => Related::Many(key.and_then(|it| pages.get(&it)).unwrap_or(empty).clone()),
        }
    }
}

async fn related(
    cx: &Context,
    relationship: &Relationship,
    load: &Load,
    keys: Vec<Value>,
) -> Result<LoadedRows, Error> {
    let mut found = LoadedRows::nothing(relationship, load);
    if keys.is_empty() {
        return Ok(found);
    }
    let Some(mut planned) = plan_load(cx, &load.query, &relationship.kind, keys)? else { return Ok(found) };
    place(cx, &mut planned).await?;
    let mut rows = rows(cx, &planned).await?;
    attach(cx, load.query.resource, rows.iter_mut().map(|it| &mut it.record).collect(), &load.query.loads).await?;
    let rows = rows.into_iter().filter_map(|it| Some((it.parent.as_ref().and_then(Value::as_uuid)?, it)));
    match &mut found {
        LoadedRows::One(by_parent) => by_parent.extend(rows.map(|(parent, row)| (parent, Arc::new(row.record)))),
        LoadedRows::Many(pages, _) => {
            let mut by_parent: HashMap<Uuid, Vec<Row>> = HashMap::new();
            for (parent, row) in rows {
                by_parent.entry(parent).or_default().push(row);
            }
            let totals = if planned.count { totals(cx, &planned).await? } else { HashMap::new() };
            // A parent may have rows but none on this page.
            for parent in totals.keys() {
                by_parent.entry(*parent).or_default();
            }
            for (parent, rows) in by_parent {
                let mut page = page(cx, &planned, rows)?;
                page.total = planned.count.then(|| totals.get(&parent).copied().unwrap_or(0));
                pages.insert(parent, Arc::new(page));
            }
        }
    }
    Ok(found)
}

async fn totals(cx: &Context, planned: &Planned) -> Result<HashMap<Uuid, u64>, Error> {
    let Some(parents) = &planned.read.parents else { return Ok(HashMap::new()) };
    let statement = lowered(cx, |lowering| sql::count_per_parent(lowering, &planned.read, parents))?;
    let mut totals = HashMap::new();
    for answer in cx.session().rows(statement).await? {
        if let Some(parent) = decode(&answer, 0, &Type::Uuid)?.as_uuid() {
            totals.insert(parent, as_count(&decode(&answer, 1, &Type::Integer)?));
        }
    }
    Ok(totals)
}
