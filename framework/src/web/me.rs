//! `/me`: the visitor's profile, activity and sessions; made from the declaration.

mod activity;
mod profile;
mod sessions;

use axum::Router;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use maud::html;
use uuid::Uuid;

use crate::site::{Form, PageError, Site, Visitor, page};

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/me", get(show))
        .route("/me/sessions/{id}/revoke", post(revoke))
        .route("/me/sessions/revoke-others", post(revoke_others))
        .route("/me/sessions/revoke-all", post(revoke_all))
}

async fn show(visitor: Visitor) -> Result<Response, PageError> {
    let Some(id) = me(&visitor) else { return Ok(Redirect::to("/sign-in?return_to=/me").into_response()) };
    let main = html! {
        (profile::section(&visitor, id).await?)
        (activity::sections(&visitor, id).await?)
        (sessions::section(&visitor, id).await?)
    };
    Ok(page::page(&visitor, &visitor.name(), main).into_response())
}

async fn revoke(session: Result<Path<Uuid>, PathRejection>, Form { visitor, .. }: Form) -> Result<Redirect, PageError> {
    let Some(user) = me(&visitor) else { return Ok(Redirect::to("/sign-in?return_to=/me")) };
    let Ok(Path(session)) = session else { return Err(PageError::not_found()) };
    sessions::revoke(&visitor, user, session).await?;
    Ok(if visitor.session() == Some(session) { visitor.signed_out() } else { Redirect::to("/me") })
}

async fn revoke_others(Form { visitor, .. }: Form) -> Result<Redirect, PageError> {
    let Some(user) = me(&visitor) else { return Ok(Redirect::to("/sign-in?return_to=/me")) };
    sessions::revoke_others(&visitor, user).await?;
    Ok(Redirect::to("/me"))
}

async fn revoke_all(Form { visitor, .. }: Form) -> Result<Redirect, PageError> {
    if let Some(user) = me(&visitor) {
        sessions::revoke_all(&visitor, user).await?;
    }
    Ok(visitor.signed_out())
}

fn me(visitor: &Visitor) -> Option<Uuid> {
    visitor.user()?.id(visitor.site().engine().app())?.as_uuid()
}
