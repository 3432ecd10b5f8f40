//! What a finding is about: one declared thing, by its names.

use std::fmt;

use super::{Name, Resource};

/// One declared thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The admin rule: who may enter the admin screens.
    AdminRule,
    /// A domain.
    Domain(Name),
    /// An enum.
    Enum(Name),
    /// A resource as a whole.
    Resource(Name),
    /// Something that a resource declares: which kind of thing, the resource, and its name there.
    Part(ResourcePart, Name, Name),
}

/// What a resource declares; in each kind, names are unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourcePart {
    /// An attribute, a relationship or a calculation.
    Field,
    /// An action.
    Action,
    /// A policy, a bypass or a field policy.
    Policy,
    /// An identity.
    Identity,
    /// Something without a name of its own, named for what it is: `index`, `admin`.
    Setting,
}

impl Subject {
    /// An attribute, a relationship or a calculation.
    pub fn field(resource: &Resource, name: &str) -> Self {
        Self::part(ResourcePart::Field, resource, name)
    }

    /// An action.
    pub fn action(resource: &Resource, name: &str) -> Self {
        Self::part(ResourcePart::Action, resource, name)
    }

    /// A policy, a bypass or a field policy.
    pub fn policy(resource: &Resource, name: &str) -> Self {
        Self::part(ResourcePart::Policy, resource, name)
    }

    /// An identity.
    pub fn identity(resource: &Resource, name: &str) -> Self {
        Self::part(ResourcePart::Identity, resource, name)
    }

    /// Something without a name of its own, named for what it is.
    pub fn setting(resource: &Resource, what: &str) -> Self {
        Self::part(ResourcePart::Setting, resource, what)
    }

    fn part(part: ResourcePart, resource: &Resource, name: &str) -> Self {
        Self::Part(part, resource.name.clone(), Name::from(name.to_owned()))
    }

    /// The subject that it is part of.
    pub fn whole(&self) -> Option<Self> {
        match self {
            Self::Part(_, resource, _) => Some(Self::Resource(resource.clone())),
            Self::AdminRule | Self::Domain(_) | Self::Enum(_) | Self::Resource(_) => None,
        }
    }
}

impl From<&Resource> for Subject {
    fn from(resource: &Resource) -> Self {
        Self::Resource(resource.name.clone())
    }
}

impl fmt::Display for Subject {
    /// `Activity`, `Activity.record`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AdminRule => f.write_str("the admin's condition"),
            Self::Domain(name) | Self::Enum(name) | Self::Resource(name) => write!(f, "{name}"),
            Self::Part(_, resource, name) => write!(f, "{resource}.{name}"),
        }
    }
}
