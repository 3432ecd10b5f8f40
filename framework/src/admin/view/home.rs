//! The overview's HTML.

use maud::{Markup, html};

use super::shell::{self, ActiveEntry, Heading};
use super::value;
use crate::admin::gate::AdminVisitor;
use crate::admin::home::Entry;

pub(in crate::admin) fn page(admin: &AdminVisitor, entries: &[Entry<'_>]) -> Markup {
    let heading = Heading { title: "Admin", docs: "", path: Vec::new(), buttons: html! {} };
    let main = html! {
        @for group in &admin.model.groups {
            section.group {
                h2 { (group.title) }
                ul.cards {
                    @for entry in group.resources.iter().filter_map(|name| entries.iter().find(|it| it.screen.resource == *name)) {
                        li.card {
                            h3 { a href=(entry.screen.address) { (entry.screen.title) } }
                            @if let Some(total) = entry.total { p.count { (value::total(total)) } }
                            @if !entry.screen.docs.is_empty() { p.docs { (entry.screen.docs) } }
                        }
                    }
                }
            }
        }
        @if entries.is_empty() {
            p { "No resource has screens: write " code { "#[admin]" } " above one." }
        }
    };
    shell::page(admin, ActiveEntry::Overview, &heading, &main)
}
