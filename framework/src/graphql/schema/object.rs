//! The object type of a resource, its connection and edge.

use super::{
    Builder, ConnectionField, EdgeField, Field, Meaning, Object, RecordField, TypeDef, collection, exposed, list_of,
    named, nullable_if, required, sentence, shared,
};
use crate::error::Error;
use crate::graphql::{name, scalar};
use crate::ir::{Attribute, Graphql, ResourceId};

/// Adds `User`, and where its primary read pages, `UserConnection` and `UserEdge`.
pub(super) fn record(builder: &mut Builder<'_>, id: ResourceId, graphql: &Graphql) -> Result<(), Error> {
    let app = builder.app;
    let resource = app.resource(id);
    let mut fields = Vec::new();
    for (index, attribute) in resource.attributes_by_id().filter(|(_, it)| is_shown(it)) {
        shared::value_type(builder, &attribute.ty)?;
        let ty = nullable_if(attribute.nullable || attribute.guarded, named(scalar::name(&attribute.ty)));
        let meaning = Meaning::Record(RecordField::Attribute(index));
        let docs = match attribute.primary_key {
            true => sentence::or(
                &attribute.docs,
                format!("Which {} it is: unique, and never changes.", sentence::row(graphql)),
            ),
            false => sentence::of_typed(&attribute.docs, &attribute.name, &attribute.ty),
        };
        fields.push(Field::new(attribute.name.camel(), ty, meaning).docs(docs));
    }
    for (index, calculation) in resource.calculations_by_id().filter(|(_, it)| it.public) {
        shared::value_type(builder, &calculation.ty)?;
        // A calculation that fails is an error of its own field; nullable, it does not make the row and its list null.
        let ty = nullable_if(calculation.nullable || calculation.may_fail(app), named(scalar::name(&calculation.ty)));
        let meaning = Meaning::Record(RecordField::Calculation(index));
        let docs = sentence::of_typed(&calculation.docs, &calculation.name, &calculation.ty);
        fields.push(Field::new(calculation.name.camel(), ty, meaning).docs(docs));
    }
    for (index, relationship) in resource.relationships_by_id().filter(|(_, it)| it.public) {
        let target = app.target(relationship);
        let Some(graphql) = exposed(app, target) else { continue };
        let object = graphql.type_name.as_str();
        let field = if relationship.is_to_one() {
            // The row may be hidden, so a required key does not make the field required.
            Field::new(relationship.name.camel(), named(object), Meaning::Record(RecordField::One(index)))
        } else {
            let Some(read) = app.resource(target).primary_read().and_then(|it| it.read()) else { continue };
            match read.pagination {
                Some(pagination) => Field::new(
                    relationship.name.camel(),
                    required(named(&name::connection(object))),
                    Meaning::Record(RecordField::Page(index, pagination)),
                )
                .arguments(collection::page(object, pagination)),
                None => Field::new(
                    relationship.name.camel(),
                    required(list_of(object)),
                    Meaning::Record(RecordField::Rows(index)),
                )
                .arguments(collection::rows(object)),
            }
        };
        let sentence = sentence::of_related(relationship, app.resource(target), graphql);
        fields.push(field.docs(sentence::or(&relationship.docs, sentence)));
    }
    let object = graphql.type_name.as_str();
    let docs = sentence::or(&resource.docs, format!("One of the {}.", sentence::rows(resource)));
    builder.add(TypeDef::Object(Object { name: object.into(), docs, fields }))?;
    let pages = resource.actions.iter().filter_map(|it| it.read()).any(|it| it.pagination.is_some());
    if pages { connection(builder, object, &sentence::rows(resource)) } else { Ok(()) }
}

/// Whether an attribute is in the API.
pub(super) fn is_shown(attribute: &Attribute) -> bool {
    attribute.public && !attribute.sensitive
}

fn connection(builder: &mut Builder<'_>, object: &str, rows: &str) -> Result<(), Error> {
    shared::page_info(builder)?;
    let edge = name::edge(object);
    let field = |name: &str, ty, it| Field::new(name, required(ty), Meaning::Connection(it));
    builder.add(TypeDef::Object(Object {
        name: name::connection(object),
        docs: format!("A page of {rows}."),
        fields: vec![
            field("nodes", list_of(object), ConnectionField::Nodes).docs(format!("The {rows} of the page, in order.")),
            field("edges", list_of(&edge), ConnectionField::Edges).docs("The same, each with its cursor."),
            field("pageInfo", named("PageInfo"), ConnectionField::PageInfo).docs("What is around the page."),
            field("totalCount", named("Int"), ConnectionField::TotalCount)
                .docs("All rows that match, pages aside. Counted only when asked for."),
        ],
    }))?;
    builder.add(TypeDef::Object(Object {
        name: edge,
        docs: format!("One of the {rows} of a page."),
        fields: vec![
            Field::new("cursor", required(named("String")), Meaning::Edge(EdgeField::Cursor))
                .docs("Its place in this order, for `after` and `before`."),
            Field::new("node", required(named(object)), Meaning::Edge(EdgeField::Node)).docs("The row."),
        ],
    }))
}
