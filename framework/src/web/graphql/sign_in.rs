//! What `requestSignInCode`, `signInWithCode` and `signOut` do.

use std::sync::Arc;

use async_trait::async_trait;
use http::Extensions;
use uuid::Uuid;

use crate::auth::{Caller, code, session};
use crate::context::{Actor, Context};
use crate::error::Error;
use crate::graphql::{SignIn, SignInFlow, SignedIn};
use crate::query::Query;

use crate::site::Site;

/// Sign-in's root fields on one site.
pub(super) struct SignInFields(Site);

impl SignInFields {
    pub(super) fn new(site: Site) -> Self {
        Self(site)
    }
}

#[async_trait]
impl SignIn for SignInFields {
    async fn request_code(&self, _: &Context, request: &Extensions, email: String) -> Result<SignInFlow, Error> {
        let flow = code::request(self.0.engine(), self.0.roles(), &email, &caller(request)).await?;
        Ok(SignInFlow { flow: flow.secret.reveal().to_owned(), expires_at: flow.expires_at })
    }

    async fn sign_in(&self, _: &Context, request: &Extensions, flow: String, code: String) -> Result<SignedIn, Error> {
        let (engine, roles) = (self.0.engine(), self.0.roles());
        let registration = self.0.settings().registration;
        let started = code::sign_in(engine, roles, registration, &flow, &code, &caller(request)).await?;
        let cx = engine.system("signing in");
        let user = cx
            .get(Query::unrestricted(roles.actor()?.resource), started.user)
            .await?
            .ok_or_else(Error::unauthenticated)?;
        Ok(SignedIn {
            token: started.token.reveal().to_owned(),
            expires_at: started.expires_at,
            user: started.user,
            context: engine.context(Actor::Record(Arc::new(user))),
        })
    }

    fn session(&self, request: &Extensions) -> Option<Uuid> {
        caller(request).session
    }

    async fn sign_out(&self, cx: &Context, request: &Extensions) -> Result<bool, Error> {
        let Some(session) = self.session(request) else { return Err(Error::unauthenticated()) };
        session::end(&cx.with_actor(Actor::System("signing out")), self.0.roles(), session).await?;
        Ok(true)
    }
}

fn caller(request: &Extensions) -> Caller {
    request.get::<Caller>().cloned().unwrap_or_default()
}
