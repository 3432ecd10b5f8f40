//! Whether a value may be stored in an attribute or given as an argument, and its stored form.

use crate::error::{Code, Error, Problem};
use crate::ir::{Action, App, Attribute, Constraints, Resource, Type};
use crate::record::Input;
use crate::value::{HOLDS_UNSTORABLE, Value, is_blank, normalise_ci, storable_time};

/// Bytes of the longest address, with its `@`.
///
/// Source: RFC 5321, 4.5.3.1.3, less the angle brackets.
const LONGEST_EMAIL: usize = 254;
/// What ends a line, on paper or on a screen.
///
/// Source: Unicode Standard, 5.8 "Newline Guidelines".
const LINE_ENDS: [char; 7] = ['\n', '\u{b}', '\u{c}', '\r', '\u{85}', '\u{2028}', '\u{2029}'];

pub(super) const REQUIRED: &str = "is required";

/// The arguments of an action, each checked.
///
/// # Errors
/// `INVALID` with all that is wrong, `NOT_FOUND` for what is no id; a read just finds nothing by it.
pub(crate) fn cast_arguments(app: &App, action: &Action, given: &Input) -> Result<Input, Error> {
    let (mut arguments, mut problems) = (Input::new(), Vec::new());
    for argument in action.arguments.iter().filter(|it| given.names_no_row(&it.name) && !action.is_read()) {
        problems.push(Problem::not_found(&argument.name));
    }
    let mut invalid = |field: &str, message: String| {
        problems.push(Problem { code: Code::Invalid, message, fields: vec![field.to_owned()] });
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
    if problems.is_empty() { Ok(arguments) } else { Err(Error::from_problems(problems)) }
}

/// Why a value may not be stored, in one sentence about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Miscast {
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
) -> Result<Value, Miscast> {
    let value = cast(app, &attribute.ty, value)?;
    if value.is_null() {
        return if attribute.nullable { Ok(value) } else { Err(Miscast::Absent(missing(&attribute.ty))) };
    }
    keeps_to(&attribute.constraints, &value).map_err(Miscast::Rule)?;
    match &value {
        Value::Text(text) if text.contains(LINE_ENDS) && resource.is_one_line(attribute) => {
            return Err(Miscast::Rule("must be one line".into()));
        }
        _ => {}
    }
    Ok(value)
}

/// What is wrong with NULL where a value of this type must be.
fn missing(ty: &Type) -> &'static str {
    match ty {
        Type::Json => "must not be null",
        _ => REQUIRED,
    }
}

fn cast(app: &App, ty: &Type, value: Value) -> Result<Value, Miscast> {
    if value.holds_unstorable() {
        return Err(Miscast::Rule(HOLDS_UNSTORABLE.into()));
    }
    Ok(match (ty, value) {
        (_, Value::Null) => Value::Null,
        (Type::String, Value::Text(text)) => Value::Text(text),
        (Type::CiString, Value::Text(text)) => Value::Text(normalise_ci(&text)),
        (Type::Enum(name), Value::Text(text)) => {
            let known = app.find_enum(name).is_some_and(|it| it.variants.iter().any(|it| it.stored == *text));
            if !known {
                return Err(Miscast::Type(format!("a {name}")));
            }
            Value::Text(text)
        }
        (Type::Integer | Type::BigInteger, Value::Int(it)) => Value::Int(it),
        (Type::Boolean, Value::Bool(it)) => Value::Bool(it),
        (Type::Uuid, Value::Uuid(it)) => Value::Uuid(it),
        (Type::Timestamp, Value::Timestamp(it)) => {
            let stored = storable_time(it).ok_or_else(|| Miscast::Rule("must lie in the years 0 to 9999".into()))?;
            Value::Timestamp(stored)
        }
        (Type::Json, Value::Json(it)) => Value::json(it),
        (Type::Duration, Value::Duration(it)) => Value::Duration(it),
        (ty, _) => return Err(Miscast::Type(described(ty).into())),
    })
}

fn described(ty: &Type) -> &'static str {
    match ty {
        Type::String | Type::CiString => "text",
        Type::Integer | Type::BigInteger => "an integer",
        Type::Boolean => "true or false",
        Type::Uuid => "an ID",
        Type::Timestamp => "a time",
        Type::Json => "JSON",
        Type::Enum(_) => "one of the values",
        Type::Duration => "a span of time",
    }
}

fn keeps_to(constraints: &Constraints, value: &Value) -> Result<(), String> {
    match value {
        Value::Text(text) => {
            let length = text.chars().count();
            if let Some(min) = constraints.min_length {
                if min > 0 && is_blank(text) {
                    return Err("must not be empty".into());
                }
                if length < min as usize {
                    return Err(format!("must have at least {min} characters"));
                }
            }
            if let Some(max) = constraints.max_length.filter(|it| length > *it as usize) {
                return Err(format!("must have at most {max} characters"));
            }
            if constraints.email && !is_email(text) {
                return Err("is not an e-mail address".into());
            }
            if constraints.slug && !is_slug(text) {
                return Err("may only hold a-z, 0-9 and single dashes between them".into());
            }
        }
        Value::Int(number) => {
            if let Some(min) = constraints.min.filter(|it| number < it) {
                return Err(format!("must be at least {min}"));
            }
            if let Some(max) = constraints.max.filter(|it| number > it) {
                return Err(format!("must be at most {max}"));
            }
        }
        _ => {}
    }
    Ok(())
}

/// Source: WHATWG HTML, "valid e-mail address", with a bound of its length.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let atom = |it: char| it.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(it);
    let label = |it: &str| {
        (1..=63).contains(&it.len())
            && it.chars().all(|it| it.is_ascii_alphanumeric() || it == '-')
            && !it.starts_with('-')
            && !it.ends_with('-')
    };
    text.len() <= LONGEST_EMAIL && !local.is_empty() && local.chars().all(atom) && domain.split('.').all(label)
}

fn is_slug(text: &str) -> bool {
    let word = |it: &str| !it.is_empty() && it.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
    text.split('-').all(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_can_see_is_empty() {
        let bounds = |min| Constraints { min_length: Some(min), ..Constraints::default() };
        let told = |min, text: &str| keeps_to(&bounds(min), &Value::Text(text.into())).err();
        for blank in [
            "",
            " ",
            "  \t",
            "\n",
            "\u{200b}",
            "\u{2800}",
            "\u{a0}\u{3164}",
            "\u{feff}",
            "\u{202e}\u{2069}",
            "\u{fe0f}",
        ] {
            assert_eq!(told(1, blank).as_deref(), Some("must not be empty"), "{blank:?}");
            assert_eq!(told(3, blank).as_deref(), Some("must not be empty"), "{blank:?}");
            assert_eq!(told(0, blank), None, "{blank:?}");
        }
        for seen in ["a", " a ", "\u{200b}a", "é", "\u{0301}", "👩\u{200d}🚀", "❤\u{fe0f}", "·"] {
            assert_eq!(told(1, seen), None, "{seen:?}");
        }
        assert_eq!(told(3, "ab").as_deref(), Some("must have at least 3 characters"));
    }

    #[test]
    fn addresses_and_slugs_are_recognised() {
        for good in ["a@example.org", "first.last+tag@sub.example.co", "x@localhost"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "@b.c", "a@", "a b@c.d", "a@b..c", "a@-b.c", "a@b@c d"] {
            assert!(!is_email(bad), "{bad}");
        }
        assert!(is_slug("the-3rd-world") && !is_slug("-a") && !is_slug("a--b") && !is_slug("A") && !is_slug(""));
    }
}
