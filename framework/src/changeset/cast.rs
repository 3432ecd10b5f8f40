//! Whether a value may be stored in an attribute or given as an argument, and its stored form.

use crate::error::{Code, Problem};
use crate::ir::{Action, App, Attribute, Resource, Type};
use crate::record::Input;
use crate::value::{Value, microseconds, microseconds_of_day, normalise_ci};

/// What is said of an input that is missing.
pub(crate) const REQUIRED: &str = "is required";

/// The arguments of an action, each checked, and what is wrong with the others: `INVALID`, or `NOT_FOUND` for what is no id; a read just
/// finds nothing by it.
pub(crate) fn cast_arguments(app: &App, action: &Action, given: &Input) -> (Input, Vec<Problem>) {
    let (mut arguments, mut problems) = (Input::new(), Vec::new());
    for argument in action.arguments.iter().filter(|it| given.names_no_row(&it.name) && !action.is_read()) {
        problems.push(Problem::not_found(&argument.name));
    }
    let mut invalid = |field: &str, message: String| {
        problems.push(Problem::new(Code::Invalid, message, vec![field.to_owned()]));
    };
    for argument in &action.arguments {
        match given.get(&argument.name).map(|value| cast(app, &argument.ty, value.clone())) {
            None if !argument.nullable => invalid(&argument.name, REQUIRED.into()),
            None => {}
            Some(Ok(Value::Null)) if !argument.nullable => invalid(&argument.name, missing(&argument.ty).into()),
            Some(Ok(value)) => arguments.set(argument.name.clone(), value),
            Some(Err(miscast)) => invalid(&argument.name, miscast.to_string()),
        }
    }
    for (name, _) in given.iter() {
        if !action.arguments.iter().any(|it| it.name == *name) && !action.accept.contains(name) {
            invalid(name, "is not an input of this action".into());
        }
    }
    (arguments, problems)
}

/// Why a value may not be stored, in one sentence about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CastError {
    /// It is NULL, and must not be.
    #[error("{0}")]
    Absent(&'static str),
    /// It is of another type.
    #[error("is not {0}")]
    Type(String),
    /// It breaks a rule.
    #[error("{0}")]
    Rule(String),
}

/// The stored form of an attribute's new value.
///
/// # Errors
/// Why it may not be stored.
pub(crate) fn cast_attribute(
    app: &App,
    resource: &Resource,
    attribute: &Attribute,
    value: Value,
) -> Result<Value, CastError> {
    let value = cast(app, &attribute.ty, value)?;
    if value.is_null() {
        return if attribute.nullable { Ok(value) } else { Err(CastError::Absent(missing(&attribute.ty))) };
    }
    resource.keeps_to_bounds(attribute, &value).map_err(CastError::Rule)?;
    Ok(value)
}

/// What is wrong with NULL where a value of this type must be.
fn missing(ty: &Type) -> &'static str {
    match ty {
        Type::Json => "must not be null",
        _ => REQUIRED,
    }
}

/// The form in which a value of that type is stored; `None` if no attribute of the type can hold it.
pub(crate) fn cast_alone(app: &App, ty: &Type, value: Value) -> Option<Value> {
    cast(app, ty, value).ok()
}

fn cast(app: &App, ty: &Type, value: Value) -> Result<Value, CastError> {
    if let Some(why) = value.unstorable() {
        return Err(CastError::Rule(why.into()));
    }
    ty.holds(&value).map_err(CastError::Rule)?;
    Ok(match (&ty.plain(), value) {
        (_, Value::Null) => Value::Null,
        (Type::String, Value::Text(text)) => Value::Text(text),
        (Type::CiString, Value::Text(text)) => Value::Text(normalise_ci(&text)),
        (Type::Enum(name), Value::Text(text)) => {
            let known = app.find_enum(name).is_some_and(|it| it.variants.iter().any(|it| it.stored == *text));
            if !known {
                return Err(CastError::Type(format!("a {name}")));
            }
            Value::Text(text)
        }
        (Type::Integer16 | Type::Integer32 | Type::Integer | Type::BigInteger, Value::Int(it)) => Value::Int(it),
        (Type::Float, Value::Float(it)) => Value::Float(it),
        (Type::Boolean, Value::Bool(it)) => Value::Bool(it),
        (Type::Uuid, Value::Uuid(it)) => Value::Uuid(it),
        (Type::Timestamp, Value::Timestamp(it)) => Value::Timestamp(microseconds(it)),
        (Type::Date, Value::Date(it)) => Value::Date(it),
        (Type::Time, Value::Time(it)) => Value::Time(microseconds_of_day(it)),
        (Type::Duration, Value::Duration(it)) => Value::Duration(it),
        (Type::Json, Value::Json(it)) => Value::json(it),
        (Type::Bytes, Value::Bytes(it)) => Value::Bytes(it),
        _ => return Err(CastError::Type(described(ty).into())),
    })
}

fn described(ty: &Type) -> &'static str {
    match ty {
        Type::String | Type::CiString => "text",
        Type::Integer16 | Type::Integer32 | Type::Integer | Type::BigInteger => "an integer",
        Type::Float => "a number",
        Type::Boolean => "true or false",
        Type::Uuid | Type::Key(_) => "an ID",
        Type::Timestamp => "a time",
        Type::Date => "a date",
        Type::Time => "a time of day",
        Type::Duration => "a span of time",
        Type::Json => "JSON",
        Type::Bytes => "bytes",
        Type::Enum(_) => "one of the values",
    }
}
