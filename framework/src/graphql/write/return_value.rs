//! Return values of generic actions.

use async_graphql::Pos;

use super::{ResponsePath, WriteResult, Writer};
use crate::execute::{FoundByKey, RowView};
use crate::graphql::compiled::{ReturnOutput, ReturnPart};
use crate::ir::App;
use crate::record;
use crate::sql::Cell;
use crate::value::RowKey;

/// The rows that an answer names, as far as the actor may read them.
#[derive(Clone, Copy)]
pub(in crate::graphql) struct RowsByKey<'a> {
    pub(in crate::graphql) app: &'a App,
    /// `None`: none is selected.
    pub(in crate::graphql) found: Option<&'a FoundByKey>,
}

impl<'a> RowsByKey<'a> {
    fn get(self, key: Option<&RowKey>) -> Option<RowView<'a>> {
        self.found?.row(self.app, key?)
    }
}

impl Writer {
    pub(in crate::graphql) fn return_value(
        &mut self,
        shape: &ReturnOutput,
        answer: &record::ReturnValue,
        rows: RowsByKey<'_>,
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
            (ReturnOutput::Row { record, nullable }, record::ReturnValue::Row(key)) => {
                match (rows.get(key.as_ref()), nullable) {
                    (Some(row), true) => self.or_null(|it| it.record(record, row, path)),
                    (Some(row), false) => return self.record(record, row, path),
                    (None, true) => self.null(),
                    (None, false) => return self.broken(path, position),
                }
                Ok(())
            }
            (ReturnOutput::List(item), record::ReturnValue::List(answers)) => {
                let is_shown = |it: &&record::ReturnValue| match (&**item, it) {
                    (ReturnOutput::Row { nullable: false, .. }, record::ReturnValue::Row(key)) => {
                        rows.get(key.as_ref()).is_some()
                    }
                    _ => true,
                };
                self.list(answers.iter().filter(is_shown), path, |writer, answer, path| {
                    writer.return_value(item, answer, rows, path, position)
                })
            }
            _ => self.broken(path, position),
        }
    }
}
