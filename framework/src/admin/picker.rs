//! Rows to choose from, for an input that names another row: all of them if they are few, else those that a search finds. Every row is
//! one that the actor may read, under the label that they may see.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::gate::AdminVisitor;
use super::model::{Action, FormField, Widget};
use super::{filter, label};
use crate::error::Error;
use crate::ir::{Direction, ResourceId, Tree, Type};
use crate::query::{PageEnd, Query, Slice, SortField, SortKey};
use crate::site::FormFields;
use crate::value::{RowKey, UNSTORABLE};

/// Up to as many rows are all listed; a longer list is searched.
const FEW: u32 = 50;
/// Rows that a search shows.
const FOUND: u32 = 20;

/// A row by its label.
pub(super) type PickerRow = (RowKey, String);

/// The pickers of one page.
#[derive(Debug, Default)]
pub(super) struct Pickers {
    /// The first rows of each resource in the order of their labels, and whether there are more.
    first: HashMap<ResourceId, (Vec<PickerRow>, bool)>,
    /// The search results by field, where there are too many rows to list.
    found: HashMap<String, SearchResult>,
}

/// What a search among many rows shows.
#[derive(Debug, Default)]
pub(super) struct SearchResult {
    /// The text that was searched for; empty: the first rows are shown.
    pub(super) search: String,
    pub(super) rows: Vec<PickerRow>,
    /// Whether more rows match.
    pub(super) more: bool,
    /// The row that is chosen now, if it is none of `rows`.
    pub(super) chosen: Option<PickerRow>,
}

/// The picker of one input.
pub(super) enum Picker<'a> {
    /// All rows, in the order of their labels.
    Few(&'a [PickerRow]),
    /// Too many to list.
    Many(&'a SearchResult),
}

/// The parameter that holds what is searched for in a field's picker.
pub(super) fn search_parameter(field: &str) -> String {
    format!("{field}.search")
}

/// The parameter that holds what a field's list was made of: the text that was searched for.
pub(super) fn searched_parameter(field: &str) -> String {
    format!("{field}.searched")
}

/// Whether a posted form has a new text in a picker's search and no choice: then it is a search, not the action. Without JavaScript,
/// Enter in the search's field posts such a form.
pub(super) fn searches_first(action: &Action, fields: &FormFields) -> bool {
    let text = |name: String| fields.get(&name).unwrap_or_default().trim().to_owned();
    let asks = |field: &str| {
        let search = text(search_parameter(field));
        !search.is_empty() && search != text(searched_parameter(field)) && fields.given(field).next().is_none()
    };
    action.fields.iter().any(|it| matches!(it.widget, Widget::Row { .. }) && asks(&it.name))
}

impl Pickers {
    /// The pickers of a list's filters: the rows of resources that have few. Each resource is read once.
    pub(super) async fn of_filters(
        admin: &AdminVisitor,
        widgets: impl Iterator<Item = &Widget>,
    ) -> Result<Self, Error> {
        let mut pickers = Self::default();
        for widget in widgets {
            if let Widget::Row { id, .. } = widget {
                pickers.read_first(admin, *id).await?;
            }
        }
        Ok(pickers)
    }

    /// The pickers of a form's inputs, each given with its value. `fields` has the texts that are searched for.
    pub(super) async fn of_form(
        admin: &AdminVisitor,
        inputs: impl Iterator<Item = (&FormField, &String)>,
        fields: &FormFields,
    ) -> Result<Self, Error> {
        let mut pickers = Self::default();
        for (field, value) in inputs {
            let Widget::Row { id, .. } = field.widget else { continue };
            pickers.read_first(admin, id).await?;
            let (first, more) = match pickers.first.get(&id) {
                Some((first, true)) => (first.iter().take(FOUND as usize).cloned().collect(), true),
                _ => continue,
            };
            let search = fields.get(&search_parameter(&field.name)).unwrap_or_default().trim().to_owned();
            let (rows, more) = if search.is_empty() { (first, more) } else { found(admin, id, &search).await? };
            let chosen = match admin.app().resource(id).key(value) {
                Some(chosen) if !rows.iter().any(|(id, _)| *id == chosen) => {
                    pickers.name(admin, id, &chosen).await?.map(|label| (chosen, label))
                }
                _ => None,
            };
            pickers.found.insert(field.name.to_string(), SearchResult { search, rows, more, chosen });
        }
        Ok(pickers)
    }

    /// All rows of a resource, if they are few and were read.
    pub(super) fn few(&self, resource: ResourceId) -> Option<&[PickerRow]> {
        self.first.get(&resource).filter(|(_, more)| !more).map(|(rows, _)| &rows[..])
    }

    /// What can be chosen in a form's field, if it chooses a row.
    pub(super) fn of(&self, field: &FormField) -> Option<Picker<'_>> {
        let Widget::Row { id, .. } = field.widget else { return None };
        match self.few(id) {
            Some(rows) => Some(Picker::Few(rows)),
            None => self.found.get(field.name.as_str()).map(Picker::Many),
        }
    }

    /// The label of a row, `None` if the actor may not read it. Asks the database only if the row was not read yet.
    pub(super) async fn name(
        &self,
        admin: &AdminVisitor,
        resource: ResourceId,
        id: &RowKey,
    ) -> Result<Option<String>, Error> {
        let known = self.first.get(&resource).and_then(|(rows, _)| rows.iter().find(|(it, _)| it == id));
        if let Some((_, label)) = known {
            return Ok(Some(label.clone()));
        }
        let row = admin.cx().get(label::query(admin.app(), resource), id.clone()).await?;
        Ok(row.map(|it| label::full(admin.app(), &it)))
    }

    async fn read_first(&mut self, admin: &AdminVisitor, resource: ResourceId) -> Result<(), Error> {
        if let Entry::Vacant(entry) = self.first.entry(resource) {
            entry.insert(rows(admin, resource, None, FEW).await?);
        }
        Ok(())
    }
}

async fn found(admin: &AdminVisitor, resource: ResourceId, search: &str) -> Result<(Vec<PickerRow>, bool), Error> {
    let declared = admin.app().resource(resource);
    if let (Some(Type::Uuid), Some(id)) = (declared.key_type(), declared.key(search)) {
        let row = admin.cx().get(label::query(admin.app(), resource), id.clone()).await?;
        return Ok((row.iter().map(|it| (id.clone(), label::full(admin.app(), it))).collect(), false));
    }
    let mut tree = Tree::new(Some(declared.name.clone()), None);
    let root = filter::named(&mut tree, Tree::ROW, declared, search).filter(|_| !search.contains(UNSTORABLE));
    let Some(root) = root else { return Ok((Vec::new(), false)) };
    tree.root = root;
    rows(admin, resource, Some(tree), FOUND).await
}

/// At most that many rows in the order of their labels, and whether there are more.
async fn rows(
    admin: &AdminVisitor,
    resource: ResourceId,
    filter: Option<Tree>,
    most: u32,
) -> Result<(Vec<PickerRow>, bool), Error> {
    let app = admin.app();
    let declared = app.resource(resource);
    let max = declared.primary_read().and_then(|it| it.read()?.pagination).unwrap_or_default().max;
    let slice = Slice::Keyset { rows: Some(most.min(max)), from: PageEnd::Start, after: None, before: None };
    let named = super::model::label(declared);
    let sort = named
        .first()
        .and_then(|it| declared.attribute(it))
        .filter(|(_, it)| it.sortable)
        .map(|(index, _)| SortField::Attribute(index));
    let sort = sort.map(|field| SortKey { field, direction: Direction::Asc }).into_iter().collect();
    let page = admin.cx().read(Query { filter, slice, sort, ..label::query(app, resource) }).await?;
    let choices = page.records.iter().filter_map(|it| Some((it.id(app)?, label::full(app, it))));
    Ok((choices.collect(), page.has_next))
}
