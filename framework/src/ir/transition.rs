//! State machines: which states an attribute goes through, and by which actions.

use serde::{Deserialize, Serialize};

use super::{Action, ActionKind, App, Attribute, Change, Name, Node, Resource, Type};
use crate::value::Value;

/// A move of a state machine: an attribute goes from one of some states to another. The action that makes it requires the one and sets the
/// other; this says that it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// The attribute: an enum.
    pub attribute: Name,
    /// Variants as they are stored, never empty.
    pub from: Vec<Name>,
    /// A variant as it is stored.
    pub to: Name,
}

/// The states of an attribute and the actions between them.
#[derive(Clone, Debug, PartialEq)]
pub struct StateMachine<'a> {
    /// The attribute.
    pub attribute: &'a Attribute,
    /// All its states as they are stored, in the order of the enum.
    pub states: Vec<&'a Name>,
    /// The states that a new row may have, in the order of the enum.
    pub initial: Vec<&'a Name>,
    /// The actions, each with what it does, in the order declared.
    pub transitions: Vec<(&'a Action, &'a Transition)>,
}

impl Resource {
    /// Whether an attribute is the state of a machine: updates change it by transitions alone.
    pub fn is_state(&self, attribute: &str) -> bool {
        self.actions.iter().filter_map(|it| it.transition.as_ref()).any(|it| it.attribute == *attribute)
    }

    /// Its state machines, in the order of their attributes.
    pub fn state_machines<'a>(&'a self, app: &'a App) -> Vec<StateMachine<'a>> {
        let machine = |attribute: &'a Attribute| {
            let of =
                |it: &'a Action| it.transition.as_ref().filter(|it| it.attribute == attribute.name).map(|t| (it, t));
            let transitions: Vec<_> = self.actions.iter().filter_map(of).collect();
            let Type::Enum(name) = &attribute.ty else { return None };
            let declared = app.enums().iter().find(|it| it.name == *name)?;
            let states: Vec<&Name> = declared.variants.iter().map(|it| &it.stored).collect();
            let begins = |state: &&&Name| self.begins_as(attribute, state);
            let initial = states.iter().filter(begins).copied().collect();
            (!transitions.is_empty()).then_some(StateMachine { attribute, states, initial, transitions })
        };
        self.attributes.iter().filter_map(machine).collect()
    }

    /// Whether a new row may have that state: by some create that takes, sets or leaves it to its default.
    fn begins_as(&self, attribute: &Attribute, state: &Name) -> bool {
        let is_default = attribute.default.as_ref().is_some_and(|it| may_be(it.outcomes(), state));
        let mut creates = self.actions.iter().filter(|it| it.kind == ActionKind::Create).peekable();
        if creates.peek().is_none() {
            return is_default;
        }
        creates.any(|create| {
            let set = create.changes.iter().rev().find_map(|it| match it {
                Change::Set { attribute: name, value, when: None } if *name == attribute.name => {
                    Some(may_be(value.outcomes(), state))
                }
                // What is set sometimes, nobody knows.
                Change::Set { attribute: name, .. } if *name == attribute.name => Some(true),
                // What a function does is not asked: a state that a function alone gives is declared by a create that sets it.
                _ => None,
            });
            set.unwrap_or(create.accept.contains(&attribute.name) || is_default)
        })
    }
}

/// Whether one of the values is that state, as far as they are known.
fn may_be(outcomes: Vec<&Node>, state: &Name) -> bool {
    outcomes.into_iter().any(|it| match it {
        Node::Literal { value: Value::Text(text), .. } => *state == *text.as_str(),
        Node::Literal { .. } => false,
        _ => true,
    })
}

impl<'a> StateMachine<'a> {
    /// The states that no row can have: nothing begins as one, and nothing leads there.
    pub fn unreachable(&self) -> Vec<&'a Name> {
        let mut reached = self.initial.clone();
        let mut at = 0;
        while let Some(state) = reached.get(at).copied() {
            at += 1;
            for (_, transition) in self.transitions.iter().filter(|(_, it)| it.from.contains(state)) {
                if let Some(to) = self.states.iter().find(|it| ***it == transition.to)
                    && !reached.contains(to)
                {
                    reached.push(to);
                }
            }
        }
        self.states.iter().filter(|it| !reached.contains(it)).copied().collect()
    }
}
