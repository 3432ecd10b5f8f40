//! The admin: screens for every resource with `#[admin]`, made from the declaration.
//!
//! [`Model`] describes the screens: which columns, filters, form fields and actions they have, at which address. It is a pure function of
//! the IR; `samara codegen` writes it to `app/admin.json`, and the server builds its screens from the same value. Everything is read and
//! done through [`crate::context::Context`] as the signed-in actor, so no screen can do or show what the actor could not do or see
//! elsewhere.

mod act;
mod address;
mod cell;
mod detail;
mod filter;
mod gate;
mod home;
mod input;
mod label;
mod list;
mod model;
mod notice;
mod picker;
mod revoke;
mod routes;
mod self_effect;
mod stamp;
mod tenant;
mod view;

pub use gate::lets_in;
pub use model::{
    Action, AdminActionKind, Column, Filter, FilterKind, FormField, List, Model, NavigationGroup, ROOT, RelatedBy,
    RelatedList, Screen, SelectOption, ValueSource, Widget,
};
pub use routes::router;

use crate::ir;

/// What the admin shows, as the JSON of `app/admin.json`: each screen's address, columns, filters, form fields and actions.
pub fn describe(app: &ir::App) -> serde_json::Value {
    serde_json::to_value(Model::new(app)).unwrap_or_default()
}
