//! Within which tenant the screens show their rows: one is entered and left by a button of its row.

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::gate::AdminVisitor;
use super::model::{ROOT, Screen};
use crate::site::PageError;
use crate::value::RowKey;

/// The last part of the address that enters a tenant.
pub(super) const ENTER: &str = "enter";
/// The last part of the address that leaves it.
pub(super) const LEAVE: &str = "leave";

/// What a form of a tenant's row does.
#[derive(Clone, Copy)]
pub(super) enum TenantChange {
    Enter,
    Leave,
}

impl TenantChange {
    /// The one at that part of an address below a row, if its screen is that of the tenants.
    pub(super) fn at(admin: &AdminVisitor, screen: &Screen, segment: &str) -> Option<Self> {
        admin.app().tenant_resource().filter(|it| *it == screen.id)?;
        match segment {
            ENTER => Some(Self::Enter),
            LEAVE => Some(Self::Leave),
            _ => None,
        }
    }
}

/// Enters or leaves a tenant.
pub(super) async fn change(
    admin: &AdminVisitor,
    screen: &Screen,
    id: &RowKey,
    change: TenantChange,
) -> Result<Response, PageError> {
    match change {
        TenantChange::Enter => {
            admin.cx().with_tenant(id.clone()).await?;
            admin.visitor.set_tenant(Some(id));
            Ok(Redirect::to(ROOT).into_response())
        }
        TenantChange::Leave => {
            admin.visitor.set_tenant(None);
            Ok(Redirect::to(&screen.row_address(id)).into_response())
        }
    }
}

/// What is said where the rows of a screen are those of tenants, and none was entered.
pub(super) fn unnamed(admin: &AdminVisitor, screen: &Screen) -> PageError {
    let tenants = admin.app().tenant_resource().and_then(|it| admin.model.of(it));
    let message = match tenants {
        Some(tenants) => format!(
            "{} are those of one {}. Open it in the list of {}, and press “Work within it”.",
            screen.title,
            tenants.one,
            tenants.title.to_lowercase()
        ),
        None => format!("{} are those of tenants, which no screen shows.", screen.title),
    };
    PageError::new(StatusCode::CONFLICT, message)
}
