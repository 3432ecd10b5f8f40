//! Rows, pages of rows, and what is around them.

use super::{ResponsePath, WriteResult, Writer};
use crate::graphql::compiled::{
    ConnectionOutputs, ConnectionPart, EdgePart, Leaf, LeafFormat, PageInfoPart, RecordOutputs, RecordPart,
};
use crate::graphql::schema::PageInfoField;
use crate::record::{Record as Row, RecordPage, Related};
use crate::value::Value;

impl Writer {
    pub(in crate::graphql) fn record(
        &mut self,
        record: &RecordOutputs,
        row: &Row,
        path: &ResponsePath<'_>,
    ) -> WriteResult {
        self.object(record, path, |writer, output, path| match &output.part {
            RecordPart::Typename(name) => {
                writer.json(name);
                Ok(())
            }
            RecordPart::Attribute { id, leaf } => writer.field(Some(row.attribute(*id)), *leaf, path, output.position),
            RecordPart::Calculation { slot, leaf } => {
                writer.field(row.calculations.get(*slot), *leaf, path, output.position)
            }
            RecordPart::One { load, record } => {
                match row.related.get(*load) {
                    Some(Related::One(Some(row))) => writer.or_null(|it| it.record(record, row, path)),
                    Some(Related::One(None)) => writer.null(),
                    Some(Related::Many(_)) | None => return writer.broken(path, output.position),
                }
                Ok(())
            }
            RecordPart::Page { load, connection } => match row.related.get(*load) {
                Some(Related::Many(page)) => writer.page(connection, page, path),
                _ => writer.broken(path, output.position),
            },
            RecordPart::Rows { load, record } => match row.related.get(*load) {
                Some(Related::Many(page)) => writer.rows(record, &page.records, path),
                _ => writer.broken(path, output.position),
            },
        })
    }

    pub(in crate::graphql) fn rows(
        &mut self,
        record: &RecordOutputs,
        rows: &[Row],
        path: &ResponsePath<'_>,
    ) -> WriteResult {
        self.list(rows, path, |writer, row, path| writer.record(record, row, path))
    }

    pub(in crate::graphql) fn page(
        &mut self,
        connection: &ConnectionOutputs,
        page: &RecordPage,
        path: &ResponsePath<'_>,
    ) -> WriteResult {
        self.object(connection, path, |writer, output, path| match &output.part {
            ConnectionPart::Typename(name) => {
                writer.json(name);
                Ok(())
            }
            ConnectionPart::Nodes(record) => writer.rows(record, &page.records, path),
            ConnectionPart::Edges(edge) => {
                writer.list(page.records.iter().enumerate(), path, |writer, (index, row), path| {
                    writer.object(edge, path, |writer, output, path| match &output.part {
                        EdgePart::Typename(name) => {
                            writer.json(name);
                            Ok(())
                        }
                        EdgePart::Cursor => match page.cursors.get(index) {
                            Some(cursor) => {
                                writer.json(cursor);
                                Ok(())
                            }
                            None => writer.broken(path, output.position),
                        },
                        EdgePart::Node(record) => writer.record(record, row, path),
                    })
                })
            }
            ConnectionPart::PageInfo(info) => writer.object(info, path, |writer, output, _| {
                match output.part {
                    PageInfoPart::Typename => writer.raw(b"\"PageInfo\""),
                    PageInfoPart::Field(PageInfoField::HasNextPage) => writer.boolean(page.has_next),
                    PageInfoPart::Field(PageInfoField::HasPreviousPage) => writer.boolean(page.has_previous),
                    PageInfoPart::Field(PageInfoField::StartCursor) => writer.json(&page.cursors.first()),
                    PageInfoPart::Field(PageInfoField::EndCursor) => writer.json(&page.cursors.last()),
                }
                Ok(())
            }),
            ConnectionPart::TotalCount => match page.total {
                Some(total) => {
                    let total = Value::Int(i64::try_from(total).unwrap_or(i64::MAX));
                    writer.leaf(&total, Leaf { form: LeafFormat::Int, nullable: false }, path, output.position)
                }
                None => writer.broken(path, output.position),
            },
        })
    }
}
