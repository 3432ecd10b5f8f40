//! Values as JSON, each in the form of its scalar.

use std::io::Write;

use async_graphql::Pos;
use uuid::fmt::Hyphenated;

use super::{NullPropagated, ResponsePath, WriteResult, Writer};
use crate::error::{Code, Error};
use crate::execute::FieldView;
use crate::graphql::compiled::{Leaf, LeafFormat};
use crate::sql::Cell;
use crate::value::{
    DateTimeUtc, bytes_text, date_text, duration_text, float_text, time_text, timestamp_bytes, timestamp_text,
};

impl Writer {
    /// A field of a row. A hidden field is null; a field that could not be worked out is an error of that field.
    pub(super) fn field(
        &mut self,
        field: FieldView<'_>,
        leaf: Leaf,
        path: &ResponsePath<'_>,
        position: Pos,
    ) -> WriteResult {
        match field {
            FieldView::Shown(cell) => self.leaf(cell, leaf, path, position),
            FieldView::Hidden if leaf.nullable => {
                self.null();
                Ok(())
            }
            FieldView::Failed(error) => {
                for problem in Error::from(error).problems() {
                    self.error(problem.code, &problem.message, path, position);
                }
                self.missing(leaf)
            }
            FieldView::Hidden | FieldView::NotLoaded => self.broken(path, position),
        }
    }

    pub(super) fn leaf(&mut self, cell: Cell<'_>, leaf: Leaf, path: &ResponsePath<'_>, position: Pos) -> WriteResult {
        match (cell, leaf.form) {
            (Cell::Null, _) if leaf.nullable => self.null(),
            (Cell::Null | Cell::List, _) => return self.broken(path, position),
            (Cell::Int(int), LeafFormat::BigInt) => self.print(format_args!("\"{int}\"")),
            (Cell::Int(int), LeafFormat::Int) if i32::try_from(int).is_err() => {
                self.error(Code::Invalid, "the number does not fit into the 32 bits of `Int`", path, position);
                return self.missing(leaf);
            }
            (Cell::Int(int), _) => self.print(format_args!("{int}")),
            (Cell::Bool(it), _) => self.boolean(it),
            (Cell::Text(text), _) => self.json(&text),
            (Cell::Uuid(id), _) => {
                let mut buffer = [b'"'; Hyphenated::LENGTH + 2];
                id.as_hyphenated().encode_lower(&mut buffer[1..=Hyphenated::LENGTH]);
                self.raw(&buffer);
            }
            (Cell::Timestamp(time), _) => self.timestamp(time),
            (Cell::Float(number), _) => self.raw(float_text(number).as_bytes()),
            (Cell::Date(date), _) => self.print(format_args!("\"{}\"", date_text(date))),
            (Cell::Time(time), _) => self.print(format_args!("\"{}\"", time_text(time))),
            (Cell::Duration(micros), _) => self.print(format_args!("\"{}\"", duration_text(micros))),
            (Cell::Bytes(bytes), _) => self.print(format_args!("\"{}\"", bytes_text(bytes))),
            (Cell::Json(json), _) => self.raw(json.as_bytes()),
            (Cell::Parsed(json), _) => self.json(json),
        }
        Ok(())
    }

    /// RFC 3339, UTC, microseconds.
    pub(in crate::graphql) fn timestamp(&mut self, time: DateTimeUtc) {
        self.raw(b"\"");
        match timestamp_bytes(time) {
            Some(text) => self.raw(&text),
            None => self.raw(timestamp_text(time).as_bytes()),
        }
        self.raw(b"\"");
    }

    /// A row that is not of the shape its declaration says: a bug in the framework.
    pub(in crate::graphql) fn broken(&mut self, path: &ResponsePath<'_>, position: Pos) -> WriteResult {
        tracing::error!(path = ?path.segments(), "a value that may not be null is missing");
        self.error(Code::Internal, "something went wrong on our side", path, position);
        Err(NullPropagated)
    }

    fn missing(&mut self, leaf: Leaf) -> WriteResult {
        if !leaf.nullable {
            return Err(NullPropagated);
        }
        self.null();
        Ok(())
    }

    fn print(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to memory cannot fail.
        drop(self.bytes.write_fmt(text));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::value::Value;

    fn written(value: &Value, form: LeafFormat) -> String {
        let mut writer = Writer::default();
        let leaf = Leaf { form, nullable: true };
        writer.or_null(|it| it.leaf(Cell::of(value), leaf, &ResponsePath::Root, Pos::default()));
        format!("{}{}", String::from_utf8_lossy(&writer.bytes), if writer.errors.is_empty() { "" } else { " fault" })
    }

    #[test]
    fn each_scalar_has_its_form() {
        assert_eq!(written(&Value::Text("a\"\n\u{1f331}".into()), LeafFormat::Plain), "\"a\\\"\\n\u{1f331}\"");
        assert_eq!(written(&Value::Int(i64::MAX), LeafFormat::BigInt), "\"9223372036854775807\"");
        assert_eq!(written(&Value::Int(i64::from(i32::MIN)), LeafFormat::Int), "-2147483648");
        assert_eq!(written(&Value::Int(1 << 31), LeafFormat::Int), "null fault");
        assert_eq!(written(&Value::Bool(true), LeafFormat::Plain), "true");
        for (number, text) in [(1.0, "1"), (-0.5, "-0.5"), (1e300, "1e300"), (5e-324, "5e-324")] {
            assert_eq!(written(&Value::Float(number.into()), LeafFormat::Plain), text);
        }
        assert_eq!(written(&Value::Date("2026-03-01".parse().unwrap()), LeafFormat::Plain), "\"2026-03-01\"");
        assert_eq!(written(&Value::Time("13:05:00".parse().unwrap()), LeafFormat::Plain), "\"13:05:00.000000\"");
        assert_eq!(written(&Value::Duration(5_400_000_000), LeafFormat::Plain), "\"PT1H30M\"");
        assert_eq!(written(&Value::Bytes(vec![0, 255].into()), LeafFormat::Plain), "\"AP8=\"");
        assert_eq!(
            written(&Value::Uuid(uuid::Uuid::nil()), LeafFormat::Plain),
            "\"00000000-0000-0000-0000-000000000000\""
        );
        assert_eq!(written(&Value::Json(serde_json::json!({"a": [1, null]})), LeafFormat::Plain), "{\"a\":[1,null]}");
    }

    #[test]
    fn times_are_written_as_everywhere() {
        for micros in [0, 1, 1_700_000_000_123_456, -1, 253_402_300_799_999_999] {
            let time = chrono::DateTime::from_timestamp_micros(micros).unwrap_or_default();
            assert_eq!(written(&Value::Timestamp(time), LeafFormat::Plain), format!("\"{}\"", timestamp_text(time)));
        }
    }
}
