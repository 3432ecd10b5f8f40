//! Values of variables and arguments, by the types of the schema.
//!
//! async-graphql ignores defaults where directives use variables, and does not check a literal that contains a variable; so all coercion
//! is done here. No message repeats a value.
//!
//! Source: GraphQL specification, "Coercing Variable Values", "Coercing Field Arguments", "Input Coercion".

mod raw;
mod variables;

use std::cell::RefCell;
use std::fmt;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, Type};
use async_graphql::{Name, Pos, Positioned};
use async_graphql_value::Value as Literal;
use serde_json::Value as Json;

use super::error::ResponseError;
use super::scalar;
use super::schema::{Enum, InputField, Schema, TypeDef};
use crate::value::{Value, parse_bytes, parse_date, parse_duration, parse_time};

use raw::Raw;
pub(super) use raw::is_beyond_64_bits;
use variables::Walk;
pub(super) use variables::{Definitions, Structure, Variables, variables};

/// A value that was coerced by its GraphQL type. What comes from a variable, and decides nothing but a value that is bound, is left open:
/// so an operation is compiled once for all such values.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Given {
    Null,
    /// A scalar or an enum.
    Known(Value),
    /// What a variable holds: its position among [`Variables::leaves`].
    Open(usize),
    List(Vec<Given>),
    Object(GivenFields),
}

/// Arguments or fields of an input that have a value.
pub(super) type GivenFields = IndexMap<Name, Given>;

impl Given {
    /// Whether a variable's value is needed to know it.
    pub(super) fn is_open(&self) -> bool {
        match self {
            Self::Null | Self::Known(_) => false,
            Self::Open(_) => true,
            Self::List(items) => items.iter().any(Self::is_open),
            Self::Object(members) => members.values().any(Self::is_open),
        }
    }

    /// How many bytes it takes beside itself, roughly.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Null | Self::Open(_) => 0,
            Self::Known(Value::Text(text)) => text.len(),
            Self::Known(Value::Json(json)) => 8 * json.to_string().len(),
            Self::Known(_) => 0,
            Self::List(items) => items.iter().map(|it| size_of::<Self>() + it.bytes()).sum(),
            Self::Object(members) => {
                members.iter().map(|(name, it)| 2 * size_of::<Self>() + name.len() + it.bytes()).sum()
            }
        }
    }

    /// The items of a list.
    pub(super) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// As JSON, with the values that were open.
    pub(super) fn json(&self, leaves: &[Value]) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Known(value) => json(value),
            Self::Open(leaf) => leaves.get(*leaf).map_or(Json::Null, json),
            Self::List(items) => items.iter().map(|it| it.json(leaves)).collect(),
            Self::Object(members) => {
                Json::Object(members.iter().map(|(name, it)| (name.to_string(), it.json(leaves))).collect())
            }
        }
    }
}

/// A scalar as JSON; other values are made of none.
fn json(value: &Value) -> Json {
    match value {
        Value::Bool(it) => (*it).into(),
        Value::Int(it) => (*it).into(),
        Value::Float(it) => it.get().into(),
        Value::Text(it) => it.as_str().into(),
        Value::Json(it) => it.clone(),
        Value::List(items) => items.iter().map(json).collect(),
        // No scalar is coerced to one of these: their texts are read where they are bound.
        Value::Null
        | Value::Uuid(_)
        | Value::Timestamp(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Duration(_)
        | Value::Bytes(_) => Json::Null,
    }
}

/// The arguments of a field or directive, with their defaults.
pub(super) fn arguments(
    schema: &Schema,
    declared: &[InputField],
    given: &[(Positioned<Name>, Positioned<Literal>)],
    variables: &Variables<'_>,
    position: Pos,
) -> Result<GivenFields, ResponseError> {
    let mut arguments = GivenFields::new();
    for argument in declared {
        let value = given.iter().find(|(name, _)| name.node == argument.name.as_str()).map(|(_, value)| value);
        let position = value.map_or(position, |it| it.pos);
        let coercion = Coercion { schema, variables: Some(variables), walk: None };
        let raw = value.map(|it| Raw::Literal(&it.node));
        let value = coercion.member(argument, raw, &InputPath::Member(None, &argument.name));
        if let Some(value) = value.map_err(|message| ResponseError::invalid(message).at(position))? {
            arguments.insert(Name::new(&argument.name), value);
        }
    }
    Ok(arguments)
}

/// The condition of `@skip` or `@include`.
pub(super) fn condition(value: &Positioned<Literal>, variables: &Variables<'_>) -> Result<bool, ResponseError> {
    match &value.node {
        Literal::Boolean(condition) => Ok(*condition),
        Literal::Variable(name) if let Some(Given::Known(Value::Bool(condition))) = variables.get(name.as_str()) => {
            Ok(*condition)
        }
        _ => Err(ResponseError::invalid("`if` must be true or false").at(value.pos)),
    }
}

/// Coerces one value.
struct Coercion<'a> {
    schema: &'a Schema,
    /// `None`: the value is a constant, without variables.
    variables: Option<&'a Variables<'a>>,
    /// What is noted of a variable's value; `None`: it is part of the document.
    walk: Option<&'a RefCell<Walk>>,
}

impl<'a> Coercion<'a> {
    /// An argument or a field of an input: absent, or coerced, or its default.
    fn member(
        &self,
        field: &InputField,
        given: Option<Raw<'_>>,
        path: &InputPath<'_>,
    ) -> Result<Option<Given>, String> {
        if let Some(name) = given.and_then(Raw::variable) {
            self.may_stand(name, &field.ty, field.default.is_some(), path)?;
        }
        let given = given.filter(|it| it.variable().is_none_or(|name| self.variable(name).is_some()));
        match (given, &field.default) {
            (Some(value), _) => {
                self.note(Walk::present);
                self.coerce(&field.ty, value, path).map(Some)
            }
            (None, Some(default)) => {
                self.note(Walk::absent);
                let literal = default.clone().into_value();
                self.coerce(&field.ty, Raw::Literal(&literal), path).map(Some)
            }
            (None, None) if field.ty.nullable => {
                self.note(Walk::absent);
                Ok(None)
            }
            (None, None) => Err(format!("{path} of type `{}` is required", field.ty)),
        }
    }

    fn coerce(&self, ty: &Type, value: Raw<'_>, path: &InputPath<'_>) -> Result<Given, String> {
        // A variable was coerced by its own type, which fits here.
        let variable = value.variable().map(|name| self.variable(name));
        if let Some(Some(value)) = variable
            && *value != Given::Null
        {
            return Ok(value.clone());
        }
        if variable.is_some() || value.is_null() {
            self.note(Walk::null);
            return if ty.nullable { Ok(Given::Null) } else { Err(format!("{path} must not be null")) };
        }
        match (&ty.base, value.list()) {
            (BaseType::List(item), Some(values)) => self.list(item, &values, path),
            (BaseType::List(item), None) => self.list(item, &[value], path),
            (BaseType::Named(name), _) => self.named(name, value, path),
        }
    }

    fn list(&self, item: &Type, values: &[Raw<'_>], path: &InputPath<'_>) -> Result<Given, String> {
        if let (Some(walk), BaseType::Named(name), false) = (self.walk, &item.base, item.nullable)
            && self.is_bound(name)
        {
            // A list of values that are bound is bound as one.
            let scalars = values.iter().enumerate().map(|(index, it)| {
                let path = InputPath::Item(path, index);
                if it.is_null() { Err(format!("{path} must not be null")) } else { self.scalar_of(name, *it, &path) }
            });
            let leaf = Value::List(scalars.collect::<Result<_, _>>()?);
            return Ok(walk.borrow_mut().leaf(leaf));
        }
        self.note(|walk| walk.list(values.len()));
        let items = values.iter().enumerate().map(|(index, it)| {
            let path = InputPath::Item(path, index);
            if let Some(name) = it.variable() {
                self.may_stand(name, item, false, &path)?;
            }
            self.coerce(item, *it, &path)
        });
        items.collect::<Result<_, _>>().map(Given::List)
    }

    /// Whether a variable may be used where `ty` is expected. async-graphql has the rule, but does not apply it.
    ///
    /// Source: GraphQL specification, "All Variable Usages Are Allowed".
    fn may_stand(&self, name: &str, ty: &Type, has_default: bool, path: &InputPath<'_>) -> Result<(), String> {
        let Some(variable) = self.variables.and_then(|it| it.find(name)) else {
            return Err(format!("variable `${}` is not defined", shortened(name)));
        };
        let definition = variable.definition;
        let fits = match !ty.nullable && definition.ty.nullable {
            true => {
                (definition.has_default() || has_default)
                    && is_compatible(&definition.ty, &Type { nullable: true, ..ty.clone() })
            }
            false => is_compatible(&definition.ty, ty),
        };
        if fits {
            return Ok(());
        }
        let name = shortened(name);
        Err(format!("variable `${name}` of type `{}` cannot be used for {path} of type `{ty}`", definition.ty))
    }

    fn named(&self, name: &str, value: Raw<'_>, path: &InputPath<'_>) -> Result<Given, String> {
        match self.schema.get(name) {
            Some(TypeDef::Input(input)) => {
                let Some(given) = value.object() else { return Err(format!("{path} must be an object")) };
                if let Some(unknown) = given.names().find(|it| input.field(it).is_none()) {
                    return Err(format!("{path} has no field `{}`", shortened(unknown)));
                }
                let mut members = GivenFields::new();
                for field in &input.fields {
                    let given = given.get(field.name.as_str());
                    if let Some(value) = self.member(field, given, &InputPath::Member(Some(path), &field.name))? {
                        members.insert(Name::new(&field.name), value);
                    }
                }
                Ok(Given::Object(members))
            }
            Some(TypeDef::Object(_)) | None if !BUILT_IN.contains(&name) => Err(format!("{path} has an unknown type")),
            _ if name == JSON && value.holds_variables() => match value {
                Raw::Literal(literal) => {
                    self.json_literal(literal).ok_or_else(|| format!("{path} must be a value of type `{name}`"))
                }
                Raw::Json(_) => Err(format!("{path} must be a value of type `{name}`")),
            },
            _ => {
                let scalar = self.scalar_of(name, value, path)?;
                Ok(match self.walk {
                    Some(walk) if self.is_bound(name) => walk.borrow_mut().leaf(scalar),
                    Some(walk) => walk.borrow_mut().known(scalar),
                    None => Given::Known(scalar),
                })
            }
        }
    }

    /// Whether values of a scalar or an enum decide nothing but what is bound: neither a field, nor an order, nor the size of a page.
    fn is_bound(&self, name: &str) -> bool {
        if self.walk.is_some_and(|it| it.borrow().is_size) {
            return false;
        }
        match self.schema.get(name) {
            Some(TypeDef::Enum(declared)) => !declared.is_order(),
            Some(TypeDef::Input(_) | TypeDef::Object(_)) => false,
            Some(TypeDef::Scalar(_)) => name != "Boolean",
            None => name != "Boolean" && BUILT_IN.contains(&name),
        }
    }

    /// A value of a scalar or an enum.
    fn scalar_of(&self, name: &str, value: Raw<'_>, path: &InputPath<'_>) -> Result<Value, String> {
        match self.schema.get(name) {
            Some(TypeDef::Enum(declared)) => {
                self.note(Walk::holds_enum);
                let known = value.enumerated().and_then(|it| declared.find(it));
                known.ok_or_else(|| format!("{path} must be a value of the enum `{name}`"))
            }
            _ => scalar(name, value).ok_or_else(|| format!("{path} must be a value of type `{name}`")),
        }
    }

    /// JSON in the document, some of which variables hold. They are taken as they are; one without a value is null.
    fn json_literal(&self, literal: &Literal) -> Option<Given> {
        Some(match literal {
            Literal::Variable(name) => {
                let variable = self.variables?.find(name)?;
                if variable.holds_enum {
                    return None;
                }
                variable.value.clone().unwrap_or(Given::Null)
            }
            Literal::List(items) => Given::List(items.iter().map(|it| self.json_literal(it)).collect::<Option<_>>()?),
            Literal::Object(members) => {
                let members = members.iter().map(|(name, it)| Some((name.clone(), self.json_literal(it)?)));
                Given::Object(members.collect::<Option<_>>()?)
            }
            Literal::Null => Given::Null,
            constant => Given::Known(scalar(JSON, Raw::Literal(constant))?),
        })
    }

    fn variable(&self, name: &str) -> Option<&'a Given> {
        self.variables.and_then(|it| it.get(name))
    }

    fn note(&self, what: impl FnOnce(&mut Walk)) {
        if let Some(walk) = self.walk {
            what(&mut walk.borrow_mut());
        }
    }
}

impl Enum {
    /// The value of that name.
    fn find(&self, name: &str) -> Option<Value> {
        self.values.iter().find(|it| it.name == name).map(|it| Value::Text(it.name.clone()))
    }
}

/// A value of a scalar, not null. What is read by more than one type of attribute stays text: an id, a time, an integer of 64 bits.
fn scalar(name: &str, value: Raw<'_>) -> Option<Value> {
    let text = || value.text().map(ToOwned::to_owned);
    Some(match name {
        "String" => Value::Text(text()?),
        "ID" => Value::Text(value.id().or_else(text)?),
        "Boolean" => Value::Bool(value.boolean()?),
        "Int" => Value::Int(scalar::integer(value.integer()?)?),
        "Float" => Value::Float(value.float()?),
        "BigInt" => match (value.integer(), value.text()) {
            (Some(number), _) => Value::Text(number.to_string()),
            (None, Some(text)) => Value::Text(scalar::big_integer(text)?.to_string()),
            (None, None) => return None,
        },
        "DateTime" => scalar::timestamp(value.text()?).and_then(|_| text()).map(Value::Text)?,
        "Date" => parse_date(value.text()?).and_then(|_| text()).map(Value::Text)?,
        "Time" => parse_time(value.text()?).and_then(|_| text()).map(Value::Text)?,
        "Duration" => parse_duration(value.text()?).and_then(|_| text()).map(Value::Text)?,
        "Bytes" => parse_bytes(value.text()?).and_then(|_| text()).map(Value::Text)?,
        JSON => Value::json(value.json()?),
        _ => return None,
    })
}

/// Source: GraphQL specification, "AreTypesCompatible".
fn is_compatible(variable: &Type, location: &Type) -> bool {
    if variable.nullable && !location.nullable {
        return false;
    }
    match (&variable.base, &location.base) {
        (BaseType::Named(variable), BaseType::Named(location)) => variable == location,
        (BaseType::List(variable), BaseType::List(location)) => is_compatible(variable, location),
        _ => false,
    }
}

const BUILT_IN: [&str; 5] = ["String", "ID", "Boolean", "Int", "Float"];
/// The scalar of any shape.
const JSON: &str = "JSON";

/// Where a value stands, for messages: `$input.filter.kind[2]`.
enum InputPath<'a> {
    Variable(&'a str),
    Member(Option<&'a InputPath<'a>>, &'a str),
    Item(&'a InputPath<'a>, usize),
}

impl InputPath<'_> {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "${}", shortened(name)),
            Self::Member(None, name) => f.write_str(name),
            Self::Member(Some(owner), name) => {
                owner.write(f)?;
                write!(f, ".{name}")
            }
            Self::Item(list, index) => {
                list.write(f)?;
                write!(f, "[{index}]")
            }
        }
    }
}

impl fmt::Display for InputPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`")?;
        self.write(f)?;
        f.write_str("`")
    }
}

/// A name as given, cut so that a message stays a sentence.
fn shortened(name: &str) -> &str {
    name.char_indices().nth(60).map_or(name, |(end, _)| &name[..end])
}
