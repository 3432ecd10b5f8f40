//! Answers of generic actions.

use async_graphql::Pos;

use super::{Path, Writer, Written};
use crate::graphql::plan::{Answer, AnswerPart};
use crate::record;

impl Writer {
    pub(in crate::graphql) fn answer(
        &mut self,
        shape: &Answer,
        answer: &record::Answer,
        path: &Path<'_>,
        position: Pos,
    ) -> Written {
        match (shape, answer) {
            (Answer::Value(leaf), record::Answer::Value(value)) => self.leaf(value, *leaf, path, position),
            (Answer::Object(outputs), record::Answer::Object(values)) => {
                self.object(outputs, path, |writer, output, path| match &output.part {
                    AnswerPart::Typename(name) => {
                        writer.json(name);
                        Ok(())
                    }
                    AnswerPart::Field { index, leaf } => match values.get(*index) {
                        Some(value) => writer.leaf(value, *leaf, path, output.position),
                        None => writer.broken(path, output.position),
                    },
                })
            }
            (Answer::List(item), record::Answer::List(answers)) => {
                self.list(answers, path, |writer, answer, path| writer.answer(item, answer, path, position))
            }
            _ => self.broken(path, position),
        }
    }
}
