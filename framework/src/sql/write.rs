//! Writes: the row that is meant stands in `WHERE`, with what policies and requirements ask of it as it was.

use sea_orm::Statement;
use sea_query::{Alias, Expr, Query, ReturningClause};

use super::lowering::{Lowering, Sight, broken};
use super::render;
use super::scope::Scope;
use crate::error::Error;
use crate::ir::Resource;
use crate::plan::{Assigned, Delete, Insert, Update};

/// Answers nothing: what is stored is known.
pub(crate) fn insert(lowering: &Lowering<'_>, insert: &Insert) -> Result<Statement, Error> {
    let resource = lowering.app().resource(insert.resource);
    let (mut columns, mut values) = (Vec::new(), Vec::new());
    for (index, value) in &insert.values {
        let attribute = resource.attributes.get(usize::from(*index)).ok_or_else(|| broken("an unknown attribute"))?;
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
    for (index, assigned) in &update.assignments {
        let attribute = resource.attributes.get(usize::from(*index)).ok_or_else(|| broken("an unknown attribute"))?;
        let value: Expr = match assigned {
            Assigned::Value(value) => lowering.bound(value, &attribute.ty),
            Assigned::Tree(tree) => lowering.tree(tree, &row, Sight::All)?,
        };
        statement.value(Alias::new(attribute.name.as_str()), value);
    }
    for condition in lowering.all_wanted(&update.wanted, &row)? {
        statement.and_where(condition);
    }
    Ok(render(lowering.capability, statement.returning(every_attribute(resource))))
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
