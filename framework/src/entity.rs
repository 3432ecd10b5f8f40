//! SeaORM's entities of resources, for those who query beside the engine: what `#[resource(entity)]` makes, and how its columns are typed.
//!
//! ```text
//! #[resource(table = "worlds", entity)]        pub mod world_entity { Entity, Model, Column, Relation, ActiveModel, … }
//! pub struct World {                           pub struct Model {
//!     #[id] pub id: Uuid,                          pub id: Stored<Uuid>,
//!     #[attribute] pub name: String,               pub name: String,
//!     #[belongs_to] pub owner: BelongsTo<User>,    pub owner_id: Stored<Uuid>,      Relation::Owner
//! }                                            }
//! ```
//! No policy is asked of what goes this way, nothing is hidden, no function runs and no event is left: the connection is that of
//! [`Context::unpoliced`](crate::context::Context::unpoliced), which wants a reason.

mod stored;

use sea_orm::{EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn, RelationDef, RelationType};

pub use sea_orm;
pub use stored::{Masked, Stored};

/// A resource that says `entity`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no entity of SeaORM, to which a relationship could lead",
    label = "an entity leads to entities alone",
    note = "write `entity` in its `#[resource(…)]` too, or leave it out here"
)]
pub trait HasEntity {
    /// Its entity.
    type Entity: EntityTrait;
}

/// The relation of a row with the key `key` to the row that it points at.
pub(crate) fn belongs_to<From: EntityTrait, To: EntityTrait>(key: &str) -> RelationDef {
    From::belongs_to(To::default()).from(column::<From>(key)).to(id::<To>()).into()
}

/// The relation of a row to those whose key `key` points at it.
pub(crate) fn has<From: EntityTrait, To: EntityTrait>(key: &str, rel_type: RelationType) -> RelationDef {
    RelationDef { rel_type, ..belongs_to::<To, From>(key).rev() }
}

/// The column of that name.
///
/// # Panics
/// If there is none, which rustc has seen to.
fn column<E: EntityTrait>(name: &str) -> E::Column {
    let Some(column) = E::Column::iter().find(|it| it.as_str() == name) else {
        unreachable!("an entity has the columns of its resource")
    };
    column
}

/// The primary key.
///
/// # Panics
/// If there is none, which `R0108` has seen to.
fn id<E: EntityTrait>() -> E::Column {
    let Some(key) = E::PrimaryKey::iter().next() else { unreachable!("a resource has a primary key") };
    key.into_column()
}
