//! The schema in async-graphql's terms: for validation, introspection and the schema definition language.
//!
//! None of its resolvers returns data: `execute` does that. Only introspection runs in it.

use async_graphql::SDLExportOptions;
use async_graphql::dynamic::{self, FieldFuture, TypeRef};
use async_graphql::parser::types::{BaseType, Type};

use super::{Field, InputField, MUTATION, QUERY, Schema, TypeDef};
use crate::error::Error;

/// A builder that knows every type of the schema; the caller adds settings and finishes it.
pub(in crate::graphql) fn builder(schema: &Schema) -> dynamic::SchemaBuilder {
    let mutation = schema.get(MUTATION).map(|_| MUTATION);
    let builder = dynamic::Schema::build(QUERY, mutation, None);
    schema.types().fold(builder, |builder, ty| builder.register(served(ty)))
}

/// The schema definition language.
///
/// # Errors
/// `INTERNAL` if async-graphql refuses the schema.
pub(in crate::graphql) fn sdl(schema: &Schema) -> Result<String, Error> {
    let served = builder(schema).finish().map_err(|it| Error::internal(it.0))?;
    Ok(served.sdl_with_options(SDLExportOptions::new().use_space_ident().prefer_single_line_descriptions()))
}

fn served(ty: &TypeDef) -> dynamic::Type {
    match ty {
        TypeDef::Scalar(it) => described(dynamic::Scalar::new(&it.name), &it.docs, dynamic::Scalar::description).into(),
        TypeDef::Enum(it) => {
            let values = it.values.iter().map(|value| {
                described(dynamic::EnumItem::new(&value.name), &value.docs, dynamic::EnumItem::description)
            });
            described(dynamic::Enum::new(&it.name), &it.docs, dynamic::Enum::description).items(values).into()
        }
        TypeDef::Input(it) => {
            let empty = described(dynamic::InputObject::new(&it.name), &it.docs, dynamic::InputObject::description);
            it.fields.iter().fold(empty, |object, field| object.field(input(field))).into()
        }
        TypeDef::Object(it) => {
            let empty = described(dynamic::Object::new(&it.name), &it.docs, dynamic::Object::description);
            it.fields.iter().fold(empty, |object, it| object.field(field(it))).into()
        }
    }
}

fn field(field: &Field) -> dynamic::Field {
    let served = dynamic::Field::new(&field.name, type_ref(&field.ty), |_| FieldFuture::from_value(None));
    let served = described(served, &field.docs, dynamic::Field::description);
    field.arguments.iter().fold(served, |served, argument| served.argument(input(argument)))
}

fn input(field: &InputField) -> dynamic::InputValue {
    let served = dynamic::InputValue::new(&field.name, type_ref(&field.ty));
    let served = described(served, &field.docs, dynamic::InputValue::description);
    match &field.default {
        Some(default) => served.default_value(default.clone()),
        None => served,
    }
}

fn type_ref(ty: &Type) -> TypeRef {
    let base = match &ty.base {
        BaseType::Named(name) => TypeRef::named(name.as_str()),
        BaseType::List(item) => TypeRef::List(Box::new(type_ref(item))),
    };
    if ty.nullable { base } else { TypeRef::NonNull(Box::new(base)) }
}

fn described<T>(it: T, docs: &str, describe: fn(T, String) -> T) -> T {
    if docs.is_empty() { it } else { describe(it, docs.trim().to_owned()) }
}
