//! The GraphQL schema of a declaration, as data: what is served, what is emitted, and what the compiler reads.
//!
//! Every field and input knows what it means ([`Meaning`], [`InputMeaning`]), so nothing after this module looks at names.

mod action;
mod collection;
mod filter;
mod meaning;
mod object;
mod root;
mod sentence;
pub(super) mod served;
mod shared;
mod sign_in;
mod sort;

use std::collections::BTreeMap;

use async_graphql::parser::types::{BaseType, Type};
use async_graphql::{Name as GraphqlName, Value as Const};

pub(super) use meaning::{
    ConnectionField, EdgeField, InputMeaning, Meaning, Operator, PageInfoField, PayloadField, ProblemField, ReadShape,
    RecordField, Root, SignInField, SignInRoot,
};

use crate::error::Error;
use crate::ir::{self, ResourceId, Role};
use crate::query::SortField;

/// Every type that is served, sorted by name.
#[derive(Debug)]
pub(super) struct Schema {
    types: BTreeMap<String, TypeDef>,
}

/// A named type.
#[derive(Debug, PartialEq)]
pub(super) enum TypeDef {
    Scalar(Scalar),
    Enum(Enum),
    Object(Object),
    Input(InputObject),
}

#[derive(Debug, PartialEq)]
pub(super) struct Scalar {
    pub(super) name: String,
    pub(super) docs: String,
}

#[derive(Debug, PartialEq)]
pub(super) struct Enum {
    pub(super) name: String,
    pub(super) docs: String,
    pub(super) values: Vec<EnumValue>,
}

#[derive(Debug, PartialEq)]
pub(super) struct EnumValue {
    pub(super) name: String,
    pub(super) docs: String,
    /// Of a `…SortField`.
    pub(super) sort_field: Option<SortField>,
}

#[derive(Debug, PartialEq)]
pub(super) struct Object {
    pub(super) name: String,
    pub(super) docs: String,
    pub(super) fields: Vec<Field>,
}

#[derive(Debug, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) docs: String,
    pub(super) ty: Type,
    pub(super) arguments: Vec<InputField>,
    pub(super) meaning: Meaning,
}

#[derive(Debug, PartialEq)]
pub(super) struct InputObject {
    pub(super) name: String,
    pub(super) docs: String,
    pub(super) fields: Vec<InputField>,
}

/// An argument, or a field of an input object.
#[derive(Debug, PartialEq)]
pub(super) struct InputField {
    pub(super) name: String,
    pub(super) docs: String,
    pub(super) ty: Type,
    pub(super) default: Option<Const>,
    pub(super) meaning: InputMeaning,
}

pub(super) const QUERY: &str = "Query";
pub(super) const MUTATION: &str = "Mutation";
/// The enum of directions.
const SORT_ORDER: &str = "SortOrder";
/// The enum of what was done with a row.
const WROTE: &str = "Wrote";

impl Schema {
    /// The schema of a declaration.
    ///
    /// # Errors
    /// `INTERNAL` if two declared things take the same name.
    pub(super) fn of(app: &ir::App) -> Result<Self, Error> {
        let mut builder = Builder { app, types: BTreeMap::new() };
        root::query(&mut builder)?;
        root::mutation(&mut builder)?;
        for (id, _) in app.resources_by_id() {
            if let Some(graphql) = exposed(app, id) {
                object::record(&mut builder, id, graphql)?;
                filter::record(&mut builder, id, graphql)?;
                sort::record(&mut builder, id, graphql)?;
            }
        }
        Ok(Self { types: builder.types })
    }

    pub(super) fn types(&self) -> impl Iterator<Item = &TypeDef> {
        self.types.values()
    }

    pub(super) fn get(&self, name: &str) -> Option<&TypeDef> {
        self.types.get(name)
    }

    pub(super) fn object(&self, name: &str) -> Option<&Object> {
        match self.types.get(name) {
            Some(TypeDef::Object(object)) => Some(object),
            _ => None,
        }
    }

    pub(super) fn input(&self, name: &str) -> Option<&InputObject> {
        match self.types.get(name) {
            Some(TypeDef::Input(input)) => Some(input),
            _ => None,
        }
    }

    pub(super) fn find_enum(&self, name: &str) -> Option<&Enum> {
        match self.types.get(name) {
            Some(TypeDef::Enum(it)) => Some(it),
            _ => None,
        }
    }
}

impl Object {
    pub(super) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|it| it.name == name)
    }
}

impl InputObject {
    pub(super) fn field(&self, name: &str) -> Option<&InputField> {
        self.fields.iter().find(|it| it.name == name)
    }
}

impl Enum {
    /// Whether its values say what rows are ordered by, or which way.
    pub(super) fn is_order(&self) -> bool {
        self.name == SORT_ORDER || self.values.iter().any(|it| it.sort_field.is_some())
    }
}

impl TypeDef {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Scalar(it) => &it.name,
            Self::Enum(it) => &it.name,
            Self::Object(it) => &it.name,
            Self::Input(it) => &it.name,
        }
    }
}

/// The resource's GraphQL settings, if it is in the API. Sign-in's own resources never are.
pub(super) fn exposed(app: &ir::App, id: ResourceId) -> Option<&ir::Graphql> {
    let resource = app.resource(id);
    match resource.role {
        Some(Role::MagicLink { .. } | Role::Session { .. }) => None,
        Some(Role::Actor { .. }) | None => resource.graphql.as_ref(),
    }
}

/// The resource whose records act, if it is in the API.
pub(super) fn actor(app: &ir::App) -> Option<(ResourceId, &ir::Graphql)> {
    app.resources_by_id()
        .filter(|(_, it)| matches!(it.role, Some(Role::Actor { .. })))
        .find_map(|(id, _)| Some((id, exposed(app, id)?)))
}

/// `T`, `[T!]`, or either with a `!` behind: every type in the schema is one of these four.
pub(super) fn named(name: &str) -> Type {
    Type { base: BaseType::Named(GraphqlName::new(name)), nullable: true }
}

pub(super) fn required(ty: Type) -> Type {
    Type { nullable: false, ..ty }
}

pub(super) fn list_of(name: &str) -> Type {
    Type { base: BaseType::List(Box::new(required(named(name)))), nullable: true }
}

pub(super) fn nullable_if(nullable: bool, ty: Type) -> Type {
    Type { nullable, ..ty }
}

/// The name at the bottom of a type.
pub(super) fn inner_name(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => inner_name(item),
    }
}

impl Field {
    fn new(name: impl Into<String>, ty: Type, meaning: Meaning) -> Self {
        Self { name: name.into(), docs: String::new(), ty, arguments: Vec::new(), meaning }
    }

    fn docs(mut self, docs: impl Into<String>) -> Self {
        self.docs = docs.into();
        self
    }

    fn arguments(mut self, arguments: Vec<InputField>) -> Self {
        self.arguments = arguments;
        self
    }
}

impl InputField {
    fn new(name: impl Into<String>, ty: Type, meaning: InputMeaning) -> Self {
        Self { name: name.into(), docs: String::new(), ty, default: None, meaning }
    }

    fn docs(mut self, docs: impl Into<String>) -> Self {
        self.docs = docs.into();
        self
    }
}

/// A schema under construction.
struct Builder<'a> {
    app: &'a ir::App,
    types: BTreeMap<String, TypeDef>,
}

impl Builder<'_> {
    /// Adds a type whose name must be new.
    fn add(&mut self, ty: TypeDef) -> Result<(), Error> {
        let name = ty.name().to_owned();
        self.names_differ(&ty)?;
        match self.types.insert(name.clone(), ty) {
            None => Ok(()),
            Some(_) => Err(Error::internal(format!("two GraphQL types are named `{name}`"))),
        }
    }

    /// Adds a type that several others share; the same name with another shape is an error.
    fn share(&mut self, ty: TypeDef) -> Result<(), Error> {
        match self.types.get(ty.name()) {
            Some(present) if *present == ty => Ok(()),
            _ => self.add(ty),
        }
    }

    fn names_differ(&self, ty: &TypeDef) -> Result<(), Error> {
        let members: Vec<&str> = match ty {
            TypeDef::Object(it) => {
                for field in &it.fields {
                    unique(&field.name, field.arguments.iter().map(|it| it.name.as_str()).collect())?;
                }
                it.fields.iter().map(|it| it.name.as_str()).collect()
            }
            TypeDef::Input(it) => it.fields.iter().map(|it| it.name.as_str()).collect(),
            TypeDef::Enum(it) => it.values.iter().map(|it| it.name.as_str()).collect(),
            TypeDef::Scalar(_) => Vec::new(),
        };
        unique(ty.name(), members)
    }
}

fn unique(owner: &str, mut names: Vec<&str>) -> Result<(), Error> {
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Error::internal(format!("GraphQL's `{owner}` would have two members named `{}`", pair[0]))),
        None => Ok(()),
    }
}
