//! The attribute types that come with the framework.

use uuid::Uuid;

use super::returnable::AsValue;
use super::{AttributeType, CiString, Json, Optional, Required, Returnable};
use crate::ir::{Enum, Type};
use crate::location::Located;
use crate::value::{DateTimeUtc, Value, microseconds};

macro_rules! base_types {
    ($($rust:ty, $ty:ident, $variant:ident, $make:path, |$this:ident| $to:expr, |$value:ident| $from:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl AttributeType for $rust {
            type Base = Self;
            type Plain = Self;
            type Nullable = Option<Self>;
            type Null = Required;

            const TYPE: Type = Type::$ty;

            fn to_value(&self) -> Value {
                let $this = self;
                $make($to)
            }

            fn from_value(value: Value) -> Option<Self> {
                match value {
                    Value::$variant($value) => Some($from),
                    _ => None,
                }
            }
        }

        #[diagnostic::do_not_recommend]
        impl Returnable for $rust {
            type Form = AsValue;
        }
    )*};
}

base_types! {
    String, String, Text, Value::Text, |text| text.clone(), |text| text;
    CiString, CiString, Text, Value::Text, |text| text.as_str().to_owned(), |text| Self::new(text);
    i64, Integer, Int, Value::Int, |number| *number, |number| number;
    bool, Boolean, Bool, Value::Bool, |flag| *flag, |flag| flag;
    Uuid, Uuid, Uuid, Value::Uuid, |uuid| *uuid, |uuid| uuid;
    DateTimeUtc, Timestamp, Timestamp, Value::Timestamp, |time| microseconds(*time), |time| time;
    Json, Json, Json, Value::json, |json| json.clone().into_inner(), |json| Self::new(json);
}

#[diagnostic::do_not_recommend]
impl<T: AttributeType<Base = T, Plain = T, Nullable = Self>> AttributeType for Option<T> {
    type Base = T;
    type Plain = Self;
    type Nullable = Self;
    type Null = Optional;

    const TYPE: Type = T::TYPE;
    const NULLABLE: bool = true;

    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_value)
    }

    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_value(value).map(Some),
        }
    }

    fn enumeration() -> Option<Located<Enum>> {
        T::enumeration()
    }
}
