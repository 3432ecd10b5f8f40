//! The interface between sign-in's root fields, which are here, and `auth`, which implements what they do.

use async_trait::async_trait;
use uuid::Uuid;

use crate::context::Context;
use crate::error::Error;
use crate::value::DateTimeUtc;

/// What `requestSignInCode`, `signInWithCode` and `signOut` do. An error becomes the payload's `errors`.
///
/// `request` is what the server put into [`super::Request::extensions`]. Messages of errors are shown to the client as they are,
/// fields are named as GraphQL names them after conversion from `snake_case`: `email`, `flow`, `code`.
#[async_trait]
pub trait SignIn: Send + Sync {
    /// Starts a sign-in by mail.
    async fn request_code(&self, cx: &Context, request: &http::Extensions, email: String) -> Result<SignInFlow, Error>;

    /// Turns the mailed code of a flow into a token.
    async fn sign_in(
        &self,
        cx: &Context,
        request: &http::Extensions,
        flow: String,
        code: String,
    ) -> Result<SignedIn, Error>;

    /// The primary key of the session that the request belongs to, if it does to one.
    fn session(&self, request: &http::Extensions) -> Option<Uuid>;

    /// Ends the session that the request belongs to, in the transaction of `cx` if one is open there; returns whether there was one.
    async fn sign_out(&self, cx: &Context, request: &http::Extensions) -> Result<bool, Error>;
}

/// A started sign-in.
#[derive(Clone, Debug)]
pub struct SignInFlow {
    /// The secret that the code will be given with.
    pub flow: String,
    /// Until when.
    pub expires_at: DateTimeUtc,
}

/// A finished sign-in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The bearer token, shown this once.
    pub token: String,
    /// Until when it is valid.
    pub expires_at: DateTimeUtc,
    /// The actor's primary key.
    pub user: Uuid,
    /// A context in which that actor acts: what `user { … }` selects is read in it.
    pub context: Context,
}
