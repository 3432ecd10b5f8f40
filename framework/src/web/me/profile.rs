//! The visitor's profile: the public attributes of their row, as far as they may read them.

use maud::{Markup, html};
use uuid::Uuid;

use crate::ir::{Attribute, Generated};
use crate::query::Query;
use crate::site::{PageError, Visitor, value};

pub(super) async fn section(visitor: &Visitor, me: Uuid) -> Result<Markup, PageError> {
    let app = visitor.site().engine().app();
    let resource = visitor.site().roles().actor()?.resource;
    let record = visitor.cx().get(Query::unrestricted(resource), me).await?;
    let attributes = app.resource(resource).attributes_by_id();
    let telling = |it: &Attribute| it.public && !it.sensitive && it.generated != Some(Generated::UpdatedAt);
    let shown = attributes.filter(|(_, it)| telling(it));
    let label = |it: &Attribute| match it.generated {
        Some(Generated::InsertedAt) => "Joined".to_owned(),
        _ => it.name.label(),
    };
    Ok(html! {
        section aria-labelledby="profile" {
            h2 #profile { "My profile" }
            @if let Some(record) = record {
                dl.facts {
                    @for (id, attribute) in shown {
                        div {
                            dt { (label(attribute)) }
                            dd { (value::show(Some(record.attribute(id)), &attribute.ty)) }
                        }
                    }
                }
            } @else {
                p { "You may not see your own profile." }
            }
        }
    })
}
