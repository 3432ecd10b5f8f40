//! An error page within the admin's layout.

use maud::{Markup, html};

use super::shell::{self, ActiveEntry, Heading};
use crate::admin::gate::AdminVisitor;
use crate::admin::model::ROOT;
use crate::site::PageError;

pub(in crate::admin) fn page(admin: &AdminVisitor, failure: &PageError) -> Markup {
    let heading =
        Heading { title: failure.title(), docs: "", path: vec![("Admin", ROOT.to_owned())], buttons: html! {} };
    let main = html! {
        p { (failure.message()) }
        (failure.reference())
    };
    shell::page(admin, ActiveEntry::Nowhere, &heading, &main)
}
