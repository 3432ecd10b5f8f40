//! What is selected of a generic action's return value.

use async_graphql::parser::types::{BaseType, Type as GraphqlType};

use super::record::leaf;
use super::{Compiler, unknown};
use crate::graphql::collect::Collected;
use crate::graphql::compiled::{Leaf, LeafFormat, ReturnOutput, ReturnPart};
use crate::graphql::error::ResponseError;
use crate::graphql::schema::{Meaning, TypeDef};

impl<'a> Compiler<'a> {
    /// `ty` is the field's type: the return value has its shape.
    pub(super) fn return_value(
        &mut self,
        field: &Collected<'a>,
        ty: &GraphqlType,
    ) -> Result<ReturnOutput, ResponseError> {
        match &ty.base {
            BaseType::List(item) => Ok(ReturnOutput::List(Box::new(self.return_value(field, item)?))),
            BaseType::Named(name) => match self.schema.get(name) {
                Some(TypeDef::Object(object)) => Ok(ReturnOutput::Object(self.object(
                    field,
                    object,
                    ReturnPart::Typename,
                    |_, child, declared| match &declared.meaning {
                        Meaning::Answer(index, ty) => {
                            Ok(ReturnPart::Field { index: *index, leaf: leaf(ty, declared.ty.nullable) })
                        }
                        _ => Err(unknown(child.position)),
                    },
                )?)),
                _ => {
                    let form = match name.as_str() {
                        "Int" => LeafFormat::Int,
                        "BigInt" => LeafFormat::BigInt,
                        _ => LeafFormat::Plain,
                    };
                    Ok(ReturnOutput::Value(Leaf { form, nullable: ty.nullable }))
                }
            },
        }
    }
}
