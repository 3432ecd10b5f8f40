//! Plain Rust inside of a body: what `value!(…)` marks, and what a call may give without it.

use super::{Expr, ExprRow, FilteredRows, ManyRows};

/// Plain Rust inside of a body: its operators are not turned into an expression, and what it gives is a known value.
///
/// In a declaration it is evaluated **once, when the app starts**; that value is then used for every row and every request:
///
/// `row.level > value!(LEVELS.iter().filter(|it| it.is_open).count() as i64)`
#[doc(hidden)]
#[macro_export]
macro_rules! __value {
    ($($plain:tt)*) => {
        $($plain)*
    };
}

#[doc(inline)]
pub use __value as value;

/// What a function that the body of a declaration calls may return: an expression, or rows. Any other value would be computed once, when
/// the app starts.
#[diagnostic::on_unimplemented(
    message = "this call is plain Rust: it would be worked out once, when the app starts",
    label = "gives `{Self}`, the same for every row and every request",
    note = "a body calls functions under `#[expression]`, `now()`, `days(…)` and its kin, and `Json::object()`",
    note = "if once is what you mean, write `value!(…)`"
)]
pub trait Called {}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> Called for Expr<T> {}
#[diagnostic::do_not_recommend]
impl<R: ExprRow> Called for R {}
#[diagnostic::do_not_recommend]
impl<R> Called for ManyRows<R> {}
#[diagnostic::do_not_recommend]
impl<R> Called for FilteredRows<R> {}

/// Passes on what such a function returns.
pub fn called<T: Called>(answer: T) -> T {
    answer
}
