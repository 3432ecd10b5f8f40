//! Writes responses as JSON bytes, straight from rows.
//!
//! Nulls propagate by cutting bytes: a non-null value that is null returns [`NullPropagated`], and the nearest nullable parent cuts the
//! bytes back to where it began and writes `null`.
//!
//! Source: GraphQL specification, "Handling Execution Errors".

mod payload;
mod record;
mod return_value;
mod value;

pub(super) use return_value::RowsByKey;

use async_graphql::Pos;
use serde::Serialize;
use serde_json::Value as Json;

use super::compiled::Output;
use super::error::{PathSegment, ResponseError};
use super::keyed::FieldResponse;
use crate::error::{Code, Error};

/// A value that may not be null is null: the object that holds it becomes null. The error is in the list already.
#[derive(Clone, Copy, Debug)]
pub(super) struct NullPropagated;

pub(super) type WriteResult = Result<(), NullPropagated>;

/// The response so far.
#[derive(Debug, Default)]
pub(super) struct Writer {
    bytes: Vec<u8>,
    errors: Vec<WrittenError>,
}

/// An entry of `errors`.
#[derive(Debug)]
enum WrittenError {
    New(ResponseError),
    /// One that was answered before.
    Kept(Json),
}

/// The path of a value in the response; only made into text when there is an error.
#[derive(Clone, Copy)]
pub(super) enum ResponsePath<'a> {
    Root,
    Key(&'a ResponsePath<'a>, &'a str),
    Index(&'a ResponsePath<'a>, usize),
}

impl ResponsePath<'_> {
    fn segments(&self) -> Vec<PathSegment> {
        match self {
            Self::Root => Vec::new(),
            Self::Key(owner, key) => {
                let mut segments = owner.segments();
                segments.push(PathSegment::Key((*key).to_owned()));
                segments
            }
            Self::Index(owner, index) => {
                let mut segments = owner.segments();
                segments.push(PathSegment::Index(*index));
                segments
            }
        }
    }
}

impl Writer {
    pub(super) fn raw(&mut self, json: &[u8]) {
        self.bytes.extend_from_slice(json);
    }

    /// Drops what was written after `length` bytes.
    pub(super) fn rewind(&mut self, length: usize) {
        self.bytes.truncate(length);
    }

    pub(super) fn null(&mut self) {
        self.raw(b"null");
    }

    pub(super) fn json(&mut self, value: &impl Serialize) {
        let start = self.bytes.len();
        // Writing to memory cannot fail, and neither can a value whose keys are strings.
        if serde_json::to_writer(&mut self.bytes, value).is_err() {
            self.bytes.truncate(start);
            self.null();
        }
    }

    /// Reports a field error.
    pub(super) fn error(&mut self, code: Code, message: &str, path: &ResponsePath<'_>, position: Pos) {
        let error = ResponseError::new(code, message).at(position);
        self.errors.push(WrittenError::New(ResponseError { path: path.segments(), ..error }));
    }

    /// An object's fields: each key, then what `field` writes.
    pub(super) fn object<P>(
        &mut self,
        outputs: &[Output<P>],
        path: &ResponsePath<'_>,
        mut field: impl FnMut(&mut Self, &Output<P>, &ResponsePath<'_>) -> WriteResult,
    ) -> WriteResult {
        self.bytes.push(b'{');
        for (index, output) in outputs.iter().enumerate() {
            // `,"key":`, but for the comma before the first.
            self.raw(&output.written_key.as_bytes()[usize::from(index == 0)..]);
            field(self, output, &ResponsePath::Key(path, &output.key))?;
        }
        self.bytes.push(b'}');
        Ok(())
    }

    /// A list without nulls.
    pub(super) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        path: &ResponsePath<'_>,
        mut item: impl FnMut(&mut Self, T, &ResponsePath<'_>) -> WriteResult,
    ) -> WriteResult {
        self.bytes.push(b'[');
        for (index, it) in items.into_iter().enumerate() {
            if index > 0 {
                self.bytes.push(b',');
            }
            item(self, it, &ResponsePath::Index(path, index))?;
        }
        self.bytes.push(b']');
        Ok(())
    }

    /// A nullable value: `null` if `write` fails.
    pub(super) fn or_null(&mut self, write: impl FnOnce(&mut Self) -> WriteResult) {
        let start = self.bytes.len();
        if write(self).is_err() {
            self.bytes.truncate(start);
            self.null();
        }
    }

    pub(super) fn boolean(&mut self, value: bool) {
        self.raw(if value { b"true" } else { b"false" });
    }

    /// Writes what a root field was answered before.
    pub(super) fn response(&mut self, response: FieldResponse) {
        self.raw(response.value.get().as_bytes());
        self.errors.extend(response.errors.into_iter().map(WrittenError::Kept));
    }

    /// What was written of one root field, to be kept.
    ///
    /// # Errors
    /// `INTERNAL` if it is no value.
    pub(super) fn into_response(self, request_id: Option<&str>) -> Result<FieldResponse, Error> {
        FieldResponse::new(self.bytes, self.errors.into_iter().map(|it| it.json(request_id)).collect())
    }

    /// The finished body: `{"data":…,"errors":[…]}`.
    pub(super) fn finish(mut self, request_id: Option<&str>) -> Vec<u8> {
        if !self.errors.is_empty() {
            self.raw(b",\"errors\":");
            let errors: Vec<_> = std::mem::take(&mut self.errors).into_iter().map(|it| it.json(request_id)).collect();
            self.json(&errors);
        }
        self.bytes.push(b'}');
        self.bytes
    }
}

impl WrittenError {
    fn json(self, request_id: Option<&str>) -> Json {
        match self {
            Self::New(error) => error.json(request_id),
            Self::Kept(error) => error,
        }
    }
}

/// The body of a request that was refused: `{"errors":[…]}`.
pub(super) fn refusal(errors: &[ResponseError], request_id: Option<&str>) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.raw(b"{\"errors\":");
    writer.json(&errors.iter().map(|it| it.json(request_id)).collect::<Vec<_>>());
    writer.bytes.push(b'}');
    writer.bytes
}
