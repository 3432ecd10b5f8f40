//! Rows, pages of rows, and what is around them.

use super::{ResponsePath, WriteResult, Writer};
use crate::execute::{PageView, RowView};
use crate::graphql::compiled::{
    ConnectionOutputs, ConnectionPart, EdgePart, Leaf, LeafFormat, PageInfoPart, RecordOutputs, RecordPart,
};
use crate::graphql::schema::PageInfoField;
use crate::sql::Cell;

impl Writer {
    pub(in crate::graphql) fn record(
        &mut self,
        record: &RecordOutputs,
        row: RowView<'_>,
        path: &ResponsePath<'_>,
    ) -> WriteResult {
        self.object(record, path, |writer, output, path| match &output.part {
            RecordPart::Typename(name) => {
                writer.json(name);
                Ok(())
            }
            RecordPart::Attribute { id, leaf } => writer.field(row.attribute(*id), *leaf, path, output.position),
            RecordPart::Calculation { slot, leaf } => {
                writer.field(row.calculation(*slot), *leaf, path, output.position)
            }
            RecordPart::One { load, record } => {
                match row.one(*load) {
                    Some(row) => writer.or_null(|it| it.record(record, row, path)),
                    None => writer.null(),
                }
                Ok(())
            }
            RecordPart::Page { load, connection } => match row.many(*load) {
                Some(page) => writer.page(connection, page, path),
                None => writer.broken(path, output.position),
            },
            RecordPart::Rows { load, record } => match row.many(*load) {
                Some(page) => writer.rows(record, page, path),
                None => writer.broken(path, output.position),
            },
        })
    }

    pub(in crate::graphql) fn rows(
        &mut self,
        record: &RecordOutputs,
        page: PageView<'_>,
        path: &ResponsePath<'_>,
    ) -> WriteResult {
        self.list(page.rows(), path, |writer, row, path| writer.record(record, row, path))
    }

    pub(in crate::graphql) fn page(
        &mut self,
        connection: &ConnectionOutputs,
        page: PageView<'_>,
        path: &ResponsePath<'_>,
    ) -> WriteResult {
        self.object(connection, path, |writer, output, path| match &output.part {
            ConnectionPart::Typename(name) => {
                writer.json(name);
                Ok(())
            }
            ConnectionPart::Nodes(record) => writer.rows(record, page, path),
            ConnectionPart::Edges(edge) => writer.list(page.rows().enumerate(), path, |writer, (index, row), path| {
                writer.object(edge, path, |writer, output, path| match &output.part {
                    EdgePart::Typename(name) => {
                        writer.json(name);
                        Ok(())
                    }
                    EdgePart::Cursor => match page.cursors().get(index) {
                        Some(cursor) => {
                            writer.json(cursor);
                            Ok(())
                        }
                        None => writer.broken(path, output.position),
                    },
                    EdgePart::Node(record) => writer.record(record, row, path),
                })
            }),
            ConnectionPart::PageInfo(info) => writer.object(info, path, |writer, output, _| {
                match output.part {
                    PageInfoPart::Typename => writer.raw(b"\"PageInfo\""),
                    PageInfoPart::Field(PageInfoField::HasNextPage) => writer.boolean(page.has_next()),
                    PageInfoPart::Field(PageInfoField::HasPreviousPage) => writer.boolean(page.has_previous()),
                    PageInfoPart::Field(PageInfoField::StartCursor) => writer.json(&page.cursors().first()),
                    PageInfoPart::Field(PageInfoField::EndCursor) => writer.json(&page.cursors().last()),
                }
                Ok(())
            }),
            ConnectionPart::TotalCount => match page.total() {
                Some(total) => {
                    let total = Cell::Int(i64::try_from(total).unwrap_or(i64::MAX));
                    writer.leaf(total, Leaf { form: LeafFormat::Int, nullable: false }, path, output.position)
                }
                None => writer.broken(path, output.position),
            },
        })
    }
}
