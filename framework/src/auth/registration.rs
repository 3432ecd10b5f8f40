//! The user of an address: found, or made by the action that the actor's declaration names.

use uuid::Uuid;

use crate::context::Context;
use crate::error::{Code, Error};
use crate::query::Query;
use crate::record::Input;
use crate::value::Value;

use super::{ConditionBuilder, Roles};

/// The user with that address, if there is one.
///
/// # Errors
/// `UNAVAILABLE` if the database cannot be reached.
pub async fn find(cx: &Context, roles: &Roles, email: &str) -> Result<Option<Uuid>, Error> {
    let actor = roles.actor()?;
    let app = cx.engine().app();
    let known = ConditionBuilder::of(app, actor.resource).is(&actor.identity, email).tree();
    let query = Query { filter: Some(known), ..Query::unrestricted(actor.resource) };
    Ok(cx.read(query).await?.records.pop().and_then(|it| it.id(app)?.as_uuid()))
}

/// Whether the address is that of a user who does not exist any more, because they are outside of what their resource says exists or were deleted
/// for the time being. They are not made anew: else nobody could be kept out.
///
/// # Errors
/// `UNAVAILABLE` if the database cannot be reached.
pub async fn is_kept_out(cx: &Context, roles: &Roles, email: &str) -> Result<bool, Error> {
    let actor = roles.actor()?;
    let known = ConditionBuilder::of(cx.engine().app(), actor.resource).is(&actor.identity, email).tree();
    cx.is_held_outside(actor.resource, known).await
}

/// The user of that address, made if there is none. Whoever calls knows that it is theirs.
///
/// # Errors
/// As [`register`].
pub(super) async fn find_or_register(cx: &Context, roles: &Roles, email: &str) -> Result<Uuid, Error> {
    match register(cx, roles, email).await {
        // Two first sign-ins of one address at once: the other one made the user, so now there is one to find.
        Err(error) if error.code() == Code::Conflict => find(cx, roles, email).await?.ok_or(error),
        made => made,
    }
}

/// Makes the user of that address. The caller has made sure that the address is theirs.
///
/// # Errors
/// `CONFLICT` if another sign-in made them at the same time.
pub async fn register(cx: &Context, roles: &Roles, email: &str) -> Result<Uuid, Error> {
    let actor = roles.actor()?;
    let app = cx.engine().app();
    let mut input = Input::new().giving(&actor.identity, email);
    if let Some(name) = &actor.name {
        let part = email.split('@').next().unwrap_or_default();
        input.set(name.clone(), Value::Text(part.into()));
    }
    let user = cx.create(actor.resource, &actor.register, input).await?;
    tracing::info!(user = ?user.id(app), "registered");
    user.id(app).and_then(|it| it.as_uuid()).ok_or_else(|| Error::internal("the actor has no primary key"))
}
