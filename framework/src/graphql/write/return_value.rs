//! Return values of generic actions.

use async_graphql::Pos;

use super::{ResponsePath, WriteResult, Writer};
use crate::graphql::compiled::{ReturnOutput, ReturnPart};
use crate::record;
use crate::sql::Cell;

impl Writer {
    pub(in crate::graphql) fn return_value(
        &mut self,
        shape: &ReturnOutput,
        answer: &record::ReturnValue,
        path: &ResponsePath<'_>,
        position: Pos,
    ) -> WriteResult {
        match (shape, answer) {
            (ReturnOutput::Value(leaf), record::ReturnValue::Value(value)) => {
                self.leaf(Cell::of(value), *leaf, path, position)
            }
            (ReturnOutput::Object(outputs), record::ReturnValue::Object(values)) => {
                self.object(outputs, path, |writer, output, path| match &output.part {
                    ReturnPart::Typename(name) => {
                        writer.json(name);
                        Ok(())
                    }
                    ReturnPart::Field { index, leaf } => match values.get(*index) {
                        Some(value) => writer.leaf(Cell::of(value), *leaf, path, output.position),
                        None => writer.broken(path, output.position),
                    },
                })
            }
            (ReturnOutput::List(item), record::ReturnValue::List(answers)) => {
                self.list(answers, path, |writer, answer, path| writer.return_value(item, answer, path, position))
            }
            _ => self.broken(path, position),
        }
    }
}
