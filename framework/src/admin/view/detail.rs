//! The HTML of one row's screen.

use maud::{Markup, html};

use super::shell::{self, ActiveEntry, Heading};
use super::table::{Table, table};
use super::value::{self, ValueLayout};
use crate::admin::cell::Cell;
use crate::admin::detail::Section;
use crate::admin::gate::AdminVisitor;
use crate::admin::model::{Action, AdminActionKind, ROOT, Screen};
use crate::admin::tenant::{ENTER, LEAVE};
use crate::value::RowKey;

/// What the screen shows.
pub(in crate::admin) struct DetailPage<'a> {
    pub(in crate::admin) screen: &'a Screen,
    pub(in crate::admin) id: RowKey,
    pub(in crate::admin) label: String,
    pub(in crate::admin) cells: Vec<Cell<'a>>,
    pub(in crate::admin) actions: &'a [&'a Action],
    pub(in crate::admin) sections: &'a [Section<'a>],
}

pub(in crate::admin) fn page(admin: &AdminVisitor, page: &DetailPage<'_>) -> Markup {
    let screen = page.screen;
    let heading = Heading {
        title: &page.label,
        docs: "",
        path: vec![("Admin", ROOT.to_owned()), (&screen.title, screen.address.clone())],
        buttons: html! { (tenant(admin, page)) (buttons(page)) },
    };
    let main = html! {
        dl.facts {
            @for (column, cell) in screen.detail.iter().zip(&page.cells) {
                div {
                    dt { (column.title) }
                    dd { (value::cell(admin, cell, ValueLayout::Block)) }
                }
            }
        }
        @for (index, section) in page.sections.iter().enumerate() {
            (related(admin, page, index, section))
        }
    };
    shell::page(admin, ActiveEntry::Of(screen), &heading, &main)
}

/// The button that enters a tenant, or leaves it.
fn tenant(admin: &AdminVisitor, page: &DetailPage<'_>) -> Markup {
    if admin.app().tenant_resource() != Some(page.screen.id) {
        return html! {};
    }
    let is_here = admin.within.as_ref().is_some_and(|(id, _)| *id == page.id);
    let (segment, title) = if is_here { (LEAVE, "Leave it") } else { (ENTER, "Work within it") };
    html! {
        form method="post" action={ (page.screen.row_address(&page.id)) "/" (segment) } {
            (admin.visitor.csrf_field())
            button.quiet type="submit" { (title) }
        }
    }
}

/// The usual edit comes first, and a destroy is set apart from the others.
fn buttons(page: &DetailPage<'_>) -> Markup {
    let (destroys, mut changes): (Vec<&Action>, Vec<&Action>) =
        page.actions.iter().partition(|it| it.kind == AdminActionKind::Destroy);
    changes.sort_by_key(|it| !it.is_usual());
    html! {
        @for action in changes {
            a.button.quiet[!action.is_usual()] href=(action.address_for(&page.id)) { (action.title) }
        }
        @for (index, action) in destroys.iter().enumerate() {
            a.button.quiet.danger.apart[index == 0] href=(action.address_for(&page.id)) { (action.title) }
        }
    }
}

fn related(admin: &AdminVisitor, page: &DetailPage<'_>, index: usize, section: &Section<'_>) -> Markup {
    let shown = section.rows.records.len() as u64;
    let total = section.rows.total.unwrap_or(shown);
    let heading = format!("related-{index}");
    html! {
        section.related aria-labelledby=(heading) {
            div.heading {
                h2 id=(heading) { (section.title) " " span.count { (value::total(total)) } }
                div.buttons {
                    @if let Some((address, words)) = &section.add {
                        a.button.quiet.small href=(address) { (words) }
                    }
                    @if let Some(address) = section.all.as_ref().filter(|_| total > 0) {
                        a.button.quiet.small href=(address) {
                            (if total > shown { "Show all" } else { "Open as a list" }) span.unseen { " " (section.title) }
                        }
                    }
                    @if let Some(address) = &section.revoke_all {
                        a.button.quiet.small.danger.apart href=(address) { "Revoke all" span.unseen { " " (section.title) } }
                    }
                }
            }
            @if !section.rows.records.is_empty() {
                (table(admin, &Table {
                    screen: section.screen,
                    caption: section.title,
                    columns: &section.columns,
                    rows: &section.rows.records,
                    state: None,
                    buttons: &section.buttons,
                    form: &format!("{heading}-actions"),
                    return_to: &page.screen.row_address(&page.id),
                }))
            }
        }
    }
}
