//! What cannot be worked out for one row, told from what can: a database answers no row at all where it has no value for one column
//! of one row.

use std::collections::HashMap;

use uuid::Uuid;

use super::field::FieldReader;
use super::read::lowered;
use crate::context::Context;
use crate::error::{Code, Error};
use crate::expr::ValueError;
use crate::ir::{ResourceId, Type};
use crate::plan::{Column, Predicate, Read};
use crate::record::Field;
use crate::sql::{self, decode};
use crate::value::Value;

/// Most values without which rows are still answered; it bounds the statements that it takes to find them.
const MOST_FAULTS: usize = 500;

/// What each of `columns`, calculations and conditions, is for each of `rows` for which `wanted` holds, by primary key:
/// [`Field::Failed`] where it has no value.
///
/// It is one statement where all have one. Else columns, and at last the rows of one column, are halved until what has none stands
/// alone: columns first, because they are few, and one that has no value often has none in many rows. A transaction that is open
/// goes on all the same.
///
/// # Errors
/// As for any read; `INVALID` where more than five hundred have no value.
pub(crate) async fn failing_values(
    cx: &Context,
    resource: ResourceId,
    wanted: &[Predicate],
    rows: &[Uuid],
    columns: &[Column],
) -> Result<HashMap<Uuid, Vec<Field>>, Error> {
    let mut answers: HashMap<Uuid, Vec<Field>> = HashMap::new();
    let mut open = vec![(rows, 0..columns.len())];
    let mut faults = 0;
    while let Some((rows, asked)) = open.pop() {
        let found = match ask(cx, resource, wanted, rows, &columns[asked.clone()]).await {
            Err(error) if is_fault(&error) => {
                if asked.len() > 1 {
                    let middle = asked.start + asked.len() / 2;
                    open.extend([(rows, asked.start..middle), (rows, middle..asked.end)]);
                    continue;
                }
                if rows.len() > 1 {
                    let (some, others) = rows.split_at(rows.len() / 2);
                    open.extend([(some, asked.clone()), (others, asked)]);
                    continue;
                }
                faults += 1;
                if faults > MOST_FAULTS {
                    return Err(error);
                }
                rows.iter().map(|id| (*id, vec![Field::Failed(ValueError::Overflow)])).collect()
            }
            found => found?,
        };
        for (id, fields) in found {
            let known = answers.entry(id).or_insert_with(|| vec![Field::NotLoaded; columns.len()]);
            for (column, field) in asked.clone().zip(fields) {
                known[column] = field;
            }
        }
    }
    Ok(answers)
}

/// Whether a statement failed because something in it has no value.
pub(super) fn is_fault(error: &Error) -> bool {
    error.code() == Code::Invalid
}

/// As [`failing_values`], in one statement.
async fn ask(
    cx: &Context,
    resource: ResourceId,
    wanted: &[Predicate],
    rows: &[Uuid],
    columns: &[Column],
) -> Result<Vec<(Uuid, Vec<Field>)>, Error> {
    let app = cx.engine().app();
    let key = app.resource(resource).primary_key().ok_or_else(|| Error::internal("no primary key"))?;
    let keys = rows.iter().copied().map(Value::Uuid).collect();
    let wanted = [Predicate::OneOf(keys)].into_iter().chain(wanted.iter().cloned()).collect();
    let selected = [Column::Attribute(key)].into_iter().chain(columns.iter().cloned()).collect();
    let read = Read { columns: selected, ..Read::of(resource, wanted) };
    let statement = lowered(cx, |lowering| sql::select(lowering, &read))?;
    let mut found = Vec::with_capacity(rows.len());
    let answers = cx.in_savepoint(async |cx| Ok(cx.session().rows(statement).await?)).await?;
    for answer in &answers {
        let Some(id) = decode(answer, 0, &Type::Uuid)?.as_uuid() else { continue };
        let mut fields = FieldReader::of(app, resource, answer);
        let mut row = Vec::with_capacity(columns.len());
        for (column, place) in columns.iter().zip(1..) {
            row.push(match column {
                Column::Calculation(index) => fields.calculation(*index, place)?,
                _ => Field::Shown(decode(answer, place, &Type::Boolean)?),
            });
        }
        fields.report(Some(id));
        found.push((id, row));
    }
    Ok(found)
}
