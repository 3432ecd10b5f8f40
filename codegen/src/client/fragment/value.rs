//! Whether a value that stands in a fragment is one of its argument's type.

use async_graphql::Value;

use crate::client::model::{Model, TypeRef};
use crate::diagnostic::DiagnosticCode;
use crate::nearest::did_you_mean;

/// Why it is not.
pub(super) struct Misfit {
    pub(super) code: DiagnosticCode,
    pub(super) message: String,
    pub(super) help: String,
}

/// Checks a value as GraphQL coerces literals: one item stands for a list of one.
pub(super) fn fits(model: &Model, ty: &TypeRef, value: &Value) -> Result<(), Misfit> {
    match (ty, value) {
        (_, Value::Null) if ty.is_nullable() => Ok(()),
        (_, Value::Null) => Err(misfit(format!("`null` is no `{ty}`"), "give a value")),
        (TypeRef::List { item, .. }, Value::List(items)) => items.iter().try_for_each(|it| fits(model, item, it)),
        (TypeRef::List { item, .. }, one) => fits(model, item, one),
        (TypeRef::Named { name, .. }, value) => named(model, name, value),
    }
}

fn named(model: &Model, name: &str, value: &Value) -> Result<(), Misfit> {
    if let Some(declared) = model.find_enum(name) {
        let values = || declared.values.iter().map(|it| it.name.as_str());
        return match value {
            Value::Enum(given) if values().any(|it| it == given.as_str()) => Ok(()),
            Value::Enum(given) => {
                let all = values().collect::<Vec<_>>().join(", ");
                let help = did_you_mean(given, values(), &format!("it has {all}"));
                Err(unknown(format!("the enum `{name}` has no value `{given}`"), help))
            }
            other => Err(misfit(format!("{other} is no `{name}`"), "values of enums are written without quotes")),
        };
    }
    if let Some(input) = model.input(name) {
        let Value::Object(given) = value else {
            return Err(misfit(format!("{value} is no `{name}`"), "it is written in braces: `{ field: value }`"));
        };
        for (field, value) in given {
            let Some(declared) = input.fields.iter().find(|it| it.name == field.as_str()) else {
                let names = input.fields.iter().map(|it| it.name.as_str());
                let help = did_you_mean(field, names, &format!("`schema.graphql` lists the fields of `{name}`"));
                return Err(unknown(format!("`{name}` has no field `{field}`"), help));
            };
            fits(model, &declared.ty, value)?;
        }
        let missing = input.fields.iter().find(|it| it.is_required() && !given.contains_key(it.name.as_str()));
        return match missing {
            Some(missing) => {
                Err(misfit(format!("`{name}` needs `{}`", missing.name), format!("give it: a `{}`", missing.ty)))
            }
            None => Ok(()),
        };
    }
    let is_one = match (name, value) {
        ("Int", Value::Number(it)) => it.as_i64().is_some_and(|it| i32::try_from(it).is_ok()),
        ("Float", Value::Number(_)) | ("Boolean", Value::Boolean(_)) => true,
        ("String" | "DateTime" | "Date" | "Time" | "Duration" | "Bytes", it) => matches!(it, Value::String(_)),
        ("ID", Value::Number(it)) => it.is_i64() || it.is_u64(),
        ("BigInt", Value::Number(it)) => it.is_i64(),
        ("ID" | "BigInt", Value::String(_)) => true,
        ("Int" | "Float" | "Boolean" | "ID" | "BigInt", _) => false,
        // Any value may be JSON.
        _ => true,
    };
    if is_one { Ok(()) } else { Err(misfit(format!("{value} is no `{name}`"), "give a value of that type")) }
}

fn misfit(message: String, help: impl Into<String>) -> Misfit {
    Misfit { code: DiagnosticCode::SelectionUnfit, message, help: help.into() }
}

fn unknown(message: String, help: String) -> Misfit {
    Misfit { code: DiagnosticCode::UnknownInApi, message, help }
}
