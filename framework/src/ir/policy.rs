//! Who may do what.

use serde::{Deserialize, Serialize};

use super::{Action, ActionKind, Name, Resource, Tree};

/// One condition of access. Every policy that applies must hold; none that applies means no; a bypass that holds settles it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// The function's name.
    pub name: Name,
    /// Its documentation, may be empty.
    pub docs: String,
    /// Whether it settles the matter when it holds, and is as if absent when it does not.
    pub bypass: bool,
    /// Whether it is meant to hold for everybody, also of a write.
    #[serde(default)]
    pub anyone: bool,
    /// Which actions it is asked for.
    pub applies: Vec<Applies>,
    /// What must be true.
    pub condition: Tree,
}

/// Which actions a policy is asked for: those that one of its entries names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the kinds' of actions")]
pub enum Applies {
    Always,
    Read,
    Create,
    Update,
    Destroy,
    Generic,
    Action(Name),
}

impl Applies {
    /// Whether `action` is named by this entry.
    pub fn covers(&self, action: &Action) -> bool {
        match self {
            Self::Always => true,
            Self::Read => matches!(action.kind, ActionKind::Read(_)),
            Self::Create => matches!(action.kind, ActionKind::Create),
            Self::Update => matches!(action.kind, ActionKind::Update),
            Self::Destroy => matches!(action.kind, ActionKind::Destroy),
            Self::Generic => matches!(action.kind, ActionKind::Generic { .. }),
            Self::Action(name) => *name == action.name,
        }
    }

    /// The action that it names, if the resource does not have it.
    pub(crate) fn missing(&self, resource: &Resource) -> Option<&Name> {
        match self {
            Self::Action(name) if resource.action(name).is_none() => Some(name),
            _ => None,
        }
    }
}

/// Who may see some attributes of a row that they may read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldPolicy {
    /// The function's name.
    pub name: Name,
    /// Its documentation, may be empty.
    pub docs: String,
    /// The attributes. All policies that name an attribute must hold.
    pub attributes: Vec<Name>,
    /// What must be true.
    pub condition: Tree,
}
