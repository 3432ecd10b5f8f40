//! Rows as a table; on a narrow screen each row is a card. ARIA roles are written out, because the card styles would remove them.

use maud::{Markup, html};

use super::value::{self, ValueLayout};
use crate::admin::address::ListState;
use crate::admin::gate::AdminVisitor;
use crate::admin::model::{Action, Column, Screen, ValueSource};
use crate::admin::{cell, label};
use crate::ir::{App, KeyType, Type};
use crate::record::Record;
use crate::site::value::bdi;

/// The widest table, in `em`, that fits a desktop's window, so that its headings can stay visible while the page is scrolled.
const FITTING: u32 = 55;

/// The width of the buttons beside a row, in `em`.
const BUTTONS: u32 = 9;

/// How the width of a column is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ColumnWidth {
    /// It shrinks: what does not fit is cut.
    Text,
    /// As wide as its times.
    Time,
    /// As wide as its values, which are short.
    Short,
}

/// A table of a resource's rows.
pub(super) struct Table<'a> {
    pub(super) screen: &'a Screen,
    /// Its name, for screen readers.
    pub(super) caption: &'a str,
    pub(super) columns: &'a [Column],
    pub(super) rows: &'a [Record],
    /// The list's state, if the headings sort it.
    pub(super) state: Option<&'a ListState>,
    /// Buttons of each row, may be empty.
    pub(super) buttons: &'a [Vec<&'a Action>],
    /// The id of the one form that all buttons post, each to an address of its own.
    pub(super) form: &'a str,
    /// The page that the buttons return to.
    pub(super) return_to: &'a str,
}

pub(super) fn table(admin: &AdminVisitor, table: &Table<'_>) -> Markup {
    let has_buttons = table.buttons.iter().any(|it| !it.is_empty());
    let link = link(admin.app(), table);
    let shapes: Vec<ColumnWidth> =
        table.columns.iter().map(|it| ColumnWidth::of(admin.app(), table.screen, it)).collect();
    let width = shapes.iter().map(|it| it.width()).sum::<u32>() + if has_buttons { BUTTONS } else { 0 };
    let fits = width <= FITTING;
    html! {
        @if has_buttons {
            form id=(table.form) method="post" {
                (admin.visitor.csrf_field())
                input type="hidden" name=(super::form::RETURN_TO) value=(table.return_to);
            }
        }
        div.scroll.fits[fits] {
            table role="table" {
                caption.unseen { (table.caption) }
                thead role="rowgroup" {
                    tr role="row" {
                        @for (column, shape) in table.columns.iter().zip(&shapes) { (heading(table, column, *shape)) }
                        @if link.is_none() || has_buttons {
                            th.actions role="columnheader" scope="col" { span.unseen { "Actions" } }
                        }
                    }
                }
                tbody role="rowgroup" {
                    @for (index, record) in table.rows.iter().enumerate() {
                        (row(admin, table, &shapes, index, record, link, has_buttons))
                    }
                }
            }
        }
    }
}

impl ColumnWidth {
    fn of(app: &App, screen: &Screen, column: &Column) -> Self {
        let resource = app.resource(screen.id);
        let ty = match column.source {
            ValueSource::Attribute { id } => Some(&resource[id].ty),
            ValueSource::Calculation { id } => Some(&resource[id].ty),
            ValueSource::Relationship { .. } => None,
        };
        match ty {
            Some(Type::Timestamp) => Self::Time,
            Some(
                Type::Boolean
                | Type::Integer16
                | Type::Integer32
                | Type::Integer
                | Type::BigInteger
                | Type::Float
                | Type::Date
                | Type::Time
                | Type::Duration
                | Type::Bytes
                | Type::Key(KeyType::Integer)
                | Type::Enum(_),
            ) => Self::Short,
            Some(Type::String | Type::CiString | Type::Uuid | Type::Key(_) | Type::Json) | None => Self::Text,
        }
    }

    /// Its least width, approximately, in `em`.
    fn width(self) -> u32 {
        match self {
            Self::Text => 9,
            Self::Time => 12,
            Self::Short => 7,
        }
    }
}

/// The column whose values link to their rows: the first text, else the first time.
fn link(app: &App, table: &Table<'_>) -> Option<usize> {
    let resource = app.resource(table.screen.id);
    let has_type = |column: &Column, types: &[Type]| match column.source {
        ValueSource::Attribute { id } => types.contains(&resource[id].ty),
        ValueSource::Calculation { .. } | ValueSource::Relationship { .. } => false,
    };
    if table.screen.shows_deleted {
        return None;
    }
    let first = |types: &[Type]| table.columns.iter().position(|it| has_type(it, types));
    first(&[Type::String, Type::CiString]).or_else(|| first(&[Type::Timestamp]))
}

fn heading(table: &Table<'_>, column: &Column, shape: ColumnWidth) -> Markup {
    let gives_way = shape == ColumnWidth::Text;
    let Some(state) = table.state.filter(|_| column.sortable) else {
        return html! { th.text[gives_way] role="columnheader" scope="col" { (column.title) } };
    };
    let present = match &state.sort {
        Some((name, descends)) => (column.name == **name).then_some(*descends),
        None => usual_order(table.screen, column),
    };
    let order = present.map(|descends| if descends { "descending" } else { "ascending" });
    let address = state.sorted_by(&column.name, present == Some(false)).address(table.screen);
    html! {
        th.text[gives_way] role="columnheader" scope="col" aria-sort=[order] {
            a.sort id={ "sort-" (column.name) } href=(address) hx-get=(address) { (column.title) }
        }
    }
}

/// The list's own order, where this column is its first key.
fn usual_order(screen: &Screen, column: &Column) -> Option<bool> {
    let first = screen.list.sort.first()?;
    match first.strip_prefix('-') {
        Some(name) => (column.name == *name).then_some(true),
        None => (column.name == *first.as_str()).then_some(false),
    }
}

fn row(
    admin: &AdminVisitor,
    table: &Table<'_>,
    shapes: &[ColumnWidth],
    index: usize,
    record: &Record,
    link: Option<usize>,
    has_buttons: bool,
) -> Markup {
    let app = admin.app();
    let id = record.id(app);
    let address = id.as_ref().map(|it| table.screen.row_address(it));
    let buttons = table.buttons.get(index).map_or(&[][..], Vec::as_slice);
    html! {
        tr role="row" {
            @for (position, (column, cell)) in table.columns.iter().zip(cell::cells(app, record, table.columns)).enumerate() {
                td.text[shapes.get(position) == Some(&ColumnWidth::Text)] role="cell" data-label=(column.title) {
                    @let shown = value::cell(admin, &cell, ValueLayout::Line);
                    @match &address {
                        Some(address) if link == Some(position) => a.row href=(address) { (shown) },
                        _ => (shown),
                    }
                }
            }
            @if link.is_none() || has_buttons {
                td.actions role="cell" {
                    @if let (None, Some(address), false) = (link, &address, table.screen.shows_deleted) {
                        a href=(address) { "Open" span.unseen { " " (bdi(&label::of(app, record))) } }
                    }
                    @if let Some(id) = &id {
                        @for action in buttons {
                            @if action.is_at_once() {
                                button.quiet.small type="submit" form=(table.form) formaction=(action.address_for(id)) {
                                    (action.title) span.unseen { " " (bdi(&label::of(app, record))) }
                                }
                            } @else {
                                a.button.quiet.small href=(action.address_for(id)) {
                                    (action.title) span.unseen { " " (bdi(&label::of(app, record))) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
