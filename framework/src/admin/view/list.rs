//! The list's HTML: filters, rows, pages. With htmx only the rows are exchanged; without it the same links and form work.

use maud::{Markup, html};

use super::shell::{self, Heading};
use super::table::{Table, table};
use super::value::{self, number};
use super::widget;
use crate::admin::address::{self, ListState};
use crate::admin::gate::Admin;
use crate::admin::model::{Action, Filter, Kind, ROOT, Screen, Test, Widget};
use crate::admin::picker::Pickers;
use crate::error::Problem;
use crate::record;

/// What the list shows.
pub(in crate::admin) struct Page<'a> {
    pub(in crate::admin) screen: &'a Screen,
    pub(in crate::admin) state: &'a ListState,
    pub(in crate::admin) rows: &'a record::Page,
    pub(in crate::admin) problems: &'a [Problem],
    pub(in crate::admin) actions: &'a [&'a Action],
    pub(in crate::admin) pickers: &'a Pickers,
}

pub(in crate::admin) fn page(admin: &Admin, page: &Page<'_>, notice: Option<&str>) -> Markup {
    let screen = page.screen;
    let heading = Heading {
        title: &screen.title,
        docs: &screen.docs,
        path: vec![("Admin", ROOT.to_owned())],
        buttons: html! {
            @for action in page.actions {
                a.button.quiet[action.kind == Kind::Query] href=(action.address) { (action.title) }
            }
        },
    };
    let main = html! {
        div hx-target:inherited="#rows" hx-select:inherited="#rows" hx-swap:inherited="outerHTML"
            hx-push-url:inherited="true" hx-select-oob:inherited="#status:innerHTML" {
            (filters(page))
            p #status role="status" { (status(page)) }
            div #rows { (rows(admin, page)) }
        }
    };
    shell::page(admin, Some(screen), &heading, notice, &main)
}

/// `1–50 of 1,234`, as far as it is known.
fn status(page: &Page<'_>) -> String {
    let shown = page.rows.records.len() as u64;
    let total = page.rows.total.unwrap_or(shown);
    match (total, page.state.is_filtered()) {
        _ if !page.problems.is_empty() => "Nothing is shown, because a filter is not understood.".to_owned(),
        (0, true) => "Nothing matches these filters.".to_owned(),
        (0, false) => "There is nothing here yet.".to_owned(),
        _ if shown == total => format!("{} shown", number(total)),
        _ => format!("{} of {} shown", number(shown), value::total(total)),
    }
}

fn rows(admin: &Admin, page: &Page<'_>) -> Markup {
    let screen = page.screen;
    html! {
        @if !page.rows.records.is_empty() {
            (table(admin, &Table {
                screen,
                caption: &screen.title,
                columns: &screen.list.columns,
                rows: &page.rows.records,
                state: Some(page.state),
                buttons: &[],
                return_to: &screen.address,
            }))
        }
        (pages(page))
    }
}

fn pages(page: &Page<'_>) -> Markup {
    let to = |there: bool, cursor: Option<&String>, at: fn(String) -> address::Page| {
        there.then(|| cursor.map(|it| page.state.at(at(it.clone())).address(page.screen))).flatten()
    };
    let previous = to(page.rows.has_previous, page.rows.cursors.first(), address::Page::Before);
    let next = to(page.rows.has_next, page.rows.cursors.last(), address::Page::After);
    html! {
        @if previous.is_some() || next.is_some() {
            nav.pages aria-label="Pages" {
                @if let Some(address) = previous {
                    a.button.quiet #previous rel="prev" href=(address) hx-get=(address) { "Previous" }
                }
                @if let Some(address) = next {
                    a.button.quiet #next rel="next" href=(address) hx-get=(address) { "Next" }
                }
            }
        }
    }
}

fn filters(page: &Page<'_>) -> Markup {
    let screen = page.screen;
    let (first, further): (Vec<&Filter>, Vec<&Filter>) =
        screen.list.filters.iter().partition(|it| stands_in_front(screen, it));
    let in_use = |it: &&Filter| it.parameters.iter().any(|name| !page.state.filter(name).is_empty());
    let opened = further.iter().any(in_use);
    let form = html! {
        form.filters role="search" aria-label="Filter" method="get" action=(screen.address) hx-get=(screen.address)
            hx-trigger="submit, input delay:300ms" {
            @if let Some(sort) = page.state.sort_parameter() {
                input type="hidden" name="sort" value=(sort);
            }
            @if !page.problems.is_empty() { (widget::summary(page.problems, &id, &|name| title(screen, name))) }
            div.row {
                @for filter in first { (field(page, filter)) }
                div.buttons {
                    button.small type="submit" { "Filter" }
                    @if page.state.is_filtered() {
                        a.button.quiet.small href=(screen.address) { "Clear" }
                    }
                }
            }
            @if !further.is_empty() {
                details open[opened] {
                    summary { "More filters" }
                    div.row {
                        @for filter in further { (field(page, filter)) }
                    }
                }
            }
        }
    };
    html! {
        details.wide open[page.state.is_filtered()] {
            summary { "Filter" }
            (form)
        }
    }
}

/// Filters of columns do, but of those that are ranges only the first: several would push the rows off the page.
fn stands_in_front(screen: &Screen, filter: &Filter) -> bool {
    let first_range = screen.list.filters.iter().find(|it| it.test == Test::Range);
    filter.column && (filter.test != Test::Range || first_range.is_some_and(|it| it.name == filter.name))
}

/// The id of a parameter's input.
fn id(parameter: &str) -> String {
    format!("filter-{}", parameter.replace('.', "-"))
}

fn title(screen: &Screen, parameter: &str) -> String {
    let filter = screen.list.filters.iter().find(|it| it.parameters.iter().any(|name| name == parameter));
    filter.map_or_else(|| parameter.to_owned(), |it| it.title.clone())
}

fn field(page: &Page<'_>, filter: &Filter) -> Markup {
    html! {
        @if filter.test == Test::Range {
            fieldset.range {
                legend { (filter.title) }
                div {
                    @for (parameter, word) in filter.parameters.iter().zip(["from", "to"]) {
                        (input(page, filter, parameter, html! { (word) }))
                    }
                }
            }
        } @else {
            @for parameter in &filter.parameters {
                (input(page, filter, parameter, html! { (filter.title) }))
            }
        }
    }
}

fn input(page: &Page<'_>, filter: &Filter, parameter: &str, label: Markup) -> Markup {
    let id = id(parameter);
    let value = page.state.filter(parameter);
    let error = page.problems.iter().find(|it| it.fields.iter().any(|name| name == parameter));
    let described = error.map(|_| format!("{id}-error"));
    let input = match &filter.widget {
        Widget::Select { options } => {
            let options = options.iter().map(|it| (it.value.to_string(), it.title.clone()));
            widget::choice(&id, parameter, value, "any", filter.nullable, options)
        }
        Widget::YesNo | Widget::Checkbox => {
            let options = [("true", "Yes"), ("false", "No")].map(|(value, title)| (value.to_owned(), title.to_owned()));
            widget::choice(&id, parameter, value, "any", filter.nullable, options.into_iter())
        }
        Widget::Row { id: resource, .. } => match page.pickers.of(*resource) {
            crate::admin::picker::Picker::Few(rows) => {
                let options = rows.iter().map(|(id, label)| (id.to_string(), label.clone()));
                widget::choice(&id, parameter, value, "any", filter.nullable, options)
            }
            crate::admin::picker::Picker::Many => text(&id, parameter, value, "text", described.as_deref(), "id"),
        },
        Widget::Timestamp => text(&id, parameter, value, "date", described.as_deref(), ""),
        Widget::Integer { .. } => text(&id, parameter, value, "number", described.as_deref(), ""),
        Widget::Uuid => text(&id, parameter, value, "text", described.as_deref(), ""),
        Widget::Text { .. } | Widget::Email | Widget::Multiline { .. } | Widget::Json => {
            text(&id, parameter, value, "search", described.as_deref(), "contains")
        }
    };
    html! {
        div.field {
            label for=(id) { (label) }
            (input)
            @if let Some(problem) = error {
                p.error id={ (id) "-error" } { (problem.message) }
            }
        }
    }
}

fn text(id: &str, name: &str, value: &str, kind: &str, described: Option<&str>, placeholder: &str) -> Markup {
    // A value that the widget cannot hold (a time in a date's) is kept as text, so that it is seen and not lost.
    let fits = match kind {
        "date" => value.len() == 10 || value.is_empty(),
        "number" => value.parse::<i64>().is_ok() || value.is_empty(),
        _ => true,
    };
    html! {
        input id=(id) name=(name) type=(if fits { kind } else { "text" }) value=(value) autocomplete="off"
            placeholder=[(!placeholder.is_empty()).then_some(placeholder)]
            aria-invalid=[described.map(|_| "true")] aria-describedby=[described];
    }
}
