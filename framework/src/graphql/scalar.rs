//! The one table of how attribute types appear in GraphQL: scalar, filter, value in, JSON out.

use chrono::{DateTime, Utc};

use crate::ir::Type;
use crate::value::{Value, normalise_ci, parse_bytes, parse_date, parse_duration, parse_time, storable_time};

/// The scalar or enum that values of this type are.
pub(super) fn name(ty: &Type) -> &str {
    match ty {
        Type::String | Type::CiString => "String",
        Type::Integer16 | Type::Integer32 | Type::Integer => "Int",
        Type::Float => "Float",
        Type::BigInteger => "BigInt",
        Type::Boolean => "Boolean",
        Type::Uuid | Type::Key(_) => "ID",
        Type::Timestamp => "DateTime",
        Type::Date => "Date",
        Type::Time => "Time",
        Type::Duration => "Duration",
        Type::Json => "JSON",
        Type::Bytes => "Bytes",
        Type::Enum(name) => name,
    }
}

/// The filter input of values of this type, as a prefix: `Id` for `IdFilter`.
pub(super) fn filter_prefix(ty: &Type) -> &str {
    match ty {
        Type::Uuid | Type::Key(_) => "Id",
        Type::Json => "Json",
        other => name(other),
    }
}

/// The value of an attribute of type `ty`, of a scalar that was coerced by its GraphQL type already. `None`: it is not one. With `key`, a
/// malformed id is that of no row instead.
pub(super) fn value(scalar: &Value, ty: &Type, key: bool) -> Option<Value> {
    Some(match (ty, scalar) {
        (_, Value::Null) => Value::Null,
        (Type::String | Type::Enum(_), Value::Text(text)) => Value::Text(text.clone()),
        (Type::CiString, Value::Text(text)) => Value::Text(normalise_ci(text)),
        (Type::Integer16 | Type::Integer32 | Type::Integer | Type::BigInteger, Value::Int(it)) => Value::Int(*it),
        (Type::BigInteger, Value::Text(text)) => Value::Int(big_integer(text)?),
        (Type::Float, Value::Float(it)) => Value::Float(*it),
        (Type::Boolean, Value::Bool(it)) => Value::Bool(*it),
        (Type::Uuid | Type::Key(_), Value::Text(text)) => match ty.key(text) {
            Some(id) => id.into(),
            None if key => ty.no_row()?,
            None => return None,
        },
        (Type::Timestamp, Value::Text(text)) => Value::Timestamp(timestamp(text)?),
        (Type::Date, Value::Text(text)) => Value::Date(parse_date(text)?),
        (Type::Time, Value::Text(text)) => Value::Time(parse_time(text)?),
        (Type::Duration, Value::Text(text)) => Value::Duration(parse_duration(text)?),
        (Type::Bytes, Value::Text(text)) => Value::Bytes(parse_bytes(text)?),
        (Type::Json, Value::Json(json)) => Value::Json(json.clone()),
        _ => return None,
    })
}

/// A whole number as an `Int`, which has 32 bits.
pub(super) fn integer(number: i64) -> Option<i64> {
    i32::try_from(number).is_ok().then_some(number)
}

/// A `BigInt` that is written as a string.
pub(super) fn big_integer(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// A `DateTime`: RFC 3339 with any offset, cut to microseconds.
pub(super) fn timestamp(text: &str) -> Option<DateTime<Utc>> {
    storable_time(DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::KeyType;

    fn text(it: &str) -> Value {
        Value::Text(it.into())
    }

    #[test]
    fn a_malformed_id_is_no_row_where_it_names_one() {
        let number = Type::Key(KeyType::Integer);
        for (ty, bad) in [(Type::Uuid, "x"), (number.clone(), "x"), (number.clone(), "07"), (number.clone(), "1.0")] {
            assert_eq!(value(&text(bad), &ty, true), ty.no_row(), "{bad}");
            assert_eq!(value(&text(bad), &ty, false), None, "{bad}");
        }
        assert_eq!(value(&text("9223372036854775807"), &number, false), Some(Value::Int(i64::MAX)));
        assert_eq!(value(&text("DE"), &Type::Key(KeyType::CiString), false), Some(text("de")));
        assert_eq!(value(&text(""), &Type::Key(KeyType::String), false), None);
    }

    #[test]
    fn integers_have_32_bits_and_big_ones_are_strings() {
        assert_eq!(integer(2_147_483_647), Some(2_147_483_647));
        assert_eq!(integer(2_147_483_648), None);
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
    fn what_is_written_as_text_is_read_by_its_scalar_alone() {
        for (ty, good, bad) in [
            (Type::Date, "2026-03-01", "2026-03-01T00:00:00Z"),
            (Type::Time, "13:05", "2026-03-01"),
            (Type::Duration, "P1DT2H", "13:05"),
            (Type::Bytes, "AP8=", "AP8"),
        ] {
            assert!(value(&text(good), &ty, false).is_some(), "{good}");
            assert_eq!(value(&text(bad), &ty, false), None, "{bad}");
            assert_eq!(value(&Value::Int(1), &ty, false), None);
        }
    }

    #[test]
    fn case_insensitive_text_is_normalised() {
        assert_eq!(value(&text("Ada@X.ORG"), &Type::CiString, false), Some(Value::Text("ada@x.org".into())));
    }
}
