//! Selections of a row: which attributes, calculations and related rows are needed, and how they are written.

use super::{Compiler, unknown};
use crate::graphql::collect::Collected;
use crate::graphql::compiled::{Leaf, LeafFormat, RecordOutputs, RecordPart};
use crate::graphql::error::ResponseError;
use crate::graphql::open::OpenQuery;
use crate::graphql::schema::{Field, Meaning, RecordField, exposed};
use crate::ir::{KeyType, RelationshipId, ResourceId, Type};
use crate::query::Query;

impl<'a> Compiler<'a> {
    /// Adds what `field` selects of a row to `query`. Several fields may select from the same query: it reads what any of them needs.
    /// `times`: how many such rows there may be.
    pub(super) fn select(
        &mut self,
        field: &Collected<'a>,
        times: u64,
        query: &mut OpenQuery,
    ) -> Result<RecordOutputs, ResponseError> {
        query.known.attributes.get_or_insert_default();
        // The query, and the attributes that it reads.
        self.bytes += 2 * size_of::<OpenQuery>();
        let graphql = exposed(self.app, query.known.resource).ok_or_else(|| unknown(field.position))?;
        let object = self.declared(graphql.type_name.as_str(), field.position)?;
        self.object(field, object, RecordPart::Typename, |cx, child, declared| {
            cx.record_part(child, declared, times, query)
        })
    }

    fn record_part(
        &mut self,
        field: &Collected<'a>,
        declared: &'a Field,
        times: u64,
        query: &mut OpenQuery,
    ) -> Result<RecordPart, ResponseError> {
        let Meaning::Record(meaning) = &declared.meaning else { return Err(unknown(field.position)) };
        let resource = self.app.resource(query.known.resource);
        Ok(match *meaning {
            RecordField::Attribute(id) => {
                let attributes = query.known.attributes.get_or_insert_default();
                if let Err(place) = attributes.binary_search(&id) {
                    attributes.insert(place, id);
                }
                let ty = &resource[id].ty;
                RecordPart::Attribute { id, leaf: leaf(ty, declared.ty.nullable) }
            }
            RecordField::Calculation(id) => {
                let slot = query.known.calculations.iter().position(|it| *it == id).unwrap_or_else(|| {
                    query.known.calculations.push(id);
                    query.known.calculations.len() - 1
                });
                let ty = &resource[id].ty;
                RecordPart::Calculation { slot, leaf: leaf(ty, declared.ty.nullable) }
            }
            RecordField::One(relationship) => {
                self.charge(times, field.position)?;
                let mut target = self.related(query.known.resource, relationship);
                let record = self.select(field, times, &mut target)?;
                RecordPart::One { load: load(query, relationship, target), record }
            }
            RecordField::Page(relationship, pagination) => {
                let mut target = self.related(query.known.resource, relationship);
                let given = self.arguments(field, declared)?;
                self.order(&mut target, &given, field.position)?;
                let connection = self.page(field, declared, &given, pagination, times, &mut target)?;
                RecordPart::Page { load: load(query, relationship, target), connection }
            }
            RecordField::Rows(relationship) => {
                let mut target = self.related(query.known.resource, relationship);
                let given = self.arguments(field, declared)?;
                self.order(&mut target, &given, field.position)?;
                let rows = times.saturating_mul(u64::from(super::page::UNPAGED));
                self.charge(rows, field.position)?;
                target.known.at_most = super::page::UNPAGED;
                let record = self.select(field, rows, &mut target)?;
                RecordPart::Rows { load: load(query, relationship, target), record }
            }
        })
    }

    fn related(&self, resource: ResourceId, relationship: RelationshipId) -> OpenQuery {
        let relationship = &self.app.resource(resource)[relationship];
        OpenQuery::new(Query::restricted(self.app.target(relationship)))
    }
}

/// How values of `ty` are written.
pub(super) fn leaf(ty: &Type, nullable: bool) -> Leaf {
    let form = match ty {
        Type::Integer16 | Type::Integer32 | Type::Integer => LeafFormat::Int,
        Type::BigInteger | Type::Key(KeyType::Integer) => LeafFormat::BigInt,
        _ => LeafFormat::Plain,
    };
    Leaf { form, nullable }
}

/// Adds a load, or finds an equal one: a second alias of the same selection costs no statement.
fn load(query: &mut OpenQuery, relationship: RelationshipId, target: OpenQuery) -> usize {
    let load = (relationship, target);
    query.loads.iter().position(|it| *it == load).unwrap_or_else(|| {
        query.loads.push(load);
        query.loads.len() - 1
    })
}
