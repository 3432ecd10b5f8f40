//! Methods that a Rust programmer expects on a handle and that expressions do not have, each with what to write instead.
//!
//! Without them, rustc's errors would be about iterators and trait bounds. So the methods exist, with a bound that no type fulfils and
//! whose message says what to write; documentation and completion do not show them. They are written out, because rustc would print the
//! whole call of a macro.

use super::{Expr, ManyRows};

/// Text that may be asked whether it is empty.
#[diagnostic::on_unimplemented(
    message = "an expression has no `is_empty`",
    label = "not in an expression",
    note = "compare: `row.title == \"\"`; what may be absent has `.is_none()`"
)]
pub trait EmptyText {}

/// Text in upper case.
#[diagnostic::on_unimplemented(
    message = "an expression has no such case of a text",
    label = "not in an expression",
    note = "compare in lower case: `row.title.to_lowercase() == \"text\"`"
)]
pub trait UpperCase {}

/// The larger or smaller of two.
#[diagnostic::on_unimplemented(
    message = "an expression has no `max` and `min`",
    label = "not in an expression",
    note = "write `if row.a > row.b {{ row.a }} else {{ row.b }}`"
)]
pub trait Extreme {}

/// A number without its sign.
#[diagnostic::on_unimplemented(
    message = "an expression has no `abs`",
    label = "not in an expression",
    note = "write `if row.a < 0 {{ -row.a }} else {{ row.a }}`"
)]
pub trait Absolute {}

/// What may be absent, taken for present.
#[diagnostic::on_unimplemented(
    message = "an expression cannot panic",
    label = "not in an expression",
    note = "say what stands for what is absent: `.unwrap_or(…)`; or ask: `.is_some_and(|it| …)`"
)]
pub trait Unwrapped {}

/// What may be absent, turned into something else.
#[diagnostic::on_unimplemented(
    message = "what may be absent is not mapped in an expression",
    label = "not in an expression",
    note = "use it as it is: `row.rank + 1` is absent where `rank` is; a condition is asked with `.is_some_and(|it| …)`"
)]
pub trait Mapped {}

/// A value as one of another type.
#[diagnostic::on_unimplemented(
    message = "a value of an expression is not converted",
    label = "not in an expression",
    note = "use it as it is: text is compared with text"
)]
pub trait Converted {}

/// What may be NULL.
#[diagnostic::on_unimplemented(
    message = "an expression has no `is_null`",
    label = "not in an expression",
    note = "write `.is_none()`"
)]
pub trait Null {}

/// Rows that may be asked whether there are none.
#[diagnostic::on_unimplemented(
    message = "related rows have no `is_empty`",
    label = "not in an expression",
    note = "write `world.members().count() == 0`"
)]
pub trait NoRows {}

/// Rows that are counted.
#[diagnostic::on_unimplemented(
    message = "related rows have no `len`",
    label = "not in an expression",
    note = "write `.count()`"
)]
pub trait Length {}

/// Rows that are gone through.
#[diagnostic::on_unimplemented(
    message = "related rows are not iterated in an expression",
    label = "not in an expression",
    note = "ask them with `.any(|it| …)`, `.all(|it| …)`, `.count()` or `.sum(|it| …)`, and narrow them with `.filter(|it| …)`"
)]
pub trait Iterated {}

#[doc(hidden)]
#[allow(clippy::should_implement_trait, clippy::len_without_is_empty, reason = "none is ever called")]
impl<T> Expr<T> {
    pub fn is_empty(self) -> Expr<bool>
    where
        Self: EmptyText,
    {
        never()
    }

    pub fn to_uppercase(self) -> Self
    where
        Self: UpperCase,
    {
        never()
    }

    pub fn to_ascii_uppercase(self) -> Self
    where
        Self: UpperCase,
    {
        never()
    }

    pub fn to_ascii_lowercase(self) -> Self
    where
        Self: UpperCase,
    {
        never()
    }

    pub fn max(self, _: impl Sized) -> Self
    where
        Self: Extreme,
    {
        never()
    }

    pub fn min(self, _: impl Sized) -> Self
    where
        Self: Extreme,
    {
        never()
    }

    pub fn clamp(self, _: impl Sized, _: impl Sized) -> Self
    where
        Self: Extreme,
    {
        never()
    }

    pub fn abs(self) -> Self
    where
        Self: Absolute,
    {
        never()
    }

    pub fn unwrap(self) -> Self
    where
        Self: Unwrapped,
    {
        never()
    }

    pub fn expect(self, _: &str) -> Self
    where
        Self: Unwrapped,
    {
        never()
    }

    pub fn unwrap_or_default(self) -> Self
    where
        Self: Unwrapped,
    {
        never()
    }

    pub fn map(self, _: impl FnOnce(Self) -> Self) -> Self
    where
        Self: Mapped,
    {
        never()
    }

    pub fn and_then(self, _: impl FnOnce(Self) -> Self) -> Self
    where
        Self: Mapped,
    {
        never()
    }

    pub fn to_string(self) -> Self
    where
        Self: Converted,
    {
        never()
    }

    pub fn to_owned(self) -> Self
    where
        Self: Converted,
    {
        never()
    }

    pub fn as_str(self) -> Self
    where
        Self: Converted,
    {
        never()
    }

    pub fn as_ref(self) -> Self
    where
        Self: Converted,
    {
        never()
    }

    pub fn as_deref(self) -> Self
    where
        Self: Converted,
    {
        never()
    }

    pub fn is_null(self) -> Expr<bool>
    where
        Self: Null,
    {
        never()
    }
}

#[doc(hidden)]
#[allow(clippy::should_implement_trait, clippy::len_without_is_empty, reason = "none is ever called")]
impl<T> ManyRows<T> {
    pub fn is_empty(self) -> Expr<bool>
    where
        Self: NoRows,
    {
        never()
    }

    pub fn len(self) -> Expr<i64>
    where
        Self: Length,
    {
        never()
    }

    pub fn iter(self) -> Self
    where
        Self: Iterated,
    {
        never()
    }

    pub fn into_iter(self) -> Self
    where
        Self: Iterated,
    {
        never()
    }
}

fn never<T>() -> T {
    unreachable!("nothing meets the bounds")
}
