//! Writes: their `WHERE` says which rows are written, with what policies and requirements ask of each row as it was.

use sea_query::{
    Alias, BinOper, CaseStatement, CommonTableExpression, Expr, ExprTrait, LockType, Order, Query, ReturningClause,
    SelectStatement, WithClause,
};

use super::deletion::marked;
use super::extent::{of_table, told_from_null};
use super::lowering::{Lowering, broken, yes};
use super::parameter::{ConditionSource, TreeSource};
use super::read::column_alias;
use super::scope::Scope;
use super::{Statement, render};
use crate::error::Error;
use crate::ir::{Attribute, AttributeId, Resource};
use crate::plan::{Assigned, Delete, Draft, DraftColumn, Insert, OnConflict, Reach, Returned, Update};
use crate::query::Access;
use crate::value::Value;

const IS_DISTINCT: BinOper = BinOper::Custom("IS DISTINCT FROM");

/// Returns no columns: what is stored is known. An upsert returns all attributes, in order, of each row that was stored or changed.
pub(crate) fn insert(lowering: &Lowering<'_>, insert: &Insert) -> Result<Statement, Error> {
    let resource = lowering.app().resource(insert.resource);
    let mut statement = Query::insert();
    let columns = resource.attributes.iter().map(|it| Alias::new(it.name.as_str()));
    statement.into_table(Alias::new(resource.table.as_str())).columns(columns);
    for row in &insert.rows {
        let values = row.iter().zip(&resource.attributes).map(|(value, it)| lowering.bound(value, &it.ty));
        statement.values(values).map_err(Error::internal)?;
    }
    if let Some(rule) = &insert.on_conflict {
        statement.on_conflict(on_conflict(lowering, insert, rule)?).returning(every_attribute(resource));
    }
    Ok(render(lowering.capability, &statement))
}

/// What the stored row takes of the new one, which is called `excluded`, and what else it is assigned:
///
/// ```text
/// ON CONFLICT ("key") DO UPDATE SET "hits" = CASE WHEN <replaced> THEN "excluded"."hits" ELSE "rate_limits"."hits" + 1 END, … WHERE …
/// ```
fn on_conflict(lowering: &Lowering<'_>, insert: &Insert, rule: &OnConflict) -> Result<sea_query::OnConflict, Error> {
    let resource = lowering.app().resource(insert.resource);
    let stored = lowering.within(Reach::Existing, Scope::table(insert.resource, resource.table.as_str()));
    let column = |id: AttributeId| Alias::new(resource[id].name.as_str());
    let mut conflict = sea_query::OnConflict::new();
    conflict.exprs(rule.identity.iter().flat_map(|it| target(lowering, rule, &resource[*it])));
    conflict.target_and_where_option(rule.among.as_ref().map(of_table));
    let mut values = assigned(lowering, &rule.assignments, &stored)?;
    for id in &rule.taken {
        let mut new = Expr::col((Alias::new("excluded"), column(*id)));
        let assigned = values.iter().position(|(it, _)| it == id).map(|it| values.swap_remove(it).1);
        if let Some(replaced) = &rule.replaced {
            let other = assigned.map_or_else(|| lowering.column(&stored, *id, Access::Unrestricted), Ok)?;
            let replaced = lowering.tree(replaced, TreeSource::Own, &stored, Access::Unrestricted)?;
            new = CaseStatement::new().case(replaced, new).finally(other).into();
        }
        values.push((*id, new));
    }
    let mut changes: Option<Expr> = None;
    for (id, value) in values {
        let differs = lowering.column(&stored, id, Access::Unrestricted)?.binary(IS_DISTINCT, value.clone());
        changes = Some(changes.into_iter().fold(differs, |it, earlier| earlier.or(it)));
        conflict.value(column(id), value);
    }
    for id in &rule.stamps {
        let new = Expr::col((Alias::new("excluded"), column(*id)));
        let kept = lowering.column(&stored, *id, Access::Unrestricted)?;
        let changes = changes.clone().unwrap_or_else(yes);
        conflict.value(column(*id), CaseStatement::new().case(changes, new).finally(kept));
    }
    for condition in lowering.all_wanted(&rule.wanted, Reach::Existing, &stored)? {
        conflict.action_and_where(condition);
    }
    Ok(conflict)
}

/// What the unique index of an upsert's identity holds of an attribute.
fn target(lowering: &Lowering<'_>, rule: &OnConflict, attribute: &Attribute) -> Vec<Expr> {
    let name = attribute.name.as_str();
    match rule.nulls_equal && attribute.nullable && !lowering.capability.nulls_not_distinct {
        true => told_from_null(name).map(Expr::cust).to_vec(),
        false => vec![Expr::col(Alias::new(name))],
    }
}

/// Returns all attributes of each new row, in order; then those of the row as it was, if the plan asks for it and the database can lock rows:
///
/// ```text
/// WITH "before" AS (SELECT … FROM "worlds" AS _0 WHERE … ORDER BY … FOR NO KEY UPDATE) UPDATE "worlds" SET … FROM "before" WHERE "worlds"."id" = "before"."id"
/// ```
pub(crate) fn update(lowering: &Lowering<'_>, update: &Update) -> Result<Statement, Error> {
    let resource = lowering.app().resource(update.resource);
    let row = lowering.within(update.reach, Scope::table(update.resource, resource.table.as_str()));
    let mut statement = Query::update();
    statement.table(Alias::new(resource.table.as_str()));
    for (id, value) in assigned(lowering, &update.assignments, &row)? {
        statement.value(Alias::new(resource[id].name.as_str()), value);
    }
    if !update.before || !lowering.capability.row_locks {
        for condition in lowering.all_wanted(&update.wanted, update.reach, &row)? {
            statement.and_where(condition);
        }
        return Ok(render(lowering.capability, statement.returning(every_attribute(resource))));
    }
    let key = resource[resource.primary_key().ok_or_else(|| broken("no primary key"))?].name.as_str();
    let locked = lowering.within(update.reach, lowering.fresh(update.resource));
    let (_, alias) = lowering.table(&locked)?;
    let mut select = lowering.from(&locked)?;
    select.columns(resource.attributes.iter().map(|it| (alias.clone(), Alias::new(it.name.as_str()))));
    for condition in lowering.all_wanted(&update.wanted, update.reach, &locked)? {
        select.and_where(condition);
    }
    // The lock that the UPDATE takes, in the order in which everybody locks several rows.
    select.order_by((alias, Alias::new(key)), Order::Asc).lock(LockType::NoKeyUpdate);
    let before = Alias::new("before");
    let mut cte = CommonTableExpression::new();
    cte.table_name(before.clone()).query(select);
    let table = Alias::new(resource.table.as_str());
    statement
        .from(before.clone())
        .and_where(Expr::col((table.clone(), Alias::new(key))).eq(Expr::col((before.clone(), Alias::new(key)))));
    let answered = [table, before]
        .into_iter()
        .flat_map(|of| resource.attributes.iter().map(move |it| Expr::col((of.clone(), Alias::new(it.name.as_str())))));
    statement.returning(Query::returning().exprs(answered)).with_cte(WithClause::new().cte(cte).to_owned());
    Ok(render(lowering.capability, &statement))
}

/// One row with what is asked of a draft; none if the draft changes a stored row that is gone.
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
            DraftColumn::Holds(condition) => {
                lowering.wanted(condition, ConditionSource::Own, &row)?.unwrap_or_else(yes)
            }
            DraftColumn::Value(tree) => lowering.tree(tree, TreeSource::Own, &row, Access::Unrestricted)?,
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
            select
                .and_where(
                    lowering
                        .key(&row, Access::Unrestricted)?
                        .eq(lowering.bound(key, lowering.key_type(draft.resource)?)),
                )
                .to_owned()
        }
    };
    let assigned = assigned(lowering, &draft.assignments, &row)?;
    for (id, attribute) in resource.attributes_by_id() {
        let value = match assigned.iter().find(|(it, _)| *it == id) {
            // A column says how it is ordered, a bound text does not.
            Some((_, value)) if attribute.ty.is_stored_as_text() => lowering.collated(value.clone()),
            Some((_, value)) => value.clone(),
            None if draft.stored.is_some() => lowering.column(&row, id, Access::Unrestricted)?,
            None => lowering.bound(&Value::Null, &attribute.ty),
        };
        select.expr_as(value, Alias::new(attribute.name.as_str()));
    }
    Ok(select)
}

/// The new values, over the row as it was at `row`.
fn assigned<'a>(
    lowering: &Lowering<'a>,
    assignments: &[(AttributeId, Assigned)],
    row: &Scope<'a>,
) -> Result<Vec<(AttributeId, Expr)>, Error> {
    let resource = lowering.app().resource(row.resource);
    let mut values = Vec::with_capacity(assignments.len());
    let mut changes: Option<Expr> = None;
    for (id, assigned) in assignments {
        let value = match assigned {
            Assigned::Value(value) => lowering.bound(value, &resource[*id].ty),
            Assigned::Tree(tree) => lowering.tree(tree, TreeSource::Own, row, Access::Unrestricted)?,
            Assigned::IfChanged(_) => continue,
        };
        let differs = lowering.column(row, *id, Access::Unrestricted)?.binary(IS_DISTINCT, value.clone());
        changes = Some(changes.into_iter().fold(differs, |it, earlier| earlier.or(it)));
        values.push((*id, value));
    }
    for (id, assigned) in assignments {
        let (Assigned::IfChanged(value), Some(changes)) = (assigned, &changes) else { continue };
        let value = lowering.bound(value, &resource[*id].ty);
        let stored = lowering.column(row, *id, Access::Unrestricted)?;
        values.push((*id, CaseStatement::new().case(changes.clone(), value).finally(stored).into()));
    }
    Ok(values)
}

/// Returns all attributes of each row as it was, in order, or the primary key alone. Rows that are deleted for the time being stay, and are
/// returned as they are then:
///
/// ```text
/// UPDATE "worlds" SET "deleted_at" = $1, "deletion_id" = $2 WHERE "worlds"."id" = $3 AND "worlds"."deleted_at" IS NULL AND … RETURNING …
/// ```
pub(crate) fn delete(lowering: &Lowering<'_>, delete: &Delete) -> Result<Statement, Error> {
    let resource = lowering.app().resource(delete.resource);
    let table = Alias::new(resource.table.as_str());
    let row = lowering.within(delete.reach, Scope::table(delete.resource, resource.table.as_str()));
    let wanted = lowering.all_wanted(&delete.wanted, delete.reach, &row)?;
    let returned = match delete.returned {
        Returned::Rows => every_attribute(resource),
        Returned::Keys => primary_key(resource)?,
    };
    let Some(deletion) = &delete.deletion else {
        let mut statement = Query::delete();
        statement.from_table(table);
        for condition in wanted {
            statement.and_where(condition);
        }
        return Ok(render(lowering.capability, statement.returning(returned)));
    };
    let mut statement = Query::update();
    statement.table(table).values(marked(lowering, resource, deletion)?);
    for condition in wanted {
        statement.and_where(condition);
    }
    Ok(render(lowering.capability, statement.returning(returned)))
}

fn primary_key(resource: &Resource) -> Result<ReturningClause, Error> {
    let key = resource.primary_key().ok_or_else(|| broken("a resource without a primary key"))?;
    Ok(Query::returning().columns([Alias::new(resource[key].name.as_str())]))
}

pub(super) fn every_attribute(resource: &Resource) -> ReturningClause {
    Query::returning().columns(resource.attributes.iter().map(|it| Alias::new(it.name.as_str())))
}
