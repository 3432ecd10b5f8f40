//! The fields of `Query` and `Mutation`.

use super::{
    Builder, Field, MUTATION, Meaning, Object, QUERY, ReadShape, Root, TypeDef, action, actor, collection, exposed,
    filter, list_of, named, nullable_if, required, sentence, sign_in,
};
use crate::error::Error;
use crate::graphql::name;
use crate::ir::{Action, ActionKind, Graphql, Read, ResourceId, Returns};

/// Adds `Query`.
pub(super) fn query(builder: &mut Builder<'_>) -> Result<(), Error> {
    let app = builder.app;
    let mut fields = Vec::new();
    for (id, resource) in app.resources_by_id() {
        let Some(graphql) = exposed(app, id) else { continue };
        for action in resource.actions.iter().filter(|it| it.public) {
            match &action.kind {
                ActionKind::Read(read) => fields.extend(reads(builder, id, graphql, action, read)?),
                ActionKind::Generic { query: true, returns } => {
                    let meaning = Meaning::Root(Root::Call { resource: id, action: action.name.clone() });
                    let ty = action::returns(builder, returns)?;
                    // A row may be hidden.
                    let ty = nullable_if(ty.nullable || matches!(returns, Returns::Row { .. }), ty);
                    let arguments = action::arguments(builder, action)?;
                    let name = name::action(action, resource, graphql);
                    let docs = sentence::or(&action.docs, sentence::of_action(action, resource));
                    fields.push(Field::new(name, ty, meaning).arguments(arguments).docs(docs));
                }
                _ => {}
            }
        }
    }
    if let Some((resource, graphql)) = actor(app) {
        let meaning = Meaning::Root(Root::CurrentUser { resource });
        fields.push(
            Field::new("currentUser", named(graphql.type_name.as_str()), meaning)
                .docs("Who asks; null when nobody is signed in."),
        );
    }
    builder.add(TypeDef::Object(Object { name: QUERY.into(), docs: "What can be read.".into(), fields }))
}

/// Adds `Mutation`, if there is anything to do.
pub(super) fn mutation(builder: &mut Builder<'_>) -> Result<(), Error> {
    let app = builder.app;
    let mut fields = Vec::new();
    for (id, resource) in app.resources_by_id() {
        let Some(graphql) = exposed(app, id) else { continue };
        for action in resource.actions.iter().filter(|it| it.public) {
            fields.extend(act(builder, id, graphql, action)?);
        }
    }
    fields.extend(sign_in::fields(builder)?);
    if fields.is_empty() {
        return Ok(());
    }
    let docs = "What can be done. One after the other, each done as a whole or not at all.";
    builder.add(TypeDef::Object(Object { name: MUTATION.into(), docs: docs.into(), fields }))
}

/// The fields of a read action: of the primary one `users` and `user`, of another `recentUsers` or `userBySlug`.
fn reads(
    builder: &mut Builder<'_>,
    id: ResourceId,
    graphql: &Graphql,
    action: &Action,
    read: &Read,
) -> Result<Vec<Field>, Error> {
    let resource = builder.app.resource(id);
    let object = graphql.type_name.as_str();
    let (shape, ty) = match (read.get, read.pagination) {
        (true, _) => (ReadShape::One, named(object)),
        (false, Some(pagination)) => (ReadShape::Page(pagination), required(named(&name::connection(object)))),
        (false, None) => (ReadShape::Rows, required(list_of(object))),
    };
    let mut arguments = action::arguments(builder, action)?;
    match shape {
        ReadShape::One => {}
        ReadShape::Page(pagination) => arguments.extend(collection::page(object, pagination)),
        ReadShape::Rows => arguments.extend(collection::rows(object)),
    }
    let primary = action.primary && !read.get;
    let name = match &action.graphql_name {
        Some(name) => name.to_string(),
        None if primary => name::plural(resource),
        None => name::action(action, resource, graphql),
    };
    let meaning = Meaning::Root(Root::Read { resource: id, action: action.name.clone(), shape });
    let docs = sentence::or(&action.docs, sentence::of_action(action, resource));
    let mut fields = vec![Field::new(name, ty, meaning).arguments(arguments).docs(docs)];
    if primary {
        let row = sentence::row(graphql);
        let key = filter::id(&format!("Which {row}."));
        let meaning = Meaning::Root(Root::Get { resource: id });
        let docs = format!("The {row} of that id; null if there is none that the actor may see.");
        fields.push(Field::new(name::singular(graphql), named(object), meaning).arguments(vec![key]).docs(docs));
    }
    Ok(fields)
}

/// The field of a create, update, destroy or generic action that is not a query.
fn act(builder: &mut Builder<'_>, id: ResourceId, graphql: &Graphql, action: &Action) -> Result<Option<Field>, Error> {
    let resource = builder.app.resource(id);
    let result = match &action.kind {
        ActionKind::Create | ActionKind::Update | ActionKind::Destroy => named(graphql.type_name.as_str()),
        ActionKind::Generic { query: false, returns } => action::returns(builder, returns)?,
        ActionKind::Generic { query: true, .. } | ActionKind::Read(_) => return Ok(None),
    };
    let name = name::action(action, resource, graphql);
    let mut arguments = Vec::new();
    if action.has_row() && !action.named_by.is_empty() {
        arguments.extend(action::named_by(builder, action, resource)?);
    } else if action.has_row() {
        arguments.push(filter::id(&format!("Which {}.", sentence::row(graphql))));
    }
    arguments.extend(action::input(builder, action, resource, &name)?);
    let ty = match action.upsert {
        Some(_) => action::payload_of_upsert(builder, &name, result)?,
        None => action::payload(builder, &name, result)?,
    };
    let meaning = Meaning::Root(Root::Act { resource: id, action: action.name.clone() });
    let docs = sentence::or(&action.docs, sentence::of_action(action, resource));
    Ok(Some(Field::new(name, ty, meaning).arguments(arguments).docs(docs)))
}
