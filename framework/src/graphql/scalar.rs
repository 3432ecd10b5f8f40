//! The one table of how attribute types appear in GraphQL: scalar, filter, value in, JSON out.

use async_graphql::Value as Const;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::ir::Type;
use crate::record::NO_ROW;
use crate::value::{Value, normalise_ci, storable_time};

/// The scalar or enum that values of this type are.
pub(super) fn name(ty: &Type) -> &str {
    match ty {
        Type::String | Type::CiString => "String",
        Type::Integer | Type::Duration => "Int",
        Type::BigInteger => "BigInt",
        Type::Boolean => "Boolean",
        Type::Uuid => "ID",
        Type::Timestamp => "DateTime",
        Type::Json => "JSON",
        Type::Enum(name) => name,
    }
}

/// The filter input of values of this type, as a prefix: `Id` for `IdFilter`.
pub(super) fn filter_prefix(ty: &Type) -> &str {
    match ty {
        Type::Uuid => "Id",
        Type::Json => "Json",
        other => name(other),
    }
}

/// Whether rows can be ordered by it.
pub(super) fn is_ordered(ty: &Type) -> bool {
    !matches!(ty, Type::Json | Type::Duration)
}

/// The value of an input that was coerced by its GraphQL type already. `None`: it is not a value of `ty`. With `key`, a malformed id is
/// the nil UUID instead.
pub(super) fn value(input: &Const, ty: &Type, key: bool) -> Option<Value> {
    if *input == Const::Null {
        return Some(Value::Null);
    }
    let text = match input {
        Const::String(text) => Some(text.as_str()),
        Const::Enum(name) => Some(name.as_str()),
        _ => None,
    };
    Some(match ty {
        Type::String | Type::Enum(_) => Value::Text(text?.to_owned()),
        Type::CiString => Value::Text(normalise_ci(text?)),
        Type::Integer => integer(input).map(Value::Int)?,
        Type::Duration => integer(input).map(Value::Duration)?,
        Type::BigInteger => Value::Int(big_integer(input)?),
        Type::Boolean => match input {
            Const::Boolean(it) => Value::Bool(*it),
            _ => return None,
        },
        Type::Uuid => match Uuid::try_parse(text?) {
            Ok(id) => Value::Uuid(id),
            Err(_) if key => Value::Uuid(NO_ROW),
            Err(_) => return None,
        },
        Type::Timestamp => Value::Timestamp(timestamp(text?)?),
        Type::Json => Value::json(input.clone().into_json().ok()?),
    })
}

/// A 32-bit integer; `1.0` is not one.
pub(super) fn integer(input: &Const) -> Option<i64> {
    match input {
        Const::Number(number) => number.as_i64().filter(|it| i32::try_from(*it).is_ok()),
        _ => None,
    }
}

/// A `BigInt`: a string of digits, or an integer of any size that JSON holds exactly.
pub(super) fn big_integer(input: &Const) -> Option<i64> {
    match input {
        Const::String(text) => text.parse().ok(),
        Const::Number(number) => number.as_i64(),
        _ => None,
    }
}

/// A `DateTime`: RFC 3339 with any offset, cut to microseconds.
pub(super) fn timestamp(text: &str) -> Option<DateTime<Utc>> {
    storable_time(DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(it: &str) -> Const {
        Const::String(it.into())
    }

    #[test]
    fn a_malformed_id_is_no_row_where_it_names_one() {
        assert_eq!(value(&text("x"), &Type::Uuid, true), Some(Value::Uuid(NO_ROW)));
        assert_eq!(value(&text("x"), &Type::Uuid, false), None);
    }

    #[test]
    fn integers_have_32_bits_and_big_ones_are_strings() {
        assert_eq!(value(&Const::from(2_147_483_647_i64), &Type::Integer, false), Some(Value::Int(2_147_483_647)));
        assert_eq!(value(&Const::from(2_147_483_648_i64), &Type::Integer, false), None);
        assert_eq!(value(&text("9223372036854775807"), &Type::BigInteger, false), Some(Value::Int(i64::MAX)));
        assert_eq!(value(&text("9223372036854775808"), &Type::BigInteger, false), None);
        assert_eq!(value(&text("1"), &Type::Integer, false), None);
    }

    #[test]
    fn times_are_cut_to_microseconds() {
        let time = timestamp("2026-11-22T14:00:00.1234567+01:00").map(crate::value::timestamp_text);
        assert_eq!(time.as_deref(), Some("2026-11-22T13:00:00.123456Z"));
        let leap = timestamp("2016-12-31T23:59:60.5Z").map(crate::value::timestamp_text);
        assert_eq!(leap.as_deref(), Some("2017-01-01T00:00:00.500000Z"));
        for bad in
            ["2026-11-22", "2026-11-22T14:00:00", "yesterday", "", "2026-13-01T00:00:00Z", "9999-12-31T23:59:60Z"]
        {
            assert_eq!(timestamp(bad), None, "{bad}");
        }
    }

    #[test]
    fn case_insensitive_text_is_normalised() {
        assert_eq!(value(&text("Ada@X.ORG"), &Type::CiString, false), Some(Value::Text("ada@x.org".into())));
    }
}
