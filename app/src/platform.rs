//! What people do, and where.

mod activity;
mod membership;
mod modification;
mod world;

pub use activity::{Activity, ActivityKind, KindCount};
pub use membership::{Membership, MembershipRole};
pub use modification::{Modification, ModificationState};
pub use world::{Visibility, World};

use samara::prelude::*;

/// Worlds, what happens in them, and how they change.
#[domain(resources = [World, Membership, Activity, Modification])]
pub struct Platform;
