//! A failure within the admin's frame.

use maud::{Markup, html};

use super::shell::{self, Heading, Place};
use crate::admin::gate::Admin;
use crate::admin::model::ROOT;
use crate::web::Failure;

pub(in crate::admin) fn page(admin: &Admin, failure: &Failure) -> Markup {
    let heading =
        Heading { title: failure.title(), docs: "", path: vec![("Admin", ROOT.to_owned())], buttons: html! {} };
    let main = html! {
        p { (failure.message()) }
        (failure.reference())
    };
    shell::page(admin, Place::Nowhere, &heading, &main)
}
