//! `/admin/<plural>/{id}`: one row, what is related to it, and what can be done to it.

use std::sync::Arc;

use maud::Markup;
use uuid::Uuid;

use super::gate::Admin;
use super::model::{Action, Column, Kind, Link, RelatedList, Screen, Source};
use super::{act, cell, filter, label, list, notice, view};
use crate::error::Error;
use crate::ir::{Comparison, Name, Node, Tree};
use crate::query::{Load, Query};
use crate::record::{Page, Record, Related};
use crate::value::Value;
use crate::web::{Failure, Fields};

/// Rows shown of each related list.
const ROWS: u32 = 10;

/// A related list as it is shown.
pub(super) struct Section<'a> {
    pub(super) title: &'a str,
    /// The rows' screen.
    pub(super) screen: &'a Screen,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Page,
    /// For each row, what can be done to it at once: without any input.
    pub(super) buttons: Vec<Vec<&'a Action>>,
    /// Where all of its rows are listed.
    pub(super) all: Option<String>,
    /// The form that adds a row, and the button's words.
    pub(super) add: Option<(String, &'a str)>,
}

pub(super) async fn page(admin: &Admin, screen: &Screen, id: Uuid, fields: &Fields) -> Result<Markup, Failure> {
    let app = admin.app();
    let query = cell::query(app, screen.id, &screen.detail);
    let record = admin.cx().get(query, id).await?.ok_or_else(Failure::not_found)?;
    let actions = act::allowed(admin, screen, Some(id)).await?;
    let mut sections = Vec::new();
    for related in &screen.related {
        sections.extend(section(admin, screen, &record, id, related).await?);
    }
    let page = view::detail::Page {
        screen,
        id,
        label: label::of(app, &record),
        cells: cell::cells(app, &record, &screen.detail),
        actions: &actions,
        sections: &sections,
    };
    Ok(view::detail::page(admin, &page, notice::of(screen, fields).as_deref()))
}

async fn section<'a>(
    admin: &'a Admin,
    screen: &Screen,
    record: &Record,
    id: Uuid,
    related: &'a RelatedList,
) -> Result<Option<Section<'a>>, Error> {
    let Some(target) = admin.model.of(related.id) else { return Ok(None) };
    let (key, rows) = match &related.link {
        Link::Key { attribute } => (Some((attribute, id.to_string())), None),
        Link::Identity { attribute, identity } => {
            let Some(address) = text(admin, screen, record, identity) else { return Ok(None) };
            (Some((attribute, address)), None)
        }
        Link::Through { relationship } => (None, Some(*relationship)),
    };
    let columns = columns(admin, target, key.as_ref().map(|(attribute, _)| *attribute));
    let query = list::counted(cell::query(admin.app(), target.id, &columns));
    let rows = match (&key, rows) {
        (Some((attribute, value)), _) => {
            let filter = equals(admin, target, attribute, value);
            list::first_rows(admin, Query { filter, ..query }, &target.list, ROWS).await?
        }
        (None, Some(relationship)) => through(admin, screen, id, relationship, target, query).await?,
        (None, None) => Page::default(),
    };
    let mut buttons = Vec::new();
    for row in &rows.records {
        buttons.push(at_once(admin, target, row).await?);
    }
    let add = match &related.link {
        Link::Key { attribute } => add(admin, target, attribute, id).await?,
        Link::Through { .. } | Link::Identity { .. } => None,
    };
    let all = key.map(|(attribute, value)| filter::address(&target.address, attribute, &value));
    Ok(Some(Section { title: &related.title, screen: target, columns, rows, buttons, all, add }))
}

fn text(admin: &Admin, screen: &Screen, record: &Record, attribute: &Name) -> Option<String> {
    let (index, _) = admin.app().resource(screen.id).attribute(attribute)?;
    Some(record.attributes.get(usize::from(index))?.shown()?.as_text()?.to_owned())
}

/// The list's columns without the one that is the same in every row.
fn columns(admin: &Admin, target: &Screen, key: Option<&Name>) -> Vec<Column> {
    let declared = admin.app().resource(target.id);
    let is_key = |column: &Column| match &column.source {
        Source::Relationship { index, .. } => {
            declared.relationships.get(usize::from(*index)).is_some_and(|it| key.is_some() && it.key() == key)
        }
        Source::Attribute { .. } | Source::Calculation { .. } => key == Some(&column.name),
    };
    target.list.columns.iter().filter(|it| !is_key(it)).cloned().collect()
}

fn equals(admin: &Admin, target: &Screen, attribute: &Name, value: &str) -> Option<Tree> {
    let declared = admin.app().resource(target.id);
    let (index, attribute) = declared.attribute(attribute)?;
    let value = super::input::parse(&attribute.ty, value, super::input::Day::Start).unwrap_or(Value::Null);
    let mut tree = Tree::new(Some(declared.name.clone()), None);
    let left = tree.push(Node::Column { path: Tree::ROW, attribute: index });
    let right = tree.literal(value, attribute.ty.clone());
    tree.root = tree.push(Node::Compare { op: Comparison::Eq, left, right });
    Some(tree)
}

async fn through(
    admin: &Admin,
    screen: &Screen,
    id: Uuid,
    relationship: u16,
    target: &Screen,
    query: Query,
) -> Result<Page, Error> {
    let query = Query { slice: list::slice(&target.list, &super::address::Page::First, Some(ROWS)), ..query };
    let loads = vec![Load { relationship, query }];
    let owner = Query { loads, ..label::query(admin.app(), screen.id) };
    let related = admin.cx().get(owner, id).await?.and_then(|it| it.related.into_iter().next());
    Ok(match related {
        Some(Related::Many(page)) => Arc::unwrap_or_clone(page),
        Some(Related::One(_)) | None => Page::default(),
    })
}

/// Updates that ask for nothing, where the actor may do them: buttons beside the row.
async fn at_once<'a>(admin: &Admin, target: &'a Screen, row: &Record) -> Result<Vec<&'a Action>, Error> {
    let mut actions = Vec::new();
    let Some(id) = row.id(admin.app()) else { return Ok(actions) };
    for action in target.actions.iter().filter(|it| it.kind == Kind::Update && it.fields.is_empty()) {
        if admin.cx().can(target.id, &action.name, Some(id)).await? {
            actions.push(action);
        }
    }
    Ok(actions)
}

/// The form of the usual create, with this row filled in.
async fn add<'a>(admin: &Admin, target: &'a Screen, key: &Name, id: Uuid) -> Result<Option<(String, &'a str)>, Error> {
    let takes_key = |it: &&Action| it.kind == Kind::Create && it.fields.iter().any(|field| field.name == *key);
    let Some(action) = target.actions.iter().find(takes_key) else { return Ok(None) };
    let may = admin.cx().can(target.id, &action.name, None).await?;
    Ok(may.then(|| (super::address::with_parameter(&action.address, key, &id.to_string()), action.title.as_str())))
}
