//! What is selected of a generic action's answer.

use async_graphql::parser::types::{BaseType, Type as GraphqlType};

use super::record::leaf;
use super::{Compiler, unknown};
use crate::graphql::collect::Collected;
use crate::graphql::fault::Fault;
use crate::graphql::plan::{Answer, AnswerPart, Form, Leaf};
use crate::graphql::schema::{Meaning, TypeDef};

impl<'a> Compiler<'a> {
    /// `ty` is the field's type: the answer has its shape.
    pub(super) fn answer(&mut self, field: &Collected<'a>, ty: &GraphqlType) -> Result<Answer, Fault> {
        match &ty.base {
            BaseType::List(item) => Ok(Answer::List(Box::new(self.answer(field, item)?))),
            BaseType::Named(name) => match self.schema.get(name) {
                Some(TypeDef::Object(object)) => {
                    Ok(Answer::Object(self.object(field, object, AnswerPart::Typename, |_, child, declared| {
                        match &declared.meaning {
                            Meaning::Answer(index, ty) => {
                                Ok(AnswerPart::Field { index: *index, leaf: leaf(ty, declared.ty.nullable) })
                            }
                            _ => Err(unknown(child.position)),
                        }
                    })?))
                }
                _ => {
                    let form = match name.as_str() {
                        "Int" => Form::Int,
                        "BigInt" => Form::BigInt,
                        _ => Form::Plain,
                    };
                    Ok(Answer::Value(Leaf { form, nullable: ty.nullable }))
                }
            },
        }
    }
}
