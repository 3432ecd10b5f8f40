//! R0207: each input of an action has a name of its own, and nothing is both an input and set.

use std::collections::HashSet;

use crate::code::DiagnosticCode;
use crate::ctxt::Ctxt;
use crate::model::action::{Action, Actions, Change};

/// R0207: each input of an action has a name of its own, and nothing is both an input and set. Removes the later one.
pub(crate) fn accept_is_given_once(cx: &Ctxt, actions: &mut Actions) {
    for action in &mut actions.actions {
        inputs_differ(cx, action);
        let set = action.rules.changes.iter().filter_map(|it| match it {
            Change::Set { attribute, when: None, .. } | Change::RelateActor(attribute) => Some(attribute),
            // Where it is not set the input stays.
            Change::Set { when: Some(_), .. } | Change::Function(_) => None,
        });
        let moved = action.transition.iter().map(|it| &it.attribute);
        for name in set.chain(moved).filter(|it| action.accept.iter().any(|accepted| accepted.name == **it)) {
            let message = format!("`{name}` is accepted by `{}`, and set", action.ident);
            cx.error(DiagnosticCode::InputTwice, name, message)
                .help("the input would be lost; drop one of the two, or say where it is set: `set(…, when(|row| …))`");
        }
    }
}

fn inputs_differ(cx: &Ctxt, action: &mut Action) {
    let mut names = HashSet::new();
    let ident = &action.ident;
    let mut is_new = |name: &proc_macro2::Ident| {
        let is_new = names.insert(name.clone());
        if !is_new {
            cx.error(DiagnosticCode::InputTwice, name, format_args!("`{name}` is an input of `{ident}` twice"))
                .help("keep one of them");
        }
        is_new
    };
    action.accept.retain(|it| is_new(&it.name));
    action.arguments.retain(|it| is_new(&it.ident));
}
