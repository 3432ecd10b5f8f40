//! The admin's addresses. A row's id is a UUID, so it is never mistaken for an action's name.

use std::sync::Arc;

use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use axum::{Extension, Router};
use http::{HeaderMap, header};

use super::gate::{AdminForm, AdminVisitor};
use super::model::{Action, DELETED, Model, ROOT, RelatedList, Screen};
use super::tenant::{self, TenantChange};
use super::{act, detail, home, list, revoke, view};
use crate::ir;
use crate::site::{FormFields, PageError, Site};
use crate::value::RowKey;

/// Every admin screen of `app`, below `/admin`.
pub fn router(app: &ir::App) -> Router<Site> {
    // Whoever may not enter gets 404 for every method, without a list of the allowed ones.
    let reads = || any(|admin: AdminVisitor| async move { wrong_method(&admin, "GET,HEAD") });
    let acts = || any(|admin: AdminVisitor| async move { wrong_method(&admin, "GET,HEAD,POST") });
    Router::new()
        .route(ROOT, reads().get(home_page))
        .route("/admin/{plural}", reads().get(list_page))
        .route("/admin/{plural}/{below}", acts().get(below_list).post(post_below_list))
        .route("/admin/{plural}/{id}/{action}", acts().get(below_row).post(post_below_row))
        .layer(Extension(Arc::new(Model::new(app))))
}

fn wrong_method(admin: &AdminVisitor, allowed: &'static str) -> Response {
    ([(header::ALLOW, allowed)], respond(admin, Err(PageError::wrong_method()))).into_response()
}

async fn home_page(admin: AdminVisitor) -> Response {
    respond(&admin, home::page(&admin).await.map(IntoResponse::into_response))
}

async fn list_page(admin: AdminVisitor, Path(plural): Path<String>, query: RawQuery, headers: HeaderMap) -> Response {
    let result = match screen(&admin, &plural) {
        Ok(screen) => list::page(&admin, screen, &headers, &fields(query)).await,
        Err(failure) => Err(failure),
    };
    respond(&admin, result)
}

async fn below_list(
    admin: AdminVisitor,
    Path((plural, below)): Path<(String, String)>,
    query: RawQuery,
    headers: HeaderMap,
) -> Response {
    respond(&admin, get_below_list(&admin, &plural, &below, &headers, &fields(query)).await)
}

async fn get_below_list(
    admin: &AdminVisitor,
    plural: &str,
    below: &str,
    headers: &HeaderMap,
    fields: &FormFields,
) -> Result<Response, PageError> {
    let screen = screen(admin, plural)?;
    if let (Some(deleted), DELETED) = (&screen.deleted, below) {
        return list::page(admin, deleted, headers, fields).await;
    }
    match screen.key_at(admin.app(), below) {
        Some(id) => Ok(detail::page(admin, screen, &id).await?.into_response()),
        None => act::form(admin, screen, action(screen, below, false)?, None, fields).await,
    }
}

async fn post_below_list(
    Path((plural, below)): Path<(String, String)>,
    AdminForm { admin, fields }: AdminForm,
) -> Response {
    let result = async {
        let screen = screen(&admin, &plural)?;
        act::act(&admin, screen, action(screen, &below, false)?, None, &fields).await
    };
    respond(&admin, result.await)
}

/// Which form an address below a row shows.
enum RowForm<'a> {
    Action(&'a Action),
    /// What enters a tenant, or leaves it.
    Tenant(TenantChange),
    Revoke(&'a RelatedList),
}

async fn below_row(
    admin: AdminVisitor,
    Path((plural, row, name)): Path<(String, String, String)>,
    query: RawQuery,
) -> Response {
    let result = async {
        let (screen, id, below) = find_below_row(&admin, &plural, &row, &name)?;
        match below {
            RowForm::Action(action) => act::form(&admin, screen, action, Some(&id), &fields(query)).await,
            RowForm::Revoke(related) => revoke::form(&admin, screen, related, &id).await,
            RowForm::Tenant(_) => Err(PageError::wrong_method()),
        }
    };
    respond(&admin, result.await)
}

async fn post_below_row(
    Path((plural, row, name)): Path<(String, String, String)>,
    AdminForm { admin, fields }: AdminForm,
) -> Response {
    let result = async {
        let (screen, id, below) = find_below_row(&admin, &plural, &row, &name)?;
        match below {
            RowForm::Action(action) => act::act(&admin, screen, action, Some(&id), &fields).await,
            RowForm::Revoke(related) => revoke::act(&admin, screen, related, &id, &fields).await,
            RowForm::Tenant(change) => tenant::change(&admin, screen, &id, change).await,
        }
    };
    respond(&admin, result.await)
}

fn find_below_row<'a>(
    admin: &'a AdminVisitor,
    plural: &str,
    row: &str,
    name: &str,
) -> Result<(&'a Screen, RowKey, RowForm<'a>), PageError> {
    let screen = screen(admin, plural)?;
    let id = screen.key_at(admin.app(), row).ok_or_else(PageError::not_found)?;
    let action = screen.action_at(name, true).map(RowForm::Action);
    let below = action.or_else(|| screen.revoked_at(name).map(RowForm::Revoke));
    let below = below.or_else(|| TenantChange::at(admin, screen, name).map(RowForm::Tenant));
    let below = below.ok_or_else(PageError::not_found)?;
    Ok((screen, id, below))
}

/// The response. An error is shown within the admin's layout, with its navigation.
fn respond(admin: &AdminVisitor, result: Result<Response, PageError>) -> Response {
    result.unwrap_or_else(|failure| (failure.status(), view::error::page(admin, &failure)).into_response())
}

/// The screen at that part of an address, where its rows can be shown.
fn screen<'a>(admin: &'a AdminVisitor, plural: &str) -> Result<&'a Screen, PageError> {
    let screen = admin.model.at(plural).ok_or_else(PageError::not_found)?;
    if admin.shows(screen.id) { Ok(screen) } else { Err(tenant::unnamed(admin, screen)) }
}

fn action<'a>(screen: &'a Screen, segment: &str, row: bool) -> Result<&'a Action, PageError> {
    screen.action_at(segment, row).ok_or_else(PageError::not_found)
}

fn fields(RawQuery(query): RawQuery) -> FormFields {
    FormFields::parse(query.unwrap_or_default().as_bytes())
}
