//! Values of variables and arguments, by the types of the schema.
//!
//! async-graphql ignores defaults where directives use variables, and does not check a literal that contains a variable; so all coercion
//! is done here. No message repeats a value.
//!
//! Source: GraphQL specification, "Coercing Variable Values", "Coercing Field Arguments", "Input Coercion".

use std::collections::HashMap;
use std::fmt;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, OperationDefinition, Type};
use async_graphql::{Name, Pos, Positioned, Value as Const};
use async_graphql_value::{Number, Value};
use serde_json::{Map, Value as Json};

use super::error::ResponseError;
use super::scalar;
use super::schema::{InputField, Schema, TypeDef};

/// The variables of an operation.
#[derive(Default)]
pub(super) struct Variables(HashMap<String, Variable>);

struct Variable {
    ty: Type,
    /// Whether its default is a value other than null.
    has_default: bool,
    /// `None`: the variable has no value. Null is a value.
    value: Option<Const>,
}

impl Variables {
    /// The variables that have a value.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Const)> {
        self.0.iter().filter_map(|(name, it)| Some((name.as_str(), it.value.as_ref()?)))
    }

    fn get(&self, name: &str) -> Option<&Const> {
        self.0.get(name)?.value.as_ref()
    }
}

/// Arguments or fields of an input that have a value.
pub(super) type CoercedFields = IndexMap<Name, Const>;

/// The operation's variables with the values given, or their defaults. Values for other variables are ignored.
pub(super) fn variables(
    schema: &Schema,
    operation: &OperationDefinition,
    given: &Map<String, Json>,
) -> Result<Variables, Vec<ResponseError>> {
    let mut variables = Variables::default();
    let mut errors = Vec::new();
    for definition in &operation.variable_definitions {
        let name = definition.node.name.node.as_str();
        let ty = &definition.node.var_type.node;
        let default = definition.node.default_value.as_ref();
        let value = match (given.get(name), default) {
            (Some(json), _) => {
                let value = Coercion::of_variable(schema).coerce(ty, &from_json(json), &InputPath::Variable(name));
                value.map(Some)
            }
            (None, Some(default)) => {
                let literal = default.node.clone().into_value();
                Coercion::of_default(schema).coerce(ty, &literal, &InputPath::Variable(name)).map(Some)
            }
            (None, None) if ty.nullable => Ok(None),
            (None, None) => Err(format!("variable `${name}` of type `{ty}` was not given")),
        };
        match value {
            Ok(value) => {
                let has_default = default.is_some_and(|it| it.node != Const::Null);
                variables.0.insert(name.to_owned(), Variable { ty: ty.clone(), has_default, value });
            }
            Err(message) => errors.push(ResponseError::invalid(message).at(definition.pos)),
        }
    }
    if errors.is_empty() { Ok(variables) } else { Err(errors) }
}

/// The arguments of a field or directive, with their defaults.
pub(super) fn arguments(
    schema: &Schema,
    declared: &[InputField],
    given: &[(Positioned<Name>, Positioned<Value>)],
    variables: &Variables,
    position: Pos,
) -> Result<CoercedFields, ResponseError> {
    let mut arguments = CoercedFields::new();
    for argument in declared {
        let value = given.iter().find(|(name, _)| name.node == argument.name.as_str()).map(|(_, value)| value);
        let position = value.map_or(position, |it| it.pos);
        let coercion = Coercion::of_literal(schema, variables);
        let value = coercion.member(argument, value.map(|it| &it.node), &InputPath::Member(None, &argument.name));
        if let Some(value) = value.map_err(|message| ResponseError::invalid(message).at(position))? {
            arguments.insert(Name::new(&argument.name), value);
        }
    }
    Ok(arguments)
}

/// The condition of `@skip` or `@include`.
pub(super) fn condition(value: &Positioned<Value>, variables: &Variables) -> Result<bool, ResponseError> {
    match &value.node {
        Value::Boolean(condition) => Ok(*condition),
        Value::Variable(name) if let Some(Const::Boolean(condition)) = variables.get(name.as_str()) => Ok(*condition),
        _ => Err(ResponseError::invalid("`if` must be true or false").at(value.pos)),
    }
}

/// What a value is coerced from.
struct Coercion<'a> {
    schema: &'a Schema,
    /// `None`: the value is a constant, without variables.
    variables: Option<&'a Variables>,
    /// Whether it came as JSON, where an enum is a string and a whole number may be written as a float.
    json: bool,
}

impl<'a> Coercion<'a> {
    fn of_variable(schema: &'a Schema) -> Self {
        Self { schema, variables: None, json: true }
    }

    fn of_default(schema: &'a Schema) -> Self {
        Self { schema, variables: None, json: false }
    }

    fn of_literal(schema: &'a Schema, variables: &'a Variables) -> Self {
        Self { schema, variables: Some(variables), json: false }
    }

    /// An argument or a field of an input: absent, or coerced, or its default.
    fn member(
        &self,
        field: &InputField,
        given: Option<&Value>,
        place: &InputPath<'_>,
    ) -> Result<Option<Const>, String> {
        if let Some(Value::Variable(name)) = given {
            self.may_stand(name, &field.ty, field.default.is_some(), place)?;
        }
        let given = match given {
            Some(Value::Variable(name)) if self.variable(name).is_none() => None,
            other => other,
        };
        match (given, &field.default) {
            (Some(value), _) => self.coerce(&field.ty, value, place).map(Some),
            (None, Some(default)) => Ok(Some(default.clone())),
            (None, None) if field.ty.nullable => Ok(None),
            (None, None) => Err(format!("{place} of type `{}` is required", field.ty)),
        }
    }

    fn coerce(&self, ty: &Type, value: &Value, place: &InputPath<'_>) -> Result<Const, String> {
        let value = match value {
            // A variable was coerced by its own type, which fits here.
            Value::Variable(name) => match self.variable(name) {
                Some(Const::Null) | None => &Value::Null,
                Some(value) => return Ok(value.clone()),
            },
            other => other,
        };
        if *value == Value::Null {
            return if ty.nullable { Ok(Const::Null) } else { Err(format!("{place} must not be null")) };
        }
        match (&ty.base, value) {
            (BaseType::List(item), Value::List(values)) => {
                let coerced = values.iter().enumerate();
                let coerced = coerced.map(|(index, it)| {
                    let place = InputPath::Item(place, index);
                    if let Value::Variable(name) = it {
                        self.may_stand(name, item, false, &place)?;
                    }
                    self.coerce(item, it, &place)
                });
                coerced.collect::<Result<_, _>>().map(Const::List)
            }
            (BaseType::List(item), value) => Ok(Const::List(vec![self.coerce(item, value, place)?])),
            (BaseType::Named(name), value) => self.named(name, value, place),
        }
    }

    /// Whether a variable may be used where `ty` is expected. async-graphql has the rule, but does not apply it.
    ///
    /// Source: GraphQL specification, "All Variable Usages Are Allowed".
    fn may_stand(&self, name: &str, ty: &Type, has_default: bool, place: &InputPath<'_>) -> Result<(), String> {
        let Some(variable) = self.variables.and_then(|it| it.0.get(name)) else {
            return Err(format!("variable `${}` is not defined", shortened(name)));
        };
        let fits = match !ty.nullable && variable.ty.nullable {
            true => {
                (variable.has_default || has_default)
                    && is_compatible(&variable.ty, &Type { nullable: true, ..ty.clone() })
            }
            false => is_compatible(&variable.ty, ty),
        };
        if fits {
            return Ok(());
        }
        let name = shortened(name);
        Err(format!("variable `${name}` of type `{}` cannot be used for {place} of type `{ty}`", variable.ty))
    }

    fn named(&self, name: &str, value: &Value, place: &InputPath<'_>) -> Result<Const, String> {
        match self.schema.get(name) {
            Some(TypeDef::Input(input)) => {
                let Value::Object(given) = value else { return Err(format!("{place} must be an object")) };
                if let Some(unknown) = given.keys().find(|it| input.field(it).is_none()) {
                    return Err(format!("{place} has no field `{}`", shortened(unknown)));
                }
                let mut members = CoercedFields::new();
                for field in &input.fields {
                    let given = given.get(field.name.as_str());
                    if let Some(value) = self.member(field, given, &InputPath::Member(Some(place), &field.name))? {
                        members.insert(Name::new(&field.name), value);
                    }
                }
                Ok(Const::Object(members))
            }
            Some(TypeDef::Enum(declared)) => {
                let given = match value {
                    Value::Enum(given) => Some(given.as_str()),
                    Value::String(given) if self.json => Some(given.as_str()),
                    _ => None,
                };
                match given.and_then(|given| declared.values.iter().find(|it| it.name == given)) {
                    Some(known) => Ok(Const::Enum(Name::new(&known.name))),
                    None => Err(format!("{place} must be a value of the enum `{name}`")),
                }
            }
            Some(TypeDef::Object(_)) | None if !BUILT_IN.contains(&name) => Err(format!("{place} has an unknown type")),
            _ => self.scalar(name, value).ok_or_else(|| format!("{place} must be a value of type `{name}`")),
        }
    }

    fn scalar(&self, name: &str, value: &Value) -> Option<Const> {
        let text = || match value {
            Value::String(text) => Some(text.clone()),
            _ => None,
        };
        let number = || match value {
            Value::Number(number) => Some(self.number(number)),
            _ => None,
        };
        Some(match name {
            "String" => Const::String(text()?),
            "ID" => Const::String(match value {
                Value::Number(number) => self.id(number)?,
                _ => text()?,
            }),
            "Boolean" => match value {
                Value::Boolean(value) => Const::Boolean(*value),
                _ => return None,
            },
            "Int" => Const::from(scalar::integer(&Const::Number(number()?))?),
            "BigInt" => {
                let given = number().map(Const::Number).or_else(|| text().map(Const::String))?;
                Const::String(scalar::big_integer(&given)?.to_string())
            }
            "DateTime" => {
                scalar::timestamp(&text()?)?;
                Const::String(text()?)
            }
            // A scalar of any shape. Variables inside of a literal are taken as they are.
            "JSON" => {
                let value = value
                    .clone()
                    .into_const_with(|name| Ok::<_, ()>(self.variable(&name).cloned().unwrap_or_default()));
                value.ok().filter(is_json)?
            }
            _ => return None,
        })
    }

    /// A number, read as an integer where it is whole: JSON may write an integer as a float, within the range where floats are exact.
    fn number(&self, given: &Number) -> Number {
        match given.as_f64() {
            Some(float) if self.json && given.is_f64() && float.fract() == 0.0 && float.abs() <= EXACT => {
                Number::from(float as i64)
            }
            _ => given.clone(),
        }
    }

    /// An integer as an id.
    fn id(&self, given: &Number) -> Option<String> {
        let is_minus_zero = |it: f64| self.json && it == 0.0 && it.is_sign_negative();
        let is_integer = given.is_i64() || is_beyond_64_bits(given) || given.as_f64().is_some_and(is_minus_zero);
        is_integer.then(|| given.to_string())
    }

    fn variable(&self, name: &str) -> Option<&'a Const> {
        self.variables.and_then(|it| it.get(name))
    }
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

/// The greatest float up to which every integer has a float of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

const BUILT_IN: [&str; 4] = ["String", "ID", "Boolean", "Int"];

/// Whether it is an integer beyond 64 bits. Most such integers arrive as floats and have lost digits, so a float of that size counts too.
/// An `ID`, which takes an integer of any size, finds no row by either.
pub(super) fn is_beyond_64_bits(number: &Number) -> bool {
    let is_large = |it: f64| it.fract() == 0.0 && it.abs() >= -(i64::MIN as f64);
    !number.is_i64() && (number.is_u64() || number.as_f64().is_some_and(is_large))
}

/// An enum value is not JSON.
fn is_json(value: &Const) -> bool {
    match value {
        Const::Enum(_) | Const::Binary(_) => false,
        Const::List(values) => values.iter().all(is_json),
        Const::Object(members) => members.values().all(is_json),
        _ => true,
    }
}

fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(it) => Value::Boolean(*it),
        Json::Number(it) => Value::Number(it.clone()),
        Json::String(it) => Value::String(it.clone()),
        Json::Array(items) => Value::List(items.iter().map(from_json).collect()),
        Json::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (Name::new(name), from_json(value))).collect())
        }
    }
}

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
