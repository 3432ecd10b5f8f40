//! `/admin/<plural>`: rows by page, ordered and narrowed by what the address says.

use axum::response::{IntoResponse, Response};
use http::{HeaderName, StatusCode};

use super::address::{ListState, Page};
use super::gate::Admin;
use super::model::{Column, List, Screen, Source};
use super::picker::Pickers;
use super::{act, cell, filter, notice, view};
use crate::error::Error;
use crate::ir::Direction;
use crate::query::{End, Query, Slice, SortField, SortKey};
use crate::record;
use crate::web::{Failure, Fields};

/// Rows are counted as far as this: the count of a large table takes longer than its page.
pub(super) const COUNTED: u64 = 10_000;
/// What htmx puts into the browser's address bar.
const PUSH_URL: HeaderName = HeaderName::from_static("hx-push-url");

pub(super) async fn page(admin: &Admin, screen: &Screen, fields: &Fields) -> Result<Response, Failure> {
    let state = ListState::parse(&screen.list, fields);
    let (rows, problems) = match filter::condition(admin.app().resource(screen.id), &screen.list, &state) {
        Ok(filter) => {
            let query = cell::query(admin.app(), screen.id, &screen.list.columns);
            let slice = slice(&screen.list, &state.page, None);
            let query = Query { filter, sort: sort(&screen.list, &state), slice, ..counted(query) };
            (admin.cx().read(query).await?, Vec::new())
        }
        Err(problems) => (record::Page::default(), problems),
    };
    let actions = act::allowed(admin, screen, None).await?;
    let pickers = Pickers::read(admin, screen.list.filters.iter().map(|it| &it.widget)).await?;
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let notice = notice::of(screen, fields);
    let page = view::list::Page {
        screen,
        state: &state,
        rows: &rows,
        problems: &problems,
        actions: &actions,
        pickers: &pickers,
    };
    Ok((status, [(PUSH_URL, state.address(screen))], view::list::page(admin, &page, notice.as_deref())).into_response())
}

/// The query, that also counts its rows, within bounds.
pub(super) fn counted(query: Query) -> Query {
    Query { count: true, count_at_most: Some(COUNTED), ..query }
}

fn sort(list: &List, state: &ListState) -> Vec<SortKey> {
    let Some((name, descends)) = &state.sort else { return Vec::new() };
    let direction = if *descends { Direction::Desc } else { Direction::Asc };
    let column = list.columns.iter().find(|it| it.name == *name.as_str());
    column.and_then(sort_field).map(|field| SortKey { field, direction }).into_iter().collect()
}

fn sort_field(column: &Column) -> Option<SortField> {
    match column.source {
        Source::Attribute { index } => Some(SortField::Attribute(index)),
        Source::Calculation { index } => Some(SortField::Calculation(index)),
        Source::Relationship { .. } => None,
    }
}

/// The part of a list's rows; `rows` of them or as many as it shows by itself.
pub(super) fn slice(list: &List, page: &Page, rows: Option<u32>) -> Slice {
    let rows = rows.map(|it| it.min(list.max_rows));
    match page {
        Page::First => Slice::Keyset { rows, from: End::Start, after: None, before: None },
        Page::After(cursor) => Slice::Keyset { rows, from: End::Start, after: Some(cursor.clone()), before: None },
        Page::Before(cursor) => Slice::Keyset { rows, from: End::Finish, after: None, before: Some(cursor.clone()) },
    }
}

/// The first page of a list with at most that many rows: under another row, or in a picker.
pub(super) async fn first_rows(admin: &Admin, query: Query, list: &List, rows: u32) -> Result<record::Page, Error> {
    let slice = slice(list, &Page::First, Some(rows));
    admin.cx().read(Query { slice, ..query }).await
}
