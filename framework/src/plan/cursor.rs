//! Cursors: the values of a row's sort keys, sealed for the resource and its order.
//!
//! ```text
//! seal( "Activity", [occurred_at desc, id desc];  ["2026-01-02T03:04:05.000000Z","0197…"] )
//! ```
//! A cursor holds only what its reader may see: a hidden value is NULL in it, as it is NULL in the order. In three cases it holds the row's
//! primary key alone, and the other values are looked up when it is used: the reader may not read one of the keys at all; the text would
//! be longer than [`LONGEST`] bytes; or a stored value is not of its declared type.

use super::OrderKey;
use crate::engine::Seal;
use crate::error::{Code, Error};
use crate::ir::{Resource, Type};
use crate::query::SortField;
use crate::value::{
    Float, RowKey, UNSTORABLE, Value, bytes_text, date_text, parse_bytes, parse_date, parse_time, storable_time,
    time_text, timestamp_text,
};

/// Bytes of the longest cursor.
const LONGEST: usize = 512;

/// Where a page begins or ends.
#[derive(Clone, PartialEq)]
pub(crate) enum Cursor {
    /// At the row with these values of the keys.
    Values(Vec<Value>),
    /// At the row with this primary key.
    Row(RowKey),
}

impl Cursor {
    /// The text for a client. The primary key is the last of the values.
    ///
    /// # Errors
    /// `INTERNAL` if the last value is no primary key.
    pub(crate) fn encode(
        seal: &Seal,
        resource: &Resource,
        order: &[OrderKey],
        values: &[Value],
    ) -> Result<String, Error> {
        let place = place(resource, order);
        if order.iter().all(|it| it.told) && fit(order, values) {
            let content = serde_json::Value::from_iter(values.iter().map(to_json)).to_string();
            if Seal::length(content.len()) <= LONGEST {
                return seal.seal(&place, content.as_bytes());
            }
        }
        let row = values.last().and_then(RowKey::of);
        let row = row.ok_or_else(|| Error::internal("the last key of an order is not the primary key"))?;
        seal.seal(&place, serde_json::Value::from(row.to_string()).to_string().as_bytes())
    }

    /// What a client gave.
    ///
    /// # Errors
    /// `INVALID_CURSOR` unless it was made by [`Cursor::encode`] for the same resource and order, with the same key.
    pub(crate) fn decode(seal: &Seal, resource: &Resource, order: &[OrderKey], text: &str) -> Result<Self, Error> {
        Self::parse(seal, resource, order, text)
            .ok_or_else(|| Error::new(Code::InvalidCursor, "the cursor was not made by this list in this order"))
    }

    fn parse(seal: &Seal, resource: &Resource, order: &[OrderKey], text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let content = seal.open(&place(resource, order), text)?;
        // What a key may hold can have changed since.
        match serde_json::from_slice(&content).ok()? {
            serde_json::Value::Array(keys) if keys.len() == order.len() => {
                let values = keys.into_iter().zip(order).map(|(value, key)| from_json(value, key));
                values.collect::<Option<_>>().map(Self::Values)
            }
            serde_json::Value::String(row) => order.last()?.ty.key(&row).map(Self::Row),
            _ => None,
        }
    }
}

/// The resource and the order, as bytes that no other resource and order have.
fn place(resource: &Resource, order: &[OrderKey]) -> Vec<u8> {
    let mut place = Vec::from(resource.name.as_bytes());
    for key in order {
        let (kind, name) = match key.field {
            SortField::Attribute(id) => (0, &resource[id].name),
            SortField::Calculation(id) => (1, &resource[id].name),
        };
        // No name holds a zero, so none goes on into what follows it.
        place.extend([0, kind, u8::from(key.direction.descends()), u8::from(key.direction.nulls_first())]);
        place.extend(name.as_bytes());
    }
    place
}

/// Whether each value is the same after it was written as JSON and read again. A stored value that is not of its declared type is not.
fn fit(order: &[OrderKey], values: &[Value]) -> bool {
    order.iter().zip(values).all(|(key, value)| from_json(to_json(value), key).as_ref() == Some(value))
}

fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null | Value::List(_) => serde_json::Value::Null,
        Value::Bool(it) => (*it).into(),
        Value::Int(it) | Value::Duration(it) => (*it).into(),
        Value::Float(it) => it.get().into(),
        Value::Text(it) => it.clone().into(),
        Value::Uuid(it) => it.to_string().into(),
        Value::Timestamp(it) => timestamp_text(*it).into(),
        Value::Date(it) => date_text(*it).into(),
        Value::Time(it) => time_text(*it).into(),
        Value::Bytes(it) => bytes_text(it).into(),
        Value::Json(it) => it.clone(),
    }
}

fn from_json(value: serde_json::Value, key: &OrderKey) -> Option<Value> {
    if value.is_null() {
        return key.nullable.then_some(Value::Null);
    }
    Some(match key.ty.plain() {
        Type::Boolean => Value::Bool(value.as_bool()?),
        Type::Integer16 | Type::Integer32 | Type::Integer | Type::BigInteger => Value::Int(value.as_i64()?),
        Type::Float => Value::Float(Float::new(value.as_f64()?)),
        Type::Duration => Value::Duration(value.as_i64()?),
        Type::Uuid => Value::Uuid(value.as_str()?.parse().ok()?),
        Type::Timestamp => Value::Timestamp(storable_time(value.as_str()?.parse().ok()?)?),
        Type::Date => Value::Date(parse_date(value.as_str()?)?),
        Type::Time => Value::Time(parse_time(value.as_str()?)?),
        Type::Bytes => Value::Bytes(parse_bytes(value.as_str()?)?),
        Type::Json => Value::json(value),
        Type::String | Type::CiString | Type::Key(_) | Type::Enum(_) => match value {
            serde_json::Value::String(text) if !text.contains(UNSTORABLE) => Value::Text(text),
            _ => return None,
        },
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::ir::{Calculation, Direction, Name, Tree};
    use crate::private;
    use crate::query::Access;
    use crate::settings::Secret;

    /// Named things, each perhaps with a size, and an order by name and size.
    fn things() -> (Resource, Vec<OrderKey>) {
        let mut resource = private::resource("Thing", "things", "")
            .attribute(private::attribute::<Uuid>("id", "").primary_key())
            .attribute(private::attribute::<String>("name", "").public())
            .attribute(private::attribute::<Option<i64>>("size", "").public())
            .finish(Vec::new(), Vec::new(), Vec::new(), Vec::new())
            .resource;
        let mut tree = Tree::new(None, None);
        tree.literal(Value::Int(1), Type::Integer);
        let (name, docs, ty) = (Name::new("rank"), String::new(), Type::Integer);
        let calculation = Calculation { name, docs, ty, nullable: false, public: true, unrestricted: false, tree };
        resource.calculations.push(calculation);
        let key = |name: &str| {
            let (id, attribute) = resource.attribute(name).unwrap();
            let (field, ty) = (SortField::Attribute(id), attribute.ty.clone());
            OrderKey {
                field,
                direction: Direction::Asc,
                access: Access::Unrestricted,
                nullable: attribute.nullable,
                ty,
                told: true,
            }
        };
        let keys = vec![key("name"), key("size"), key("id")];
        (resource, keys)
    }

    fn seal() -> Seal {
        Seal::of(&Secret::of("the key of every test"))
    }

    fn values(name: &str) -> Vec<Value> {
        vec![Value::Text(name.into()), Value::Null, Value::Uuid(Uuid::from_u128(7))]
    }

    #[test]
    fn it_holds_the_values_or_names_the_row() {
        let (things, mut order) = things();
        let decoded = |order: &[OrderKey], values: &[Value]| {
            let text = Cursor::encode(&seal(), &things, order, values).unwrap();
            assert!(text.len() <= LONGEST, "{}", text.len());
            Cursor::decode(&seal(), &things, order, &text).unwrap()
        };
        let row = Cursor::Row(Uuid::from_u128(7).into());
        assert!(decoded(&order, &values("a")) == Cursor::Values(values("a")));
        let longest = "a".repeat(319);
        assert!(decoded(&order, &values(&longest)) == Cursor::Values(values(&longest)));
        assert!(decoded(&order, &values(&"a".repeat(320))) == row, "it is too long");
        assert!(decoded(&order, &values(&"\u{1}".repeat(60))) == row, "escaped it is");
        order[1].told = false;
        assert!(decoded(&order, &values("a")) == row, "one of the keys may not be read");
        let error = Cursor::encode(&seal(), &things, &order, &[Value::Null]).unwrap_err();
        assert_eq!(error.code(), Code::Internal);
    }

    #[test]
    fn it_is_of_one_resource_and_one_order() {
        let (things, order) = things();
        let text = Cursor::encode(&seal(), &things, &order, &values("a")).unwrap();
        let opens = |resource: &Resource, order: &[OrderKey]| Cursor::decode(&seal(), resource, order, &text).is_ok();
        assert!(opens(&things, &order));
        let with = |change: &dyn Fn(&mut Vec<OrderKey>)| {
            let mut order = order.clone();
            change(&mut order);
            opens(&things, &order)
        };
        assert!(!with(&|it| it[0].direction = Direction::Desc));
        assert!(!with(&|it| it[0].direction = Direction::AscNullsFirst));
        assert!(!with(&|it| it.swap(0, 1)));
        assert!(!with(&|it| drop(it.remove(1))));
        let (rank, _) = things.calculation("rank").unwrap();
        assert!(!with(&|it| it[1].field = SortField::Calculation(rank)));
        let renamed = |name: &'static str| {
            let mut things = things.clone();
            things.attributes[1].name = Name::new(name);
            things
        };
        assert!(!opens(&renamed("title"), &order));
        assert!(!opens(&Resource { name: Name::new("Other"), ..things.clone() }, &order));
    }

    /// It was sealed by this very site, but before the declaration changed.
    #[test]
    fn what_a_key_can_no_longer_hold_is_refused() {
        let (things, mut order) = things();
        let id = Uuid::from_u128(7).to_string();
        let time = "2026-01-02T03:04:05Z";
        for (ty, nullable, value, holds) in [
            (Type::String, false, json!("a"), true),
            (Type::String, false, json!("a\0"), false),
            (Type::String, false, json!(1), false),
            (Type::String, false, json!(null), false),
            (Type::String, true, json!(null), true),
            (Type::Integer, false, json!(-1), true),
            (Type::Integer, false, json!(1.5), false),
            (Type::Integer, false, json!("1"), false),
            (Type::Integer, false, json!(u64::MAX), false),
            (Type::Boolean, false, json!(true), true),
            (Type::Boolean, false, json!("true"), false),
            (Type::Uuid, false, json!(id), true),
            (Type::Uuid, false, json!("7"), false),
            (Type::Timestamp, false, json!(time), true),
            (Type::Timestamp, false, json!("9999-12-31T23:59:59.999999Z"), true),
            (Type::Timestamp, false, json!("+262142-12-31T23:59:59Z"), false),
            (Type::Timestamp, false, json!("-4800-01-01T00:00:00Z"), false),
            (Type::Timestamp, false, json!("-262143-01-01T00:00:00Z"), false),
            (Type::Timestamp, false, json!(1), false),
        ] {
            (order[0].ty, order[0].nullable) = (ty, nullable);
            let content = json!([value, null, id]).to_string();
            let text = seal().seal(&place(&things, &order), content.as_bytes()).unwrap();
            assert_eq!(Cursor::decode(&seal(), &things, &order, &text).is_ok(), holds, "{content}");
        }
        for content in ["", "null", "{}", "[]", "[null]", "1", "\"7\"", "\"\"", "not JSON"] {
            let text = seal().seal(&place(&things, &order), content.as_bytes()).unwrap();
            let refusal = Cursor::decode(&seal(), &things, &order, &text).err().map(|it| it.code());
            assert_eq!(refusal, Some(Code::InvalidCursor), "{content}");
        }
    }
}
