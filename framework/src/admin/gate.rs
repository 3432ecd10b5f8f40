//! Who may enter: those for whom the app's admin rule holds. For everybody else, every admin address is not found.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use maud::html;

use super::address::with_parameter;
use super::{Model, label};
use crate::context::{Actor, Context};
use crate::error::Error;
use crate::evaluate::{Evaluation, Facts, RecordRow, holds};
use crate::ir::{App, ResourceId};
use crate::record::{Input, Record};
use crate::site::{Form, FormFields, PageError, Site, Visitor, page};
use crate::value::{DateTimeUtc, RowKey};

/// A visitor for whom the admin rule holds.
#[derive(Debug)]
pub(super) struct AdminVisitor {
    pub(super) visitor: Visitor,
    pub(super) model: Arc<Model>,
    /// The address they requested: a path with its query.
    pub(super) address: String,
    /// The tenant that the page is shown within, and its label.
    pub(super) within: Option<(RowKey, String)>,
}

/// A form posted by an [`AdminVisitor`].
#[derive(Debug)]
pub(super) struct AdminForm {
    pub(super) admin: AdminVisitor,
    pub(super) fields: FormFields,
}

impl AdminVisitor {
    pub(super) fn cx(&self) -> &Context {
        self.visitor.cx()
    }

    /// Whether rows of that resource can be shown: those of tenants, only within one.
    pub(super) fn shows(&self, resource: ResourceId) -> bool {
        self.app().resource(resource).tenant.is_none() || self.cx().tenant().is_some()
    }

    pub(super) fn app(&self) -> &App {
        self.visitor.site().engine().app()
    }
}

/// Why somebody may not enter.
pub(super) enum AdminRejection {
    /// Not found.
    Nothing,
    /// Not found as well, but signing in may help: with the address to return to.
    Anonymous(String),
    /// The request itself was wrong.
    Failure(PageError),
}

impl IntoResponse for AdminRejection {
    fn into_response(self) -> Response {
        match self {
            Self::Nothing => PageError::not_found().into_response(),
            Self::Failure(failure) => failure.into_response(),
            Self::Anonymous(address) => {
                let main = html! {
                    p { "There is nothing at this address for visitors who are not signed in." }
                    p { a.button href=(with_parameter("/sign-in", "return_to", &address)) { "Sign in" } }
                };
                (StatusCode::NOT_FOUND, page::bare("Nothing is here", main)).into_response()
            }
        }
    }
}

/// Evaluates the admin rule. It does not hold if none is declared, if nobody is signed in, or if it needs rows that are not loaded.
pub fn lets_in(cx: &Context, app: &App) -> bool {
    match cx.actor() {
        Actor::Record(record) => admits(app, cx.now(), record),
        Actor::Anonymous | Actor::System(_) => false,
    }
}

/// Whether the admin rule holds for an actor with this row.
pub(super) fn admits(app: &App, now: DateTimeUtc, record: &Record) -> bool {
    let Some(condition) = app.admin() else { return false };
    let actor = RecordRow::new(app, record);
    let facts = Facts { app, now, tenant: None, actor: Some(&actor), arguments: &Input::new() };
    matches!(holds(condition, &facts, None), Ok(Evaluation::Known(true)))
}

fn admit(visitor: Visitor, model: Arc<Model>, address: String) -> Result<AdminVisitor, AdminRejection> {
    if lets_in(visitor.cx(), visitor.site().engine().app()) {
        Ok(AdminVisitor { visitor, model, address, within: None })
    } else if visitor.user().is_none() {
        Err(AdminRejection::Anonymous(address))
    } else {
        Err(AdminRejection::Nothing)
    }
}

/// The tenant that the page is shown within, as far as the visitor may see it.
async fn tenant(admin: &AdminVisitor) -> Result<Option<(RowKey, String)>, Error> {
    let app = admin.app();
    let (Some(tenant), Some(resource)) = (admin.cx().tenant().and_then(RowKey::of), app.tenant_resource()) else {
        return Ok(None);
    };
    let found = admin.cx().get(label::query(app, resource), tenant.clone()).await?;
    Ok(Some((tenant, found.map_or_else(String::new, |it| label::of(app, &it)))))
}

async fn model(parts: &mut Parts, site: &Site) -> Result<Arc<Model>, AdminRejection> {
    let Extension(model) = Extension::from_request_parts(parts, site).await.map_err(|_| AdminRejection::Nothing)?;
    Ok(model)
}

impl FromRequestParts<Site> for AdminVisitor {
    type Rejection = AdminRejection;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, AdminRejection> {
        let model = model(parts, site).await?;
        let visitor = Visitor::from_request_parts(parts, site).await.map_err(AdminRejection::Failure)?;
        let address = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        let mut admin = admit(visitor, model, address)?;
        admin.within = tenant(&admin).await.map_err(|error| AdminRejection::Failure(error.into()))?;
        Ok(admin)
    }
}

impl FromRequest<Site> for AdminForm {
    type Rejection = AdminRejection;

    /// Whether they may enter is checked before the form.
    async fn from_request(request: Request, site: &Site) -> Result<Self, AdminRejection> {
        let (mut parts, body) = request.into_parts();
        let AdminVisitor { visitor, model, address, within } =
            AdminVisitor::from_request_parts(&mut parts, site).await?;
        let form =
            Form::posted_by(visitor, Request::from_parts(parts, body), site).await.map_err(AdminRejection::Failure)?;
        Ok(Self { admin: AdminVisitor { visitor: form.visitor, model, address, within }, fields: form.fields })
    }
}
