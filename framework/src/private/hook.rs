//! What actions of sign-in strategies run.

use crate::attribute::{AttributeType as _, CiString, Returnable as _};
use crate::context::Context;
use crate::error::Error;
use crate::record::Input;

/// The body of `send`, of a resource under `#[magic_link]`.
///
/// # Errors
/// As [`crate::auth::send_link`].
pub async fn send_sign_in_link(cx: &Context, email: CiString) -> Result<bool, Error> {
    let answer = crate::auth::send_link(cx, Input::new().with("email", email.to_value())).await?;
    bool::from_return_value(answer).ok_or_else(|| Error::internal("sending a link did not answer yes or no"))
}
