//! Connections: page arguments, and what is selected of a page.

use async_graphql::Pos;

use super::{Compiler, unknown};
use crate::graphql::coerce::{Given, GivenFields};
use crate::graphql::collect::Collected;
use crate::graphql::compiled::{ConnectionOutputs, ConnectionPart, EdgePart, Output, PageInfoPart};
use crate::graphql::error::ResponseError;
use crate::graphql::open::{MaybeOpen, OpenQuery, Role};
use crate::graphql::schema::{ConnectionField, EdgeField, Field, Meaning, PageInfoField, inner_name};
use crate::ir::{Pagination, Type};
use crate::query::{Cursors, PageEnd, Slice};
use crate::value::Value;

/// The most rows of a list without pages; it counts as that many.
pub(super) const UNPAGED: u32 = 250;

impl<'a> Compiler<'a> {
    /// Compiles a connection over `query`: its slice, its count, and what its nodes need.
    pub(super) fn page(
        &mut self,
        field: &Collected<'a>,
        declared: &'a Field,
        given: &GivenFields,
        pagination: Pagination,
        times: u64,
        query: &mut OpenQuery,
    ) -> Result<ConnectionOutputs, ResponseError> {
        let slice = slice(given, pagination, field.position)?;
        let rows = times.saturating_mul(u64::from(rows(&slice, pagination)));
        query.known.slice = slice;
        query.after = self.cursor(given.get("after"), field.position)?;
        query.before = self.cursor(given.get("before"), field.position)?;
        query.known.cursors = Cursors::None;
        query.known.tells_more = false;
        query.known.attributes.get_or_insert_default();
        self.charge(rows, field.position)?;
        let object = self.declared(inner_name(&declared.ty), field.position)?;
        let connection = self.object(field, object, ConnectionPart::Typename, |cx, child, declared| {
            let Meaning::Connection(meaning) = &declared.meaning else { return Err(unknown(child.position)) };
            Ok(match meaning {
                ConnectionField::Nodes => ConnectionPart::Nodes(cx.select(child, rows, query)?),
                ConnectionField::Edges => {
                    let edge = cx.declared(inner_name(&declared.ty), child.position)?;
                    ConnectionPart::Edges(cx.object(child, edge, EdgePart::Typename, |cx, child, declared| {
                        match declared.meaning {
                            Meaning::Edge(EdgeField::Cursor) => {
                                query.known.cursors = Cursors::All;
                                Ok(EdgePart::Cursor)
                            }
                            Meaning::Edge(EdgeField::Node) => Ok(EdgePart::Node(cx.select(child, rows, query)?)),
                            _ => Err(unknown(child.position)),
                        }
                    })?)
                }
                ConnectionField::PageInfo => {
                    let info = cx.declared("PageInfo", child.position)?;
                    let typename = |_| PageInfoPart::Typename;
                    ConnectionPart::PageInfo(cx.object(child, info, typename, |_, child, declared| {
                        let Meaning::PageInfo(field) = declared.meaning else { return Err(unknown(child.position)) };
                        match field {
                            PageInfoField::HasNextPage | PageInfoField::HasPreviousPage => {
                                query.known.tells_more = true;
                            }
                            PageInfoField::StartCursor | PageInfoField::EndCursor => {
                                query.known.cursors = query.known.cursors.max(Cursors::Ends);
                            }
                        }
                        Ok(PageInfoPart::Field(field))
                    })?)
                }
                ConnectionField::TotalCount => {
                    cx.charge(times, child.position)?;
                    query.known.count = true;
                    ConnectionPart::TotalCount
                }
            })
        })?;
        let counts = |it: &Output<_>| matches!(it.part, ConnectionPart::TotalCount | ConnectionPart::Typename(_));
        if let (true, Slice::Keyset { rows, .. }) = (connection.iter().all(counts), &mut query.known.slice) {
            // No rows are selected, only the count.
            *rows = Some(0);
        }
        Ok(connection)
    }

    fn cursor(&mut self, given: Option<&Given>, position: Pos) -> Result<Option<MaybeOpen<Value>>, ResponseError> {
        match given {
            None | Some(Given::Null) => Ok(None),
            Some(given) => self.open.value(given, &Type::String, Role::Cursor, position).map(Some),
        }
    }
}

fn rows(slice: &Slice, pagination: Pagination) -> u32 {
    match slice {
        Slice::Keyset { rows: Some(rows), .. } => *rows,
        _ => pagination.default,
    }
}

/// Source: GraphQL Cursor Connections Specification, "Arguments".
fn slice(given: &GivenFields, pagination: Pagination, position: Pos) -> Result<Slice, ResponseError> {
    let number = |name: &str| match given.get(name) {
        Some(Given::Known(Value::Int(number))) => Some(*number),
        _ => None,
    };
    let (name, asked, from) = match (number("first"), number("last")) {
        (Some(_), Some(_)) => return Err(ResponseError::invalid("`first` and `last` exclude each other").at(position)),
        (None, Some(last)) => ("last", Some(last), PageEnd::Finish),
        (first, None) => ("first", first, PageEnd::Start),
    };
    let rows = match asked {
        None => None,
        Some(rows) => {
            let max = pagination.max;
            let rows = u32::try_from(rows)
                .map_err(|_| ResponseError::invalid(format!("`{name}` must not be negative")).at(position))?;
            if rows > max {
                return Err(ResponseError::limit(format!("`{name}` may be at most {max}")).at(position));
            }
            Some(rows)
        }
    };
    Ok(Slice::Keyset { rows, from, after: None, before: None })
}
