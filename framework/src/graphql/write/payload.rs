//! Payloads of mutations: a result or the problems.

use super::{ResponsePath, WriteResult, Writer};
use crate::error::{Code, Error, Problem};
use crate::event::Wrote;
use crate::graphql::compiled::{Output, PayloadOutputs, PayloadPart, ProblemPart};
use crate::graphql::name;
use crate::graphql::schema::ProblemField;

impl Writer {
    /// Writes a payload. `result` writes what was done; it is not called if there is an error.
    pub(in crate::graphql) fn payload<R>(
        &mut self,
        payload: &PayloadOutputs<R>,
        error: Option<&Error>,
        request_id: Option<&str>,
        path: &ResponsePath<'_>,
        result: impl FnMut(&mut Self, &R, &Output<PayloadPart<R>>, &ResponsePath<'_>) -> WriteResult,
    ) -> WriteResult {
        self.payload_of_write(payload, (error, None), request_id, path, result)
    }

    /// The same of a write of a row, which says what was done with it where that is asked.
    pub(in crate::graphql) fn payload_of_write<R>(
        &mut self,
        payload: &PayloadOutputs<R>,
        (error, wrote): (Option<&Error>, Option<Wrote>),
        request_id: Option<&str>,
        path: &ResponsePath<'_>,
        mut result: impl FnMut(&mut Self, &R, &Output<PayloadPart<R>>, &ResponsePath<'_>) -> WriteResult,
    ) -> WriteResult {
        self.object(payload, path, |writer, output, path| match &output.part {
            PayloadPart::Typename(name) => {
                writer.json(name);
                Ok(())
            }
            PayloadPart::Result(part) => {
                match error {
                    Some(_) => writer.null(),
                    None => writer.or_null(|it| result(it, part, output, path)),
                }
                Ok(())
            }
            PayloadPart::Wrote => {
                writer.raw(match wrote {
                    Some(Wrote::Created) => b"\"CREATED\"",
                    Some(Wrote::Updated) => b"\"UPDATED\"",
                    Some(Wrote::Kept) => b"\"KEPT\"",
                    Some(Wrote::Destroyed | Wrote::Restored | Wrote::Purged) | None => b"null",
                });
                Ok(())
            }
            PayloadPart::Errors(outputs, inputs) => {
                let problems = error.map_or(&[][..], Error::problems);
                writer.list(problems, path, |writer, problem, path| {
                    writer.object(outputs, path, |writer, output, _| {
                        writer.problem(&output.part, problem, inputs, request_id);
                        Ok(())
                    })
                })
            }
        })
    }

    fn problem(&mut self, part: &ProblemPart, problem: &Problem, inputs: &[String], request_id: Option<&str>) {
        let fields = || problem.fields.iter().map(|it| name::field(it));
        match part {
            ProblemPart::Typename => self.raw(b"\"ActionError\""),
            ProblemPart::Field(ProblemField::Code) => self.json(&problem.code),
            ProblemPart::Field(ProblemField::Message) => match (problem.code, request_id) {
                (Code::Internal, Some(id)) => self.json(&format!("{} (request {id})", problem.message)),
                _ => self.json(&problem.message),
            },
            ProblemPart::Field(ProblemField::Fields) => self.json(&fields().collect::<Vec<_>>()),
            ProblemPart::Field(ProblemField::Path) => {
                // What is told of an input without a path is told of its first field.
                let known: Vec<_> = problem.path.iter().map(|it| name::field(it)).collect();
                let path = if known.is_empty() {
                    fields().find(|it| inputs.contains(it)).into_iter().collect()
                } else {
                    known
                };
                let root = (!path.is_empty()).then(|| "input".to_owned());
                self.json(&root.into_iter().chain(path).collect::<Vec<_>>());
            }
        }
    }
}
