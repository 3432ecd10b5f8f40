//! One sentence after something was done. A signed cookie names the screen and the action; the sentence is made here.

use super::gate::AdminVisitor;
use super::model::{AdminActionKind, Model, Screen};

/// The suffix of an action that was run only on those rows that the actor may run it on.
pub(super) const PARTLY: &str = ".partly";

/// The suffix of a create that found its row stored already, which stays as it is.
pub(super) const KEPT: &str = ".kept";
/// The same, of a row that took what was given.
pub(super) const TOOK: &str = ".took";
/// The suffix of an action that was done, and whose answer could not be read.
pub(super) const UNTOLD: &str = ".untold";

/// Lets the page at `address` say what was done on a screen: an action's name, or the last part of another form's address.
pub(super) fn leave(admin: &AdminVisitor, address: &str, screen: &Screen, done: &str) {
    admin.visitor.set_flash(address, &format!("{}.{done}", screen.segment()));
}

/// The sentence for this page, if there is one.
pub(super) fn of_page(admin: &AdminVisitor) -> Option<String> {
    sentence(&admin.model, &admin.visitor.flash(&admin.address)?)
}

fn sentence(model: &Model, told: &str) -> Option<String> {
    let (segment, done) = told.split_once('.')?;
    let screen = model.at(segment)?;
    if done.ends_with(KEPT) {
        return Some(format!("{}: it is there already, and stays as it is.", capitalised(&screen.one)));
    }
    if done.ends_with(TOOK) {
        return Some(format!("{}: it was there already. Changes saved.", capitalised(&screen.one)));
    }
    if let Some(name) = done.strip_suffix(UNTOLD) {
        let action = screen.actions.iter().find(|it| it.name == *name)?;
        return Some(format!("{}: done. What it answered cannot be shown now.", action.title));
    }
    let Some(action) = screen.actions.iter().find(|it| it.name == *done) else {
        let (form, extent) = match done.strip_suffix(PARTLY) {
            Some(form) => (form, "revoked, as far as you may"),
            None => (done, "all revoked"),
        };
        return Some(format!("{}: {extent}.", screen.revoked_at(form)?.title));
    };
    Some(match action.kind {
        AdminActionKind::Create => format!("{} created.", capitalised(&screen.one)),
        AdminActionKind::Update if action.is_usual() => "Changes saved.".to_owned(),
        AdminActionKind::Destroy if action.name == "destroy" => format!("{} deleted.", capitalised(&screen.one)),
        AdminActionKind::Update | AdminActionKind::Destroy | AdminActionKind::Query | AdminActionKind::Call => {
            format!("{}: done.", action.title)
        }
    })
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|it| it.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
