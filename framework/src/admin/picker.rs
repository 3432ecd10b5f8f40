//! Rows to choose from where an input names another row: all of them while they are few.

use std::collections::HashMap;

use uuid::Uuid;

use super::gate::Admin;
use super::label;
use super::model::Widget;
use crate::error::Error;
use crate::ir::{Direction, ResourceId};
use crate::query::{End, Query, Slice, SortField, SortKey};

/// More rows than this are not listed; then an id is asked for.
const ROWS: u32 = 100;

/// What can be chosen, by resource. Every row is one that the actor may read.
#[derive(Debug, Default)]
pub(super) struct Pickers(HashMap<ResourceId, Picker>);

/// What can be chosen of one resource.
#[derive(Debug)]
pub(super) enum Picker {
    /// All rows, in the order of their labels.
    Few(Vec<(Uuid, String)>),
    /// Too many to list.
    Many,
}

impl Pickers {
    /// Reads what the widgets need, each resource once.
    pub(super) async fn read(admin: &Admin, widgets: impl Iterator<Item = &Widget>) -> Result<Self, Error> {
        let mut pickers = HashMap::new();
        for widget in widgets {
            if let Widget::Row { id, .. } = widget
                && !pickers.contains_key(id)
            {
                pickers.insert(*id, rows(admin, *id).await?);
            }
        }
        Ok(Self(pickers))
    }

    /// What can be chosen of a resource.
    pub(super) fn of(&self, resource: ResourceId) -> &Picker {
        self.0.get(&resource).unwrap_or(&Picker::Many)
    }
}

async fn rows(admin: &Admin, resource: ResourceId) -> Result<Picker, Error> {
    let app = admin.app();
    let declared = app.resource(resource);
    let most = declared.primary_read().and_then(|it| it.read()?.pagination).unwrap_or_default().max;
    let slice = Slice::Keyset { rows: Some(ROWS.min(most)), from: End::Start, after: None, before: None };
    let named = super::model::label(declared);
    let sort = named.first().and_then(|it| declared.attribute(it)).map(|(index, _)| SortField::Attribute(index));
    let sort = sort.map(|field| SortKey { field, direction: Direction::Asc }).into_iter().collect();
    let page = admin.cx().read(Query { slice, sort, ..label::query(app, resource) }).await?;
    if page.has_next {
        return Ok(Picker::Many);
    }
    Ok(Picker::Few(page.records.iter().filter_map(|it| Some((it.id(app)?, label::full(app, it)))).collect()))
}
