//! What is selected of a generic action's return value.

use async_graphql::parser::types::{BaseType, Type as GraphqlType};

use super::page::UNPAGED;
use super::record::leaf;
use super::{Compiler, unknown};
use crate::graphql::collect::Collected;
use crate::graphql::compiled::{Leaf, LeafFormat, ReturnOutput, ReturnPart};
use crate::graphql::error::ResponseError;
use crate::graphql::open::OpenQuery;
use crate::graphql::schema::{Meaning, TypeDef};
use crate::ir::{Name, ResourceId};
use crate::query::Query;

impl<'a> Compiler<'a> {
    /// `ty` is the field's type: the return value has its shape. What is selected of rows is added to `rows`. `times`: how many values of
    /// this type there may be.
    pub(super) fn return_value(
        &mut self,
        field: &Collected<'a>,
        ty: &GraphqlType,
        times: u64,
        rows: Option<&mut OpenQuery>,
    ) -> Result<ReturnOutput, ResponseError> {
        let name = match &ty.base {
            BaseType::List(item) => {
                let times = times.saturating_mul(u64::from(UNPAGED));
                return Ok(ReturnOutput::List(Box::new(self.return_value(field, item, times, rows)?)));
            }
            BaseType::Named(name) => name,
        };
        match (self.schema.get(name), rows) {
            (Some(TypeDef::Object(_)), Some(rows)) => {
                self.charge(times, field.position)?;
                Ok(ReturnOutput::Row { record: self.select(field, times, rows)?, nullable: ty.nullable })
            }
            (Some(TypeDef::Object(object)), None) => {
                Ok(ReturnOutput::Object(self.object(field, object, ReturnPart::Typename, |_, child, declared| {
                    match &declared.meaning {
                        Meaning::Answer(index, ty) => {
                            Ok(ReturnPart::Field { index: *index, leaf: leaf(ty, declared.ty.nullable) })
                        }
                        _ => Err(unknown(child.position)),
                    }
                })?))
            }
            _ => {
                let form = match name.as_str() {
                    "Int" => LeafFormat::Int,
                    "BigInt" => LeafFormat::BigInt,
                    _ => LeafFormat::Plain,
                };
                Ok(ReturnOutput::Value(Leaf { form, nullable: ty.nullable }))
            }
        }
    }

    /// The read of the rows that an action answers, of which nothing is selected yet; `None` if it answers none.
    pub(super) fn returned_rows(&self, resource: ResourceId, action: &Name) -> Option<OpenQuery> {
        let target = self.app.resource(resource).action(action)?.returns()?.rows_of()?;
        let known = Query { at_most: UNPAGED, ..Query::restricted(self.app.named(target)) };
        Some(OpenQuery::new(known))
    }
}
