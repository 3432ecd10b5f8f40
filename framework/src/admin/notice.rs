//! One sentence after something was done. The address names the action; the words are ours.

use super::address::with_parameter;
use super::model::Screen;
use crate::web::Fields;

const PARAMETER: &str = "done";

/// The address to go on to after an action.
pub(super) fn after(address: &str, action: &str) -> String {
    with_parameter(address, PARAMETER, action)
}

/// The sentence, if the address names one of the screen's actions.
pub(super) fn of(screen: &Screen, fields: &Fields) -> Option<String> {
    let name = fields.get(PARAMETER)?;
    let action = screen.actions.iter().find(|it| it.name == *name)?;
    Some(format!("{}: done.", action.title))
}
