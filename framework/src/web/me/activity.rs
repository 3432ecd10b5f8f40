//! The visitor's activity: the latest rows of each public to-many relationship of the actor, as far as they may read them.

use maud::{Markup, html};
use uuid::Uuid;

use crate::error::Error;
use crate::ir::{
    App, Attribute, AttributeId, Comparison, Name, Node, Relationship, RelationshipId, RelationshipKind, Resource,
    Tree, Type,
};
use crate::query::{Load, PageEnd, Query, Slice};
use crate::record::{Record, Related};
use crate::site::{PageError, Visitor, value};
use crate::value::Value;

/// Rows of each relationship.
const ROWS: u32 = 10;
/// Columns of each table.
const COLUMNS: usize = 6;

/// One column: an attribute, or, for a key, the row that it points at.
struct ActivityColumn<'a> {
    title: String,
    id: AttributeId,
    attribute: &'a Attribute,
    /// The relationship whose key it is, and the position of its load.
    row: Option<(RelationshipId, usize)>,
}

pub(super) async fn sections(visitor: &Visitor, me: Uuid) -> Result<Markup, PageError> {
    let app = visitor.site().engine().app();
    let actor = app.resource(visitor.site().roles().actor()?.resource);
    let mut sections = Vec::new();
    for relationship in actor.relationships.iter().filter(|it| it.public) {
        if let RelationshipKind::HasMany { attribute } = &relationship.kind
            && can_be_shown(visitor, app, relationship, attribute)
        {
            sections.push(section(visitor, app, relationship, attribute, me).await?);
        }
    }
    Ok(html! { @for section in sections { (section) } })
}

/// Whether nothing that is shown of these rows is of a tenant, or one was entered.
fn can_be_shown(visitor: &Visitor, app: &App, relationship: &Relationship, key: &Name) -> bool {
    let resource = app.resource(app.target(relationship));
    let columns = columns(resource, key);
    let targets = columns.iter().filter_map(|it| it.row).map(|(row, _)| app.resource(app.target(&resource[row])));
    visitor.cx().tenant().is_some() || [resource].into_iter().chain(targets).all(|it| it.tenant.is_none())
}

async fn section(
    visitor: &Visitor,
    app: &App,
    relationship: &Relationship,
    key: &Name,
    me: Uuid,
) -> Result<Markup, PageError> {
    let target = app.target(relationship);
    let slice = Slice::Keyset { rows: Some(ROWS), from: PageEnd::Start, after: None, before: None };
    let resource = app.resource(target);
    let mine = whose(resource, key, me)?;
    let columns = columns(resource, key);
    let relationships = columns.iter().filter_map(|it| it.row).map(|(relationship, _)| relationship);
    let load = |it: RelationshipId| Load { relationship: it, query: Query::unrestricted(app.target(&resource[it])) };
    let loads = relationships.map(load).collect();
    let page = visitor.cx().read(Query { filter: Some(mine), slice, loads, ..Query::unrestricted(target) }).await?;
    let title = format!("My {}", relationship.name.label().to_lowercase());
    Ok(html! {
        section aria-label=(title) {
            h2 { (title) }
            @if page.records.is_empty() { p.quiet-text { "There is nothing yet." } } @else {
                (table(visitor, &title, &columns, &page.records))
                @if page.has_next { p.quiet-text { "The latest " (ROWS) " are shown." } }
            }
        }
    })
}

/// That a row's key is this one.
fn whose(resource: &Resource, key: &Name, me: Uuid) -> Result<Tree, Error> {
    let (attribute, _) = resource.attribute(key).ok_or_else(|| Error::internal(format!("there is no key `{key}`")))?;
    let mut tree = Tree::new(Some(resource.name.clone()), None);
    let left = tree.push(Node::Column { path: Tree::ROW, attribute });
    let right = tree.literal(Value::Uuid(me), Type::Uuid);
    tree.root = tree.push(Node::Compare { op: Comparison::Eq, left, right });
    Ok(tree)
}

fn table(visitor: &Visitor, title: &str, columns: &[ActivityColumn<'_>], records: &[Record]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label={ (title) ", as a table" } {
            table role="table" {
                thead role="rowgroup" {
                    tr role="row" { @for column in columns { th role="columnheader" scope="col" { (column.title) } } }
                }
                tbody role="rowgroup" {
                    @for record in records {
                        tr role="row" {
                            @for column in columns {
                                td role="cell" data-label=(column.title) { (cell(visitor, column, record)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(visitor: &Visitor, column: &ActivityColumn<'_>, record: &Record) -> Markup {
    let shown = || value::show(Some(record.attribute(column.id)), &column.attribute.ty);
    let Some((_, load)) = column.row else { return shown() };
    let site = visitor.site();
    match record.related.get(load) {
        Some(Related::One(Some(row))) => value::bdi(&site.roles().label(site.engine().app(), row)),
        _ => html! { span.quiet-text { "–" } },
    }
}

/// The first public attributes, without the key of the visitor and those that the framework fills in.
fn columns<'a>(resource: &'a Resource, key: &Name) -> Vec<ActivityColumn<'a>> {
    let telling = |it: &Attribute| it.public && !it.sensitive && it.generated.is_none() && it.name != *key;
    let attributes = resource.attributes_by_id().filter(|(_, it)| telling(it)).take(COLUMNS);
    let mut loads = 0..;
    let column = |(id, attribute): (AttributeId, &'a Attribute)| {
        let points = |it: &Relationship| it.public && it.key() == Some(&attribute.name);
        let relationship = resource.relationships_by_id().find(|(_, it)| points(it));
        ActivityColumn {
            title: relationship.map_or_else(|| attribute.name.label(), |(_, it)| it.name.label()),
            id,
            attribute,
            row: relationship.and_then(|(relationship, _)| Some((relationship, loads.next()?))),
        }
    };
    attributes.map(column).collect()
}
