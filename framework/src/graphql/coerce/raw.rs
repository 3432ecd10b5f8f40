//! A value as it came: written in the document, or as JSON of a variable.
//!
//! They differ: in JSON an enum is a string, and a whole number may be written as a float.

use async_graphql_value::{Number, Value as Literal};
use serde_json::Value as Json;

use crate::value::Float;

/// A value before it is coerced.
#[derive(Clone, Copy)]
pub(super) enum Raw<'a> {
    Literal(&'a Literal),
    Json(&'a Json),
}

/// An object of either.
pub(super) struct RawObject<'a>(Raw<'a>);

impl<'a> Raw<'a> {
    /// The variable that stands there.
    pub(super) fn variable(self) -> Option<&'a str> {
        match self {
            Self::Literal(Literal::Variable(name)) => Some(name),
            Self::Literal(_) | Self::Json(_) => None,
        }
    }

    pub(super) fn is_null(self) -> bool {
        matches!(self, Self::Literal(Literal::Null) | Self::Json(Json::Null))
    }

    pub(super) fn list(self) -> Option<Vec<Self>> {
        match self {
            Self::Literal(Literal::List(items)) => Some(items.iter().map(Self::Literal).collect()),
            Self::Json(Json::Array(items)) => Some(items.iter().map(Self::Json).collect()),
            Self::Literal(_) | Self::Json(_) => None,
        }
    }

    pub(super) fn object(self) -> Option<RawObject<'a>> {
        matches!(self, Self::Literal(Literal::Object(_)) | Self::Json(Json::Object(_))).then_some(RawObject(self))
    }

    pub(super) fn boolean(self) -> Option<bool> {
        match self {
            Self::Literal(Literal::Boolean(it)) | Self::Json(Json::Bool(it)) => Some(*it),
            Self::Literal(_) | Self::Json(_) => None,
        }
    }

    pub(super) fn text(self) -> Option<&'a str> {
        match self {
            Self::Literal(Literal::String(it)) | Self::Json(Json::String(it)) => Some(it),
            Self::Literal(_) | Self::Json(_) => None,
        }
    }

    /// The name of an enum's value.
    pub(super) fn enumerated(self) -> Option<&'a str> {
        match self {
            Self::Literal(Literal::Enum(name)) => Some(name),
            Self::Json(Json::String(name)) => Some(name),
            Self::Literal(_) | Self::Json(_) => None,
        }
    }

    /// A whole number: in JSON also one that is written as a float, within the range where floats are exact.
    pub(super) fn integer(self) -> Option<i64> {
        let number = self.number()?;
        match (self, number.as_f64()) {
            (Self::Json(_), Some(float)) if number.is_f64() && float.fract() == 0.0 && float.abs() <= EXACT => {
                Some(float as i64)
            }
            _ => number.as_i64(),
        }
    }

    /// A number, with or without a fraction.
    pub(super) fn float(self) -> Option<Float> {
        let number = Float::new(self.number()?.as_f64()?);
        number.is_finite().then_some(number)
    }

    /// An integer, of whatever size, as an id.
    pub(super) fn id(self) -> Option<String> {
        let given = self.number()?;
        let is_minus_zero = |it: f64| matches!(self, Self::Json(_)) && it == 0.0 && it.is_sign_negative();
        let is_integer = given.is_i64() || is_beyond_64_bits(given) || given.as_f64().is_some_and(is_minus_zero);
        is_integer.then(|| given.to_string())
    }

    /// Any value as JSON; an enum's value is none. It holds no variables.
    pub(super) fn json(self) -> Option<Json> {
        match self {
            Self::Json(json) => Some(json.clone()),
            Self::Literal(literal) => is_json(literal).then(|| literal.clone().into_json().ok()).flatten(),
        }
    }

    /// Whether a variable stands there or further in.
    pub(super) fn holds_variables(self) -> bool {
        match self {
            Self::Literal(literal) => holds_variables(literal),
            Self::Json(_) => false,
        }
    }

    fn number(self) -> Option<&'a Number> {
        match self {
            Self::Literal(Literal::Number(it)) | Self::Json(Json::Number(it)) => Some(it),
            Self::Literal(_) | Self::Json(_) => None,
        }
    }
}

impl<'a> RawObject<'a> {
    pub(super) fn get(&self, name: &str) -> Option<Raw<'a>> {
        match self.0 {
            Raw::Literal(Literal::Object(members)) => members.get(name).map(Raw::Literal),
            Raw::Json(Json::Object(members)) => members.get(name).map(Raw::Json),
            Raw::Literal(_) | Raw::Json(_) => None,
        }
    }

    pub(super) fn names(&self) -> Box<dyn Iterator<Item = &'a str> + 'a> {
        match self.0 {
            Raw::Literal(Literal::Object(members)) => Box::new(members.keys().map(|it| it.as_str())),
            Raw::Json(Json::Object(members)) => Box::new(members.keys().map(String::as_str)),
            Raw::Literal(_) | Raw::Json(_) => Box::new(std::iter::empty()),
        }
    }
}

/// The greatest float up to which every integer has a float of its own.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Whether it is an integer beyond 64 bits. Most such integers arrive as floats and have lost digits, so a float of that size counts too.
/// An `ID`, which takes an integer of any size, finds no row by either.
pub(in crate::graphql) fn is_beyond_64_bits(number: &Number) -> bool {
    let is_large = |it: f64| it.fract() == 0.0 && it.abs() >= -(i64::MIN as f64);
    !number.is_i64() && (number.is_u64() || number.as_f64().is_some_and(is_large))
}

fn is_json(literal: &Literal) -> bool {
    match literal {
        Literal::Enum(_) | Literal::Binary(_) | Literal::Variable(_) => false,
        Literal::List(items) => items.iter().all(is_json),
        Literal::Object(members) => members.values().all(is_json),
        _ => true,
    }
}

fn holds_variables(literal: &Literal) -> bool {
    match literal {
        Literal::Variable(_) => true,
        Literal::List(items) => items.iter().any(holds_variables),
        Literal::Object(members) => members.values().any(holds_variables),
        _ => false,
    }
}
