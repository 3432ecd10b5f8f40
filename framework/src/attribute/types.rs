//! The attribute types that come with the framework.

use uuid::Uuid;

use super::returnable::AsValue;
use super::{AttributeType, CiString, Json, Optional, Required, Returnable, Scalar};
use crate::ir::{Enum, Type};
use crate::location::Located;
use crate::value::{
    Bytes, Date, DateTimeUtc, Duration, Float, Time, Value, microseconds, microseconds_of_day, span_micros,
};

macro_rules! scalars {
    ($($rust:ty as $base:ty, $ty:ident, $variant:ident, $make:path, |$this:ident| $to:expr, |$value:ident| $from:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl AttributeType for $rust {
            type Base = $base;
            type Plain = $base;
            type Nullable = Option<$base>;
            type Written = Self;
            type Scalar = Self;
            type Null = Required;

            const TYPE: Type = Type::$ty;

            fn to_value(&self) -> Value {
                let $this = self;
                $make($to)
            }

            fn from_value(value: Value) -> Option<Self> {
                match value {
                    Value::$variant($value) => $from,
                    _ => None,
                }
            }
        }

        #[diagnostic::do_not_recommend]
        impl Returnable for $rust {
            type Form = AsValue;
        }

        #[diagnostic::do_not_recommend]
        impl Scalar for $rust {}
    )*};
}

scalars! {
    String as Self, String, Text, Value::Text, |text| text.clone(), |text| Some(text);
    CiString as Self, CiString, Text, Value::Text, |text| text.as_str().to_owned(), |text| Some(Self::new(text));
    i16 as i64, Integer16, Int, Value::Int, |number| i64::from(*number), |number| Self::try_from(number).ok();
    i32 as i64, Integer32, Int, Value::Int, |number| i64::from(*number), |number| Self::try_from(number).ok();
    i64 as Self, Integer, Int, Value::Int, |number| *number, |number| Some(number);
    f64 as Self, Float, Float, Value::Float, |number| Float::new(*number), |number| Some(number.get());
    bool as Self, Boolean, Bool, Value::Bool, |flag| *flag, |flag| Some(flag);
    Uuid as Self, Uuid, Uuid, Value::Uuid, |uuid| *uuid, |uuid| Some(uuid);
    DateTimeUtc as Self, Timestamp, Timestamp, Value::Timestamp, |time| microseconds(*time), |time| Some(time);
    Date as Self, Date, Date, Value::Date, |date| *date, |date| Some(date);
    Time as Self, Time, Time, Value::Time, |time| microseconds_of_day(*time), |time| Some(time);
    Duration as Self, Duration, Duration, Value::Duration, |span| span_micros(*span), |micros| Some(Self::microseconds(micros));
    Json as Self, Json, Json, Value::json, |json| json.clone().into_inner(), |json| Some(Self::new(json));
    Bytes as Self, Bytes, Bytes, Value::Bytes, |bytes| bytes.clone(), |bytes| Some(bytes);
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> AttributeType for Option<T> {
    type Base = T::Base;
    type Plain = T::Nullable;
    type Nullable = T::Nullable;
    type Written = Self;
    type Scalar = T;
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
