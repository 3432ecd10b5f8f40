//! Writes: the row that is meant stands in `WHERE`, with what policies and requirements ask of it as it was.

use sea_orm::Statement;
use sea_query::{Alias, BinOper, CaseStatement, Expr, ExprTrait, Query, ReturningClause, SelectStatement};

use super::lowering::{Lowering, broken, yes};
use super::read::{KEY, column_alias};
use super::render;
use super::scope::Scope;
use crate::error::Error;
use crate::ir::{Attribute, Resource};
use crate::plan::{Assigned, Delete, Draft, DraftColumn, Insert, Update};
use crate::query::Access;
use crate::value::Value;

/// Answers nothing: what is stored is known.
pub(crate) fn insert(lowering: &Lowering<'_>, insert: &Insert) -> Result<Statement, Error> {
    let resource = lowering.app().resource(insert.resource);
    let (mut columns, mut values) = (Vec::new(), Vec::new());
    for (index, value) in &insert.values {
        let attribute = declared(resource, *index)?;
        columns.push(Alias::new(attribute.name.as_str()));
        values.push(lowering.bound(value, &attribute.ty));
    }
    let mut statement = Query::insert();
    statement.into_table(Alias::new(resource.table.as_str())).columns(columns);
    statement.values(values).map_err(Error::internal)?;
    Ok(render(lowering.capability, &statement))
}

/// Answers all attributes of each new row, in order.
pub(crate) fn update(lowering: &Lowering<'_>, update: &Update) -> Result<Statement, Error> {
    let resource = lowering.app().resource(update.resource);
    let row = Scope::table(update.resource, resource.table.as_str());
    let mut statement = Query::update();
    statement.table(Alias::new(resource.table.as_str()));
    for (index, value) in assigned(lowering, &update.assignments, &row)? {
        statement.value(Alias::new(declared(resource, index)?.name.as_str()), value);
    }
    for condition in lowering.all_wanted(&update.wanted, &row)? {
        statement.and_where(condition);
    }
    Ok(render(lowering.capability, statement.returning(every_attribute(resource))))
}

/// One row with what is asked of a draft; none if the stored row that it is made of is gone.
///
/// ```text
/// SELECT <policy over _0> AS "c0" FROM (SELECT _1.id AS "id", $1 AS "slug", … FROM "worlds" AS _1 WHERE _1.id = $2) AS _0
/// ```
pub(crate) fn draft(lowering: &Lowering<'_>, draft: &Draft, asked: &[DraftColumn]) -> Result<Statement, Error> {
    let row = lowering.fresh(draft.resource);
    let (_, alias) = lowering.table(&row)?;
    let mut select = Query::select().from_subquery(drafted(lowering, draft)?, alias).to_owned();
    for (index, asked) in asked.iter().enumerate() {
        let answer = match asked {
            DraftColumn::Holds(condition) => lowering.wanted(condition, &row)?.unwrap_or_else(yes),
            DraftColumn::Value(tree) => lowering.tree(tree, &row, Access::Unrestricted)?,
        };
        select.expr_as(answer, column_alias(index));
    }
    Ok(render(lowering.capability, &select))
}

/// The draft itself: every attribute under its name.
fn drafted(lowering: &Lowering<'_>, draft: &Draft) -> Result<SelectStatement, Error> {
    let resource = lowering.app().resource(draft.resource);
    let row = lowering.fresh(draft.resource);
    let mut select = match &draft.stored {
        None => Query::select(),
        Some(key) => {
            let mut select = lowering.from(&row)?;
            select.and_where(lowering.key(&row, Access::Unrestricted)?.eq(lowering.bound(key, &KEY))).to_owned()
        }
    };
    let assigned = assigned(lowering, &draft.assignments, &row)?;
    for (index, attribute) in (0..).zip(&resource.attributes) {
        let value = match assigned.iter().find(|(it, _)| *it == index) {
            // A column says how it is ordered, a bound text does not.
            Some((_, value)) if attribute.ty.is_stored_as_text() => lowering.collated(value.clone()),
            Some((_, value)) => value.clone(),
            None if draft.stored.is_some() => lowering.column(&row, index, Access::Unrestricted)?,
            None => lowering.bound(&Value::Null, &attribute.ty),
        };
        select.expr_as(value, Alias::new(attribute.name.as_str()));
    }
    Ok(select)
}

/// The new values, over the row as it was at `row`.
fn assigned<'a>(
    lowering: &Lowering<'a>,
    assignments: &[(u16, Assigned)],
    row: &Scope<'a>,
) -> Result<Vec<(u16, Expr)>, Error> {
    let resource = lowering.app().resource(row.resource);
    let mut values = Vec::with_capacity(assignments.len());
    let mut changes: Option<Expr> = None;
    for (index, assigned) in assignments {
        let value = match assigned {
            Assigned::Value(value) => lowering.bound(value, &declared(resource, *index)?.ty),
            Assigned::Tree(tree) => lowering.tree(tree, row, Access::Unrestricted)?,
            Assigned::IfChanged(_) => continue,
        };
        let differs = lowering
            .column(row, *index, Access::Unrestricted)?
            .binary(BinOper::Custom("IS DISTINCT FROM"), value.clone());
        changes = Some(changes.into_iter().fold(differs, |it, earlier| earlier.or(it)));
        values.push((*index, value));
    }
    for (index, assigned) in assignments {
        let (Assigned::IfChanged(value), Some(changes)) = (assigned, &changes) else { continue };
        let value = lowering.bound(value, &declared(resource, *index)?.ty);
        let stored = lowering.column(row, *index, Access::Unrestricted)?;
        values.push((*index, CaseStatement::new().case(changes.clone(), value).finally(stored).into()));
    }
    Ok(values)
}

fn declared(resource: &Resource, index: u16) -> Result<&Attribute, Error> {
    resource.attributes.get(usize::from(index)).ok_or_else(|| broken("an unknown attribute"))
}

/// Answers all attributes of each row as it was, in order.
pub(crate) fn delete(lowering: &Lowering<'_>, delete: &Delete) -> Result<Statement, Error> {
    let resource = lowering.app().resource(delete.resource);
    let row = Scope::table(delete.resource, resource.table.as_str());
    let mut statement = Query::delete();
    statement.from_table(Alias::new(resource.table.as_str()));
    for condition in lowering.all_wanted(&delete.wanted, &row)? {
        statement.and_where(condition);
    }
    Ok(render(lowering.capability, statement.returning(every_attribute(resource))))
}

fn every_attribute(resource: &Resource) -> ReturningClause {
    Query::returning().columns(resource.attributes.iter().map(|it| Alias::new(it.name.as_str())))
}
