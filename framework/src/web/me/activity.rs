//! What points at me: the latest rows of each public to-many relationship of the actor, as I may read them.

use maud::{Markup, html};
use uuid::Uuid;

use super::super::{Failure, Visitor, value};
use crate::auth::Condition;
use crate::ir::{App, Attribute, Name, Relationship, RelationshipKind, Resource};
use crate::query::{End, Query, Slice};
use crate::record::Record;
use crate::value::Value;

/// Rows of each relationship.
const ROWS: u32 = 10;
/// Columns of each table.
const COLUMNS: usize = 6;

pub(super) async fn sections(visitor: &Visitor, me: Uuid) -> Result<Markup, Failure> {
    let app = visitor.site().engine().app();
    let actor = app.resource(visitor.site().roles().actor()?.resource);
    let mut sections = Vec::new();
    for relationship in actor.relationships.iter().filter(|it| it.public) {
        if let RelationshipKind::HasMany { attribute } = &relationship.kind {
            sections.push(section(visitor, app, relationship, attribute, me).await?);
        }
    }
    Ok(html! { @for section in sections { (section) } })
}

async fn section(
    visitor: &Visitor,
    app: &App,
    relationship: &Relationship,
    key: &Name,
    me: Uuid,
) -> Result<Markup, Failure> {
    let target = app.target(relationship);
    let mine = Condition::of(app, target).is(key, Value::Uuid(me)).tree()?;
    let slice = Slice::Keyset { rows: Some(ROWS), from: End::Start, after: None, before: None };
    let page = visitor.cx().read(Query { filter: Some(mine), slice, ..Query::new(target) }).await?;
    let columns = columns(app.resource(target), key);
    let title = format!("My {}", relationship.name.label().to_lowercase());
    Ok(html! {
        section aria-label=(title) {
            h2 { (title) }
            @if page.records.is_empty() { p.quiet-text { "There is nothing yet." } } @else {
                (table(&title, &columns, &page.records))
                @if page.has_next { p.quiet-text { "The latest " (ROWS) " are shown." } }
            }
        }
    })
}

fn table(title: &str, columns: &[(usize, &Attribute)], records: &[Record]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label={ (title) ", as a table" } {
            table role="table" {
                thead role="rowgroup" {
                    tr role="row" {
                        @for (_, attribute) in columns { th role="columnheader" scope="col" { (attribute.name.label()) } }
                    }
                }
                tbody role="rowgroup" {
                    @for record in records {
                        tr role="row" {
                            @for (index, attribute) in columns {
                                td role="cell" data-label=(attribute.name.label()) { (value::show(record.attributes.get(*index), &attribute.ty)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The first public attributes that say something: not the primary key, not who I am.
fn columns<'a>(resource: &'a Resource, key: &Name) -> Vec<(usize, &'a Attribute)> {
    let attributes = (0_usize..).zip(&resource.attributes);
    let telling =
        |it: &Attribute| it.public && !it.sensitive && !it.primary_key && it.name != *key && it.name != "updated_at";
    attributes.filter(|(_, it)| telling(it)).take(COLUMNS).collect()
}
