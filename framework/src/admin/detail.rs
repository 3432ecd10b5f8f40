//! `/admin/<plural>/{id}`: one row, the rows related to it, and the actions on it.

use std::sync::Arc;

use maud::Markup;

use super::gate::AdminVisitor;
use super::model::{Action, AdminActionKind, Column, RelatedBy, RelatedList, Screen, ValueSource, segment_of};
use super::{act, cell, filter, label, list, view};
use crate::error::Error;
use crate::ir::strategy::REVOKE;
use crate::ir::{Comparison, Name, Node, RelationshipId, Tree};
use crate::query::{Load, Query};
use crate::record::{Record, RecordPage, Related};
use crate::site::PageError;
use crate::value::{RowKey, Value};

/// Rows shown of each related list.
const ROWS: u32 = 10;

/// A related list as it is shown.
pub(super) struct Section<'a> {
    pub(super) title: &'a str,
    /// The rows' screen.
    pub(super) screen: &'a Screen,
    pub(super) columns: Vec<Column>,
    pub(super) rows: RecordPage,
    /// For each row, the actions without inputs.
    pub(super) buttons: Vec<Vec<&'a Action>>,
    /// Where all of its rows are listed.
    pub(super) all: Option<String>,
    /// The form that adds a row, and the button's words.
    pub(super) add: Option<(String, &'a str)>,
    /// The form that revokes all rows at once, if any can be revoked.
    pub(super) revoke_all: Option<String>,
}

pub(super) async fn page(admin: &AdminVisitor, screen: &Screen, id: &RowKey) -> Result<Markup, PageError> {
    let app = admin.app();
    let query = cell::query(app, screen.id, &screen.detail);
    let record = admin.cx().get(query, id.clone()).await?.ok_or_else(PageError::not_found)?;
    let actions = act::allowed(admin, screen, Some(id)).await?;
    let mut sections = Vec::new();
    for related in screen.related.iter().filter(|it| admin.shows(it.id)) {
        sections.extend(section(admin, screen, &record, id, related).await?);
    }
    let page = view::detail::DetailPage {
        screen,
        id: id.clone(),
        label: label::of(app, &record),
        cells: cell::cells(app, &record, &screen.detail),
        actions: &actions,
        sections: &sections,
    };
    Ok(view::detail::page(admin, &page))
}

async fn section<'a>(
    admin: &'a AdminVisitor,
    screen: &Screen,
    record: &Record,
    id: &RowKey,
    related: &'a RelatedList,
) -> Result<Option<Section<'a>>, Error> {
    let Some(target) = admin.model.of(related.id) else { return Ok(None) };
    let key = key(admin, screen, record, related);
    let rows = match &related.link {
        RelatedBy::Identity { .. } if key.is_none() => return Ok(None),
        RelatedBy::Key { .. } | RelatedBy::Identity { .. } => None,
        RelatedBy::Through { relationship } => Some(*relationship),
    };
    let columns = columns(admin, target, key.as_ref().map(|(attribute, _)| *attribute));
    let query = list::counted(cell::query(admin.app(), target.id, &columns));
    let rows = match (&key, rows) {
        (Some((attribute, value)), _) => {
            let filter = equals(admin, target, attribute, value);
            list::first_rows(admin, Query { filter, ..query }, &target.list, ROWS).await?
        }
        (None, Some(relationship)) => through(admin, screen, id, relationship, target, query).await?,
        (None, None) => RecordPage::default(),
    };
    let buttons = act::at_once(admin, target, &rows.records).await?;
    let revoke_all = match &related.revoke_all {
        Some(address) if buttons.iter().flatten().any(|it| it.name == REVOKE.name) => {
            Some(address.replace("{id}", &segment_of(id)))
        }
        _ => None,
    };
    let add = match &key {
        Some((attribute, value)) => add(admin, target, attribute, value).await?,
        None => None,
    };
    let all = key.filter(|(attribute, _)| target.list.filters.iter().any(|it| it.name == **attribute));
    let all = all.map(|(attribute, value)| filter::address(&target.address, attribute, &value));
    Ok(Some(Section { title: &related.title, screen: target, columns, rows, buttons, all, add, revoke_all }))
}

/// The attribute that points at this row, and its value; `None` for rows that a join resource joins, and where the value is hidden.
pub(super) fn key<'a>(
    admin: &AdminVisitor,
    screen: &Screen,
    record: &Record,
    related: &'a RelatedList,
) -> Option<(&'a Name, String)> {
    match &related.link {
        RelatedBy::Key { attribute } => Some((attribute, record.id(admin.app())?.to_string())),
        RelatedBy::Identity { attribute, identity } => Some((attribute, text(admin, screen, record, identity)?)),
        RelatedBy::Through { .. } => None,
    }
}

fn text(admin: &AdminVisitor, screen: &Screen, record: &Record, attribute: &Name) -> Option<String> {
    let (id, _) = admin.app().resource(screen.id).attribute(attribute)?;
    Some(record.attribute(id).shown()?.as_text()?.to_owned())
}

/// The list's columns without the key, which is the same in every row.
fn columns(admin: &AdminVisitor, target: &Screen, key: Option<&Name>) -> Vec<Column> {
    let declared = admin.app().resource(target.id);
    let is_key = |column: &Column| match &column.source {
        ValueSource::Relationship { id, .. } => key.is_some() && declared[*id].key() == key,
        ValueSource::Attribute { .. } | ValueSource::Calculation { .. } => key == Some(&column.name),
    };
    target.list.columns.iter().filter(|it| !is_key(it)).cloned().collect()
}

/// The rows whose attribute is the value.
pub(super) fn equals(admin: &AdminVisitor, target: &Screen, attribute: &Name, value: &str) -> Option<Tree> {
    let declared = admin.app().resource(target.id);
    let (id, attribute) = declared.attribute(attribute)?;
    let value = super::input::parse(&attribute.ty, value, super::input::SpanEnd::First).unwrap_or(Value::Null);
    let mut tree = Tree::new(Some(declared.name.clone()), None);
    let left = tree.push(Node::Column { path: Tree::ROW, attribute: id });
    let right = tree.literal(value, attribute.ty.clone());
    tree.root = tree.push(Node::Compare { op: Comparison::Eq, left, right });
    Some(tree)
}

async fn through(
    admin: &AdminVisitor,
    screen: &Screen,
    id: &RowKey,
    relationship: RelationshipId,
    target: &Screen,
    query: Query,
) -> Result<RecordPage, Error> {
    let query = Query { slice: list::slice(&target.list, &super::address::PagePosition::First, Some(ROWS)), ..query };
    let loads = vec![Load { relationship, query }];
    let owner = Query { loads, ..label::query(admin.app(), screen.id) };
    let related = admin.cx().get(owner, id).await?.and_then(|it| it.related.into_iter().next());
    Ok(match related {
        Some(Related::Many(page)) => Arc::unwrap_or_clone(page),
        Some(Related::One(_)) | None => RecordPage::default(),
    })
}

/// The form that creates a related row, with the key filled in.
async fn add<'a>(
    admin: &AdminVisitor,
    target: &'a Screen,
    key: &Name,
    value: &str,
) -> Result<Option<(String, &'a str)>, Error> {
    let takes_key = |it: &&Action| {
        matches!(it.kind, AdminActionKind::Create | AdminActionKind::Call)
            && it.fields.iter().any(|field| field.name == *key)
    };
    let Some(action) = target.actions.iter().find(takes_key) else { return Ok(None) };
    let may = admin.cx().can(target.id, &action.name, None).await?;
    Ok(may.then(|| (super::address::with_parameter(&action.address, key, value), action.title.as_str())))
}
