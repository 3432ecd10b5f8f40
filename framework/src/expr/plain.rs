//! `value!(…)`: plain Rust inside of a body.

/// Plain Rust inside of a body: its operators are not turned into an expression, and what it gives is a known value.
///
/// `row.level > value!(names.iter().filter(|it| it.len() > 3).count() as i64)`
#[doc(hidden)]
#[macro_export]
macro_rules! __value {
    ($($plain:tt)*) => {
        $($plain)*
    };
}

#[doc(inline)]
pub use __value as value;
