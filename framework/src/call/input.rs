//! The inputs of a call: whether the required ones are given, and what they take.

use std::borrow::Cow;

use crate::attribute::CiString;

/// In the type of a call: this required input is given.
#[derive(Debug)]
pub enum Provided {}

/// In the type of a call: this required input is not given yet, so it does not run.
#[derive(Debug)]
pub enum NotProvided {}

/// A write with all that it needs, which may be handed on in place of being run: a builder of which every required input is given.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no write",
    label = "expected a call with all that it needs, such as `World::create().name(…)`"
)]
pub trait Complete {
    /// What is handed on: [`super::Create`], [`super::Update`] or [`super::Destroy`].
    type Call;

    /// It, without the builder.
    fn complete(self) -> Self::Call;
}

/// What an input that is a text takes: all that becomes one.
#[diagnostic::on_unimplemented(message = "`{Self}` is no text", label = "expected `{T}`, or what becomes one")]
pub trait IntoText<T> {
    /// The text.
    fn into_text(self) -> T;
}

// rustc would list every type of every crate that becomes a text.
#[diagnostic::do_not_recommend]
impl<T, U: Into<T>> IntoText<T> for U {
    fn into_text(self) -> T {
        self.into()
    }
}

/// What an input that may be NULL takes: a value, or an `Option` of one. `None` is NULL; an input that is not given is not set at all.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no value of an input that is an `Option<{T}>`",
    label = "expected `{T}`, `Some` of it, or `None`"
)]
pub trait IntoNullable<T> {
    /// The value, `None` for NULL.
    fn into_nullable(self) -> Option<T>;
}

#[diagnostic::do_not_recommend]
impl<T> IntoNullable<T> for T {
    fn into_nullable(self) -> Option<T> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T> IntoNullable<T> for Option<T> {
    fn into_nullable(self) -> Option<T> {
        self
    }
}

macro_rules! texts {
    ($($text:ty => $base:ty),* $(,)?) => {
        $(
            #[diagnostic::do_not_recommend]
            impl IntoNullable<$base> for $text {
                fn into_nullable(self) -> Option<$base> {
                    Some(self.into())
                }
            }
        )*
    };
}

texts! {
    &str => String,
    &String => String,
    Cow<'_, str> => String,
    CiString => String,
    &str => CiString,
    String => CiString,
}
