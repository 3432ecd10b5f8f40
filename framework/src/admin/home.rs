//! `/admin`: every resource under its heading, with how many rows the actor may read.

use maud::Markup;

use super::address::PagePosition;
use super::gate::AdminVisitor;
use super::model::Screen;
use super::{list, view};
use crate::error::Error;
use crate::query::Query;
use crate::site::PageError;

/// One resource on the page.
pub(super) struct Entry<'a> {
    pub(super) screen: &'a Screen,
    pub(super) total: Option<u64>,
}

pub(super) async fn page(admin: &AdminVisitor) -> Result<Markup, PageError> {
    let mut entries = Vec::new();
    for screen in &admin.model.screens {
        entries.push(Entry { screen, total: total(admin, screen).await? });
    }
    Ok(view::home::page(admin, &entries))
}

async fn total(admin: &AdminVisitor, screen: &Screen) -> Result<Option<u64>, Error> {
    if !admin.shows(screen.id) {
        return Ok(None);
    }
    let slice = list::slice(&screen.list, &PagePosition::First, Some(1));
    let query = Query { slice, attributes: Some(Vec::new()), ..Query::restricted(screen.id) };
    Ok(admin.cx().read(list::counted(query)).await?.total)
}
