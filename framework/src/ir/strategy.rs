//! What `#[magic_link]` and `#[session]` add to a resource, by name: sign-in lives on these attributes and actions.
//!
//! Each name stands here once. [`super::verify()`] checks that a resource holds what its role needs, and sign-in looks it up by the same
//! entries, so what is checked is what is used.

use super::{Action, ActionKind, Attribute, AttributeId, Resource, Type};

/// An attribute that a strategy needs.
#[derive(Debug)]
pub(crate) struct StrategyAttribute {
    pub(crate) name: &'static str,
    pub(crate) ty: Type,
    pub(crate) nullable: bool,
    /// Whether it must be sensitive.
    pub(crate) secret: bool,
}

/// An action that a strategy needs.
#[derive(Debug)]
pub(crate) struct StrategyAction {
    pub(crate) name: &'static str,
    pub(crate) kind: StrategyActionKind,
    /// What it must accept.
    pub(crate) accepts: &'static [&'static StrategyAttribute],
    /// What it must set by itself.
    pub(crate) sets: &'static [&'static StrategyAttribute],
}

/// The kinds of actions that strategies have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum StrategyActionKind {
    Read,
    Create,
    Update,
    Destroy,
    Generic,
}

/// When a row was made: the framework fills it in.
pub(crate) static INSERTED_AT: StrategyAttribute = attribute("inserted_at", Type::Timestamp);
/// When it was ended before its time; NULL until then.
pub(crate) static REVOKED_AT: StrategyAttribute = optional("revoked_at", Type::Timestamp);
/// Until when it may be used.
pub(crate) static EXPIRES_AT: StrategyAttribute = attribute("expires_at", Type::Timestamp);
/// The hash of the token that opens it.
pub(crate) static TOKEN_HASH: StrategyAttribute = secret("token_hash", false);

/// Lists the rows.
static LIST: StrategyAction = action("list", StrategyActionKind::Read, &[]);
/// Ends a row before its time.
pub(crate) static REVOKE: StrategyAction =
    StrategyAction { sets: &[&REVOKED_AT], ..action("revoke", StrategyActionKind::Update, &[]) };
/// Forgets a row, long after it ended.
pub(crate) static PURGE: StrategyAction = action("purge", StrategyActionKind::Destroy, &[]);

/// A sign-in that was started by mail.
pub(crate) mod magic_link {
    use super::*;

    pub(crate) static EMAIL: StrategyAttribute = attribute("email", Type::CiString);
    pub(crate) static PURPOSE: StrategyAttribute = attribute("purpose", Type::String);
    pub(crate) static CODE_HASH: StrategyAttribute = secret("code_hash", true);
    pub(crate) static TRIES: StrategyAttribute = attribute("attempts", Type::Integer);
    pub(crate) static CONSUMED_AT: StrategyAttribute = optional("consumed_at", Type::Timestamp);
    pub(crate) static REQUESTED_IP: StrategyAttribute = optional("requested_ip", Type::String);
    pub(crate) static REQUESTED_AGENT: StrategyAttribute = optional("requested_agent", Type::String);

    pub(crate) static ISSUE: StrategyAction = action(
        "issue",
        StrategyActionKind::Create,
        &[&EMAIL, &PURPOSE, &TOKEN_HASH, &CODE_HASH, &EXPIRES_AT, &REQUESTED_IP, &REQUESTED_AGENT],
    );
    pub(crate) static CONSUME: StrategyAction = action("consume", StrategyActionKind::Update, &[&CONSUMED_AT, &TRIES]);
    static SEND: StrategyAction = action("send", StrategyActionKind::Generic, &[]);

    pub(crate) static ATTRIBUTES: [&StrategyAttribute; 10] = [
        &EMAIL,
        &PURPOSE,
        &TOKEN_HASH,
        &CODE_HASH,
        &TRIES,
        &EXPIRES_AT,
        &CONSUMED_AT,
        &REVOKED_AT,
        &REQUESTED_IP,
        &REQUESTED_AGENT,
    ];
    pub(crate) static ACTIONS: [&StrategyAction; 6] = [&LIST, &ISSUE, &CONSUME, &REVOKE, &PURGE, &SEND];
}

/// A signed-in browser or client.
pub(crate) mod session {
    use super::*;

    pub(crate) static KIND: StrategyAttribute = attribute("kind", Type::String);
    pub(crate) static LAST_SEEN_AT: StrategyAttribute = attribute("last_seen_at", Type::Timestamp);
    pub(crate) static IP: StrategyAttribute = optional("ip", Type::String);
    pub(crate) static AGENT: StrategyAttribute = optional("agent", Type::String);

    pub(crate) static START: StrategyAction =
        action("start", StrategyActionKind::Create, &[&TOKEN_HASH, &KIND, &EXPIRES_AT, &LAST_SEEN_AT]);
    pub(crate) static TOUCH: StrategyAction =
        action("touch", StrategyActionKind::Update, &[&LAST_SEEN_AT, &EXPIRES_AT]);

    pub(crate) static ATTRIBUTES: [&StrategyAttribute; 8] =
        [&TOKEN_HASH, &KIND, &EXPIRES_AT, &LAST_SEEN_AT, &REVOKED_AT, &IP, &AGENT, &INSERTED_AT];
    pub(crate) static ACTIONS: [&StrategyAction; 5] = [&LIST, &START, &TOUCH, &REVOKE, &PURGE];
}

/// What an actor's declaration means where it says nothing.
pub(crate) mod actor {
    /// The create by which sign-in registers a new user.
    pub(crate) const REGISTER: &str = "register";
    /// The attribute that it gives besides the identity, if `register` accepts it.
    pub(crate) const NAME: &str = "display_name";
}

const fn attribute(name: &'static str, ty: Type) -> StrategyAttribute {
    StrategyAttribute { name, ty, nullable: false, secret: false }
}

const fn optional(name: &'static str, ty: Type) -> StrategyAttribute {
    StrategyAttribute { name, ty, nullable: true, secret: false }
}

const fn secret(name: &'static str, nullable: bool) -> StrategyAttribute {
    StrategyAttribute { name, ty: Type::String, nullable, secret: true }
}

const fn action(
    name: &'static str,
    kind: StrategyActionKind,
    accepts: &'static [&'static StrategyAttribute],
) -> StrategyAction {
    StrategyAction { name, kind, accepts, sets: &[] }
}

impl StrategyActionKind {
    fn of(kind: &ActionKind) -> Self {
        match kind {
            ActionKind::Read(_) => Self::Read,
            ActionKind::Create => Self::Create,
            ActionKind::Update => Self::Update,
            ActionKind::Destroy => Self::Destroy,
            ActionKind::Generic { .. } => Self::Generic,
        }
    }

    /// Whether it writes rows.
    pub(crate) fn writes(self) -> bool {
        matches!(self, Self::Create | Self::Update | Self::Destroy)
    }
}

impl StrategyAttribute {
    /// Its id and declaration in `resource`, if that has one of this name and type.
    pub(crate) fn find<'a>(&self, resource: &'a Resource) -> Option<(AttributeId, &'a Attribute)> {
        resource.attribute(self.name).filter(|(_, it)| it.ty == self.ty && it.nullable == self.nullable)
    }
}

impl StrategyAction {
    /// The action of `resource` of this name and kind, if it has one.
    pub(crate) fn find<'a>(&self, resource: &'a Resource) -> Option<&'a Action> {
        resource.action(self.name).filter(|it| StrategyActionKind::of(&it.kind) == self.kind)
    }
}
