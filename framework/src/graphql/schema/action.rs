//! What an action takes and returns: arguments, input, payload, and the types of return values.

use async_graphql::parser::types::{BaseType, Type as GraphqlType};

use super::{
    Builder, Field, InputField, InputMeaning, InputObject, Meaning, Object, PayloadField, TypeDef, WROTE, exposed,
    list_of, named, nullable_if, required, sentence, shared,
};
use crate::error::Error;
use crate::graphql::{name, scalar};
use crate::ir::{Action, ActionKind, Argument, Attribute, RelationshipKind, Resource, Returns};

/// The action's own arguments, as arguments of a field.
pub(super) fn arguments(builder: &mut Builder<'_>, action: &Action) -> Result<Vec<InputField>, Error> {
    action.arguments.iter().map(|it| argument(builder, it)).collect()
}

/// The values by which an action names its row, as arguments of its field.
pub(super) fn named_by(
    builder: &mut Builder<'_>,
    action: &Action,
    resource: &Resource,
) -> Result<Vec<InputField>, Error> {
    let mut fields = Vec::new();
    for part in action.named_by.iter().filter(|it| !it.actor) {
        let missing = || {
            Error::internal(format!("`{}` names its row by `{}`, which is no attribute", action.name, part.attribute))
        };
        let (_, attribute) = resource.attribute(&part.attribute).ok_or_else(missing)?;
        shared::value_type(builder, &attribute.ty)?;
        let meaning = InputMeaning::Given {
            name: attribute.name.clone(),
            ty: attribute.ty.clone(),
            key: names_a_row(resource, attribute),
        };
        let docs = sentence::of_typed(&attribute.docs, &attribute.name, &attribute.ty);
        let ty = required(named(scalar::name(&attribute.ty)));
        fields.push(InputField::new(attribute.name.camel(), ty, meaning).docs(docs));
    }
    Ok(fields)
}

/// Adds the input of a create, update, destroy or generic mutation; `None` if it takes nothing.
pub(super) fn input(
    builder: &mut Builder<'_>,
    action: &Action,
    resource: &Resource,
    field: &str,
) -> Result<Option<InputField>, Error> {
    let mut fields = Vec::new();
    for accepted in &action.accept {
        // A `belongs_to` may be accepted by its own name; the input names its key.
        let key = resource.relationship(accepted).and_then(|(_, it)| it.key()).unwrap_or(accepted);
        let Some((_, attribute)) = resource.attribute(key) else {
            return Err(Error::internal(format!("`{}` accepts `{accepted}`, which is no attribute", action.name)));
        };
        shared::value_type(builder, &attribute.ty)?;
        let must = action.required.contains(accepted) || action.required.contains(key);
        let ty = nullable_if(!(must || is_required(action, attribute)), named(scalar::name(&attribute.ty)));
        let meaning = InputMeaning::Given {
            name: attribute.name.clone(),
            ty: attribute.ty.clone(),
            key: names_a_row(resource, attribute),
        };
        let docs = sentence::of_typed(&attribute.docs, &attribute.name, &attribute.ty);
        fields.push(InputField::new(attribute.name.camel(), ty, meaning).docs(docs));
    }
    fields.extend(arguments(builder, action)?);
    if fields.is_empty() {
        return Ok(None);
    }
    let name = name::input(field);
    let docs = format!("What `{field}` takes.");
    builder.add(TypeDef::Input(InputObject { name: name.clone(), docs, fields }))?;
    let input = InputField::new("input", required(named(&name)), InputMeaning::Place);
    Ok(Some(input.docs("What the action is given.")))
}

/// Adds the payload of a mutation and returns its type.
pub(super) fn payload(builder: &mut Builder<'_>, field: &str, result: GraphqlType) -> Result<GraphqlType, Error> {
    payload_with(builder, field, result, Vec::new())
}

/// The same of a create that may find its row stored already: it says what was done.
pub(super) fn payload_of_upsert(
    builder: &mut Builder<'_>,
    field: &str,
    result: GraphqlType,
) -> Result<GraphqlType, Error> {
    shared::wrote(builder)?;
    let wrote = Field::new("wrote", named(WROTE), Meaning::Payload(PayloadField::Wrote))
        .docs("What was done with the row. Null if nothing was done.");
    payload_with(builder, field, result, vec![wrote])
}

fn payload_with(
    builder: &mut Builder<'_>,
    field: &str,
    result: GraphqlType,
    more: Vec<Field>,
) -> Result<GraphqlType, Error> {
    shared::action_error(builder)?;
    let name = name::payload(field);
    let result = Field::new("result", nullable_if(true, result), Meaning::Payload(PayloadField::Result))
        .docs("What came of it. Null if it was not done, or if the actor may not see it.");
    let errors = Field::new("errors", required(list_of("ActionError")), Meaning::Payload(PayloadField::Errors))
        .docs("Why it was not done. Empty if it was.");
    builder.add(TypeDef::Object(Object {
        name: name.clone(),
        docs: format!("What `{field}` answers: its result, or why it was not done."),
        fields: [result].into_iter().chain(more).chain([errors]).collect(),
    }))?;
    Ok(required(named(&name)))
}

/// The type of a generic action's return value; adds its object types.
pub(super) fn returns(builder: &mut Builder<'_>, returns: &Returns) -> Result<GraphqlType, Error> {
    Ok(match returns {
        Returns::Value { ty, nullable } => {
            shared::value_type(builder, ty)?;
            nullable_if(*nullable, named(scalar::name(ty)))
        }
        Returns::Object { name, docs, fields } => {
            let mut members = Vec::new();
            for (index, field) in fields.iter().enumerate() {
                shared::value_type(builder, &field.ty)?;
                let ty = nullable_if(field.nullable, named(scalar::name(&field.ty)));
                let docs = sentence::of_typed(&field.docs, &field.name, &field.ty);
                members.push(Field::new(field.name.camel(), ty, Meaning::Answer(index, field.ty.clone())).docs(docs));
            }
            let docs = sentence::or(docs, format!("{}, as an action answers it.", name.label()));
            builder.share(TypeDef::Object(Object { name: name.to_string(), docs, fields: members }))?;
            required(named(name))
        }
        Returns::Row { resource, nullable } => {
            let app = builder.app;
            let target = app.find(resource).and_then(|it| exposed(app, it));
            let hidden = || Error::internal(format!("an action answers `{resource}`, which is not in the GraphQL API"));
            nullable_if(*nullable, named(target.ok_or_else(hidden)?.type_name.as_str()))
        }
        Returns::List(item) => {
            let item = self::returns(builder, item)?;
            GraphqlType { base: BaseType::List(Box::new(item)), nullable: false }
        }
    })
}

fn argument(builder: &mut Builder<'_>, argument: &Argument) -> Result<InputField, Error> {
    shared::value_type(builder, &argument.ty)?;
    let ty = nullable_if(argument.nullable, named(scalar::name(&argument.ty)));
    let meaning = InputMeaning::Given { name: argument.name.clone(), ty: argument.ty.clone(), key: false };
    let docs = sentence::of_typed(&argument.docs, &argument.name, &argument.ty);
    Ok(InputField::new(argument.name.camel(), ty, meaning).docs(docs))
}

/// A create requires what cannot be left out; an update requires only what is declared so.
fn is_required(action: &Action, attribute: &Attribute) -> bool {
    matches!(action.kind, ActionKind::Create)
        && !attribute.nullable
        && attribute.default.is_none()
        && attribute.generated.is_none()
}

fn names_a_row(resource: &Resource, attribute: &Attribute) -> bool {
    attribute.primary_key
        || resource
            .relationships
            .iter()
            .any(|it| matches!(&it.kind, RelationshipKind::BelongsTo { attribute: key, .. } if *key == attribute.name))
}
