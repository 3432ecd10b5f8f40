//! The request's time, and spans to move it by.

use chrono::TimeDelta;

use super::Expr;
use crate::ir::Node;
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
