//! Related rows of many records at once: one statement for each relationship of each level, whatever the number of rows.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::read::{lowered, page, place, rows};
use super::row::{Row, as_count};
use crate::application::BoxFuture;
use crate::context::Context;
use crate::error::Error;
use crate::ir::{Relationship, ResourceId, Type};
use crate::plan::{Planned, plan_load};
use crate::query::Load;
use crate::record::{Page, Record, Related};
use crate::sql::{self, decode};
use crate::value::Value;

/// Puts what `loads` ask for into each of `records`, all of which are of `resource`.
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
    let relationship = declared.relationships.get(usize::from(load.relationship));
    let relationship =
        relationship.ok_or_else(|| Error::internal("a query loads a relationship that does not exist"))?;
    let near = relationship.key().and_then(|it| declared.attribute(it)).map(|(index, _)| index);
    let near = near.or(declared.primary_key()).ok_or_else(|| Error::internal("no key to load by"))?;
    let key = |record: &Record| record.attributes.get(usize::from(near))?.shown()?.as_uuid();

    let mut seen = HashSet::new();
    let keys = records.iter().filter_map(|it| key(it)).filter(|it| seen.insert(*it)).map(Value::Uuid).collect();
    let mut found = related(cx, relationship, load, keys).await?;
    for record in records.iter_mut() {
        let key = key(record);
        let related = if relationship.is_to_one() { found.one(key) } else { found.many(key, load) };
        record.related.push(related);
    }
    Ok(())
}

/// What a load found, by the parent's key.
#[derive(Default)]
struct Found {
    pages: HashMap<Uuid, Page>,
    to_one: bool,
}

impl Found {
    fn one(&self, key: Option<Uuid>) -> Related {
        let page = key.and_then(|it| self.pages.get(&it));
        Related::One(page.and_then(|it| it.records.first()).cloned().map(Box::new))
    }

    /// A parent may stand in the list twice (it is the `world` of two activities): its page is given to each.
    fn many(&mut self, key: Option<Uuid>, load: &Load) -> Related {
        let page = key.and_then(|it| self.pages.get(&it)).cloned();
        Related::Many(page.unwrap_or_else(|| Page { total: load.query.count.then_some(0), ..Page::default() }))
    }
}

async fn related(cx: &Context, relationship: &Relationship, load: &Load, keys: Vec<Value>) -> Result<Found, Error> {
    let mut found = Found { to_one: relationship.is_to_one(), ..Found::default() };
    if keys.is_empty() {
        return Ok(found);
    }
    let Some(mut planned) = plan_load(cx, &load.query, &relationship.kind, keys)? else { return Ok(found) };
    place(cx, &mut planned).await?;
    let mut rows = rows(cx, &planned).await?;
    attach(cx, load.query.resource, rows.iter_mut().map(|it| &mut it.record).collect(), &load.query.loads).await?;
    let totals = if planned.count && !found.to_one { totals(cx, &planned).await? } else { HashMap::new() };
    let mut by_parent: HashMap<Uuid, Vec<Row>> = HashMap::new();
    for row in rows {
        if let Some(parent) = row.parent.as_ref().and_then(Value::as_uuid) {
            by_parent.entry(parent).or_default().push(row);
        }
    }
    // A parent may have rows but none on this page.
    for parent in totals.keys() {
        by_parent.entry(*parent).or_default();
    }
    for (parent, rows) in by_parent {
        let mut page = page(cx, &planned, rows)?;
        page.total = planned.count.then(|| totals.get(&parent).copied().unwrap_or(0));
        found.pages.insert(parent, page);
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
