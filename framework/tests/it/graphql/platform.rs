//! The reference application, with two more resources for what it does not use.

use samara::ir::RelationshipKind;
use samara::prelude::*;

use crate::accounts::{Accounts, Role, User};
use crate::platform::{Platform, World};
use crate::support::declare::{altered, named, relationship};

/// The application.
pub(crate) fn application() -> Application {
    let declared = Declared::application();
    let ir = altered(&declared.ir, |resources| {
        let kind = RelationshipKind::HasOne { attribute: "world_id".into() };
        named(resources, "World").relationships.push(relationship("probe", "Probe", kind));
    });
    Application { ir, ..declared }
}

samara::app!(
    pub Declared,
    domains = [Accounts, Platform, Probes],
    admin = |actor: Actor<User>| actor.role == Role::Admin,
);

/// What only tests have.
#[domain(resources = [Probe, Note])]
pub struct Probes;

#[resource(table = "probes", identity(world = [world]))]
#[graphql(type = "Probe")]
#[admin(group = "Probes")]
pub struct Probe {
    #[id]
    pub id: Uuid,
    #[attribute(public, unique)]
    pub label: CiString,
    #[attribute(public, big)]
    pub total: Option<i64>,
    #[attribute(public)]
    pub size: i64,
    #[attribute(public)]
    pub live: bool,
    #[belongs_to(public, on_delete = nilify)]
    pub world: Option<BelongsTo<World>>,
}

#[actions]
impl Probe {
    #[read(primary)]
    fn list();

    #[read(filter(|probe, least| probe.size >= least))]
    fn large(least: i64);

    #[read(get, filter(|probe, label| probe.label == label))]
    fn by_label(label: CiString);

    #[create(accept = [label, total, size, live])]
    fn create();

    #[action]
    async fn echo(_cx: &Context, word: Option<String>, mood: Option<bool>) -> Result<Option<String>, Error> {
        match word.as_deref() {
            Some("boom") => Err(Error::internal("a secret cause")),
            _ => Ok(word.filter(|_| mood != Some(false))),
        }
    }
}

#[policies]
impl Probe {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

/// What everybody may leave and only admins may read.
#[resource(table = "notes")]
#[graphql(type = "Note")]
pub struct Note {
    #[id]
    pub id: Uuid,
    #[attribute(public, min_length = 1, max_length = 80)]
    pub text: String,
}

#[actions]
impl Note {
    #[read(primary, sort = [inserted_at], paginate(keyset, default = 50, max = 250))]
    fn list();

    #[create(accept = [text])]
    fn leave();
}

#[policies]
impl Note {
    #[bypass]
    fn admins(actor: Actor<User>) -> bool {
        actor.role == Role::Admin
    }

    #[policy(create, anyone)]
    fn everybody() -> bool {
        true
    }
}
