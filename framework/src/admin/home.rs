//! `/admin`: every resource under its heading, with how many rows the actor may read.

use maud::Markup;

use super::gate::Admin;
use super::model::Screen;
use super::view;
use crate::error::Error;
use crate::query::{Query, Slice, Trust};
use crate::web::Failure;

/// One resource on the page.
pub(super) struct Entry<'a> {
    pub(super) screen: &'a Screen,
    pub(super) total: Option<u64>,
}

pub(super) async fn page(admin: &Admin) -> Result<Markup, Failure> {
    let mut entries = Vec::new();
    for screen in &admin.model.screens {
        entries.push(Entry { screen, total: total(admin, screen).await? });
    }
    Ok(view::home::page(admin, &entries))
}

async fn total(admin: &Admin, screen: &Screen) -> Result<Option<u64>, Error> {
    let slice = super::list::slice(&screen.list, &super::address::Page::First, Some(1));
    if slice == Slice::All {
        return Ok(None);
    }
    let query =
        Query { trust: Trust::Client, count: true, slice, attributes: Some(Vec::new()), ..Query::new(screen.id) };
    Ok(admin.cx().read(query).await?.total)
}
