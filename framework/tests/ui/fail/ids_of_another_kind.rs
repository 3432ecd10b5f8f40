//! Ids of one kind of part where those of another are wanted, and what names an attribute of another resource.

use samara::ir::{AttributeId, CalculationId, RelationshipId, Resource, ResourceId};
use samara::prelude::*;
use samara::query::{Query, SortField};
use samara::record::Record;

pub fn selects_a_calculation_as_an_attribute(resource: ResourceId, calculation: CalculationId) -> Query {
    Query { attributes: Some(vec![calculation]), ..Query::restricted(resource) }
}

pub fn sorts_by_a_relationship(relationship: RelationshipId) -> SortField {
    SortField::Attribute(relationship)
}

pub fn reads_a_calculation_as_an_attribute<'r>(record: &'r Record, calculation: CalculationId) {
    record.attribute(calculation);
}

pub fn takes_the_part_for_another(resource: &Resource, attribute: AttributeId) -> &samara::ir::Calculation {
    &resource[attribute]
}

pub fn reads_an_attribute_for_a_resource(attribute: AttributeId) -> Query {
    Query::restricted(attribute)
}

pub fn made_of_a_number() -> AttributeId {
    3
}

#[resource(table = "books")]
pub struct Book {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
}

#[resource(table = "films")]
pub struct Film {
    #[id]
    pub id: Uuid,
    #[attribute(public)]
    pub title: String,
}

pub fn sets_an_attribute_of_another_resource(changes: &mut Changes<Book>) {
    changes.set(Film::TITLE, "Emma");
}

#[policies]
impl Book {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[policies]
impl Film {
    #[policy(always, anyone)]
    fn everybody() -> bool {
        true
    }
}

#[domain(resources = [Book, Film])]
pub struct Library;

fn main() {}
