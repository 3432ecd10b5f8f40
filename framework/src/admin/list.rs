//! `/admin/<plural>`: rows by page, ordered and narrowed by what the address says.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, StatusCode};

use super::address::{ListState, PagePosition};
use super::gate::AdminVisitor;
use super::input::is_taken_for_utc;
use super::model::{Column, Filter, FilterKind, List, Screen, ValueSource, Widget};
use super::picker::Pickers;
use super::{act, cell, filter, view};
use crate::error::Error;
use crate::ir::Direction;
use crate::query::{Deleted, PageEnd, Query, Slice, SortField, SortKey};
use crate::record;
use crate::site::{FormFields, PageError};

/// Rows are counted as far as this: the count of a large table takes longer than its page.
pub(super) const COUNTED: u64 = 10_000;
/// What htmx puts into the browser's address bar.
const PUSH_URL: HeaderName = HeaderName::from_static("hx-push-url");
/// The request header by which htmx says that it replaces a part of the visible page.
const ASKED_IN_PLACE: HeaderName = HeaderName::from_static("hx-request");
/// The request header by which htmx says that it restores a page from the browser's history: that adds no entry to it.
const RESTORES: HeaderName = HeaderName::from_static("hx-history-restore-request");

/// A filter in use, and the list without it.
pub(super) struct Chip {
    /// `Occurred at from`.
    pub(super) title: String,
    pub(super) value: String,
    /// The address of the list without it.
    pub(super) without: String,
}

pub(super) async fn page(
    admin: &AdminVisitor,
    screen: &Screen,
    headers: &HeaderMap,
    fields: &FormFields,
) -> Result<Response, PageError> {
    let (state, mut problems) = ListState::parse(&screen.list, fields);
    let filter = match filter::condition(admin.app(), admin.app().resource(screen.id), &screen.list, &state) {
        Ok(filter) => filter,
        Err(more) => {
            problems.extend(more);
            None
        }
    };
    let rows = if problems.is_empty() {
        let query = cell::query(admin.app(), screen.id, &screen.list.columns);
        let slice = slice(&screen.list, &state.page, state.rows);
        let sort = sort(screen, &state);
        let deleted = if screen.shows_deleted { Deleted::Alone } else { Deleted::LeftOut };
        admin.cx().read(Query { filter, sort, slice, deleted, position: true, ..counted(query) }).await?
    } else {
        record::RecordPage::default()
    };
    let actions = act::allowed(admin, screen, None).await?;
    let buttons = act::at_once(admin, screen, &rows.records).await?;
    let deleted = deleted_list(admin, screen).await?;
    let pickers = Pickers::of_filters(admin, screen.list.filters.iter().map(|it| &it.widget)).await?;
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let in_place = headers.contains_key(ASKED_IN_PLACE) && !headers.contains_key(RESTORES);
    let page = view::list::ListPage {
        screen,
        chips: &chips(admin, screen, &state, &pickers).await?,
        state: &state,
        rows: &rows,
        problems: &problems,
        actions: &actions,
        deleted,
        buttons: &buttons,
        pickers: &pickers,
        in_place,
    };
    let pushed = in_place.then(|| [(PUSH_URL, state.address(screen))]);
    Ok((status, pushed, view::list::page(admin, &page)).into_response())
}

/// The list of deleted rows, if the visitor may do anything with any of them.
async fn deleted_list<'a>(admin: &AdminVisitor, screen: &'a Screen) -> Result<Option<&'a Screen>, Error> {
    let Some(deleted) = &screen.deleted else { return Ok(None) };
    for action in &deleted.actions {
        if admin.cx().can(screen.id, &action.name, None).await? {
            return Ok(Some(deleted).map(|it| &**it));
        }
    }
    Ok(None)
}

/// The chips of the filters in use. A filter by a row's id shows the label of that row, as far as the actor may see it.
async fn chips(
    admin: &AdminVisitor,
    screen: &Screen,
    state: &ListState,
    pickers: &Pickers,
) -> Result<Vec<Chip>, Error> {
    let mut chips = Vec::new();
    for (parameter, value) in state.filters() {
        let of = |it: &&Filter| it.parameters.iter().any(|name| name == parameter);
        let Some(filter) = screen.list.filters.iter().find(of) else { continue };
        let named = match &filter.widget {
            Widget::Row { id, .. } => match admin.app().resource(*id).key(value) {
                Some(key) => pickers.name(admin, *id, &key).await?,
                None => None,
            },
            _ => None,
        };
        chips.push(Chip {
            title: format!("{}{}", filter.title, preposition(filter, parameter)),
            value: named.unwrap_or_else(|| in_words(filter, parameter, value)),
            without: state.without(parameter).address(screen),
        });
    }
    Ok(chips)
}

/// What stands between a filter's title and its value.
fn preposition(filter: &Filter, parameter: &str) -> &'static str {
    match filter.test {
        _ if parameter.ends_with(".is") => "",
        FilterKind::Range if parameter.ends_with(".from") => " from",
        FilterKind::Range => " to",
        FilterKind::Contains => " contains",
        FilterKind::Equals => "",
    }
}

fn in_words(filter: &Filter, parameter: &str, value: &str) -> String {
    let choice = |name: &str| match &filter.widget {
        Widget::Select { options } => options.iter().find(|it| it.value == *name).map(|it| it.title.clone()),
        Widget::YesNo if name == "true" => Some("Yes".to_owned()),
        Widget::YesNo if name == "false" => Some("No".to_owned()),
        _ => None,
    };
    match (filter.asks_presence(parameter), value) {
        (true, filter::NONE) => "none".to_owned(),
        (true, filter::SOME) => "given".to_owned(),
        _ if filter.widget == Widget::Timestamp && is_taken_for_utc(value) => format!("{value} UTC"),
        _ => choice(value).unwrap_or_else(|| value.to_owned()),
    }
}

/// The query, that also counts its rows, within bounds.
pub(super) fn counted(query: Query) -> Query {
    Query { count: true, count_at_most: Some(COUNTED), ..query }
}

/// The order that was asked for; empty: that of the read. Of deleted rows those come first that were deleted last.
fn sort(screen: &Screen, state: &ListState) -> Vec<SortKey> {
    let usual = screen.list.sort.first().filter(|_| screen.shows_deleted).and_then(|it| it.strip_prefix('-'));
    let asked = state.sort.as_ref().map(|(name, descends)| (name.as_str(), *descends));
    let Some((name, descends)) = asked.or(usual.map(|name| (name, true))) else { return Vec::new() };
    let direction = if descends { Direction::Desc } else { Direction::Asc };
    let column = screen.list.columns.iter().find(|it| it.name == *name);
    column.and_then(sort_field).map(|field| SortKey { field, direction }).into_iter().collect()
}

fn sort_field(column: &Column) -> Option<SortField> {
    match column.source {
        ValueSource::Attribute { id } => Some(SortField::Attribute(id)),
        ValueSource::Calculation { id } => Some(SortField::Calculation(id)),
        ValueSource::Relationship { .. } => None,
    }
}

/// The slice of a list's rows: a page of `rows` rows, or of the list's own number.
pub(super) fn slice(list: &List, page: &PagePosition, rows: Option<u32>) -> Slice {
    let rows = rows.map(|it| it.min(list.max_rows));
    match page {
        PagePosition::First => Slice::Keyset { rows, from: PageEnd::Start, after: None, before: None },
        PagePosition::After(cursor) => {
            Slice::Keyset { rows, from: PageEnd::Start, after: Some(cursor.clone()), before: None }
        }
        PagePosition::Before(cursor) => {
            Slice::Keyset { rows, from: PageEnd::Finish, after: None, before: Some(cursor.clone()) }
        }
    }
}

/// The first page of a list with at most that many rows: under another row.
pub(super) async fn first_rows(
    admin: &AdminVisitor,
    query: Query,
    list: &List,
    rows: u32,
) -> Result<record::RecordPage, Error> {
    let slice = slice(list, &PagePosition::First, Some(rows));
    admin.cx().read(Query { slice, ..query }).await
}
