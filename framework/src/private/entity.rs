//! Relations of entities, as `#[resource(entity)]` writes them. A key is a field, so that rustc has found it.

use sea_orm::{EntityTrait, RelationDef, RelationType};

use crate::attribute::{Attribute, AttributeType};
use crate::entity;

/// A column's type without `Guarded` and `Option`.
pub type BaseOf<T> = <T as AttributeType>::Base;

/// The relation of a row to the one that its key points at.
pub fn entity_belongs_to<From: EntityTrait, To: EntityTrait, R, T, Kind>(key: &Attribute<R, T, Kind>) -> RelationDef {
    entity::belongs_to::<From, To>(&key.name())
}

/// The relation of a row to the one whose key points at it.
pub fn entity_has_one<From: EntityTrait, To: EntityTrait, R, T, Kind>(key: &Attribute<R, T, Kind>) -> RelationDef {
    entity::has::<From, To>(&key.name(), RelationType::HasOne)
}

/// The relation of a row to those whose key points at it.
pub fn entity_has_many<From: EntityTrait, To: EntityTrait, R, T, Kind>(key: &Attribute<R, T, Kind>) -> RelationDef {
    entity::has::<From, To>(&key.name(), RelationType::HasMany)
}
