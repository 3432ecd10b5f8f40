//! Which rows exist, as SQL: a condition over one row, whose constants stand in the text, so that the partial index of the same condition
//! serves it, in a statement that is prepared for many requests too.
//!
//! ```text
//! base_filter = |it| it.state != State::Withdrawn      … WHERE "_0"."state" <> 'WITHDRAWN'
//! ```
//! A declaration says its constants to everybody; no value of a request is ever among them.

use sea_query::{Alias, BinOper, Expr, ExprTrait};

use super::lowering::{Lowering, no, yes};
use super::parameter::Source;
use super::scope::Scope;
use crate::authorize::no_tenant;
use crate::error::Error;
use crate::ir::{Comparison, RowCondition};
use crate::plan::Reach;
use crate::query::Access;
use crate::value::{Value, date_text, float_text, time_text, timestamp_text};

/// The condition over the columns of the only table that a statement knows: of an index, or the target of an `ON CONFLICT`.
pub(crate) fn of_table(condition: &RowCondition) -> Expr {
    let column = |name: &str| Ok::<_, std::convert::Infallible>(Expr::col(Alias::new(name)));
    match condition_over(condition, &column) {
        Ok(condition) => condition,
        Err(never) => match never {},
    }
}

/// What a unique index holds of a column of which rows without a value share it, where the database has no word for that: a value in place of
/// NULL, and whether it is one.
pub(crate) fn told_from_null(column: &str) -> [String; 2] {
    let column = format!("\"{}\"", column.replace('"', "\"\""));
    [format!("ifnull({column}, '')"), format!("{column} IS NULL")]
}

impl<'a> Lowering<'a> {
    /// The condition for a table's row to be one of those that a statement is about; `None` where every row is.
    pub(super) fn exists(&self, row: &Scope<'a>, reach: Reach) -> Result<Option<Expr>, Error> {
        let resource = self.app().resource(row.resource);
        let condition = match reach {
            Reach::Existing => resource.extent_condition(),
            Reach::Deleted => Some(resource.deleted_extent()),
            Reach::WithDeleted => resource.extent_with_deleted(),
            Reach::Written => None,
        };
        let column = |name: &str| match resource.attribute(name) {
            Some((attribute, _)) => self.column(row, attribute, Access::Unrestricted),
            None => Err(super::lowering::broken("an extent of another resource")),
        };
        let condition = condition.map(|it| condition_over(&it, &column)).transpose()?;
        let tenant = match (resource.tenant_key(), reach) {
            (None, _) | (Some(_), Reach::Written) => None,
            (Some((key, declared)), _) => {
                let Some(tenant) = self.read_policies.facts().tenant else { return Err(no_tenant(resource)) };
                let tenant = self.given(tenant, &declared.ty, Some(Source::Tenant(declared.ty.clone())))?;
                Some(self.column(row, key, Access::Unrestricted)?.eq(tenant))
            }
        };
        Ok(tenant.into_iter().chain(condition).reduce(Expr::and))
    }
}

/// The condition, over what `column` makes of a name.
fn condition_over<E>(condition: &RowCondition, column: &impl Fn(&str) -> Result<Expr, E>) -> Result<Expr, E> {
    Ok(match condition {
        RowCondition::IsNull(name) => column(name)?.is_null(),
        RowCondition::Compare(name, comparison, value) => column(name)?.binary(operator(*comparison), constant(value)),
        RowCondition::Columns(name, comparison, other) => column(name)?.binary(operator(*comparison), column(other)?),
        RowCondition::OneOf(_, values) if values.is_empty() => no(),
        RowCondition::OneOf(name, values) => column(name)?.is_in(values.iter().map(constant)),
        RowCondition::Not(condition) => match &**condition {
            RowCondition::IsNull(name) => column(name)?.is_not_null(),
            condition => condition_over(condition, column)?.not(),
        },
        RowCondition::All(conditions) => joined(conditions, column, Expr::and)?.unwrap_or_else(yes),
        RowCondition::Any(conditions) => joined(conditions, column, Expr::or)?.unwrap_or_else(no),
    })
}

fn joined<E>(
    conditions: &[RowCondition],
    column: &impl Fn(&str) -> Result<Expr, E>,
    operator: fn(Expr, Expr) -> Expr,
) -> Result<Option<Expr>, E> {
    let conditions = conditions.iter().map(|it| condition_over(it, column)).collect::<Result<Vec<_>, _>>()?;
    Ok(conditions.into_iter().reduce(operator))
}

fn operator(comparison: Comparison) -> BinOper {
    match comparison {
        Comparison::Eq => BinOper::Equal,
        Comparison::Ne => BinOper::NotEqual,
        Comparison::Lt => BinOper::SmallerThan,
        Comparison::Le => BinOper::SmallerThanOrEqual,
        Comparison::Gt => BinOper::GreaterThan,
        Comparison::Ge => BinOper::GreaterThanOrEqual,
    }
}

/// A constant as both databases read it. What no row condition holds is NULL, which equals nothing.
fn constant(value: &Value) -> Expr {
    Expr::cust(match value {
        Value::Bool(true) => "TRUE".to_owned(),
        Value::Bool(false) => "FALSE".to_owned(),
        Value::Int(value) | Value::Duration(value) => value.to_string(),
        Value::Float(value) => float_text(*value),
        Value::Date(date) => quoted(&date_text(*date)),
        Value::Time(time) => quoted(&time_text(*time)),
        Value::Text(text) => quoted(text),
        Value::Uuid(uuid) => quoted(&uuid.hyphenated().to_string()),
        Value::Timestamp(time) => quoted(&timestamp_text(*time)),
        Value::Null | Value::Json(_) | Value::Bytes(_) | Value::List(_) => "NULL".to_owned(),
    })
}

/// Between single quotes, those inside doubled: both databases take a backslash as it is.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
