//! The admin's addresses. A row's id is a UUID, so it is never mistaken for an action's name.

use std::sync::Arc;

use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use uuid::Uuid;

use super::gate::{Admin, Posted};
use super::model::{Action, Model, ROOT, Screen};
use super::{act, detail, home, list};
use crate::ir;
use crate::web::{Failure, Fields, Site};

/// Every admin screen of `app`, below `/admin`.
pub fn router(app: &ir::App) -> Router<Site> {
    Router::new()
        .route(ROOT, get(home_page))
        .route("/admin/{plural}", get(list_page))
        .route("/admin/{plural}/{below}", get(below_list).post(post_below_list))
        .route("/admin/{plural}/{id}/{action}", get(below_row).post(post_below_row))
        .layer(Extension(Arc::new(Model::new(app))))
}

async fn home_page(admin: Admin) -> Result<Response, Failure> {
    Ok(home::page(&admin).await?.into_response())
}

async fn list_page(admin: Admin, Path(plural): Path<String>, query: RawQuery) -> Result<Response, Failure> {
    list::page(&admin, screen(&admin, &plural)?, &fields(query)).await
}

async fn below_list(
    admin: Admin,
    Path((plural, below)): Path<(String, String)>,
    query: RawQuery,
) -> Result<Response, Failure> {
    let screen = screen(&admin, &plural)?;
    match id(&below) {
        Some(id) => Ok(detail::page(&admin, screen, id, &fields(query)).await?.into_response()),
        None => act::form(&admin, screen, action(screen, &below, false)?, None, &fields(query)).await,
    }
}

async fn post_below_list(
    Path((plural, below)): Path<(String, String)>,
    Posted { admin, fields }: Posted,
) -> Result<Response, Failure> {
    let screen = screen(&admin, &plural)?;
    act::act(&admin, screen, action(screen, &below, false)?, None, &fields).await
}

async fn below_row(
    admin: Admin,
    Path((plural, row, name)): Path<(String, String, String)>,
    query: RawQuery,
) -> Result<Response, Failure> {
    let screen = screen(&admin, &plural)?;
    let id = id(&row).ok_or_else(Failure::not_found)?;
    act::form(&admin, screen, action(screen, &name, true)?, Some(id), &fields(query)).await
}

async fn post_below_row(
    Path((plural, row, name)): Path<(String, String, String)>,
    Posted { admin, fields }: Posted,
) -> Result<Response, Failure> {
    let screen = screen(&admin, &plural)?;
    let id = id(&row).ok_or_else(Failure::not_found)?;
    act::act(&admin, screen, action(screen, &name, true)?, Some(id), &fields).await
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
