//! Which declared resources do what for sign-in, with the columns and actions that it goes by.

use chrono::TimeDelta;
use uuid::Uuid;

use crate::attribute::{AttributeType, CiString};
use crate::error::Error;
use crate::ir::strategy::{self, StrategyAction, StrategyAttribute, magic_link, session};
use crate::ir::{App, Direction, Generated, Name, RelationshipId, Resource, ResourceId, Role, Type};
use crate::query::{SortField, SortKey};
use crate::record::Record;
use crate::value::DateTimeUtc;

use super::column::Column;

/// The resources of an app that have a [`Role`]; each may be missing.
///
/// What they hold is looked up by name once, here; everything else in sign-in goes by what was found.
#[derive(Clone, Debug, Default)]
pub struct Roles {
    /// The resource whose records act.
    pub actor: Option<ActorRole>,
    /// The resource of started sign-ins.
    pub link: Option<LinkRole>,
    /// The resource of sessions.
    pub session: Option<SessionRole>,
}

/// The resource whose records act.
#[derive(Clone, Debug)]
pub struct ActorRole {
    /// The resource.
    pub resource: ResourceId,
    /// Holds the e-mail address.
    pub(crate) identity: Column<CiString>,
    /// The create that makes who signs in for the first time.
    pub(crate) register: Name,
    /// The attribute that it is given the part of the address before the `@` as, if there is one.
    pub(crate) name: Option<Name>,
}

/// The resource whose rows are started sign-ins by mail.
#[derive(Clone, Debug)]
pub struct LinkRole {
    /// The resource.
    pub resource: ResourceId,
    /// How long a link may be used.
    pub lifetime: TimeDelta,
    pub(crate) id: Column<Uuid>,
    pub(crate) email: Column<CiString>,
    pub(crate) purpose: Column<String>,
    pub(crate) token_hash: Column<String>,
    pub(crate) code_hash: Column<Option<String>>,
    pub(crate) attempts: Column<i64>,
    pub(crate) expires_at: Column<DateTimeUtc>,
    pub(crate) consumed_at: Column<Option<DateTimeUtc>>,
    pub(crate) revoked_at: Column<Option<DateTimeUtc>>,
    pub(crate) requested_ip: Column<Option<String>>,
    pub(crate) requested_agent: Column<Option<String>>,
    pub(crate) issue: Name,
    pub(crate) consume: Name,
    pub(crate) revoke: Name,
    pub(crate) purge: Name,
}

/// The resource whose rows are sessions.
#[derive(Clone, Debug)]
pub struct SessionRole {
    /// The resource.
    pub resource: ResourceId,
    pub(crate) id: Column<Uuid>,
    /// Holds the user's primary key.
    pub(crate) user: Column<Uuid>,
    /// The relationship to the user.
    pub(crate) relationship: RelationshipId,
    pub(crate) token_hash: Column<String>,
    pub(crate) kind: Column<String>,
    pub(crate) expires_at: Column<DateTimeUtc>,
    pub(crate) last_seen_at: Column<DateTimeUtc>,
    pub(crate) revoked_at: Column<Option<DateTimeUtc>>,
    pub(crate) ip: Column<Option<String>>,
    pub(crate) agent: Column<Option<String>>,
    pub(crate) inserted_at: Column<DateTimeUtc>,
    pub(crate) start: Name,
    pub(crate) touch: Name,
    pub(crate) revoke: Name,
    pub(crate) purge: Name,
}

impl Roles {
    /// The roles that `app` declares. In a verified app each resource with a role holds what it needs; one that does not has none.
    pub fn of(app: &App) -> Self {
        let mut roles = Self::default();
        for (id, resource) in app.resources_by_id() {
            let holder = Holder { app, resource, id };
            match &resource.role {
                Some(Role::Actor { identity, register, name }) => {
                    roles.actor = holder.actor(identity, register, name.as_ref());
                }
                Some(Role::MagicLink { lifetime, .. }) => roles.link = holder.link(*lifetime),
                Some(Role::Session { user }) => roles.session = holder.session(user),
                None => {}
            }
        }
        roles
    }

    /// The actor's resource, or an error: only an app with one can be signed in to.
    pub(crate) fn actor(&self) -> Result<&ActorRole, Error> {
        self.actor.as_ref().ok_or_else(|| Error::internal("the app declares no actor"))
    }

    /// The links' resource, or an error.
    pub(crate) fn link(&self) -> Result<&LinkRole, Error> {
        self.link.as_ref().ok_or_else(|| Error::internal("the app declares no magic links"))
    }

    /// The sessions' resource, or an error.
    pub(crate) fn session(&self) -> Result<&SessionRole, Error> {
        self.session.as_ref().ok_or_else(|| Error::internal("the app declares no sessions"))
    }

    /// Whether people can sign in by mail: all three roles are there.
    pub fn can_sign_in(&self) -> bool {
        self.actor.is_some() && self.link.is_some() && self.session.is_some()
    }

    /// What to call a user on a page: the first public text attribute that is not the address, or else the address.
    pub fn label(&self, app: &App, user: &Record) -> String {
        let resource = app.resource(user.resource);
        let is_text = |ty: &Type| matches!(ty, Type::String | Type::CiString);
        let identity = self.actor.as_ref().map(|it| it.identity.attribute());
        let attributes = resource.attributes_by_id();
        let named = attributes.filter(|(id, it)| it.public && is_text(&it.ty) && Some(*id) != identity);
        let names = named.map(|(id, _)| id).chain(identity);
        let mut texts = names.filter_map(|it| user.attribute(it).value()?.as_text());
        texts.find(|it| !it.is_empty()).unwrap_or_default().to_owned()
    }
}

/// A resource with a role, whose columns and actions are looked up.
#[derive(Clone, Copy)]
struct Holder<'a> {
    app: &'a App,
    resource: &'a Resource,
    id: ResourceId,
}

impl Holder<'_> {
    fn actor(self, identity: &str, register: &str, name: Option<&Name>) -> Option<ActorRole> {
        let register = self.resource.action(register)?;
        let name = match name {
            Some(name) => Some(name.clone()),
            None => register.accept.iter().find(|it| **it == strategy::actor::NAME).cloned(),
        };
        let identity = self.named(identity)?;
        Some(ActorRole { resource: self.id, identity, register: register.name.clone(), name })
    }

    fn link(self, lifetime: u32) -> Option<LinkRole> {
        Some(LinkRole {
            resource: self.id,
            lifetime: TimeDelta::seconds(i64::from(lifetime)),
            id: self.key()?,
            email: self.column(&magic_link::EMAIL)?,
            purpose: self.column(&magic_link::PURPOSE)?,
            token_hash: self.column(&strategy::TOKEN_HASH)?,
            code_hash: self.column(&magic_link::CODE_HASH)?,
            attempts: self.column(&magic_link::TRIES)?,
            expires_at: self.column(&strategy::EXPIRES_AT)?,
            consumed_at: self.column(&magic_link::CONSUMED_AT)?,
            revoked_at: self.column(&strategy::REVOKED_AT)?,
            requested_ip: self.column(&magic_link::REQUESTED_IP)?,
            requested_agent: self.column(&magic_link::REQUESTED_AGENT)?,
            issue: self.action(&magic_link::ISSUE)?,
            consume: self.action(&magic_link::CONSUME)?,
            revoke: self.action(&strategy::REVOKE)?,
            purge: self.action(&strategy::PURGE)?,
        })
    }

    fn session(self, user: &str) -> Option<SessionRole> {
        let mut points = self.resource.relationships_by_id().filter(|(_, it)| it.target == *user);
        let (key, relationship) = points.find_map(|(relationship, it)| Some((it.key()?, relationship)))?;
        Some(SessionRole {
            resource: self.id,
            id: self.key()?,
            user: self.named(key)?,
            relationship,
            token_hash: self.column(&strategy::TOKEN_HASH)?,
            kind: self.column(&session::KIND)?,
            expires_at: self.column(&strategy::EXPIRES_AT)?,
            last_seen_at: self.column(&session::LAST_SEEN_AT)?,
            revoked_at: self.column(&strategy::REVOKED_AT)?,
            ip: self.column(&session::IP)?,
            agent: self.column(&session::AGENT)?,
            inserted_at: self.column(&strategy::INSERTED_AT)?,
            start: self.action(&session::START)?,
            touch: self.action(&session::TOUCH)?,
            revoke: self.action(&strategy::REVOKE)?,
            purge: self.action(&strategy::PURGE)?,
        })
    }

    fn key(self) -> Option<Column<Uuid>> {
        Column::key(self.app, self.id)
    }

    fn column<T: AttributeType>(self, needed: &StrategyAttribute) -> Option<Column<T>> {
        self.named(needed.name)
    }

    fn named<T: AttributeType>(self, name: &str) -> Option<Column<T>> {
        Column::of(self.app, self.id, name)
    }

    fn action(self, needed: &StrategyAction) -> Option<Name> {
        needed.find(self.resource).map(|it| it.name.clone())
    }
}

/// The order by the time when a row was made, if the resource has such an attribute.
pub(crate) fn oldest_first(app: &App, resource: ResourceId) -> Vec<SortKey> {
    let made = app.resource(resource).attributes_by_id().find(|(_, it)| it.generated == Some(Generated::InsertedAt));
    let key = |id| SortKey { field: SortField::Attribute(id), direction: Direction::Asc };
    made.map(|(id, _)| key(id)).into_iter().collect()
}
