//! One sentence after something was done. The address names the screen and the action; the words are ours.

use super::address::with_parameter;
use super::model::{Kind, Model, Screen};
use crate::web::Fields;

/// The parameter that names what was done: `worlds.create`.
pub(super) const PARAMETER: &str = "done";

/// Ends the name of what was done to those rows only to which the actor may do it.
pub(super) const PARTLY: &str = ".partly";

/// The address to go on to after something was done on a screen: an action's name, or the last part of another form's address.
pub(super) fn after(address: &str, screen: &Screen, done: &str) -> String {
    with_parameter(address, PARAMETER, &format!("{}.{done}", screen.segment()))
}

/// The sentence, if the address names what can be done on one of the screens.
pub(super) fn of(model: &Model, fields: &Fields) -> Option<String> {
    let (segment, done) = fields.get(PARAMETER)?.split_once('.')?;
    let screen = model.at(segment)?;
    let Some(action) = screen.actions.iter().find(|it| it.name == *done) else {
        let (form, extent) = match done.strip_suffix(PARTLY) {
            Some(form) => (form, "revoked, as far as you may"),
            None => (done, "all revoked"),
        };
        return Some(format!("{}: {extent}.", screen.revoked_at(form)?.title));
    };
    Some(match action.kind {
        Kind::Create => format!("{} created.", capitalised(&screen.one)),
        Kind::Update if action.is_usual() => "Changes saved.".to_owned(),
        Kind::Destroy if action.name == "destroy" => format!("{} deleted.", capitalised(&screen.one)),
        Kind::Update | Kind::Destroy | Kind::Query | Kind::Call => format!("{}: done.", action.title),
    })
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|it| it.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
