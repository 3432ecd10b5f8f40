//! Which declared resources do what for sign-in.

use crate::error::Error;
use crate::ir::{App, Direction, Generated, Name, ResourceId, Role, Type};
use crate::query::{SortField, SortKey};
use crate::record::Record;
use crate::value::Value;

/// The resources of an app that have a [`Role`]; each may be missing.
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
    /// The attribute that holds the e-mail address.
    pub identity: Name,
}

/// The resource whose rows are started sign-ins by mail.
#[derive(Clone, Copy, Debug)]
pub struct LinkRole {
    /// The resource.
    pub resource: ResourceId,
    /// How long a link may be used.
    pub lifetime: chrono::TimeDelta,
}

/// The resource whose rows are sessions.
#[derive(Clone, Debug)]
pub struct SessionRole {
    /// The resource.
    pub resource: ResourceId,
    /// The attribute that holds the user's primary key.
    pub user: Name,
    /// The relationship to the user, by position.
    pub(crate) relationship: u16,
}

impl Roles {
    /// The roles that `app` declares.
    pub fn of(app: &App) -> Self {
        let mut roles = Self::default();
        for (id, resource) in app.resources_by_id() {
            match &resource.role {
                Some(Role::Actor { identity }) => {
                    roles.actor = Some(ActorRole { resource: id, identity: identity.clone() });
                }
                Some(Role::MagicLink { lifetime, .. }) => {
                    let lifetime = chrono::TimeDelta::seconds(i64::from(*lifetime));
                    roles.link = Some(LinkRole { resource: id, lifetime });
                }
                Some(Role::Session { user }) => {
                    let mut points = resource.relationships.iter().zip(0..).filter(|(it, _)| it.target == *user);
                    let key = points.find_map(|(it, relationship)| Some((it.key()?.clone(), relationship)));
                    roles.session = key.map(|(user, relationship)| SessionRole { resource: id, user, relationship });
                }
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
        let identity = self.actor.as_ref().map(|it| it.identity.as_str()).unwrap_or_default();
        let named = resource.attributes.iter().filter(|it| it.public && is_text(&it.ty) && it.name != identity);
        let names = named.map(|it| it.name.as_str()).chain([identity]);
        let mut texts = names.filter_map(|it| text(app, user, it)).filter(|it| !it.is_empty());
        texts.next().unwrap_or_default().to_owned()
    }
}

/// The value of an attribute that is loaded and not hidden.
pub(crate) fn value<'a>(app: &App, record: &'a Record, attribute: &str) -> Option<&'a Value> {
    let (index, _) = app.resource(record.resource).attribute(attribute)?;
    record.attributes.get(usize::from(index))?.value()
}

/// The order by the time when a row was made, if the resource has such an attribute.
pub(crate) fn oldest_first(app: &App, resource: ResourceId) -> Vec<SortKey> {
    let made =
        app.resource(resource).attributes.iter().zip(0..).find(|(it, _)| it.generated == Some(Generated::InsertedAt));
    let key = |index| SortKey { field: SortField::Attribute(index), direction: Direction::Asc };
    made.map(|(_, index)| key(index)).into_iter().collect()
}

/// The text of an attribute that is loaded and shown.
pub(crate) fn text<'a>(app: &App, record: &'a Record, attribute: &str) -> Option<&'a str> {
    value(app, record, attribute)?.as_text()
}
