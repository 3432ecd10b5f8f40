//! What becomes of rows that point at one which is deleted for the time being, or comes back.
//!
//! ```text
//! UPDATE "memberships" SET "deleted_at" = $1, "deletion_id" = $2 WHERE "memberships"."world_id" = ANY ($3) AND "memberships"."deleted_at" IS NULL
//! ```

use sea_query::{Alias, Expr, ExprTrait, Func, JoinType, LockType, Query, SelectStatement};

use super::lowering::{Lowering, broken};
use super::scope::Scope;
use super::{Statement, render};
use crate::error::Error;
use crate::ir::{AttributeId, Resource};
use crate::plan::{Deletion, Done, Reach, Reference, Referring, Restored};
use crate::query::Access;
use crate::value::Value;

/// The columns by which a row is deleted for the time being.
#[derive(Clone, Copy)]
struct Marks {
    deleted_at: AttributeId,
    deletion_id: AttributeId,
}

impl Marks {
    fn of(resource: &Resource) -> Result<Self, Error> {
        let (Some((deleted_at, _)), Some((deletion_id, _))) = (resource.deleted_at(), resource.deletion_id()) else {
            return Err(broken("a resource whose rows are not deleted for the time being"));
        };
        Ok(Self { deleted_at, deletion_id })
    }
}

/// The new values of a row that goes with a deletion.
pub(super) fn marked(
    lowering: &Lowering<'_>,
    resource: &Resource,
    deletion: &Deletion,
) -> Result<Vec<(Alias, Expr)>, Error> {
    let Marks { deleted_at, deletion_id } = Marks::of(resource)?;
    let value = |id: AttributeId, value: &Value| {
        (Alias::new(resource[id].name.as_str()), lowering.bound(value, &resource[id].ty))
    };
    Ok(vec![value(deleted_at, &deletion.at), value(deletion_id, &deletion.id)])
}

/// Does with rows what the deletion or return of those that they point at asks for. Returns the primary key of each, and whether that
/// goes on to the rows that point at it; of rows that are only found, the key that they point by.
pub(crate) fn referring(lowering: &Lowering<'_>, referring: &Referring) -> Result<Statement, Error> {
    let Reference { from, key, .. } = referring.reference;
    let resource = lowering.app().resource(from);
    let table = Alias::new(resource.table.as_str());
    if let Done::Nothing = referring.done {
        let row = lowering.within(Reach::Existing, lowering.fresh(from));
        let mut select = lowering.from(&row)?;
        select.distinct().expr(lowering.column(&row, key, Access::Unrestricted)?).and_where(points_at(
            lowering,
            &row,
            key,
            &referring.rows,
        )?);
        if let Some(exists) = lowering.exists(&row, Reach::Existing)? {
            select.and_where(exists);
        }
        return Ok(render(lowering.capability, &select));
    }
    let row = Scope::table(from, resource.table.as_str());
    let mut statement = Query::update();
    statement.table(table).and_where(points_at(lowering, &row, key, &referring.rows)?);
    let mut returned = vec![lowering.key(&row, Access::Unrestricted)?];
    match &referring.done {
        Done::Nothing => {}
        Done::Clear => {
            let column = Alias::new(resource[key].name.as_str());
            statement.value(column, lowering.bound(&Value::Null, &resource[key].ty));
            returned.push(super::lowering::no());
        }
        Done::Delete(deletion) => {
            let Marks { deleted_at, .. } = Marks::of(resource)?;
            statement.values(marked(lowering, resource, deletion)?);
            statement.and_where(lowering.column(&row, deleted_at, Access::Unrestricted)?.is_null());
            returned.push(super::lowering::yes());
        }
        Done::Restore { deletions, holds_on } => {
            let marks = Marks::of(resource)?;
            let own = lowering.column(&row, marks.deletion_id, Access::Unrestricted)?;
            let others = |mark: fn(Marks) -> AttributeId| {
                let other = |it: &Reference| Ok(still_deleted(lowering, &row, *it, mark)?.into());
                holds_on.iter().map(other).collect::<Result<Vec<Expr>, Error>>()
            };
            let deleted_at = first(others(|it| it.deleted_at)?, Expr::cust("NULL"));
            let deletion_id = first(others(|it| it.deletion_id)?, own.clone());
            statement.value(Alias::new(resource[marks.deleted_at].name.as_str()), deleted_at);
            statement.value(Alias::new(resource[marks.deletion_id].name.as_str()), deletion_id);
            let is_deleted = lowering.column(&row, marks.deleted_at, Access::Unrestricted)?.is_not_null();
            let ty = &resource[marks.deletion_id].ty;
            let is_of_these = || lowering.any_of(own.clone(), lowering.list_of(deletions, ty));
            statement.and_where(is_deleted.clone()).and_where(is_of_these());
            // One that waits for another row of the same deletion has not changed.
            returned.push(is_deleted.and(is_of_these()).not());
        }
    }
    Ok(render(lowering.capability, statement.returning(Query::returning().exprs(returned))))
}

/// For each of rows that came back and point at another by that key: its primary key, and whether the other one is deleted still. Nobody
/// deletes that one meanwhile.
pub(crate) fn held_on(lowering: &Lowering<'_>, restored: &Restored) -> Result<Statement, Error> {
    let Reference { from, key, to, .. } = restored.reference;
    let (row, other) = (lowering.fresh(from), lowering.fresh(to));
    let marks = Marks::of(lowering.app().resource(to))?;
    let mut select = lowering.from(&row)?;
    let own = lowering.key(&row, Access::Unrestricted)?;
    let (table, alias) = lowering.table(&other)?;
    let points = lowering.key(&other, Access::Unrestricted)?.eq(lowering.column(&row, key, Access::Unrestricted)?);
    select.join_as(JoinType::InnerJoin, table, alias.clone(), points);
    select.expr(own.clone());
    select.expr(lowering.column(&other, marks.deleted_at, Access::Unrestricted)?.is_not_null());
    let keys = lowering.list_of(&restored.rows, lowering.key_type(from)?);
    select.and_where(lowering.any_of(own, keys));
    if lowering.capability.row_locks {
        select.lock_with_tables(LockType::Share, [alias]);
    }
    Ok(render(lowering.capability, &select))
}

fn points_at<'a>(lowering: &Lowering<'a>, row: &Scope<'a>, key: AttributeId, rows: &[Value]) -> Result<Expr, Error> {
    let ty = &lowering.app().resource(row.resource)[key].ty;
    Ok(lowering.any_of(lowering.column(row, key, Access::Unrestricted)?, lowering.list_of(rows, ty)))
}

/// The mark of the row that `row` holds on to by that key, if that is deleted: a subquery.
fn still_deleted<'a>(
    lowering: &Lowering<'a>,
    row: &Scope<'a>,
    reference: Reference,
    mark: fn(Marks) -> AttributeId,
) -> Result<SelectStatement, Error> {
    let marks = Marks::of(lowering.app().resource(reference.to))?;
    let other = lowering.fresh(reference.to);
    let mut select = lowering.from(&other)?;
    let own = lowering.column(row, reference.key, Access::Unrestricted)?;
    select.and_where(lowering.key(&other, Access::Unrestricted)?.eq(own));
    select.expr(lowering.column(&other, mark(marks), Access::Unrestricted)?);
    select.and_where(lowering.column(&other, marks.deleted_at, Access::Unrestricted)?.is_not_null());
    Ok(select)
}

/// The first of `values` that is not NULL, else `last`.
fn first(values: Vec<Expr>, last: Expr) -> Expr {
    if values.is_empty() { last } else { Func::coalesce(values.into_iter().chain([last])).into() }
}
