//! The admin's addresses. A row's id is a UUID, so it is never mistaken for an action's name.

use std::sync::Arc;

use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Extension, Router};
use http::{HeaderMap, header};
use uuid::Uuid;

use super::gate::{Admin, Posted};
use super::model::{Action, Model, ROOT, RelatedList, Screen};
use super::{act, detail, home, list, revoke, view};
use crate::ir;
use crate::web::{Failure, Fields, Site};

/// Every admin screen of `app`, below `/admin`.
pub fn router(app: &ir::App) -> Router<Site> {
    // Whoever is not let in finds nothing by any method, and no word of which there are.
    let reads = || any(|admin: Admin| async move { wrong_method(&admin, "GET,HEAD") });
    let acts = || any(|admin: Admin| async move { wrong_method(&admin, "GET,HEAD,POST") });
    Router::new()
        .route(ROOT, reads().get(home_page))
        .route("/admin/{plural}", reads().get(list_page))
        .route("/admin/{plural}/{below}", acts().get(below_list).post(post_below_list))
        .route("/admin/{plural}/{id}/{action}", acts().get(below_row).post(post_below_row))
        .layer(Extension(Arc::new(Model::new(app))))
}

fn wrong_method(admin: &Admin, allowed: &'static str) -> Response {
    ([(header::ALLOW, allowed)], shown(admin, Err(Failure::wrong_method()))).into_response()
}

async fn home_page(admin: Admin) -> Response {
    shown(&admin, home::page(&admin).await.map(IntoResponse::into_response))
}

async fn list_page(admin: Admin, Path(plural): Path<String>, query: RawQuery, headers: HeaderMap) -> Response {
    let result = match screen(&admin, &plural) {
        Ok(screen) => list::page(&admin, screen, &headers, &fields(query)).await,
        Err(failure) => Err(failure),
    };
    shown(&admin, result)
}

async fn below_list(admin: Admin, Path((plural, below)): Path<(String, String)>, query: RawQuery) -> Response {
    shown(&admin, get_below_list(&admin, &plural, &below, &fields(query)).await)
}

async fn get_below_list(admin: &Admin, plural: &str, below: &str, fields: &Fields) -> Result<Response, Failure> {
    let screen = screen(admin, plural)?;
    match id(below) {
        Some(id) => Ok(detail::page(admin, screen, id).await?.into_response()),
        None => act::form(admin, screen, action(screen, below, false)?, None, fields).await,
    }
}

async fn post_below_list(Path((plural, below)): Path<(String, String)>, Posted { admin, fields }: Posted) -> Response {
    let result = async {
        let screen = screen(&admin, &plural)?;
        act::act(&admin, screen, action(screen, &below, false)?, None, &fields).await
    };
    shown(&admin, result.await)
}

/// What a form below a row does.
enum Below<'a> {
    Action(&'a Action),
    Revoke(&'a RelatedList),
}

async fn below_row(
    admin: Admin,
    Path((plural, row, name)): Path<(String, String, String)>,
    query: RawQuery,
) -> Response {
    let result = async {
        let (screen, id, below) = find_below_row(&admin, &plural, &row, &name)?;
        match below {
            Below::Action(action) => act::form(&admin, screen, action, Some(id), &fields(query)).await,
            Below::Revoke(related) => revoke::form(&admin, screen, related, id).await,
        }
    };
    shown(&admin, result.await)
}

async fn post_below_row(
    Path((plural, row, name)): Path<(String, String, String)>,
    Posted { admin, fields }: Posted,
) -> Response {
    let result = async {
        let (screen, id, below) = find_below_row(&admin, &plural, &row, &name)?;
        match below {
            Below::Action(action) => act::act(&admin, screen, action, Some(id), &fields).await,
            Below::Revoke(related) => revoke::act(&admin, screen, related, id, &fields).await,
        }
    };
    shown(&admin, result.await)
}

fn find_below_row<'a>(
    admin: &'a Admin,
    plural: &str,
    row: &str,
    name: &str,
) -> Result<(&'a Screen, Uuid, Below<'a>), Failure> {
    let screen = screen(admin, plural)?;
    let id = id(row).ok_or_else(Failure::not_found)?;
    let action = screen.action_at(name, true).map(Below::Action);
    let below = action.or_else(|| screen.revoked_at(name).map(Below::Revoke)).ok_or_else(Failure::not_found)?;
    Ok((screen, id, below))
}

/// The answer; a failure is told within the admin's frame, so that the way on is at hand.
fn shown(admin: &Admin, result: Result<Response, Failure>) -> Response {
    result.unwrap_or_else(|failure| (failure.status(), view::failure::page(admin, &failure)).into_response())
}

fn screen<'a>(admin: &'a Admin, plural: &str) -> Result<&'a Screen, Failure> {
    admin.model.at(plural).ok_or_else(Failure::not_found)
}

fn action<'a>(screen: &'a Screen, segment: &str, row: bool) -> Result<&'a Action, Failure> {
    screen.action_at(segment, row).ok_or_else(Failure::not_found)
}

fn id(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok()
}

fn fields(RawQuery(query): RawQuery) -> Fields {
    Fields::parse(query.unwrap_or_default().as_bytes())
}
