//! The types of an API, read from its schema definition language: what the server serves, by the same function.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Positioned, Value};
use samara::graphql::name;
use samara::ir::App;

use super::{
    EnumType, EnumValue, Field, InputField, InputType, ObjectKind, ObjectType, OperationKind, ScalarType, TypeRef,
};
use crate::diagnostic::Diagnostic;
use crate::emit;

/// Types by name, and the root fields.
#[derive(Debug, Default)]
pub(super) struct Types {
    pub(super) scalars: Vec<ScalarType>,
    pub(super) enums: Vec<EnumType>,
    pub(super) objects: Vec<ObjectType>,
    pub(super) inputs: Vec<InputType>,
    /// The fields of `Query`.
    pub(super) queries: BTreeMap<String, Field>,
    /// The fields of `Mutation`.
    pub(super) mutations: BTreeMap<String, Field>,
}

impl Types {
    /// The root field of that name, and whether it reads.
    pub(super) fn root(&self, name: &str) -> Option<(OperationKind, &Field)> {
        let query = self.queries.get(name).map(|it| (OperationKind::Query, it));
        query.or_else(|| self.mutations.get(name).map(|it| (OperationKind::Mutation, it)))
    }

    pub(super) fn object(&self, name: &str) -> Option<&ObjectType> {
        self.objects.iter().find(|it| it.name == name)
    }

    pub(super) fn input(&self, name: &str) -> Option<&InputType> {
        self.inputs.iter().find(|it| it.name == name)
    }
}

/// The types of the declaration's API.
///
/// # Errors
/// `R0716`.
pub(super) fn types(app: &App) -> Result<Types, Diagnostic> {
    let sdl = samara::graphql::sdl(app).map_err(|error| emit::no_api(&error))?;
    let document = parse_schema(&sdl).map_err(|error| emit::not_understood(&error.to_string()))?;
    let mut types = Types::default();
    for definition in document.definitions {
        if let TypeSystemDefinition::Type(definition) = definition {
            types.add(definition.node);
        }
    }
    types.add_built_in_scalars();
    types.scalars.sort_by(|a, b| a.name.cmp(&b.name));
    types.enums.sort_by(|a, b| a.name.cmp(&b.name));
    types.objects.sort_by(|a, b| a.name.cmp(&b.name));
    types.inputs.sort_by(|a, b| a.name.cmp(&b.name));
    types.say_what_objects_are(app);
    Ok(types)
}

impl Types {
    fn add(&mut self, definition: TypeDefinition) {
        let name = definition.name.node.to_string();
        let docs = docs(definition.description);
        match definition.kind {
            TypeKind::Scalar => self.scalars.push(ScalarType { name, docs }),
            TypeKind::Enum(it) => {
                let values = it.values.into_iter().map(|value| {
                    let value = value.node;
                    EnumValue { name: value.value.node.to_string(), docs: self::docs(value.description) }
                });
                self.enums.push(EnumType { name, docs, values: values.collect() });
            }
            TypeKind::InputObject(it) => {
                let fields = it.fields.into_iter().map(|it| input(it.node)).collect();
                self.inputs.push(InputType { name, docs, fields });
            }
            TypeKind::Object(it) => {
                let fields = it.fields.into_iter().map(|it| field(it.node));
                match name.as_str() {
                    "Query" => self.queries = fields.map(|it| (it.name.clone(), it)).collect(),
                    "Mutation" => self.mutations = fields.map(|it| (it.name.clone(), it)).collect(),
                    _ => {
                        let fields = fields.collect();
                        self.objects.push(ObjectType { name, docs, kind: ObjectKind::Other, fields });
                    }
                }
            }
            // The framework's schemas have neither.
            TypeKind::Interface(_) | TypeKind::Union(_) => {}
        }
    }

    /// `Int` and its like are not defined in a schema, only used.
    fn add_built_in_scalars(&mut self) {
        let roots = self.queries.values().chain(self.mutations.values());
        let fields = self.objects.iter().flat_map(|it| &it.fields).chain(roots);
        let of_fields = fields.flat_map(|it| it.arguments.iter().map(|it| &it.ty).chain([&it.ty]));
        let of_inputs = self.inputs.iter().flat_map(|it| &it.fields).map(|it| &it.ty);
        let used: BTreeSet<&str> = of_fields.chain(of_inputs).map(TypeRef::name).collect();
        let built_in = ["Boolean", "Float", "ID", "Int", "String"].into_iter().filter(|it| used.contains(it));
        let built_in = built_in.map(|it| ScalarType { name: it.to_owned(), docs: String::new() });
        let built_in: Vec<ScalarType> = built_in.collect();
        self.scalars.extend(built_in);
    }

    fn say_what_objects_are(&mut self, app: &App) {
        let records: BTreeSet<&str> =
            app.resources().iter().filter_map(|it| it.graphql.as_ref()).map(|it| it.type_name.as_str()).collect();
        let payloads: BTreeSet<String> = self.mutations.values().map(|it| it.ty.name().to_owned()).collect();
        for object in &mut self.objects {
            let of = |named: fn(&str) -> String| records.iter().find(|it| named(it) == object.name);
            object.kind = if records.contains(object.name.as_str()) {
                ObjectKind::Record
            } else if payloads.contains(&object.name) {
                ObjectKind::Payload
            } else if let Some(node) = of(name::connection) {
                ObjectKind::Connection { node: (*node).to_owned() }
            } else if let Some(node) = of(name::edge) {
                ObjectKind::Edge { node: (*node).to_owned() }
            } else {
                ObjectKind::Other
            };
        }
    }
}

fn field(field: FieldDefinition) -> Field {
    Field {
        name: field.name.node.to_string(),
        docs: docs(field.description),
        ty: type_ref(&field.ty.node),
        arguments: field.arguments.into_iter().map(|it| input(it.node)).collect(),
    }
}

fn input(input: InputValueDefinition) -> InputField {
    InputField {
        name: input.name.node.to_string(),
        docs: docs(input.description),
        ty: type_ref(&input.ty.node),
        default: input.default_value.map(|it: Positioned<Value>| it.node.to_string()),
    }
}

fn docs(description: Option<Positioned<String>>) -> String {
    description.map(|it| it.node.trim().to_owned()).unwrap_or_default()
}

fn type_ref(ty: &Type) -> TypeRef {
    match &ty.base {
        BaseType::Named(name) => TypeRef::Named { name: name.to_string(), nullable: ty.nullable },
        BaseType::List(item) => TypeRef::List { item: Box::new(type_ref(item)), nullable: ty.nullable },
    }
}
