//! The confirmation that all sessions, or all started sign-ins, of an actor shall be revoked.

use maud::{Markup, html};

use super::shell::{self, ActiveEntry, Heading};
use super::value;
use crate::admin::gate::AdminVisitor;
use crate::admin::model::{ROOT, RelatedList, Screen, segment_of};
use crate::admin::revoke::RevocableRows;
use crate::site::value::bdi;
use crate::value::RowKey;

pub(in crate::admin) fn page(
    admin: &AdminVisitor,
    screen: &Screen,
    related: &RelatedList,
    id: &RowKey,
    open: &RevocableRows,
) -> Markup {
    let back = screen.row_address(id);
    let path = vec![
        ("Admin", ROOT.to_owned()),
        (screen.title.as_str(), screen.address.clone()),
        (open.label.as_str(), back.clone()),
    ];
    let what = related.title.to_lowercase();
    let title = format!("Revoke all {what}");
    let address = related.revoke_all.as_deref().unwrap_or_default().replace("{id}", &segment_of(id));
    let is_own = admin.visitor.session().is_some_and(|it| open.ids.contains(&it.into()));
    let main = html! {
        form.card method="post" action=(address) {
            (admin.visitor.csrf_field())
            @if open.ids.is_empty() {
                p { "There is nothing to revoke: " strong { (bdi(&open.label)) } " has no " (what) " that are still open." }
                div.buttons { a.button.quiet href=(back) { "Back" } }
            } @else {
                p {
                    "Revoke all " (what) " of " strong { (bdi(&open.label)) } " that are still open (" (value::total(open.total)) ")? "
                    "From then on they open nothing."
                }
                @if is_own { p { strong { "The session that you use now is among them: you will be signed out." } } }
                div.buttons {
                    button.danger type="submit" { (title) }
                    a.button.quiet href=(back) { "Cancel" }
                }
            }
        }
    };
    shell::page(admin, ActiveEntry::Of(screen), &Heading { title: &title, docs: "", path, buttons: html! {} }, &main)
}
