//! The request's time, spans to move it by, and what a time is made of.

use chrono::TimeDelta;

use super::Expr;
use crate::attribute::{AttributeType, Nullability};
use crate::ir::{Node, TimePart, TimeUnit};
use crate::value::DateTimeUtc;

/// The request's time: one value for the whole request. A column's `default`, or a bound: `row.expires_at > now()`.
pub fn now() -> Expr<DateTimeUtc> {
    Expr::from_node(Node::Now)
}

macro_rules! spans {
    ($($name:ident = $make:ident;)*) => {$(
        #[doc = concat!("A span of that many ", stringify!($name), "; beyond what a span can hold, the longest one.")]
        pub fn $name(count: i64) -> TimeDelta {
            TimeDelta::$make(count).unwrap_or(if count < 0 { TimeDelta::MIN } else { TimeDelta::MAX })
        }
    )*};
}

spans! {
    days = try_days;
    hours = try_hours;
    minutes = try_minutes;
    seconds = try_seconds;
}

/// A point in time.
#[diagnostic::on_unimplemented(message = "`{Self}` is not a time", label = "only a time has this method")]
pub trait Timed {}

#[diagnostic::do_not_recommend]
impl Timed for DateTimeUtc {}

macro_rules! parts {
    ($($name:ident = $part:ident, $says:literal;)*) => {
        impl<A: AttributeType<Base: Timed>> Expr<A> {$(
            #[doc = concat!($says, ", in UTC.")]
            pub fn $name(self) -> Expr<<A::Null as Nullability>::Of<i64>> {
                Expr::from_node(Node::TimePart { part: TimePart::$part, time: self.node() })
            }
        )*}
    };
}

parts! {
    year = Year, "The year, 0 to 9999";
    month = Month, "The month, 1 to 12";
    day = Day, "The day of the month, 1 to 31";
    hour = Hour, "The hour, 0 to 23";
    minute = Minute, "The minute, 0 to 59";
    second = Second, "The second, 0 to 59, without its fraction";
    weekday = Weekday, "The day of the week, 1 for Monday to 7 for Sunday";
    day_of_year = DayOfYear, "The day of the year, 1 to 366";
}

macro_rules! starts {
    ($($name:ident = $unit:ident;)*) => {
        impl<A: AttributeType<Base: Timed>> Expr<A> {$(
            #[doc = concat!("When the ", stringify!($unit), " that it is in began, in UTC.")]
            #[must_use]
            pub fn $name(self) -> Self {
                Self::from_node(Node::TimeStart { unit: TimeUnit::$unit, time: self.node() })
            }
        )*}
    };
}

starts! {
    start_of_year = Year;
    start_of_month = Month;
    start_of_day = Day;
    start_of_hour = Hour;
}
