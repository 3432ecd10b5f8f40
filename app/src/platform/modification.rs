//! Changes of the platform itself.

use samara::prelude::*;
use sha2::{Digest, Sha256};

use super::World;
use crate::accounts::{Role, User};

/// How far a modification has come.
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModificationState {
    /// Waits for a coordinator.
    Proposed,
    /// May be applied.
    Approved,
    /// Runs.
    Applied,
    /// Will not run.
    Rejected,
}

/// A GDScript change to the platform, proposed, approved and applied.
#[resource(table = "modifications")]
#[graphql(type = "Modification")]
#[admin(group = "Platform", columns = [title, state, author, approver, world, inserted_at])]
pub struct Modification {
    #[id]
    pub id: Uuid,
    /// What it is about.
    #[attribute(public, min_length = 1, max_length = 200)]
    pub title: String,
    /// The script. It never changes after it was proposed.
    #[attribute(public, min_length = 1, max_length = 65_536)]
    pub source: String,
    /// SHA-256 of the script, in lower-case hexadecimal.
    #[attribute(public)]
    pub source_hash: String,
    /// How far it has come.
    #[attribute(public, default = ModificationState::Proposed)]
    pub state: ModificationState,
    /// Who proposed it.
    #[belongs_to(public, on_delete = restrict)]
    pub author: BelongsTo<User>,
    /// Who approved or rejected it.
    #[belongs_to(public, on_delete = restrict)]
    pub approver: Option<BelongsTo<User>>,
    /// The world it changes; none: the whole platform.
    #[belongs_to(public, on_delete = nilify)]
    pub world: Option<BelongsTo<World>>,
}

#[actions]
impl Modification {
    /// The modifications one may see, newest first.
    #[read(primary, sort = [-inserted_at], paginate(keyset, default = 50, max = 250))]
    fn list();

    /// Proposes a change.
    #[create(accept = [title, source, world], relate_actor = author, change = hash_source)]
    fn propose();

    /// Lets a proposed change be applied.
    #[update(
        relate_actor = approver,
        transition(state: Proposed => ModificationState::Approved, "only a proposed modification can be approved"),
    )]
    fn approve();

    /// Turns a proposed change down.
    #[update(
        relate_actor = approver,
        transition(state: Proposed => ModificationState::Rejected, "only a proposed modification can be rejected"),
    )]
    fn reject();

    /// Makes an approved change run.
    #[update(
        transition(state: Approved => ModificationState::Applied, "only an approved modification can be applied"),
    )]
    fn apply();
}

#[policies]
impl Modification {
    /// Admins see and do everything.
    #[bypass]
    fn admins(actor: Actor<User>) -> bool {
        actor.role == Role::Admin
    }

    /// Authors see their own, anyone signed in what was approved or applied, coordinators all.
    #[policy(read)]
    fn visible(modification: Row<Modification>, actor: Actor<User>) -> bool {
        modification.author_id == actor.id
            || actor.role == Role::Coordinator
            || actor.is_present()
                && matches!(modification.state, ModificationState::Approved | ModificationState::Applied)
    }

    /// Builders and coordinators propose.
    #[policy(actions = [propose])]
    fn builders(actor: Actor<User>) -> bool {
        matches!(actor.role, Role::Builder | Role::Coordinator)
    }

    /// Coordinators decide.
    #[policy(actions = [approve, reject, apply])]
    fn coordinators(actor: Actor<User>) -> bool {
        actor.role == Role::Coordinator
    }
}

/// Keeps the hash of the script beside it, so that what was approved can be told from what is applied.
fn hash_source(changes: &mut Changes<Modification>, _: &Context) -> Result<(), Error> {
    if let Some(source) = changes.get(Modification::SOURCE) {
        let hash = Sha256::digest(source.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        changes.set(Modification::SOURCE_HASH, hash);
    }
    Ok(())
}
