//! The list's HTML: filters, rows, pages. With htmx only the rows are replaced; without it the same links and form work.

use maud::{Markup, html};

use super::shell::{self, ActiveEntry, Heading};
use super::table::{Table, table};
use super::value::{self, number};
use super::widget;
use crate::admin::address::{self, ListState};
use crate::admin::filter::{NONE, SOME};
use crate::admin::gate::AdminVisitor;
use crate::admin::list::{COUNTED, Chip};
use crate::admin::model::{Action, AdminActionKind, Filter, FilterKind, ROOT, Screen, Widget};
use crate::admin::picker::Pickers;
use crate::error::Problem;
use crate::record;
use crate::site::value::bdi;

/// The id of the filters' form.
const FILTERS: &str = "filters";
/// What a response to htmx replaces besides the rows. Inputs are changed in place, so that typing is not interrupted.
const BESIDE: &str =
    "#status:innerHTML,#notice:innerHTML,#problems:innerHTML,#filters-first:innerMorph,#filters-further:innerMorph";

/// What the list shows.
pub(in crate::admin) struct ListPage<'a> {
    pub(in crate::admin) screen: &'a Screen,
    pub(in crate::admin) state: &'a ListState,
    /// The filters in use.
    pub(in crate::admin) chips: &'a [Chip],
    pub(in crate::admin) rows: &'a record::RecordPage,
    pub(in crate::admin) problems: &'a [Problem],
    pub(in crate::admin) actions: &'a [&'a Action],
    /// The list of deleted rows.
    pub(in crate::admin) deleted: Option<&'a Screen>,
    /// For each row, the actions without inputs.
    pub(in crate::admin) buttons: &'a [Vec<&'a Action>],
    pub(in crate::admin) pickers: &'a Pickers,
    /// Whether it replaces a part of the page that is visible, where somebody is at work.
    pub(in crate::admin) in_place: bool,
}

pub(in crate::admin) fn page(admin: &AdminVisitor, page: &ListPage<'_>) -> Markup {
    let screen = page.screen;
    let heading = Heading {
        title: &screen.title,
        docs: &screen.docs,
        path: path(admin, screen),
        buttons: html! {
            @if let Some(deleted) = page.deleted { a.button.quiet href=(deleted.address) { "Deleted" } }
            @for action in page.actions {
                a.button.quiet[action.kind == AdminActionKind::Query] href=(action.address) { (action.title) }
            }
        },
    };
    let main = html! {
        div #list hx-target:inherited="#rows" hx-select:inherited="#rows" hx-swap:inherited="outerHTML"
            hx-push-url:inherited="true" hx-select-oob:inherited=(BESIDE) hx-sync:inherited="#list:replace" {
            @if !screen.list.filters.is_empty() || !page.problems.is_empty() { (filters(page)) }
            div.failure role="alert" {}
            p #status role="status" { (status(page)) }
            div #rows tabindex="-1" role="region" aria-labelledby="status" { (rows(admin, page)) }
        }
    };
    shell::page(admin, ActiveEntry::Of(screen), &heading, &main)
}

fn path<'a>(admin: &'a AdminVisitor, screen: &Screen) -> Vec<(&'a str, String)> {
    let existing = admin.model.of(screen.id).filter(|_| screen.shows_deleted);
    let root = [("Admin", ROOT.to_owned())].into_iter();
    root.chain(existing.map(|it| (it.title.as_str(), it.address.clone()))).collect()
}

/// `51–100 of 1,234`, as far as it is known.
fn status(page: &ListPage<'_>) -> String {
    let shown = page.rows.records.len() as u64;
    let total = page.rows.total.unwrap_or(shown);
    match (total, page.state.is_filtered()) {
        _ if !page.problems.is_empty() => "Nothing is shown, because what is asked for is not understood.".to_owned(),
        (0, true) => "Nothing matches these filters.".to_owned(),
        (0, false) => "There is nothing here yet.".to_owned(),
        _ if shown == total => format!("{} shown", number(total)),
        _ => format!("{} of {}", place(shown, page.rows.position), value::total(total)),
    }
}

/// `51–100`; beyond the rows that are counted, only their number.
fn place(shown: u64, position: Option<u64>) -> String {
    match (shown, position.filter(|it| *it <= COUNTED)) {
        (0, _) | (_, None) => number(shown),
        (1, Some(before)) => number(before + 1),
        (_, Some(before)) => format!("{}–{}", number(before + 1), number(before + shown)),
    }
}

fn rows(admin: &AdminVisitor, page: &ListPage<'_>) -> Markup {
    let screen = page.screen;
    html! {
        // They belong to the form, but are placed among the rows, so that htmx updates them with the rows.
        @for (name, value) in page.state.kept() {
            input type="hidden" form=(FILTERS) name=(name) value=(value);
        }
        (chips(page))
        @if !page.rows.records.is_empty() {
            (table(admin, &Table {
                screen,
                caption: &screen.title,
                columns: &screen.list.columns,
                rows: &page.rows.records,
                state: Some(page.state),
                buttons: page.buttons,
                form: "row-actions",
                return_to: &page.state.address(screen),
            }))
        } @else if page.problems.is_empty() {
            (empty(page))
        }
        (pages(page))
    }
}

/// The filters in use, each with a link to the list without it.
fn chips(page: &ListPage<'_>) -> Markup {
    html! {
        @if !page.chips.is_empty() {
            ul.chips aria-label="Filters in use" {
                @for chip in page.chips {
                    li {
                        a.chip href=(chip.without) {
                            (chip.title) " " strong { (bdi(&chip.value)) } span.unseen { ", remove this filter" }
                        }
                    }
                }
                @if page.chips.len() > 1 {
                    li { a.clear href=(page.state.unfiltered().address(page.screen)) { "Clear all" } }
                }
            }
        }
    }
}

/// The text and links where there are no rows.
fn empty(page: &ListPage<'_>) -> Markup {
    let create = page.actions.iter().find(|it| it.kind == AdminActionKind::Create);
    html! {
        div.empty {
            @if page.state.is_filtered() {
                p { "Other filters may find what you look for." }
                a.button.quiet href=(page.state.unfiltered().address(page.screen)) { "Clear the filters" }
            } @else if page.state.page != address::PagePosition::First {
                p { "There is nothing on this page." }
                a.button.quiet href=(page.state.at(address::PagePosition::First).address(page.screen)) { "To the first page" }
            } @else {
                @if page.screen.docs.is_empty() { p { "Rows will stand here." } } @else { p { (page.screen.docs) } }
                @if let Some(action) = create { a.button href=(action.address) { (action.title) } }
            }
        }
    }
}

fn pages(page: &ListPage<'_>) -> Markup {
    let to = |there: bool, cursor: Option<&String>, at: fn(String) -> address::PagePosition| {
        there.then(|| cursor.map(|it| page.state.at(at(it.clone())).address(page.screen))).flatten()
    };
    // Without JavaScript, the fragment scrolls to the top of the rows.
    let top = |address: &str| format!("{address}#rows");
    let previous = to(page.rows.has_previous, page.rows.cursors.first(), address::PagePosition::Before);
    let next = to(page.rows.has_next, page.rows.cursors.last(), address::PagePosition::After);
    html! {
        @if previous.is_some() || next.is_some() || page.state.rows.is_some() {
            nav.pages aria-label="Pages" {
                @if let Some(address) = previous {
                    a.button.quiet #previous rel="prev" href=(top(&address)) hx-get=(address) { "Previous" }
                }
                @if let Some(address) = next {
                    a.button.quiet #next rel="next" href=(top(&address)) hx-get=(address) { "Next" }
                }
                (sizes(page))
            }
        }
    }
}

/// How many rows a page may have.
fn sizes(page: &ListPage<'_>) -> Markup {
    let list = &page.screen.list;
    let present = page.state.rows.unwrap_or(list.rows);
    html! {
        ul.sizes aria-label="Rows of a page" {
            @for size in &list.page_sizes {
                @let address = page.state.sized(list, *size).address(page.screen);
                li {
                    a href={ (address) "#rows" } hx-get=(address) aria-current=[(*size == present).then_some("true")] {
                        (size) span.unseen { " rows" }
                    }
                }
            }
            li aria-hidden="true" { "rows a page" }
        }
    }
}

fn filters(page: &ListPage<'_>) -> Markup {
    let screen = page.screen;
    let (first, further): (Vec<&Filter>, Vec<&Filter>) =
        screen.list.filters.iter().partition(|it| stands_in_front(screen, it));
    let in_use = |it: &&Filter| it.parameters.iter().any(|name| !page.state.filter(name).is_empty());
    let opened = further.iter().any(in_use);
    let form = html! {
        form.filters #(FILTERS) role="search" aria-label="Filter" method="get" action=(screen.address) hx-get=(screen.address)
            autocomplete="off" hx-trigger="submit, input delay:300ms" {
            div #problems {
                @if !page.problems.is_empty() {
                    (widget::summary(page.problems, !page.in_place, &|name| Some(id(name)), &|name| title(screen, name)))
                }
            }
            div.row #filters-first {
                @for filter in first { (field(page, filter)) }
                div.buttons {
                    button.small type="submit" { "Filter" }
                }
            }
            @if !further.is_empty() {
                details open[opened] {
                    summary { "More filters" }
                    div.row #filters-further {
                        @for filter in further { (field(page, filter)) }
                    }
                }
            }
        }
    };
    html! {
        details.wide open[page.state.is_filtered() || !page.problems.is_empty()] {
            summary { "Filter" }
            (form)
        }
    }
}

/// Whether a filter is always visible: those of columns are, but only the first range: several would take too much space.
fn stands_in_front(screen: &Screen, filter: &Filter) -> bool {
    let first_range = screen.list.filters.iter().find(|it| it.test == FilterKind::Range);
    filter.column && (filter.test != FilterKind::Range || first_range.is_some_and(|it| it.name == filter.name))
}

/// The id of a parameter's input.
fn id(parameter: &str) -> String {
    format!("filter-{}", parameter.replace('.', "-"))
}

fn title(screen: &Screen, parameter: &str) -> String {
    let filter = screen.list.filters.iter().find(|it| it.parameters.iter().any(|name| name == parameter));
    filter.map_or_else(|| parameter.to_owned(), |it| it.title.clone())
}

fn field(page: &ListPage<'_>, filter: &Filter) -> Markup {
    let presence = filter.parameters.iter().find(|it| it.ends_with(".is"));
    html! {
        @if filter.test == FilterKind::Range || presence.is_some() {
            fieldset.range {
                legend { (filter.title) @if filter.widget == Widget::Timestamp { " " span.optional { "UTC" } } }
                div {
                    @for parameter in filter.parameters.iter().filter(|it| presence != Some(it)) {
                        @let word = match (filter.test, parameter.ends_with(".from")) {
                            (FilterKind::Range, true) => "from",
                            (FilterKind::Range, false) => "to",
                            _ => "text",
                        };
                        (input(page, filter, parameter, html! { (word) }))
                    }
                    @if let Some(parameter) = presence { (is_there(page, parameter)) }
                }
            }
        } @else {
            @for parameter in &filter.parameters {
                (input(page, filter, parameter, html! { (filter.title) }))
            }
        }
    }
}

/// Whether there is a value at all.
fn is_there(page: &ListPage<'_>, parameter: &str) -> Markup {
    let id = id(parameter);
    let described = is_wrong(page, parameter).then(|| format!("{id}-error"));
    let options = [(NONE, "none"), (SOME, "given")].map(|(value, title)| (value.to_owned(), title.to_owned()));
    html! {
        div.field {
            label for=(id) { "is" }
            (widget::choice(&id, parameter, page.state.filter(parameter), "any", false, described.as_deref(), options.into_iter()))
            (error(page, parameter))
        }
    }
}

fn is_wrong(page: &ListPage<'_>, parameter: &str) -> bool {
    page.problems.iter().any(|it| it.fields.iter().any(|name| name == parameter))
}

fn error(page: &ListPage<'_>, parameter: &str) -> Markup {
    html! {
        @for problem in page.problems.iter().filter(|it| it.fields.iter().any(|name| name == parameter)) {
            p.error id={ (id(parameter)) "-error" } { (problem.message) }
        }
    }
}

fn input(page: &ListPage<'_>, filter: &Filter, parameter: &str, label: Markup) -> Markup {
    let id = id(parameter);
    let value = page.state.filter(parameter);
    let described = is_wrong(page, parameter).then(|| format!("{id}-error"));
    let input = match &filter.widget {
        Widget::Select { options } => {
            let options = options.iter().map(|it| (it.value.to_string(), it.title.clone()));
            widget::choice(&id, parameter, value, "any", filter.nullable, described.as_deref(), options)
        }
        Widget::YesNo | Widget::Checkbox => {
            let options = [("true", "Yes"), ("false", "No")].map(|(value, title)| (value.to_owned(), title.to_owned()));
            widget::choice(&id, parameter, value, "any", filter.nullable, described.as_deref(), options.into_iter())
        }
        Widget::Row { id: resource, .. } => match page.pickers.few(*resource) {
            Some(rows) => {
                let options = rows.iter().map(|(id, label)| (id.to_string(), label.clone()));
                widget::choice(&id, parameter, value, "any", filter.nullable, described.as_deref(), options)
            }
            None => text(&id, parameter, value, "search", described.as_deref(), "name or id"),
        },
        Widget::Timestamp | Widget::Date => text(&id, parameter, value, "date", described.as_deref(), ""),
        Widget::Time => text(&id, parameter, value, "time", described.as_deref(), ""),
        // Of the two kinds of numbers a browser takes only whole ones unless it is told otherwise.
        Widget::Integer { .. } => text(&id, parameter, value, "number", described.as_deref(), ""),
        Widget::Uuid | Widget::Number | Widget::Duration | Widget::Bytes => {
            text(&id, parameter, value, "text", described.as_deref(), "")
        }
        Widget::Text { .. } | Widget::Email | Widget::Multiline { .. } | Widget::Json => {
            text(&id, parameter, value, "search", described.as_deref(), "contains")
        }
    };
    html! {
        div.field {
            label for=(id) { (label) }
            (input)
            (error(page, parameter))
        }
    }
}

fn text(id: &str, name: &str, value: &str, kind: &str, described: Option<&str>, placeholder: &str) -> Markup {
    // A value that the widget cannot hold (a time in a date input) is kept as text, so that it is visible and not lost.
    let fits = match kind {
        "date" => value.len() == 10 || value.is_empty(),
        "time" => matches!(value.len(), 5 | 8) || value.is_empty(),
        "number" => value.parse::<i64>().is_ok() || value.is_empty(),
        _ => true,
    };
    html! {
        input id=(id) name=(name) type=(if fits { kind } else { "text" }) value=(value) autocomplete="off"
            placeholder=[(!placeholder.is_empty()).then_some(placeholder)]
            title=[(!placeholder.is_empty()).then_some(widget::CASE)]
            aria-invalid=[described.map(|_| "true")] aria-describedby=[described];
    }
}
