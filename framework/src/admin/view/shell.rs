//! The layout of every admin screen: navigation, breadcrumbs, and the heading with its buttons.

use maud::{Markup, html};

use crate::admin::Model;
use crate::admin::gate::AdminVisitor;
use crate::admin::model::{ROOT, Screen};
use crate::admin::notice;
use crate::site::page;
use crate::site::value::{bdi, isolated};

/// The heading of a screen.
pub(super) struct Heading<'a> {
    pub(super) title: &'a str,
    /// One quiet line under it, may be empty.
    pub(super) docs: &'a str,
    /// The breadcrumbs: titles and addresses from the admin's start to the screen above this one.
    pub(super) path: Vec<(&'a str, String)>,
    /// The heading's buttons.
    pub(super) buttons: Markup,
}

/// The entry of the navigation that is marked as the current one.
#[derive(Clone, Copy)]
pub(super) enum ActiveEntry<'a> {
    /// The overview.
    Overview,
    /// A resource.
    Of(&'a Screen),
    /// None.
    Nowhere,
}

/// A whole page. It shows the flash, if there is one for it.
pub(super) fn page(admin: &AdminVisitor, place: ActiveEntry<'_>, heading: &Heading<'_>, main: &Markup) -> Markup {
    let body = html! {
        (top(heading))
        div #notice role="status" {
            @if let Some(notice) = notice::of_page(admin) { p.notice { (notice) } }
        }
        (main)
        (failures())
    };
    page::framed(&admin.visitor, &window_title(heading), &navigation(admin, place), &body)
}

/// The messages for the script, for when an htmx request fails.
fn failures() -> Markup {
    html! {
        template #signed-out {
            div.problems {
                p { "You are not signed in any more." }
                a.button.small { "Sign in" }
            }
        }
        template #unanswered {
            div.problems {
                p { "This could not be loaded." }
                p.reason {}
                a.button.small { "Retry" }
            }
        }
    }
}

/// `Edit – Harbour – Worlds – Admin`: tabs and histories show where a page belongs.
fn window_title(heading: &Heading<'_>) -> String {
    let above = heading.path.iter().rev().map(|(title, _)| *title);
    [heading.title].into_iter().chain(above).map(isolated).collect::<Vec<_>>().join(" – ")
}

fn top(heading: &Heading<'_>) -> Markup {
    html! {
        @if !heading.path.is_empty() {
            nav.path aria-label="Breadcrumb" {
                ol {
                    @for (title, address) in &heading.path {
                        li { a href=(address) { (bdi(title)) } }
                    }
                    li aria-current="page" { (bdi(heading.title)) }
                }
            }
        }
        div.heading {
            div {
                h1 { (bdi(heading.title)) }
                @if !heading.docs.is_empty() {
                    p.docs { (heading.docs) }
                }
            }
            div.buttons { (heading.buttons) }
        }
    }
}

fn navigation(admin: &AdminVisitor, place: ActiveEntry<'_>) -> Markup {
    let model: &Model = &admin.model;
    let tenants = admin.app().tenant_resource().and_then(|it| model.of(it));
    html! {
        nav.side aria-label="Admin" {
            details.wide {
                summary { "Menu" }
                ul {
                    li { a href=(ROOT) aria-current=[matches!(place, ActiveEntry::Overview).then_some("page")] { "Overview" } }
                }
                @if let (Some((id, label)), Some(screen)) = (&admin.within, tenants) {
                    p { "Within " a href=(screen.row_address(id)) { (bdi(label)) } }
                }
                @for group in &model.groups {
                    h2 { (group.title) }
                    ul {
                        @for screen in group.resources.iter().filter_map(|it| model.named(it)) {
                            @let here = matches!(place, ActiveEntry::Of(it) if it.id == screen.id);
                            li { a href=(screen.address) aria-current=[here.then_some("page")] { (screen.title) } }
                        }
                    }
                }
            }
        }
    }
}
