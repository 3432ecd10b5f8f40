//! R0207: each input of an action has a name of its own, and nothing is both an input and set.

use proc_macro2::Ident;

use crate::code::Code;
use crate::ctxt::Ctxt;
use crate::model::action::{Actions, Change};

/// R0207: each input of an action has a name of its own, and nothing is both an input and set.
pub(crate) fn accept_is_given_once(cx: &Ctxt, actions: &Actions) {
    for action in &actions.actions {
        let mut seen: Vec<&Ident> = Vec::new();
        for name in action.accept.iter().chain(action.arguments.iter().map(|it| &it.ident)) {
            if seen.contains(&name) {
                cx.error(Code::InputTwice, name, format_args!("`{name}` is an input of `{}` twice", action.ident));
            }
            seen.push(name);
        }
        let set = action.changes.iter().filter_map(|it| match it {
            Change::Set { attribute, .. } | Change::RelateActor(attribute) => Some(attribute),
            Change::Function(_) => None,
        });
        for name in set.filter(|it| action.accept.contains(it)) {
            let message = format!("`{name}` is accepted by `{}`, and set", action.ident);
            cx.error(Code::InputTwice, name, message).help("the input would be lost; drop one of the two");
        }
    }
}
