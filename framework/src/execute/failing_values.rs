//! Finds the values that cannot be worked out. A database returns no rows at all when one column of one row fails (an overflow), so the
//! statement is repeated for fewer columns and rows until the failing values are known.

use std::collections::HashMap;

use super::field::FieldReader;
use super::statement::statement_once;
use crate::context::Context;
use crate::error::{Code, Error};
use crate::ir::{ResourceId, Type};
use crate::plan::{Column, Predicate, Reach, Read};
use crate::record::Field;
use crate::request::Clock;
use crate::sql::{Question, decode};
use crate::value::{RowKey, Value, ValueError};

/// The most failing values that a read accepts; it limits the statements that it takes to find them.
const MOST_FAILING: usize = 500;

/// The value of each of `columns` (calculations and conditions) for each of `rows` for which `wanted` holds, by primary key;
/// [`Field::Failed`] where it cannot be worked out.
///
/// One statement, if nothing fails. Else the columns, and then the rows of one column, are halved until each failing value is found:
/// columns first, because they are few, and a column that fails often fails in many rows. An open transaction survives the failures.
///
/// # Errors
/// As for any read; `INVALID` if more than five hundred values fail.
pub(crate) async fn failing_values(
    cx: &Context,
    resource: ResourceId,
    (reach, wanted): (Reach, &[Predicate]),
    rows: &[RowKey],
    columns: &[Column],
) -> Result<HashMap<RowKey, Vec<Field>>, Error> {
    let mut answers: HashMap<RowKey, Vec<Field>> = HashMap::new();
    let mut open = vec![(rows, 0..columns.len())];
    let mut failing = 0;
    while let Some((rows, asked)) = open.pop() {
        let found = match ask(cx, resource, (reach, wanted), rows, &columns[asked.clone()]).await {
            Err(error) if is_value_error(&error) => {
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
                failing += 1;
                if failing > MOST_FAILING {
                    return Err(error);
                }
                rows.iter().map(|id| (id.clone(), vec![Field::Failed(ValueError::Overflow)])).collect()
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

/// Whether a statement failed because a value in it cannot be worked out.
pub(super) fn is_value_error(error: &Error) -> bool {
    error.code() == Code::Invalid
}

/// As [`failing_values`], in one statement.
async fn ask(
    cx: &Context,
    resource: ResourceId,
    (reach, wanted): (Reach, &[Predicate]),
    rows: &[RowKey],
    columns: &[Column],
) -> Result<Vec<(RowKey, Vec<Field>)>, Error> {
    let app = cx.engine().app();
    let key = app.resource(resource).primary_key().ok_or_else(|| Error::internal("no primary key"))?;
    let keys = rows.iter().map(Value::from).collect();
    let wanted = [Predicate::OneOf(keys)].into_iter().chain(wanted.iter().cloned()).collect();
    let selected = [Column::Attribute(key)].into_iter().chain(columns.iter().cloned()).collect();
    let read = Read { columns: selected, reach, ..Read::of(resource, wanted) };
    let statement = statement_once(cx, &read, Question::Rows, Clock::Request)?;
    let mut found = Vec::with_capacity(rows.len());
    let answers = cx.in_savepoint(async |cx| Ok(cx.session().rows(statement).await?)).await?;
    for answer in &answers {
        let Some(id) = RowKey::of(&decode(answer, 0, &app.resource(resource)[key].ty)?) else { continue };
        let mut fields = FieldReader::of(app, resource, answer);
        let mut row = Vec::with_capacity(columns.len());
        for (column, place) in columns.iter().zip(1..) {
            row.push(match column {
                Column::Calculation(index) => fields.calculation(*index, place)?,
                _ => Field::Shown(decode(answer, place, &Type::Boolean)?),
            });
        }
        fields.report(Some(&id));
        found.push((id, row));
    }
    Ok(found)
}
